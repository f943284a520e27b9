"""Which firmware is a device to have, who says so, and what does it have?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.cascade import Given, find_source
from chalicelib.domain.device import Device, Dossier
from chalicelib.domain.firmware.assignment import Assignment
from chalicelib.domain.firmware.decision import Verdict
from chalicelib.domain.firmware.rollout import Rollout
from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor import Pack
from chalicelib.fleet.records import Scope, is_hidden, missing

_PATHS = (("firmware",), ("firmware_url",), ("timezone",))
"""The settings that decide."""


class Records(Protocol):
    """Where devices are kept, and what each has fetched last."""

    def dossier(self, mac: Mac) -> Dossier | None: ...


class Vendors(Protocol):
    """Who knows the vendors."""

    def pack(self, vendor: str) -> Pack | None: ...


class Drafter(Protocol):
    """Who knows which layer gives a device which setting."""

    def explain_layers(self, device: Device) -> Sequence[Given]: ...


class Assigner(Protocol):
    """Who decides which firmware a device is to have."""

    def assign(
        self,
        dossier: Dossier,
        settings: Mapping[str, Any],
        pack: Pack,
        *,
        version: str | None,
        moment: datetime | None,
    ) -> Assignment | None: ...
    def judge(
        self,
        dossier: Dossier,
        settings: Mapping[str, Any],
        pack: Pack,
        *,
        version: str | None,
        moment: datetime,
    ) -> Sequence[tuple[Rollout, Verdict]]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignedView:
    """What a device has, and what it is to have.

    `by` is who says so, in words; `file` is absent where the catalogue has none for the device,
    and then its file tells it nothing. `rollouts` are those that concern it, the first ones first.
    """

    device: Device
    reported: str | None
    told: str | None
    version: str | None
    by: str | None
    file: str | None
    url: str | None
    rollouts: Sequence[tuple[Rollout, Verdict]]


class Assigned:
    """Tells of each device which firmware it is to have now."""

    def __init__(
        self,
        *,
        records: Records,
        vendors: Vendors,
        drafter: Drafter,
        assigner: Assigner,
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._vendors = vendors
        self._drafter = drafter
        self._assigner = assigner
        self._clock = clock

    def show(self, mac: Mac, *, scope: Scope = None) -> AssignedView:
        """One device. Raises NotFoundError."""
        dossier = self._records.dossier(mac)
        if dossier is None or is_hidden(dossier.device.site, scope):
            raise missing("device", mac)
        device, last = dossier.device, dossier.last_fetch
        reported = last.version if last else None
        given = self._drafter.explain_layers(device)
        settings = {each.where: each.value for each in given if each.path in _PATHS and each.value}
        pack = self._vendors.pack(device.vendor)
        assignment: Assignment | None = None
        rollouts: Sequence[tuple[Rollout, Verdict]] = ()
        if pack is not None:
            moment = self._clock()
            rollouts = self._assigner.judge(
                dossier, settings, pack, version=reported, moment=moment
            )
            if "firmware_url" not in settings:
                assignment = self._assigner.assign(
                    dossier, settings, pack, version=reported, moment=moment
                )
        file = assignment.file if assignment else None
        return AssignedView(
            device=device,
            reported=reported,
            told=last.told if last else None,
            version=assignment.version if assignment else settings.get("firmware"),
            by=_tell_source(given, assignment),
            file=file.name if file else None,
            url=settings.get("firmware_url"),
            rollouts=rollouts,
        )


def _tell_source(given: Sequence[Given], assignment: Assignment | None) -> str | None:
    """Who says what the device is to have: a rollout, or the layer that names it."""
    if assignment and assignment.by:
        return f"rollout {assignment.by.id}"
    layer = find_source(given, "firmware_url") or find_source(given, "firmware")
    return str(layer) if layer else None
