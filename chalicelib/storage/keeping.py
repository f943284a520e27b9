"""How do records lie over a table, and how are several changed at once though others write too?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import ChangedError, ConditionError, Flaw, InputError, StoreDownError
from chalicelib.domain.record import Listed, Stored
from chalicelib.storage import place
from chalicelib.storage.entry import entry_item
from chalicelib.storage.table import Absent, Condition, Item, Key, Put, Table, Unchanged, Write

_TRIES = 30
_LONGEST_PAUSE = 0.2  # seconds

T = TypeVar("T")


class Journal(Protocol):
    """Where it stands what a change is told by. See `access/trail.py`."""

    def pending(self) -> Sequence[AuditEntry]: ...
    def written(self, entries: Sequence[AuditEntry]) -> None: ...


class Keeping:
    """What the records of every kind share."""

    def __init__(
        self,
        table: Table,
        *,
        sleep: Callable[[float], None] = time.sleep,
        journal: Journal | None = None,
    ) -> None:
        """`journal` tells the lines that a change takes along in its write."""
        self._table = table
        self._sleep = sleep
        self._journal = journal

    def _get(self, key: Key) -> Item | None:
        return self._table.get([key]).get(key)

    def _list(
        self,
        kind: str,
        read: Callable[[Item], T],
        *,
        limit: int,
        after: str | None,
        site: str | None = None,
    ) -> Listed[Stored[T]]:
        """A part of what the index `listing` has of a kind: of one site, or of all when None."""
        index, partition = place.narrow(place.LISTING, kind, site)
        try:
            page = self._table.query(index, partition, limit=limit, after=after)
        except ValueError as error:
            says = "is not one that the Link header of this list gave"
            raise InputError(Flaw(where="cursor", says=says)) from error
        return Listed([Stored(read(item), item.revision) for item in page.items], page.after)

    def _settle(self, attempt: Callable[[], Sequence[Write]]) -> None:
        """Write what `attempt` says, until nobody was in the way.

        The first write is the record that the caller asked about: when its condition fails, the
        caller's view is out of date. The others are read afresh and tried again. The lines of the
        trail that tell of the change are written with it, or not at all.
        Raises ChangedError and StoreDownError.
        """
        entries = self._journal.pending() if self._journal else ()
        lines = [Put(item=entry_item(entry)) for entry in entries]
        for number in range(_TRIES):
            if number:
                # Random, so that those who collided do not meet again.
                self._sleep(random.uniform(0, min(0.005 * 2**number, _LONGEST_PAUSE)))  # noqa: S311 - no secret
            try:
                self._table.write(*attempt(), *lines)
            except ConditionError as error:
                if 0 in error.failed:
                    raise ChangedError("somebody else changed it; read it again") from error
            else:
                if self._journal:
                    self._journal.written(entries)
                return
        raise StoreDownError("too many others write the same records; try again")


def stored(item: Item | None, read: Callable[[Item], T]) -> Stored[T] | None:
    return Stored(read(item), item.revision) if item else None


def as_it_was(was: Stored[object] | None) -> Condition:
    """Holds while the record is the one that the caller saw."""
    return Unchanged(was.revision) if was else Absent()


def as_found(item: Item | None) -> Condition:
    """Holds while the item is the one that was just read."""
    return Unchanged(item.revision) if item else Absent()
