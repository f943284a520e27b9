"""How are devices counted while thousands of writers change them?

A change of how a device stands takes its mark along in the same transaction, so no mark is lost or
added twice. The count of a group lies in parts, and any part may take any mark: a writer begins
with the part that it wrote last, and goes to another one when somebody was faster.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from chalicelib.domain.errors import ConditionError
from chalicelib.domain.standing import Group
from chalicelib.domain.tally import Cell, Count, Mark, add_up
from chalicelib.storage import place
from chalicelib.storage.keeping import Keeping, as_found
from chalicelib.storage.standing_item import cell_item, cell_key, to_cell
from chalicelib.storage.table import MAX_WRITES, Item, Key, Put, Table, Write

PARTS = 32
HELD_UNTIL = "held_until"
"""The field of a part, a Unix time, while its count is made anew and nobody else may write it."""

_PAGE = 500
_MOST_REMEMBERED = 1000

Part = tuple[int, Item]
"""A part of a count by its number, as it was written."""

Deltas = Iterable[tuple[Mark, int]]
"""Marks, each with 1 to add it or -1 to take it away."""


class CellRecords(Keeping):
    """The counts of one installation."""

    def cells(self, site: str | None = None) -> list[Cell]:
        """The count of each group that has devices, of one site or of all."""
        index, partition = place.narrow(place.LISTING, place.CELLS, site)
        parts_by_group: dict[Group, list[Count]] = defaultdict(list)
        after: str | None = None
        while True:
            page = self._table.query(index, partition, limit=_PAGE, after=after)
            for item in page.items:
                group, count = to_cell(item)
                parts_by_group[group].append(count)
            after = page.after
            if after is None:
                break
        cells = (Cell(group=group, count=add_up(parts)) for group, parts in parts_by_group.items())
        return [cell for cell in cells if cell.count.devices]

    def _counter(self) -> Counter:
        return Counter(self._table, self._remembered)

    @cached_property
    def _remembered(self) -> dict[Group, Part]:
        """The part of each group's count that this process wrote last, as it was then."""
        return {}


def is_count(key: Key) -> bool:
    """Whether a part of a count lies there."""
    return key.partition.startswith("CELL#")


class Counter:
    """Writes marks, for one change that may have to be tried again."""

    def __init__(self, table: Table, remembered: dict[Group, Part]) -> None:
        self._table = table
        self._remembered = remembered
        self._tries = 0

    def writes(
        self,
        deltas: Deltas,
        today: date,
        *,
        may_guess: bool = False,
        within: float | None = None,
    ) -> list[Write]:
        """The writes that add and take away these marks; others at each call.

        Raises ConditionError while their count is made anew, see `recount.py`.
        `may_guess` lets the first try rely on what the process remembers, without a read; `within`
        bounds the time of one.
        """
        by_group: dict[Group, list[tuple[Mark, int]]] = defaultdict(list)
        for mark, by in deltas:
            by_group[mark.group].append((mark, by))
        guesses = may_guess and self._tries == 0
        # Looked up once: threads of one process share what it remembers.
        last = {group: self._remembered.get(group) for group in by_group}
        parts = {group: self._part(last[group]) for group in by_group}
        keys = {
            group: cell_key(group, part)
            for group, part in parts.items()
            if not (guesses and last[group])
        }
        found = self._table.get(list(keys.values()), within=within) if keys else {}
        self._tries += 1
        writes: list[Write] = []
        for group, marks in by_group.items():
            known = last[group]
            was = found.get(keys[group]) if group in keys else known and known[1]
            if was and was.body.get(HELD_UNTIL, 0) > time.time():
                raise ConditionError([MAX_WRITES])  # as one write more, that came too late
            count = to_cell(was)[1] if was else Count()
            for mark, by in marks:
                count = count.plus(mark, by, today=today)
            item = cell_item(group, count, parts[group])
            writes.append(Put(item=item, when=as_found(was)))
        return writes

    def written(self, writes: Iterable[Write]) -> None:
        """Remember what lies in the table now."""
        if len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.clear()
        for write in writes:
            if isinstance(write, Put) and is_count(write.item.key):
                group, _ = to_cell(write.item)
                self._remembered[group] = (int(write.item.key.sort), write.item)

    def _part(self, last: Part | None) -> int:
        if self._tries:
            return random.randrange(PARTS)  # noqa: S311 - no secret
        return last[0] if last else 0
