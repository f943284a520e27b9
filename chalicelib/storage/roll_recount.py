"""How is the count of what belongs to each site made right again, while others write?

Records that were there before `roll.py` was are not in it. All records are walked through, and the
count of a site is looked at as it was before the walk and is after it: when none of its parts was
written, nothing has come to the site or left it, and what was met is exact. It is put right by one
transaction, whose conditions say that still no part was written. Where something came or left, the
records are walked through once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from chalicelib.domain.errors import ConditionError
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.keeping import as_found
from chalicelib.storage.membership import Members, members_of
from chalicelib.storage.roll import PARTS, members_in, roll_item, roll_key
from chalicelib.storage.table import Absent, Check, Delete, Item, Key, Present, Put, Table, Write

_PAGE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class RollDifference:
    """A site of which other records were counted than belong to it."""

    site: str
    counted: Members
    found: Members

    def __str__(self) -> str:
        """In words, without a full stop."""
        counted, found = _tell(self.counted, "was", "were"), _tell(self.found, "is", "are")
        return f"site {self.site}: {counted} counted; {found} there"


class RollRecount:
    """The rolls of all sites, as they are before a walk through the table."""

    def __init__(self, table: Table, *, only: Iterable[str] | None = None) -> None:
        """`only` these sites, where that is given."""
        self._table = table
        self._before = self._read(_all_sites(table) if only is None else only)
        self._found: dict[str, Counter[str]] = {name: Counter() for name in self._before}

    @property
    def sites(self) -> list[str]:
        """Their names."""
        return list(self._before)

    def meet(self, item: Item) -> None:
        """Take note of an item that was met on the walk."""
        for site, kind in members_of(item):
            if site in self._found:
                self._found[site][kind] += 1

    def set_right(self) -> tuple[list[RollDifference], list[str]]:
        """After the walk. Gives what differed, and the sites that others wrote to meanwhile."""
        differences: list[RollDifference] = []
        missed: list[str] = []
        now = self._read(self._before)
        for site, before in self._before.items():
            found, parts = dict(self._found[site]), now[site]
            counted = members_in(parts.values())
            if _revisions(parts) != _revisions(before):
                missed.append(site)
            elif counted == found:
                continue
            elif self._replace(site, parts, found):
                differences.append(RollDifference(site=site, counted=counted, found=found))
            else:
                missed.append(site)
        return differences, [site for site in missed if self._is_there(site)]

    def _read(self, sites: Iterable[str]) -> dict[str, dict[Key, Item]]:
        """The parts of these sites' rolls that there are."""
        keys = {site: [roll_key(site, part) for part in range(PARTS)] for site in sites}
        found = self._table.get(list(chain.from_iterable(keys.values())))
        return {
            site: {key: found[key] for key in own if key in found} for site, own in keys.items()
        }

    def _replace(self, site: str, parts: Mapping[Key, Item], found: Members) -> bool:
        """Have all of it in the first part, where all parts are as they were."""
        first, *others = (roll_key(site, part) for part in range(PARTS))
        last_at = max((part.body["last_at"] for part in parts.values()), default=None)
        writes: list[Write] = [
            Check(key=items.site_key(site), when=Present()),
            Put(item=roll_item(site, 0, found, last_at), when=as_found(parts.get(first))),
        ]
        writes += [
            Delete(key=key, when=as_found(parts[key]))
            if key in parts
            else Check(key=key, when=Absent())
            for key in others
        ]
        try:
            self._table.write(*writes)
        except ConditionError:
            return False
        return True

    def _is_there(self, site: str) -> bool:
        key = items.site_key(site)
        return key in self._table.get([key])


def _all_sites(table: Table) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page = table.query(place.LISTING, place.SITES, limit=_PAGE, after=after)
        found += (item.body["name"] for item in page.items)
        after = page.after
        if after is None:
            return found


def _revisions(parts: Mapping[Key, Item]) -> Sequence[tuple[Key, str]]:
    return sorted((key, item.revision) for key, item in parts.items())


def _tell(members: Members, one: str, many: str) -> str:
    """In words, and the verb that fits."""
    told = [f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in sorted(members.items())]
    if len(told) > 1:
        return f"{', '.join(told[:-1])} and {told[-1]} {many}"
    return f"{told[0] if told else 'nothing'} {one if sum(members.values()) in (0, 1) else many}"
