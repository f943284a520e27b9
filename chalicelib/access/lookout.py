"""Which devices asked and were not let in?

Best effort: nothing here fails, takes long, or changes what the phone is answered. The same is done
for a device that is registered and for one that is not.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.access.network import source_of
from chalicelib.domain.access.token import SiteToken
from chalicelib.domain.errors import ChangedError, StoreError
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Stored
from chalicelib.domain.request import Visit
from chalicelib.domain.sighting import Sighting, find_place, group_of
from chalicelib.domain.webhook import EventKind

_LOG = logging.getLogger("offhook")

QUIET = timedelta(minutes=10)
"""A process notes a device at most once in so long; the requests in between are counted only."""

BURST = 20
"""So many sightings a process notes at once, and one each second after that."""

_SECONDS = 0.25
"""How long a refused phone may be kept waiting for the list of whom to ignore."""

_FRESH = timedelta(minutes=1)
"""How long a process goes by what it last read of a group, and of whom to ignore."""

_MUTED = timedelta(seconds=30)
"""How long a process notes nothing after the store was in trouble."""

_MOST_GROUPS = 16
_MOST_DEVICES = 4096
"""How many of them a process remembers."""


class SightingRecords(Protocol):
    """Where sightings are kept, within bounds of time. See `storage/sightings.py`."""

    def sightings_in(self, group: int) -> Mapping[int, Stored[Sighting]]: ...
    def save_sighting(
        self, group: int, place: int, sighting: Sighting, *, was: Stored[Sighting] | None
    ) -> Stored[Sighting]: ...
    def ignored(self, *, within: float | None = None) -> Collection[tuple[Mac, str | None]]: ...


class Keys(Protocol):
    """Whoever knows the keys of sites."""

    def is_current(self, key: SiteToken) -> bool: ...


class Herald(Protocol):
    """Whoever notes what is to be told, and says whether that is done. It never fails."""

    def note(
        self,
        kind: EventKind,
        data: Mapping[str, Any],
        *,
        site: str | None,
        once: str,
        is_silent: bool = False,
    ) -> bool: ...


class Builders(Protocol):
    """Whoever knows the MAC prefixes of phones."""

    def identify_mac(self, mac: Mac) -> Evidence: ...


@dataclass(kw_only=True, slots=True)
class _Group:
    """What was last read of a group of places."""

    since: datetime
    sightings: dict[int, Stored[Sighting]] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class _Noted:
    """When a process last noted a device, and how often it was refused since."""

    at: datetime
    missed: int = 0


class Lookout:
    """Notes devices that were not let in."""

    def __init__(
        self,
        *,
        records: SightingRecords,
        builders: Builders,
        keys: Keys,
        herald: Herald,
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._builders = builders
        self._keys = keys
        self._herald = herald
        self._clock = clock
        self._groups: OrderedDict[int, _Group] = OrderedDict()
        self._noted: OrderedDict[tuple[Mac, str], _Noted] = OrderedDict()
        self._untold: set[tuple[Mac, str]] = set()
        self._ignored: Collection[tuple[Mac, str | None]] = ()
        self._ignored_until: datetime | None = None
        self._muted_until: datetime | None = None
        self._left = float(BURST)
        self._refilled_at: datetime | None = None

    def note(
        self,
        visit: Visit,
        mac: Mac,
        seen: Evidence,
        *,
        key: SiteToken | None,
        reason: str,
        is_registered: bool,
    ) -> None:
        """Remember that a phone was not let in. `key` is that of a site, where it showed one.

        Only what a phone would ask is noted: its User-Agent or its MAC prefix must be a vendor's.
        """
        now, source = self._clock(), source_of(visit.address)
        builders = self._builders.identify_mac(mac)
        is_phone = bool(seen.vendor or builders.because)
        if not is_phone or self._is_quiet(mac, source, now) or not self._may_write(now):
            return
        sighting = Sighting(
            mac=mac,
            source=source,
            address=visit.address,
            user_agent=visit.user_agent,
            vendor=seen.vendor or builders.vendor,
            model=seen.model or seen.reported_model,
            version=seen.version,
            site=None,
            is_registered=is_registered,
            reason=reason,
            first_at=now,
            last_at=now,
            count=1 + self._forget_missed(mac, source),
        )
        try:
            is_current = key is not None and self._keys.is_current(key)
            self._keep(replace(sighting, site=key.site) if key and is_current else sighting)
        except ChangedError:
            self._groups.pop(group_of(source), None)
        except StoreError as error:
            self._muted_until = now + _MUTED
            _LOG.warning("refused phones are not noted for a while: %s", error)

    def _is_quiet(self, mac: Mac, source: str, now: datetime) -> bool:
        """Was the device noted a moment ago?"""
        noted = self._noted.get((mac, source))
        if noted is None or now - noted.at >= QUIET:
            return False
        noted.missed += 1
        return True

    def _may_write(self, now: datetime) -> bool:
        """Is the store well, and did this process not note too many just now?"""
        if self._muted_until is not None and now < self._muted_until:
            return False
        passed = (now - self._refilled_at).total_seconds() if self._refilled_at else 0.0
        self._left = min(float(BURST), self._left + max(0.0, passed))
        self._refilled_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def _forget_missed(self, mac: Mac, source: str) -> int:
        noted = self._noted.get((mac, source))
        return noted.missed if noted else 0

    def _keep(self, sighting: Sighting) -> None:
        """Write the sighting to its place, if there is one for it."""
        now, key = sighting.last_at, (sighting.mac, sighting.source)
        if not self._is_ignored(sighting, now):
            number = group_of(sighting.source)
            group = self._look_into(number, now)
            taken = {place: each.value for place, each in group.sightings.items()}
            place = find_place(taken, sighting.mac, sighting.source, now)
            if place is not None:
                was = group.sightings.get(place)
                merged = _merge(was.value if was else None, sighting)
                group.sightings[place] = self._records.save_sighting(number, place, merged, was=was)
                if not self._tell(was.value if was else None, merged):
                    self._muted_until = now + _MUTED
                    return  # its next request is noted, and told of
        self._noted[key] = _Noted(at=now)
        self._noted.move_to_end(key)
        if len(self._noted) > _MOST_DEVICES:
            self._noted.popitem(last=False)

    def _tell(self, before: Sighting | None, sighting: Sighting) -> bool:
        """Have it told, once a day, that a device waits to be adopted; False where that fails.

        Of a registered one nobody is told, but all else is the same.
        """
        key, day = (sighting.mac, sighting.source), f"{sighting.last_at:%Y-%m-%d}"
        if before is not None and _is_told(before, sighting) and key not in self._untold:
            return True
        is_done = self._herald.note(
            EventKind.ADOPTION_NEEDED,
            {
                "mac_address": str(sighting.mac),
                "vendor": sighting.vendor,
                "model": sighting.model,
                "firmware": sighting.version,
                "address": sighting.address,
                "site": sighting.site,
            },
            site=sighting.site,
            once=f"{sighting.mac}#{day}",
            is_silent=sighting.is_registered,
        )
        self._untold.discard(key)
        if not is_done and len(self._untold) < _MOST_DEVICES:
            self._untold.add(key)
        return is_done

    def _is_ignored(self, sighting: Sighting, now: datetime) -> bool:
        if self._ignored_until is None or now >= self._ignored_until:
            self._ignored = self._records.ignored(within=_SECONDS)
            self._ignored_until = now + _FRESH
        return (sighting.mac, None) in self._ignored or (
            sighting.mac,
            sighting.site,
        ) in self._ignored

    def _look_into(self, number: int, now: datetime) -> _Group:
        group = self._groups.get(number)
        if group is None or now - group.since >= _FRESH:
            group = _Group(since=now, sightings={**self._records.sightings_in(number)})
            self._groups[number] = group
        self._groups.move_to_end(number)
        if len(self._groups) > _MOST_GROUPS:
            self._groups.popitem(last=False)
        return group


def _is_told(before: Sighting, now: Sighting) -> bool:
    """Was the device seen before on this day?"""
    is_same = (before.mac, before.source) == (now.mac, now.source)
    return is_same and before.last_at.date() == now.last_at.date()


def _merge(was: Sighting | None, now: Sighting) -> Sighting:
    """The sighting with what was known of the same device before."""
    if was is None or (was.mac, was.source) != (now.mac, now.source):
        return now
    return replace(now, first_at=was.first_at, count=was.count + now.count)
