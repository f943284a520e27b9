"""Would one phone go back by what becomes of its device?

By another firmware of its own, and by all else that gives it another one: it moves to another site,
it is another model, it is registered or adopted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain.device import Device, Fetch
from chalicelib.domain.errors import ConflictError
from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.firmware.decision import decide
from chalicelib.domain.firmware.named import Named, say_the_same
from chalicelib.domain.firmware.version import is_newer
from chalicelib.domain.mac import Mac
from chalicelib.domain.sighting import Sighting
from chalicelib.domain.standing import Group
from chalicelib.domain.vendor import Pack
from chalicelib.fleet.downgrade.places import Places, Records, Vendors, read_places
from chalicelib.fleet.downgrade.question import ASK, refuse_lower


class FetchRecords(Records, Protocol):
    """Where it is kept, too, what devices have fetched."""

    def last_fetches(self, devices: Sequence[Device]) -> Mapping[Mac, Fetch]: ...


class DeviceDowngrades:
    """Raises ConflictError where the device would go back to an older version."""

    def __init__(self, *, records: FetchRecords, vendors: Vendors) -> None:
        self._records = records
        self._vendors = vendors

    def refuse(self, was: Device | None, now: Device, seen: Callable[[], Sighting | None]) -> None:
        """Of a change; `seen` is where a new device was seen before, asked only when it matters."""
        pack = self._vendors.pack(now.vendor)
        if pack is None or (was is not None and _has_the_same(was, now)):
            return
        before = was if was and was.vendor == now.vendor else None
        groups = [_group(each) for each in (before, now) if each]
        places = read_places(self._records, groups, vendors=[now.vendor])
        shelf = places.shelves.get(now.vendor, Shelf(vendor=now.vendor))
        old = _named(places, before) if before else Named(None, has_url=False)
        new = _named(places, now)
        if before and new.may_take_back(old):
            refuse_lower(old.version, new.version, [pack.version_field])
        if was is None and new.version is None and not _may_go_back(now, shelf):
            return  # as each of thousands of rows may be: no more is read
        held = self._held(before) if was else _seen(seen(), now.vendor)
        if not held.versions:
            return
        told = _foretell(shelf, now, new, held, pack)
        is_as_before = before and told == _foretell(shelf, before, old, held, pack)
        if is_as_before and (new.has_url or not old.has_url):
            return
        if told and (new.has_url or shelf.file(told, now.model)):
            _refuse_held(held, told, pack.version_field)

    def _held(self, device: Device | None) -> _Held:
        fetch = self._records.last_fetches([device]).get(device.mac) if device else None
        return _Held(reported=fetch.version, told=fetch.told) if fetch else _Held()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """What a device has: the version that it reports, and the one that it was told of last."""

    reported: str | None = None
    told: str | None = None

    @property
    def versions(self) -> list[str]:
        return [each for each in (self.reported, self.told) if each]


def _seen(sighting: Sighting | None, vendor: str) -> _Held:
    """What it had when it was seen, as far as it was a phone of this vendor."""
    is_same = sighting is not None and sighting.vendor == vendor
    return _Held(reported=sighting.version) if sighting and is_same else _Held()


def _refuse_held(held: _Held, told: str, first: int) -> None:
    if held.reported and is_newer(held.reported, told, first=first):
        raise ConflictError(f"the device has a newer version than {told}: {held.reported}; {ASK}")
    if held.told and is_newer(held.told, told, first=first):
        raise ConflictError(f"the device was told a newer version than {told}: {held.told}; {ASK}")


def _foretell(shelf: Shelf, device: Device, named: Named, held: _Held, pack: Pack) -> str | None:
    """The version that the device will be told, when the windows of all rollouts are open."""
    if named.has_url or "firmware" in device.settings:
        return named.version
    decision = decide(
        [replace(each, window=None) for each in shelf.rollouts_for(device.model)],
        mac=device.mac,
        model=device.model,
        site=device.site,
        local=datetime.min,  # noqa: DTZ901 - no window asks for it
        held=held.versions,
        chosen=named.version,
        first=pack.version_field,
    )
    return decision.version


def _may_go_back(device: Device, shelf: Shelf) -> bool:
    """Whether some rollout takes devices of this model and site back."""
    return any(
        rollout.allow_downgrade and rollout.concerns(model=device.model, site=device.site)
        for rollout in shelf.rollouts
    )


def _named(places: Places, device: Device) -> Named:
    return places.named(device.site, device.vendor, device.model, device.settings)


def _has_the_same(was: Device, now: Device) -> bool:
    """Whether nothing has changed by which it gets its firmware."""
    return _group(was) == _group(now) and say_the_same(was.settings, now.settings)


def _group(device: Device) -> Group:
    return Group(site=device.site, vendor=device.vendor, model=device.model)
