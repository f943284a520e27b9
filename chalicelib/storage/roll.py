"""How many records belong to a site, so that none is left behind in one that is removed?

    partition      sort       what
    SITE#berlin    ROLL#0     a part of the count, by kind; the last time that something came

The indexes tell it too, but later: nobody can rely on them in a write. So who brings a record into
a site, or takes one out, counts that in the same transaction, and the removal of a site goes by all
parts of the count and takes them away.

It costs a write for each site that a record comes to or leaves, and a check beside it for the first
in a part: nothing for a record that stays where it is, and nothing in the default site, which is
never removed. A check of the site on every save would cost as much, since DynamoDB lets no two
transactions hold an item at once, and all writers of a site would meet there: here they go to
another part when they meet.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.errors import InputError
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.site import no_site
from chalicelib.storage import item as items
from chalicelib.storage.keeping import Keeping, as_found
from chalicelib.storage.table import (
    Absent,
    Check,
    Delete,
    Item,
    Key,
    Present,
    Put,
    Table,
    Unchanged,
    Write,
)

PARTS = 8

_SETTLED = timedelta(minutes=10)
"""So long after the last coming the indexes know all of it. Tokens leave by themselves when they
expire, which the count does not notice: from then on it is no longer asked."""

_NEVER = datetime.min.replace(tzinfo=UTC)

Moves = Mapping[str, int]
"""How many records of a kind come to each site, or leave it when below zero."""


def from_to(before: str | None, after: str | None) -> Moves:
    """The move of one record from a site to another one; None where it was not, or will not be."""
    if before == after:
        return {}
    return {site: by for site, by in ((before, -1), (after, 1)) if site is not None}


class Roll:
    """Counts the records of sites, for one change that may have to be tried again."""

    def __init__(self, table: Table, *, part: int | None = None) -> None:
        """`part` is the only one to be written, where it is given."""
        self._table = table
        self._own_part = part
        self._tries = 0

    def writes(self, kind: str, moves: Moves, at: datetime) -> list[Write]:
        """The writes that count these moves; others at each call.

        Raises InputError for a site that something is to come to, and that is not there.
        """
        moves = {site: by for site, by in moves.items() if by and site != DEFAULT_SITE}
        if not moves:
            return []
        part = self._part()
        self._tries += 1
        keys = [key for site in moves for key in (roll_key(site, part), items.site_key(site))]
        found = self._table.get(keys)
        writes: list[Write] = []
        for site, by in moves.items():
            was = found.get(roll_key(site, part))
            if was is None and items.site_key(site) not in found:
                if by > 0:
                    raise InputError(no_site(site))
                continue  # it was in a site that is no more
            writes.append(Put(item=_plus(was, site, part, kind, by, at), when=as_found(was)))
            if was is None:
                writes.append(Check(key=items.site_key(site), when=Present()))
        return writes

    def _part(self) -> int:
        if self._own_part is not None:
            return self._own_part
        return random.randrange(PARTS) if self._tries else 0  # noqa: S311 - no secret


class RollRecords(Keeping):
    """The count of what belongs to each site."""

    def _roll(self) -> Roll:
        return Roll(self._table)

    def _read_roll(self, site: str) -> Count:
        keys = [roll_key(site, part) for part in range(PARTS)]
        found = self._table.get(keys)
        return Count(parts={key: found.get(key) for key in keys})


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """All that is counted of a site."""

    parts: Mapping[Key, Item | None]

    def recent(self, now: datetime) -> dict[str, int]:
        """How many records of each kind there are, when one came not long ago; else none."""
        there = [part.body for part in self.parts.values() if part]
        last = max((items.to_time(body["last_at"]) for body in there), default=_NEVER)
        if now - last > _SETTLED:
            return {}
        counts = members_in(part for part in self.parts.values() if part)
        return {kind: count for kind, count in counts.items() if count > 0}

    def removal(self) -> Sequence[Write]:
        """The writes that take the count away as it was read."""
        return [
            Delete(key=key, when=Unchanged(part.revision))
            if part
            else Check(key=key, when=Absent())
            for key, part in self.parts.items()
        ]


def roll_key(site: str, part: int) -> Key:
    return Key(items.site_key(site).partition, f"ROLL#{part}")


def members_in(parts: Iterable[Item]) -> dict[str, int]:
    """How many records of each kind these parts come to."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part.body["counts"])
    return {kind: count for kind, count in total.items() if count}


def roll_item(site: str, part: int, counts: Mapping[str, int], last_at: str | None) -> Item:
    """A part of the count. `last_at` is when something last came, None where that is long ago."""
    counts = {kind: count for kind, count in counts.items() if count}
    body = {"counts": counts, "last_at": last_at or items.from_time(_NEVER)}
    return items.new_item(roll_key(site, part), body)


def _plus(was: Item | None, site: str, part: int, kind: str, by: int, at: datetime) -> Item:
    counts = Counter(was.body["counts"] if was else {})
    counts[kind] += by
    last_at = items.from_time(at) if by > 0 or was is None else was.body["last_at"]
    return roll_item(site, part, counts, last_at)
