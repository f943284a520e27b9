"""Would one phone go back by what becomes of its device?

By another firmware of its own, and by all else that gives it another one: it moves to another site,
it is another model, it is registered or adopted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.device import Device
from chalicelib.domain.errors import ConflictError
from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.firmware.named import Named, say_the_same
from chalicelib.domain.firmware.rollout import decide
from chalicelib.domain.firmware.version import is_newer
from chalicelib.domain.standing import Group
from chalicelib.domain.vendor import Pack
from chalicelib.fleet.downgrade.places import Places, Records, Vendors, read_places
from chalicelib.fleet.downgrade.question import ASK, refuse_lower


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What a device has: the version that it reports, and the one that it was told of last.

    `vendor` is the one whose phone it was then.
    """

    vendor: str | None = None
    reported: str | None = None
    told: str | None = None

    @property
    def versions(self) -> list[str]:
        return [each for each in (self.reported, self.told) if each]


class DeviceDowngrades:
    """Raises ConflictError where the device would go back to an older version."""

    def __init__(self, *, records: Records, vendors: Vendors) -> None:
        self._records = records
        self._vendors = vendors

    def refuse(self, was: Device | None, now: Device, held: Callable[[], Held]) -> None:
        """Of a change; what it has is asked for only when it matters."""
        pack = self._vendors.pack(now.vendor)
        if pack is None or (was is not None and _has_the_same(was, now)):
            return
        before = was if was and was.vendor == now.vendor else None
        groups = [_group(each) for each in (before, now) if each]
        places = read_places(self._records, groups, vendors=[now.vendor])
        shelf = places.shelves.get(now.vendor) or Shelf(vendor=now.vendor)
        old = _named(places, before) if before else Named(None, has_url=False)
        new = _named(places, now)
        if before and new.may_take_back(old):
            refuse_lower(old.version, new.version, [pack.version_field])
        if new.version is None and not any(each.allow_downgrade for each in shelf.rollouts):
            return
        found = held()
        if found.vendor != now.vendor or not found.versions:
            return
        told = _foretell(shelf, now, new, found, pack)
        is_as_before = before and told == _foretell(shelf, before, old, found, pack)
        if is_as_before and (new.has_url or not old.has_url):
            return
        if told and (new.has_url or shelf.file(told, now.model)):
            _refuse_held(found, told, pack.version_field)


def _refuse_held(held: Held, told: str, first: int) -> None:
    if held.reported and is_newer(held.reported, told, first=first):
        raise ConflictError(f"the device has a newer version than {told}: {held.reported}; {ASK}")
    if held.told and is_newer(held.told, told, first=first):
        raise ConflictError(f"the device was told a newer version than {told}: {held.told}; {ASK}")


def _foretell(shelf: Shelf, device: Device, named: Named, held: Held, pack: Pack) -> str | None:
    """The version that the device will be told, when the windows of all rollouts are open."""
    if named.has_url or "firmware" in device.settings:
        return named.version
    return decide(
        [replace(each, window=None) for each in shelf.rollouts],
        mac=device.mac,
        model=device.model,
        site=device.site,
        local=datetime.min,  # noqa: DTZ901 - no window asks for it
        held=held.versions,
        chosen=named.version,
        first=pack.version_field,
    )


def _named(places: Places, device: Device) -> Named:
    return places.named(device.site, device.vendor, device.model, device.settings)


def _has_the_same(was: Device, now: Device) -> bool:
    """Whether nothing has changed by which it gets its firmware."""
    return _group(was) == _group(now) and say_the_same(was.settings, now.settings)


def _group(device: Device) -> Group:
    return Group(site=device.site, vendor=device.vendor, model=device.model)
