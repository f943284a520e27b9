"""How is a table read from one end to the other, in stretches?

For backups only: it reads everything, so no request of a phone or an administrator may do it, and
the function's role does not allow it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from chalicelib.storage.table import Item, Key

STRETCH = 500
"""How many items one read brings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A part of a table; `after` is where the next one begins, None at the end."""

    items: Sequence[Item]
    after: Key | None


@runtime_checkable
class Walkable(Protocol):
    """A table that can be read whole."""

    def walk(self, *, limit: int, after: Key | None = None) -> Stretch:
        """About `limit` items, in an order of the table's own, from `after` on.

        Items that come or go meanwhile may or may not be met; all others are met once.
        """


def walk(table: Walkable, *, limit: int = STRETCH, after: Key | None = None) -> Iterator[Stretch]:
    """The rest of the table, stretch by stretch."""
    stretch = table.walk(limit=limit, after=after)
    yield stretch
    while stretch.after is not None:
        stretch = table.walk(limit=limit, after=stretch.after)
        yield stretch
