"""What becomes of devices that asked and are not registered: adopted, ignored or forgotten?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.access.network import Network, is_within
from chalicelib.domain.device import Device
from chalicelib.domain.errors import ChangedError, ConflictError, StoreError
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.sighting import Sighting
from chalicelib.domain.vendor import Pack
from chalicelib.fleet.choice import Choice
from chalicelib.fleet.devices import DeviceView
from chalicelib.fleet.records import Scope, Trail, is_shown, missing

MOST_IGNORED = 1000
"""So many devices can be ignored: every process that refuses phones reads all of them."""


class SightingRecords(Protocol):
    """Where sightings are kept. See `storage/sightings.py` for the errors."""

    def sightings_of(self, mac: Mac) -> Sequence[Sighting]: ...
    def list_discovered(
        self, *, limit: int, after: str | None, site: str | None = None
    ) -> Listed[Stored[Sighting]]: ...
    def forget_sightings(self, mac: Mac, *, site: str | None = None) -> None: ...
    def ignored(self) -> Mapping[tuple[Mac, str | None], datetime]: ...
    def ignore(self, mac: Mac, site: str | None, at: datetime) -> None: ...
    def heed(self, mac: Mac, sites: Sequence[str | None]) -> None: ...
    def devices(self, macs: Sequence[Mac]) -> Mapping[Mac, Stored[Device]]: ...


class Registrar(Protocol):
    """Whoever registers devices."""

    def register(
        self, mac: Mac, choice: Choice, *, scope: Scope = None, adopts: Sighting | None = None
    ) -> tuple[DeviceView, bool]: ...


class Vendors(Protocol):
    """Who knows the names and aliases of vendors, in any case."""

    def named(self, vendor: str) -> Pack: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Which of the discovered devices are asked for."""

    vendor: str | None = None
    network: Network | None = None

    def takes(self, sighting: Sighting) -> bool:
        if self.vendor is not None and sighting.vendor != self.vendor:
            return False
        return self.network is None or is_within(sighting.address, [self.network])


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignored:
    """A device that is not to be noted; `site`: only where it shows that site's key."""

    mac: Mac
    site: str | None
    since: datetime


class Discovered:
    """The devices that asked and are not registered."""

    def __init__(
        self,
        *,
        records: SightingRecords,
        devices: Registrar,
        vendors: Vendors,
        clock: Callable[[], datetime],
        trail: Trail,
    ) -> None:
        self._records = records
        self._devices = devices
        self._vendors = vendors
        self._clock = clock
        self._trail = trail

    def list(
        self, wanted: Filter, *, limit: int, after: str | None, scope: Scope = None
    ) -> Listed[Sighting]:
        """Those of one page that are asked for, by MAC address.

        One that came from two networks stands there twice. Raises InputError for a bad `after`,
        and for a vendor that is not known.
        """
        if wanted.vendor is not None:
            wanted = replace(wanted, vendor=self._vendors.named(wanted.vendor).vendor)
        page = self._records.list_discovered(limit=limit, after=after, site=scope)
        shown = [each.value for each in page.values if wanted.takes(each.value)]
        registered = self._records.devices(sorted({each.mac for each in shown})) if shown else {}
        return Listed([each for each in shown if each.mac not in registered], page.after)

    def adopt(self, mac: Mac, choice: Choice, *, scope: Scope = None) -> DeviceView:
        """Register the device, armed, as what it said to be where nothing else is chosen.

        Raises NotFoundError for one that was not seen, ConflictError for one that is registered,
        and InputError for a choice that cannot be.
        """
        seen = self._find(mac, scope)
        view, _ = self._devices.register(mac, choice, scope=scope, adopts=seen)
        # It is registered, come what may: the list leaves it out even where it is not forgotten.
        with suppress(ChangedError, StoreError):
            self._records.forget_sightings(mac)
            self._records.heed(mac, sorted({view.device.site, *filter(None, [seen.site])}))
            self._records.heed(mac, [None])
        return view

    def site_of(self, mac: Mac, *, scope: Scope = None) -> str:
        """The site whose key the device showed, else the caller's. Raises NotFoundError."""
        return self._find(mac, scope).site or scope or DEFAULT_SITE

    def ignore(self, mac: Mac, *, scope: Scope = None) -> Ignored:
        """Forget the device and note it no more. Raises ConflictError when too many are."""
        if len(self._records.ignored()) >= MOST_IGNORED:
            raise ConflictError(f"{MOST_IGNORED} devices are ignored, and no more can be")
        now = self._clock()
        with self._trail.change("ignored device", mac, None, {"site": scope}):
            self._records.ignore(mac, scope, now)
        with suppress(ChangedError, StoreError):
            self._records.forget_sightings(mac, site=scope)
        return Ignored(mac=mac, site=scope, since=now)

    def ignored(self, *, scope: Scope = None) -> Sequence[Ignored]:
        """The devices that are not to be noted."""
        return [
            Ignored(mac=mac, site=site, since=since)
            for (mac, site), since in sorted(self._records.ignored().items(), key=_in_order)
            if is_shown(site, scope)
        ]

    def heed(self, mac: Mac, *, scope: Scope = None) -> None:
        """Note the device again. Raises NotFoundError for one that is not ignored."""
        sites = [each.site for each in self.ignored(scope=scope) if each.mac == mac]
        if not sites:
            raise missing("ignored device", mac)
        with self._trail.change("ignored device", mac, {"sites": sites}, None):
            self._records.heed(mac, sites)

    def forget(self, mac: Mac, *, scope: Scope = None) -> None:
        """Forget where the device was seen; it is noted again when it asks again.

        Raises NotFoundError for one that was not seen, and ChangedError when it is just seen again.
        """
        seen = self._find(mac, scope)
        with self._trail.change("discovered device", mac, {"site": seen.site}, None):
            self._records.forget_sightings(mac, site=scope)

    def _find(self, mac: Mac, scope: Scope) -> Sighting:
        sightings = self._records.sightings_of(mac)
        found = next((each for each in sightings if is_shown(each.site, scope)), None)
        if found is None:
            raise missing("discovered device", mac)
        return found


def _in_order(entry: tuple[tuple[Mac, str | None], Any]) -> tuple[str, str]:
    (mac, site), _ = entry
    return str(mac), site or ""
