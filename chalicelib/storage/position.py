"""How is a place in an index written, so that a client can hand it back?

A position names the last entry that was given, not a row or a page. So it stays valid when items
come or go, and it is the same text in every table.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from chalicelib.storage.table import Item, Key, Page
from chalicelib.storage.writes import check_place


def cut_page(found: Sequence[Item], index: str, *, limit: int) -> Page:
    """The first `limit` of the items that were found; one more tells that the list goes on."""
    items = found[:limit]
    return Page(items=items, after=position_of(items[-1], index) if len(found) > limit else None)


def parse_position(text: str, *, index: str, partition: str, begins: str = "") -> tuple[str, Key]:
    """The sort key in the index, and the key of the item, that the position stands behind.

    Raises ValueError when no query of this index partition, for what `begins` so, gave it.
    """
    parts = _decode(text)
    if parts[:2] != [index, partition] or not parts[2].startswith(begins):
        raise ValueError("the position belongs to another list")
    _, _, sort, item_partition, item_sort = parts
    check_place(partition, sort)
    check_place(item_partition, item_sort)
    return sort, Key(item_partition, item_sort)


def position_of(item: Item, index: str) -> str:
    """The position behind this item of the index."""
    partition, sort = item.entries[index]
    return position_at(index, partition, sort, item.key)


def position_at(index: str, partition: str, sort: str, key: Key) -> str:
    """The position behind the entry of an item at this place, whether there is one or not."""
    return _encode([index, partition, sort, key.partition, key.sort])


def end_of(begins: str) -> str | None:
    """The first text after all that begin so; None where all later texts do."""
    stem = begins.rstrip("\U0010ffff")
    if not stem:
        return None
    code = ord(stem[-1]) + 1
    return stem[:-1] + chr(0xE000 if 0xD800 <= code < 0xE000 else code)


def _encode(parts: list[str]) -> str:
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(text: str) -> list[str]:
    try:
        parts: Any = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        raise ValueError("not a position") from None
    well_formed = (
        isinstance(parts, list)
        and len(parts) == 5
        and all(isinstance(part, str) for part in parts)
        # base64 and JSON both have many spellings of one value; only ours is a position.
        and _encode(parts) == text
    )
    if not well_formed:
        raise ValueError("not a position")
    return list(parts)
