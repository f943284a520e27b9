"""How are the counts of devices made right again, while phones fetch?

A change of how a device stands moves its mark in the same transaction, so counts stay right. They
are not after a restore of a backup that was made while phones fetched, or when somebody has written
into the table by hand.

All devices are walked through once. A count is looked at as it was before the walk and is after it:
when none of its parts was written, nothing of its devices has changed, and what was met is exact.
It is put right by one transaction, whose conditions say that still no part was written.

A group of which devices have changed meanwhile is held for a moment: who would change its count
gets a collision (a fetch is noted without it, and its next note makes up for that; an administrator
tries again by itself), until it was counted anew or the time is over.

What belongs to each site is counted anew on the same walk, see `roll_recount.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Protocol, runtime_checkable

from chalicelib.domain.errors import ConditionError, StoreDownError
from chalicelib.domain.standing import Group
from chalicelib.domain.tally import Count, Mark, add_up
from chalicelib.storage import place
from chalicelib.storage.cells import HELD_UNTIL, PARTS
from chalicelib.storage.keeping import as_found
from chalicelib.storage.roll_recount import RollDifference, RollRecount
from chalicelib.storage.standing_item import cell_item, cell_key, to_cell, to_standing
from chalicelib.storage.table import Absent, Check, Delete, Item, Key, Put, Table, Write
from chalicelib.storage.upgrade import partitions_of
from chalicelib.storage.walk import Walkable, walk

_TRIES = 10
_WALKS = 5
_HELD_SECONDS = 60
_PAGE = 500
_READ_AT_ONCE = 100

INDEX_SECONDS = 2.0
"""So long may an index of DynamoDB lag behind, with much to spare."""


@runtime_checkable
class RecountableTable(Table, Walkable, Protocol):
    """A table that can be read whole, and written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A group whose count was not right, and how many devices of it were counted, and are there."""

    group: Group
    counted: Count
    found: Count

    def __str__(self) -> str:
        """In words, without a full stop."""
        name = _name_of(self.group)
        was, is_ = self.counted.devices, self.found.devices
        if was == is_:
            return f"{name}: {is_} devices, of which some stood otherwise than counted"
        return f"{name}: {was} devices were counted, {is_} are there"


@dataclass(kw_only=True, slots=True)
class Recounted:
    """What a recount has done so far."""

    devices: int = 0
    differences: list[Difference] = field(default_factory=list)
    sites: list[RollDifference] = field(default_factory=list)

    @property
    def says(self) -> str:
        """In words."""
        put_right = [*self.differences, *self.sites]
        if not put_right:
            return f"{self.devices} devices, all counted right"
        lines = [
            f"{self.devices} devices; {len(put_right)} counts were put right:",
            *(f"  {difference}" for difference in put_right),
        ]
        return "\n".join(lines)


Parts = Mapping[Key, Item]


def recount(
    table: RecountableTable,
    *,
    today: date,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    progress: Callable[[int, int | None], None] | None = None,
) -> Recounted:
    """Put all counts right, and tell which were not.

    Raises StoreDownError when others write the same counts again and again; what is done stays.
    """
    done = Recounted()
    before, roll = _all_parts(table), RollRecount(table)
    count_by_group: dict[Group, Count] = {group: Count() for group in before}
    for standing in _walk_standings(table, roll.meet):
        mark = Mark.of(to_standing(standing))
        count = count_by_group.get(mark.group, Count())
        count_by_group[mark.group] = count.plus(mark, 1, today=today)
        done.devices += 1
        if progress:
            progress(done.devices, None)
    for group in sorted(count_by_group, key=_name_of):
        one = _Group(table, group, today=today, now=now, sleep=sleep)
        difference = one.set_right(count_by_group[group], before.get(group, {}))
        if difference:
            done.differences.append(difference)
    _set_rolls_right(table, roll, done)
    return done


def _set_rolls_right(table: RecountableTable, roll: RollRecount, done: Recounted) -> None:
    """Put right what is counted of each site; the walk that `roll` was made for is over."""
    for _ in range(_WALKS):
        differences, missed = roll.set_right()
        done.sites += differences
        if not missed:
            return
        roll = RollRecount(table, only=missed)
        for stretch in walk(table):
            for item in stretch.items:
                roll.meet(item)
    names = ", ".join(roll.sites)
    raise StoreDownError(f"records come to site {names} or leave it again and again")


class _Group:
    """The count of one group."""

    def __init__(
        self,
        table: Table,
        group: Group,
        *,
        today: date,
        now: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._table = table
        self._group = group
        self._today = today
        self._now = now
        self._sleep = sleep
        self._keys = [cell_key(group, part) for part in range(PARTS)]

    def set_right(self, count: Count, before: Parts) -> Difference | None:
        """Make this its count where nothing has changed since `before`, else what is there then."""
        parts = self._table.get(self._keys)
        if _are_same(parts, before):
            counted = _sum(parts)
            if counted.is_like(count, today=self._today):
                return None
            if self._replace(parts, count):
                return Difference(group=self._group, counted=counted, found=count)
        for _ in range(_TRIES):
            parts = self._table.get(self._keys)
            held = self._hold(parts)
            if held is None:
                continue
            self._sleep(INDEX_SECONDS)
            count = self._count()
            if self._replace(held, count):
                counted = _sum(parts)
                if counted.is_like(count, today=self._today):
                    return None
                return Difference(group=self._group, counted=counted, found=count)
        raise StoreDownError(f"others write the count of {_name_of(self._group)} again and again")

    def _hold(self, parts: Parts) -> Parts | None:
        """Keep everybody from the count for a while; None where somebody was faster."""
        until = int(self._now()) + _HELD_SECONDS
        held: dict[Key, Item] = {}
        for number, key in enumerate(self._keys):
            was = parts.get(key)
            count = to_cell(was)[1] if was else Count()
            item = cell_item(self._group, count, number)
            held[key] = replace(item, body={**item.body, HELD_UNTIL: until})
        writes = [Put(item=item, when=as_found(parts.get(key))) for key, item in held.items()]
        return held if self._write(writes) else None

    def _count(self) -> Count:
        """What the devices of the group come to now."""
        count = Count()
        for item in self._standings():
            mark = Mark.of(to_standing(item))
            if mark.group == self._group:
                count = count.plus(mark, 1, today=self._today)
        return count

    def _standings(self) -> Iterator[Item]:
        """How the devices of the site stand: found by the index, read from the table itself."""
        index, partition = place.narrow(place.LISTING, place.STATES, self._group.site)
        after: str | None = None
        while True:
            page = self._table.query(index, partition, limit=_PAGE, after=after)
            ours = [item.key for item in page.items if to_standing(item).group == self._group]
            for start in range(0, len(ours), _READ_AT_ONCE):
                yield from self._table.get(ours[start : start + _READ_AT_ONCE]).values()
            after = page.after
            if after is None:
                return

    def _replace(self, parts: Parts, count: Count) -> bool:
        """Have this count in the first part and nothing in the others, if all are as they were."""
        first, *others = self._keys
        writes: list[Write] = []
        if count == Count():
            writes += [Delete(key=first, when=as_found(parts[first]))] if first in parts else []
        else:
            item = cell_item(self._group, count, 0)
            writes.append(Put(item=item, when=as_found(parts.get(first))))
        writes += [
            Delete(key=key, when=as_found(parts[key]))
            if key in parts
            else Check(key=key, when=Absent())
            for key in others
        ]
        return self._write(writes)

    def _write(self, writes: Sequence[Write]) -> bool:
        try:
            self._table.write(*writes)
        except ConditionError:
            return False
        return True


def _all_parts(table: Table) -> dict[Group, dict[Key, Item]]:
    """The parts of each count that there is."""
    found: dict[Group, dict[Key, Item]] = {}
    after: str | None = None
    while True:
        page = table.query(place.LISTING, place.CELLS, limit=_PAGE, after=after)
        for item in page.items:
            found.setdefault(to_cell(item)[0], {})[item.key] = item
        after = page.after
        if after is None:
            return found


def _walk_standings(table: Walkable, meet: Callable[[Item], None]) -> Iterator[Item]:
    """How each device stands that is there; `meet` is shown every item."""
    everything = chain.from_iterable(stretch.items for stretch in walk(table))
    for partition in partitions_of(everything):
        for item in partition:
            meet(item)
        by_sort = {item.key.sort: item for item in partition}
        if "DEVICE" in by_sort and "STATUS" in by_sort:
            yield by_sort["STATUS"]


def _are_same(parts: Parts, before: Parts) -> bool:
    revisions = ({key: item.revision for key, item in each.items()} for each in (parts, before))
    return next(revisions) == next(revisions)


def _sum(parts: Parts) -> Count:
    return add_up(to_cell(item)[1] for item in parts.values())


def _name_of(group: Group) -> str:
    own = [each for each in (group.layout, group.firmware) if each]
    return " ".join([group.site, f"{group.vendor}/{group.model}", *own])
