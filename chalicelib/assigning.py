"""Which firmware is a device to have, and how often is it to look?

What the settings name comes first, then what a rollout gives. A device that names a version of its
own, or an address, is left at that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from chalicelib.domain.cascade import PACE, ROLLOUT, Layer, Word
from chalicelib.domain.device import Device, Dossier
from chalicelib.domain.draft import Circumstances
from chalicelib.domain.errors import InexpressibleError, InputError
from chalicelib.domain.firmware.assignment import Assignment
from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.firmware.decision import Verdict, decide, find_concerned, judge
from chalicelib.domain.firmware.rollout import Rollout
from chalicelib.domain.local_time import local_time
from chalicelib.domain.mac import Mac
from chalicelib.domain.pace import Pace, set_pace
from chalicelib.domain.timezone import TimeZone
from chalicelib.domain.vendor import Pack


class Shared(Protocol):
    """Whoever remembers what devices share. Its methods raise StoreDownError."""

    def shelf(self, vendor: str) -> Shelf: ...
    def pace(self) -> Pace: ...


class TimeZones(Protocol):
    """Whoever knows the time zones."""

    def time_zone(self, name: str, *, where: str = ...) -> TimeZone: ...


class Assigner:
    """Decides for each device, from what all share and what it has shown of itself."""

    def __init__(self, *, shared: Shared, zones: TimeZones, zone: TimeZone) -> None:
        """`zone` is the server's."""
        self._shared = shared
        self._zone = zone
        self._zone_by_name = lru_cache(maxsize=256)(zones.time_zone)

    def equip(
        self,
        dossier: Dossier,
        settings: Mapping[str, Any],
        pack: Pack,
        circumstances: Circumstances,
    ) -> dict[str, Any]:
        """The effective settings, with the address of the firmware and the looks of the device.

        A firmware that the catalogue has no file of for the device is not in them.
        """
        equipped = dict(settings)
        looks = self._look(dossier.device.mac, settings, pack)
        if looks:
            equipped["resync"] = looks
        if "firmware_url" in settings:
            return equipped
        assigned = self.assign(
            dossier, settings, pack, version=circumstances.version, moment=circumstances.moment
        )
        equipped.pop("firmware", None)
        if assigned and assigned.file:
            equipped["firmware"] = assigned.version
            equipped["firmware_url"] = circumstances.firmware_folder + assigned.file.name
        return equipped

    def assign(
        self,
        dossier: Dossier,
        settings: Mapping[str, Any],
        pack: Pack,
        *,
        version: str | None,
        moment: datetime | None,
    ) -> Assignment | None:
        """The firmware that the device is to have; None when nobody says.

        `settings` are its effective ones, `version` what it reports now. Without a moment no
        rollout gives anything.
        """
        device = dossier.device
        chosen: str | None = settings.get("firmware")
        shelf = self._shared.shelf(pack.vendor)
        by: Rollout | None = None
        if shelf.rollouts and moment and "firmware" not in device.settings:
            decision = decide(
                shelf.rollouts_for(device.model),
                mac=device.mac,
                model=device.model,
                site=device.site,
                local=local_time(self._zone_of(settings), moment),
                held=_held(dossier, version),
                chosen=chosen,
                first=pack.version_field,
            )
            chosen, by = decision.version, decision.by
        if chosen is None:
            return None
        firmware, file = shelf.file(chosen, device.model) or (None, None)
        return Assignment(version=chosen, by=by, firmware=firmware, file=file)

    def explain(
        self,
        dossier: Dossier,
        settings: Mapping[str, Any],
        pack: Pack,
        circumstances: Circumstances,
    ) -> dict[tuple[str, ...], Word]:
        """What of the equipped settings the effective ones do not say, by path, and who gave it."""
        chosen = settings.get("resync") or {}
        pace = Layer(PACE, {})
        words: dict[tuple[str, ...], Word] = {
            ("resync", name): Word(pace, minutes)
            for name, minutes in self._look(dossier.device.mac, settings, pack).items()
            if name not in chosen
        }
        if "firmware_url" in settings:
            return words
        assigned = self.assign(
            dossier, settings, pack, version=circumstances.version, moment=circumstances.moment
        )
        if assigned and assigned.by and assigned.file:
            words["firmware",] = Word(Layer(ROLLOUT, {}, assigned.by.id), assigned.version)
        return words

    def judge(
        self,
        dossier: Dossier,
        settings: Mapping[str, Any],
        pack: Pack,
        *,
        version: str | None,
        moment: datetime,
    ) -> list[tuple[Rollout, Verdict]]:
        """What each rollout that concerns the device means for it, as `assign` goes by them.

        None does for a device that names a version of its own, or an address.
        """
        device = dossier.device
        if "firmware" in device.settings or "firmware_url" in settings:
            return []
        shelf = self._shared.shelf(pack.vendor)
        local = local_time(self._zone_of(settings), moment)
        held, first = _held(dossier, version), pack.version_field
        return [
            (
                each,
                judge(each, mac=device.mac, local=local, held=held, first=first)
                if shelf.file(each.version, device.model)
                else Verdict.LACKS_FILE,
            )
            for each in find_concerned(shelf.rollouts, model=device.model, site=device.site)
        ]

    def find_file(self, dossier: Dossier, name: str, version: str | None) -> Assignment | None:
        """The file that the device asks for by its name, where the catalogue has it."""
        device = dossier.device
        found = self._shared.shelf(device.vendor).file_named(name, device.model, version)
        if found is None:
            return None
        firmware, file = found
        return Assignment(version=firmware.version, firmware=firmware, file=file)

    def find_lost(self, device: Device, settings: Mapping[str, Any]) -> list[str]:
        """What is lost of the firmware that the settings name, in words."""
        chosen = settings.get("firmware")
        if not chosen or "firmware_url" in settings:
            return []
        if self._shared.shelf(device.vendor).file(chosen, device.model):
            return []
        where = f"{device.vendor} {device.model}"
        return [f"settings.firmware: the catalogue has no file of {chosen} for {where} yet"]

    def _look(self, mac: Mac, settings: Mapping[str, Any], pack: Pack) -> dict[str, int]:
        """How often the device is to look, in minutes: what was chosen, then the fleet's pace.

        Nothing where its vendor's phones cannot be told.
        """
        chosen: dict[str, int] = dict(settings.get("resync") or {})
        if pack.timer is None:
            return chosen
        looks = set_pace(mac, pack.timer, level=self._shared.pace().level)
        jitter = looks.jitter
        if jitter is not None and "interval" in chosen:
            jitter = min(jitter, chosen["interval"])
        spread = {} if jitter is None else {"jitter": jitter}
        return {"interval": looks.interval, **spread, **chosen}

    def _zone_of(self, settings: Mapping[str, Any]) -> TimeZone:
        name = settings.get("timezone")
        if name is None:
            return self._zone
        try:
            return self._zone_by_name(name)
        except (InputError, InexpressibleError):
            return self._zone


def _held(dossier: Dossier, version: str | None) -> list[str]:
    """The versions that the device reports now, or reported last, and was told of last."""
    last = dossier.last_fetch
    held = (version, last.version if last else None, last.told if last else None)
    return [each for each in held if each]
