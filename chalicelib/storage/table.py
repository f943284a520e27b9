"""What Offhook needs of a place that keeps items.

An item lies in a partition under a sort key and carries a JSON body, a revision and, where it is
to be found in lists, index entries. The two implementations are `sqlite.py` and `dynamodb.py`;
the tests hold both to one contract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

INDEXES = ("listing", "finding", "site_listing", "site_finding")
"""The indexes that every table keeps; `place.py` says what each is for."""

MAX_WRITES = 100
"""How many writes one call may hold, as in DynamoDB's transactions."""


class Key(NamedTuple):
    """Where an item lies. A tuple, since keys are looked up all the time."""

    partition: str
    sort: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """What is kept.

    `revision` is an opaque text that changes with every write of the record.
    `entries` places the item in indexes: index name -> (partition, sort).
    `expires_at` is a Unix time in seconds after which the item is gone.
    """

    key: Key
    body: Mapping[str, Any]
    revision: str
    entries: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """Holds when no item lies at the key."""


@dataclass(frozen=True, slots=True)
class Present:
    """Holds when an item lies at the key."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Holds when the item at the key has this revision."""

    revision: str


Condition = Absent | Present | Unchanged


@dataclass(frozen=True, kw_only=True, slots=True)
class Put:
    """Write the item whole."""

    item: Item
    when: Condition | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delete:
    """Remove what lies at the key; nothing there is no error."""

    key: Key
    when: Condition | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """Write nothing, but let the other writes happen only when the condition holds."""

    key: Key
    when: Condition


Write = Put | Delete | Check


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A part of an index in its sort order; `after` leads to the next part, None at the end."""

    items: Sequence[Item]
    after: str | None


class Table(Protocol):
    """A place that keeps items.

    Every method raises StoreDownError when the table is unreachable, throttled or broken.
    Reads by key and by partition see every acknowledged write; an index may lag behind.
    Expired items are in no answer.
    """

    def get(self, keys: Sequence[Key], *, within: float | None = None) -> Mapping[Key, Item]:
        """The items at these keys; a key without an item is absent from the answer.

        `within` bounds the time in seconds that each request to the table takes; it is tried once.
        """

    def read(self, partition: str, *, within: float | None = None) -> Sequence[Item]:
        """All items of a partition in the order of their sort keys, `within` as for `get`."""

    def write(self, *writes: Write, within: float | None = None) -> None:
        """Do all of the writes or none of them.

        At most MAX_WRITES, each key once. `within` bounds the time in seconds, tries and all.
        Raises ConditionError, with the positions of the writes whose condition failed.
        """

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
        """Up to `limit` items of an index partition in its sort order, from `after` on.

        Only those whose sort key in the index `begins` so, and is not before `least`, which begins
        so, too. A position stays valid when items come or go, also the one it points to, and when
        `least` is another one.
        Raises ValueError for a position that no such query of this index partition gave.
        """

    def count(self, index: str, partition: str, *, at_most: int) -> int:
        """How many items an index partition has, counted no further than `at_most`."""
