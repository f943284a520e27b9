"""What must hold of a request, whichever table answers it?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.errors import StoreDownError
from chalicelib.storage.table import (
    INDEXES,
    MAX_WRITES,
    Absent,
    Condition,
    Item,
    Key,
    Present,
    Put,
    Unchanged,
    Write,
)

# In bytes of UTF-8. DynamoDB's limits, less what it counts besides the texts of an item; SQLite
# keeps them too, so that a record fits both tables or none.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
MAX_PARTITION = 2048
MAX_SORT = 1024
MAX_ITEM = 400_000
MAX_TRANSACTION = 4_000_000

MAX_EXPIRY = 2**53

_canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def check_writes(writes: Sequence[Write], *, within: float | None) -> dict[Key, str]:
    """The bodies to be written as texts, by key.

    Raises ValueError for what no table takes.
    """
    if within is not None and not within > 0:
        raise ValueError(f"a write within {within} seconds cannot be done")
    if len(writes) > MAX_WRITES:
        raise ValueError(f"{len(writes)} writes in one call; at most {MAX_WRITES} are allowed")
    keys = [key_of(write) for write in writes]
    check_keys([write.key for write in writes if not isinstance(write, Put)])
    if len({*keys}) < len(keys):
        twice = {key for key in keys if keys.count(key) > 1}
        raise ValueError(f"more than one write for {min(twice)}")
    items = [write.item for write in writes if isinstance(write, Put)]
    body_by_key = {item.key: body_text(item.body) for item in items}
    total = sum(_check_item(item, body_by_key[item.key]) for item in items)
    if total > MAX_TRANSACTION:
        raise ValueError(f"{total} bytes in one call; at most {MAX_TRANSACTION} are allowed")
    return body_by_key


def check_keys(keys: Sequence[Key]) -> None:
    """Raises ValueError for a key that no table takes."""
    for key in keys:
        check_place(key.partition, key.sort)


def check_place(partition: str, sort: str) -> int:
    """The bytes of a place, in the table or an index; raises ValueError for what no table takes."""
    size = _size(sort)
    if not 0 < size <= MAX_SORT:
        raise ValueError(f"sort key of {size} bytes; 1 to {MAX_SORT} are allowed")
    return check_partition(partition) + size


def check_partition(partition: str) -> int:
    """The bytes of a partition; raises ValueError for one that no table takes."""
    size = _size(partition)
    if not 0 < size <= MAX_PARTITION:
        raise ValueError(f"partition of {size} bytes; 1 to {MAX_PARTITION} are allowed")
    return size


def check_index(index: str, partition: str) -> None:
    """Raises ValueError for an index that no table keeps, or a partition that it cannot have."""
    _check_name(index)
    check_partition(partition)


def check_beginning(begins: str, least: str) -> None:
    """Raises ValueError for a least sort key that is not among those that begin so."""
    if least and not least.startswith(begins):
        raise ValueError(f"the least sort key {least!r} does not begin with {begins!r}")


def check_number(name: str, number: int, *, least: int) -> None:
    """Raises ValueError for a number below the least."""
    if number < least:
        raise ValueError(f"{name} is {number}; at least {least} is allowed")


def holds(when: Condition, revision: str | None) -> bool:
    """Does the condition hold where the item has this revision, or is absent (None)?"""
    match when:
        case Absent():
            return revision is None
        case Present():
            return revision is not None
        case Unchanged(expected):
            return revision == expected


def key_of(write: Write) -> Key:
    """Where the write takes place."""
    return write.item.key if isinstance(write, Put) else write.key


def body_text(body: Mapping[str, Any]) -> str:
    """The body as canonical JSON: equal bodies give equal texts."""
    return _canonical.encode(dict(body))


def parse_body(text: str, key: Key) -> dict[str, Any]:
    """The body that was written as this text; raises StoreDownError when it is none."""
    try:
        body: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise StoreDownError(f"the item at {key} is broken: its body is no JSON") from error
    return body


def _check_name(index: str) -> None:
    if index not in INDEXES:
        raise ValueError(f"no index {index!r}; there are {', '.join(INDEXES)}")


def _check_item(item: Item, body: str) -> int:
    """The item's size in bytes; raises ValueError for an item that no table takes."""
    if item.expires_at is not None and not 0 <= item.expires_at <= MAX_EXPIRY:
        raise ValueError(f"{item.key} expires at {item.expires_at}; 0 to 2**53 is allowed")
    size = check_place(*item.key) + _size(item.revision) + _size(body)
    for index, place in item.entries.items():
        _check_name(index)
        size += check_place(*place)
    if size > MAX_ITEM:
        raise ValueError(f"{item.key} has {size} bytes; at most {MAX_ITEM} are allowed")
    return size


def _size(text: str) -> int:
    # Nearly all texts are ASCII, of which Python knows it.
    return len(text) if text.isascii() else len(text.encode())
