"""How is a page of a list of devices read: by one query, and one read of what belongs to it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.device import Device, Fetch
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.search import By, Way
from chalicelib.domain.standing import Standing
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.gathered import arrange
from chalicelib.storage.history import History
from chalicelib.storage.keeping import Keeping
from chalicelib.storage.position import position_of
from chalicelib.storage.standing_item import to_standing
from chalicelib.storage.table import Item, Key, Page

_INDEX_BY_WAY: Mapping[By, tuple[str, str]] = {
    By.MAC: (place.LISTING, place.DEVICES),
    By.MODEL: (place.FINDING, place.MODELS),
    By.NAME: (place.LISTING, place.NAMES),
    By.NUMBER: (place.FINDING, place.NUMBERS),
    By.STATE: (place.LISTING, place.STATES),
    By.FIRMWARE: (place.FINDING, place.FIRMWARE),
}
_OF_LINES = (By.NAME, By.NUMBER)
_ONE_READ = 100
"""So many items are read by one request to DynamoDB."""

_SMALL_PAGE = 50
"""A page of at most so many is read by two requests."""

_WIDE: Mapping[By, int] = {By.STATE: 800, By.FIRMWARE: 800, By.MAC: 200, By.MODEL: 200}
"""So many entries are read to be sifted: by one request, which brings 1 MB from DynamoDB."""

_WALKS = "!"
"""In place of a colon in a cursor: of the way there is too much to gather it."""

Sift = Callable[[Sequence[Device | Standing]], Sequence[bool]]
"""Whether each of these may be one that is asked for; fewer where the list is over before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A device of a list, and all that its row shows.

    `at` is the way that led to it, and `number` that of the line, where that way goes by numbers.
    """

    device: Stored[Device]
    last_fetch: Fetch | None
    standing: Standing | None
    at: int
    number: str | None


class SearchRecords(Keeping):
    """Lists of the devices of one installation."""

    def find_devices(
        self,
        ways: Sequence[Way],
        *,
        site: str | None,
        limit: int,
        after: str | None,
        sift: Sift | None = None,
        gather: Way | None = None,
    ) -> Listed[Found]:
        """The devices along these ways, of one site or of all; a page of at most `limit`.

        A way on which nothing is gives way to the next one. With a `sift` more is read of the
        index, and devices that it does not let through are left out; the page may yet be short.
        Those that stand on the way `gather` are put in the order of the one way, where one read
        brings them all; where it does not, the first page is empty, and the others walk along.
        Raises InputError for a bad `after`.
        """
        at, position, walks = _parse(after, len(ways))
        if gather is not None and sift is not None and not walks:
            gathered = self._gather(gather, ways[0], sift, site=site, limit=limit, after=position)
            if gathered is None:
                return Listed([], f"0{_WALKS}{position or ''}")
            follows = f"0:{gathered.after}" if gathered.after else None
            return Listed(self._rows(gathered.items, 0), follows)
        mark = _WALKS if walks else ":"
        while True:
            page = self._walk(ways[at], site=site, limit=limit, after=position, sift=sift)
            if page.items or at + 1 == len(ways):
                break
            at, position = at + 1, None
        if page.after is not None:
            follows = f"{at}{mark}{page.after}"
        else:
            follows = f"{at + 1}:" if at + 1 < len(ways) else None
        return Listed(self._rows(page.items, at), follows)

    def _walk(
        self, way: Way, *, site: str | None, limit: int, after: str | None, sift: Sift | None
    ) -> Page:
        if way.by in _OF_LINES:
            sift = None  # they show nothing of their devices
            if limit <= _SMALL_PAGE:
                limit = min(limit, _ONE_READ // 3)  # a line brings three more items
        wide = max(limit, _WIDE[way.by]) if sift else limit
        index, page = self._read_way(way, site=site, limit=wide, after=after)
        return _sifted(page, index, sift, limit=limit) if sift else page

    def _read_way(
        self, way: Way, *, site: str | None, limit: int, after: str | None
    ) -> tuple[str, Page]:
        """The index of the way, and a part of it."""
        index, partition = place.narrow(*_INDEX_BY_WAY[way.by], site)
        whole = "".join(f"{part}{place.END}" for part in way.whole)
        begins, least = whole + way.begins, whole + way.least if way.least else ""
        try:
            page = self._table.query(
                index, partition, limit=limit, after=after, begins=begins, least=least
            )
        except ValueError as error:
            raise _bad_cursor() from error
        return index, page

    def _gather(
        self, way: Way, order: Way, sift: Sift, *, site: str | None, limit: int, after: str | None
    ) -> Page | None:
        """A page of all that stands on the way, in another order; None where it is too much."""
        index, page = self._read_way(way, site=site, limit=_WIDE[way.by], after=None)
        kept = _sifted(page, index, sift, limit=len(page.items))
        if kept.after is not None:
            return None
        index, partition = place.narrow(*_INDEX_BY_WAY[order.by], site)
        try:
            return arrange(kept.items, order.by, index, partition, limit=limit, after=after)
        except ValueError as error:
            raise _bad_cursor() from error

    def _rows(self, found: Sequence[Item], at: int) -> list[Found]:
        item_by_key = {item.key: item for item in found}
        macs = [Mac(item.key.partition.partition("#")[2]) for item in found]
        keys = dict.fromkeys(key(mac) for key in _KEYS for mac in macs)
        lacking = [key for key in keys if key not in item_by_key]
        item_by_key.update(self._table.get(lacking) if lacking else {})
        rows = []
        for item, mac in zip(found, macs, strict=True):
            device = item_by_key.get(items.device_key(mac))
            if device is None:  # the index still knew it
                continue
            number = items.to_line(item).number if item.key.sort.startswith("LINE#") else None
            rows.append(_row(device, mac, item_by_key, at, number))
        return rows


def _sifted(page: Page, index: str, sift: Sift, *, limit: int) -> Page:
    """Of a page the first `limit` entries that the sift lets through."""
    entries = [
        items.to_device(item) if item.key.sort == "DEVICE" else to_standing(item)
        for item in page.items
    ]
    verdicts = sift(entries)
    kept = [item for item, may_fit in zip(page.items, verdicts, strict=False) if may_fit]
    if len(kept) > limit:
        return Page(items=kept[:limit], after=position_of(kept[limit - 1], index))
    return Page(items=kept, after=page.after if len(verdicts) == len(entries) else None)


_KEYS: Sequence[Callable[[Mac], Key]] = (items.device_key, items.fetch_key, items.status_key)


def _row(
    item: Item, mac: Mac, item_by_key: Mapping[Key, Item], at: int, number: str | None
) -> Found:
    device = items.to_device(item)
    fetch = item_by_key.get(items.fetch_key(mac))
    standing = item_by_key.get(items.status_key(mac))
    return Found(
        device=Stored(device, item.revision),
        last_fetch=History(device, fetch.body).last if fetch else None,
        standing=to_standing(standing) if standing else None,
        at=at,
        number=number,
    )


def _parse(after: str | None, ways: int) -> tuple[int, str | None, bool]:
    """The way, the position on it, and whether to walk where there is something to gather."""
    if after is None:
        return 0, None, False
    walks = _WALKS in after
    at, colon, position = after.partition(_WALKS if walks else ":")
    if not colon or not at.isascii() or not at.isdigit() or int(at) >= ways:
        raise _bad_cursor()
    return int(at), position or None, walks


def _bad_cursor() -> InputError:
    says = "is not one that the Link header of this list gave"
    return InputError(Flaw(where="cursor", says=says))
