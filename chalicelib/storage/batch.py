"""How do the writes of many records become few transactions?

A Table over another one. What is written lies in the open step until that is kept or dropped; what
is kept is written together when it is flushed, and never when it is not. All reads see it as if it
had been written already. So a step is done as a whole or not at all, whatever the records above
make of it, and a batch that is never flushed is a dry run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.errors import ConditionError
from chalicelib.storage.table import (
    MAX_WRITES,
    Absent,
    Check,
    Condition,
    Delete,
    Item,
    Key,
    Page,
    Put,
    Table,
    Unchanged,
    Write,
)
from chalicelib.storage.writes import holds, key_of

_LARGEST = 2_000_000
"""Of one transaction, about, in characters: a table takes 4 MB."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """A write that waits; `when` is what has to hold of the table below, for the first of them."""

    write: Write
    when: Condition | None
    size: int

    @property
    def whole(self) -> Write:
        if isinstance(self.write, Check) or self.write.when is self.when:
            return self.write
        return replace(self.write, when=self.when)


class BatchTable:
    """A Table whose writes wait. For one thread."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._seen: dict[Key, Item | None] = {}
        self._kept: dict[Key, _Pending] = {}
        self._weight = 0
        """Of what is kept, in characters."""
        self._open: dict[Key, _Pending] = {}

    def fetch(self, keys: Sequence[Key]) -> None:
        """Read these items now, so that nobody has to read them one by one."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self._seen]
        if wanted:
            found = self._table.get(wanted)
            self._seen.update((key, found.get(key)) for key in wanted)

    def get(
        self,
        keys: Sequence[Key],
        *,
        within: float | None = None,  # noqa: ARG002 - nobody waits but an administrator
    ) -> Mapping[Key, Item]:
        if len(keys) > 1:
            self.fetch([key for key in keys if self._waiting(key) is None])
        found: dict[Key, Item] = {}
        for key in keys:
            item = self._look_up(key)
            if item is not None:
                found[key] = item
        return found

    def read(self, partition: str, *, within: float | None = None) -> Sequence[Item]:
        found = {item.key: item for item in self._table.read(partition, within=within)}
        for key, pending in {**self._kept, **self._open}.items():
            if key.partition != partition or isinstance(pending.write, Check):
                continue
            found.pop(key, None)
            if isinstance(pending.write, Put):
                found[key] = pending.write.item
        return [found[key] for key in sorted(found)]

    def write(self, *writes: Write, within: float | None = None) -> None:  # noqa: ARG002 - nothing is waited for
        self.get([key_of(write) for write in writes if write.when is not None])
        failed = [
            position
            for position, write in enumerate(writes)
            if write.when is not None and not holds(write.when, self._revision(key_of(write)))
        ]
        if failed:
            raise ConditionError(failed)
        for write in writes:
            self._open[key_of(write)] = self._over(write)

    def query(
        self,
        index: str,
        partition: str,
        *,
        limit: int,
        after: str | None = None,
        begins: str = "",
        least: str = "",
    ) -> Page:
        """Of the table below: what waits is in no index yet."""
        return self._table.query(
            index, partition, limit=limit, after=after, begins=begins, least=least
        )

    def count(self, index: str, partition: str, *, at_most: int) -> int:
        return self._table.count(index, partition, at_most=at_most)

    def drop(self) -> None:
        """Forget the open step."""
        self._open.clear()

    def keep(self) -> None:
        """Let the open step wait with those before it."""
        self._weight += self._growth
        self._kept.update(self._open)
        self._open.clear()

    @property
    def is_too_large(self) -> bool:
        """Whether the open step alone is more than one transaction."""
        return len(self._open) > MAX_WRITES

    @property
    def fits(self) -> bool:
        """Whether the open step and those that wait are one transaction."""
        new = sum(key not in self._kept for key in self._open)
        return len(self._kept) + new <= MAX_WRITES and self._weight + self._growth <= _LARGEST

    def flush(self) -> None:
        """Write what is kept in one transaction; the open step stays open.

        Raises ConditionError when somebody else changed what it relies on, ValueError when it is
        more than a table takes, and StoreDownError. Whatever was raised, nothing is kept any more,
        and what was read is forgotten.
        """
        kept, self._kept, self._weight = self._kept, {}, 0
        if not kept:
            return
        try:
            self._table.write(*(pending.whole for pending in kept.values()))
        except BaseException:
            self._seen.clear()
            self._open.clear()
            raise
        for key, pending in kept.items():
            if isinstance(pending.write, Put):
                self._seen[key] = pending.write.item
            elif isinstance(pending.write, Delete):
                self._seen[key] = None
            if key in self._open and not isinstance(pending.write, Check):
                # It was to take the place of what waited, and that lies in the table now.
                self._open[key] = replace(self._open[key], when=self._as_seen(key))

    @property
    def _growth(self) -> int:
        """By how many characters the open step makes more of what is kept."""
        replaced = (self._kept[key].size for key in self._open if key in self._kept)
        return sum(pending.size for pending in self._open.values()) - sum(replaced)

    def _waiting(self, key: Key) -> _Pending | None:
        return self._open.get(key) or self._kept.get(key)

    def _look_up(self, key: Key) -> Item | None:
        for layer in (self._open, self._kept):
            pending = layer.get(key)
            if pending is not None and not isinstance(pending.write, Check):
                return pending.write.item if isinstance(pending.write, Put) else None
        if key not in self._seen:
            self.fetch([key])
        return self._seen[key]

    def _revision(self, key: Key) -> str | None:
        item = self._look_up(key)
        return item.revision if item else None

    def _as_seen(self, key: Key) -> Condition:
        item = self._seen[key]
        return Unchanged(item.revision) if item else Absent()

    def _over(self, write: Write) -> _Pending:
        """The write over the one that waits at its key, with the condition of the first of them."""
        before = self._waiting(key_of(write))
        if before is not None and isinstance(write, Check):
            return before
        when = write.when if before is None else before.when
        return _Pending(write, when, _size(write))


def _size(write: Write) -> int:
    """About how many characters the write has; the text that Python shows is quickly made."""
    return len(repr(write.item.body)) if isinstance(write, Put) else 100
