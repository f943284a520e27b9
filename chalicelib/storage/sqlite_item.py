"""How does an item lie in the rows of a SQLite file?"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from chalicelib.storage.table import Item, Key
from chalicelib.storage.writes import parse_body


def delete_item(connection: sqlite3.Connection, key: Key) -> None:
    """Remove what lies at the key, if anything does."""
    # The item's index entries go with it: ON DELETE CASCADE.
    connection.execute(
        "DELETE FROM items WHERE partition = ? AND sort = ?", (key.partition, key.sort)
    )


def put_item(connection: sqlite3.Connection, item: Item, body: str) -> None:
    """Write the item, its body as this text, in place of what lies there."""
    key = (item.key.partition, item.key.sort)
    # What is replaced counts as deleted, so its index entries go with it, too.
    connection.execute(
        """INSERT OR REPLACE INTO items (partition, sort, revision, body, expires_at)
           VALUES (?, ?, ?, ?, ?)""",
        (*key, item.revision, body, item.expires_at),
    )
    if item.entries:
        connection.executemany(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
            [(index, *place, *key) for index, place in item.entries.items()],
        )


def read_item(row: tuple[Any, ...]) -> Item:
    """The item in a row of the view whole_items."""
    partition, sort, revision, body, expires_at, entries = row
    key = Key(partition, sort)
    return Item(
        key=key,
        body=parse_body(body, key),
        revision=revision,
        entries={index: tuple(place) for index, place in json.loads(entries).items()},
        expires_at=expires_at,
    )
