"""Items for the tests of tables, and how they list them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.storage.table import (
    Item,
    Key,
    Page,
    Put,
    Table,
)

HERE = Key("DEVICE#1", "DEVICE")
THERE = Key("DEVICE#2", "DEVICE")


def an_item(
    key: Key = HERE,
    *,
    revision: str = "r1",
    body: Mapping[str, Any] | None = None,
    place: tuple[str, str] | None = None,
    expires_at: int | None = None,
) -> Item:
    return Item(
        key=key,
        body={"name": "Reception"} if body is None else body,
        revision=revision,
        entries={} if place is None else {"listing": place},
        expires_at=expires_at,
    )


def listed(sort: str, **more: Any) -> Item:  # noqa: ANN401 - what an_item takes
    return an_item(Key(f"DEVICE#{sort}", "DEVICE"), place=("DEVICES", sort), **more)


def list_items(table: Table, *items: Item) -> None:
    for item in items:
        table.write(Put(item=item))


def places(page: Page) -> list[str]:
    return [item.entries["listing"][1] for item in page.items]
