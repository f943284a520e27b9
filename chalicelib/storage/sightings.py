"""How are devices kept that asked and were not let in?

    partition        sort          index entry                        what
    SIGHTINGS#017    204           listing: DISCOVERED, mac.source    an unknown device
    SIGHTINGS#017    205           listing: REFUSED, mac.source       a registered device
    IGNORED          mac#site      -                                  one that is not to be noted

Both kinds of sighting are the same items, and are written by the same request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from chalicelib.domain.errors import ChangedError, ConditionError
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.sighting import KEPT, Sighting
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.keeping import Keeping, as_it_was
from chalicelib.storage.table import Delete, Item, Key, Put, Unchanged

SECONDS = 0.25
"""How long a refused phone may be kept waiting for each request of its sighting."""

_DISCOVERED = "DISCOVERED"
_REFUSED = "REFUSED"
_IGNORED = "IGNORED"
_MOST_SITES = 50
"""So many sites' marks leave by one write."""

_MOST_NETWORKS = 30
"""In so many networks one MAC address is looked for."""


class SightingRecords(Keeping):
    """The sightings of one installation, and whom to ignore."""

    def sightings_in(self, group: int) -> dict[int, Stored[Sighting]]:
        """The sightings of a group by their places. Within a bound: raises StoreDownError."""
        found = self._table.read(_group_partition(group), within=SECONDS)
        return {int(item.key.sort): Stored(_to_sighting(item), item.revision) for item in found}

    def save_sighting(
        self, group: int, number: int, sighting: Sighting, *, was: Stored[Sighting] | None
    ) -> Stored[Sighting]:
        """Put a sighting where another one, or none, was. Within a bound.

        Raises ChangedError when somebody else took the place, and StoreDownError.
        """
        item = _sighting_item(group, number, sighting)
        try:
            self._table.write(Put(item=item, when=as_it_was(was)), within=SECONDS)
        except ConditionError as error:
            raise ChangedError("another sighting took the place") from error
        return Stored(sighting, item.revision)

    def sightings_of(self, mac: Mac) -> list[Sighting]:
        """Where a device was seen and not let in, the latest first."""
        return _latest_first(_to_sighting(item) for item in self._items_of(mac))

    def all_sightings(self, *, at_most: int) -> dict[Mac, list[Sighting]] | None:
        """The same of all devices that were seen; None where that is more than so many places."""
        found: dict[Mac, list[Sighting]] = defaultdict(list)
        for kind in (_DISCOVERED, _REFUSED):
            page = self._table.query(place.LISTING, kind, limit=at_most)
            if page.after is not None:
                return None
            for sighting in map(_to_sighting, page.items):
                found[sighting.mac].append(sighting)
        return {mac: _latest_first(sightings) for mac, sightings in found.items()}

    def list_discovered(
        self, *, limit: int, after: str | None, site: str | None = None
    ) -> Listed[Stored[Sighting]]:
        """Unknown devices by MAC address, once for each network; of one site, or of all.

        Raises InputError.
        """
        return self._list(_DISCOVERED, _to_sighting, limit=limit, after=after, site=site)

    def forget_sightings(self, mac: Mac, *, site: str | None = None) -> None:
        """Forget where the device was seen; with a `site`, only those that showed its key.

        Raises ChangedError when it is seen again meanwhile.
        """
        self._settle(
            lambda: [
                Delete(key=item.key, when=Unchanged(item.revision))
                for item in self._items_of(mac)
                if site is None or item.body["site"] == site
            ]
        )

    def ignored(self, *, within: float | None = None) -> dict[tuple[Mac, str | None], datetime]:
        """Which devices are not to be noted, and since when; at a site, or None for anywhere."""
        found = self._table.read(_IGNORED, within=within)
        return {
            (Mac(item.body["mac"]), item.body["site"]): items.to_time(item.body["at"])
            for item in found
        }

    def ignore(self, mac: Mac, site: str | None, at: datetime) -> None:
        """Note the device no more."""
        body = {"mac": str(mac), "site": site, "at": items.from_time(at)}
        self._settle(lambda: [Put(item=items.new_item(_ignored_key(mac, site), body))])

    def heed(self, mac: Mac, sites: Sequence[str | None]) -> None:
        """Note the device again."""
        keys = [_ignored_key(mac, site) for site in sites[:_MOST_SITES]]
        self._settle(lambda: [Delete(key=key) for key in keys])

    def _items_of(self, mac: Mac) -> list[Item]:
        found: list[Item] = []
        for kind in (_DISCOVERED, _REFUSED):
            begins = place.join(str(mac), "")
            page = self._table.query(place.LISTING, kind, limit=_MOST_NETWORKS, begins=begins)
            found += page.items
        return found


def _group_partition(group: int) -> str:
    return f"SIGHTINGS#{group:03d}"


def _ignored_key(mac: Mac, site: str | None) -> Key:
    return Key(_IGNORED, f"{mac}#{site or ''}")


def _sighting_item(group: int, number: int, sighting: Sighting) -> Item:
    body = {
        "mac": str(sighting.mac),
        "source": sighting.source,
        "address": sighting.address,
        "user_agent": sighting.user_agent,
        "vendor": sighting.vendor,
        "model": sighting.model,
        "version": sighting.version,
        "site": sighting.site,
        "is_registered": sighting.is_registered,
        "reason": sighting.reason,
        "first_at": items.from_time(sighting.first_at),
        "last_at": items.from_time(sighting.last_at),
        "count": sighting.count,
    }
    kind = _REFUSED if sighting.is_registered else _DISCOVERED
    listed = place.join(str(sighting.mac), sighting.source)
    return items.new_item(
        Key(_group_partition(group), f"{number:03d}"),
        body,
        place.entries(site=sighting.site, listing=(kind, listed)),
        expires_at=int((sighting.last_at + KEPT).timestamp()),
    )


def _latest_first(sightings: Iterable[Sighting]) -> list[Sighting]:
    return sorted(sightings, key=lambda each: each.last_at, reverse=True)


def _to_sighting(item: Item) -> Sighting:
    body = item.body
    return Sighting(
        **{
            **body,
            "mac": Mac(body["mac"]),
            "first_at": items.to_time(body["first_at"]),
            "last_at": items.to_time(body["last_at"]),
        }
    )
