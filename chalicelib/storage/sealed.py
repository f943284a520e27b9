"""How do secrets get into a table without lying there?

A Table over another one: it seals the secrets of every body that is written and opens them in all
that is read. Whoever holds a copy of the table below holds none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain.sealing import Seal
from chalicelib.storage.table import Item, Key, Page, Put, Table, Write

SECRETS = frozenset(("password", "admin_password", "user_password"))
"""Fields of this name are secrets, wherever they stand in a body."""

SECRET_MAPS = frozenset(("vendor_settings",))
"""All values in fields of this name may be secrets."""


class SealedTable:
    """A Table whose secrets are sealed by `seal` for the table of this name."""

    def __init__(self, table: Table, *, seal: Seal, name: str) -> None:
        self._table = table
        self._seal = seal
        self._name = name

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        return {key: self._open(item) for key, item in self._table.get(keys).items()}

    def read(self, partition: str) -> Sequence[Item]:
        return [self._open(item) for item in self._table.read(partition)]

    def write(self, *writes: Write, within: float | None = None) -> None:
        sealed = (
            replace(write, item=self._close(write.item)) if isinstance(write, Put) else write
            for write in writes
        )
        self._table.write(*sealed, within=within)

    def query(self, index: str, partition: str, *, limit: int, after: str | None = None) -> Page:
        page = self._table.query(index, partition, limit=limit, after=after)
        return replace(page, items=[self._open(item) for item in page.items])

    def count(self, index: str, partition: str, *, at_most: int) -> int:
        return self._table.count(index, partition, at_most=at_most)

    def _close(self, item: Item) -> Item:
        return self._change(item, lambda text, place: self._seal.seal(text, place=place))

    def _open(self, item: Item) -> Item:
        return self._change(item, lambda text, place: self._seal.open(text, place=place))

    def _change(self, item: Item, change: Callable[[str, str], str]) -> Item:
        place = f"{self._name}|{item.key.partition}|{item.key.sort}"
        body = _change_secrets(item.body, place, change, everything=False)
        return item if body is item.body else replace(item, body=body)


def _change_secrets(
    value: Any,  # noqa: ANN401 - any JSON value
    place: str,
    change: Callable[[str, str], str],
    *,
    everything: bool,
) -> Any:  # noqa: ANN401 - the same value, or a changed copy
    if isinstance(value, Mapping):
        changed = {
            name: change(part, f"{place}|{name}")
            if isinstance(part, str) and (everything or name in SECRETS)
            else _change_secrets(
                part, f"{place}|{name}", change, everything=everything or name in SECRET_MAPS
            )
            for name, part in value.items()
        }
        return value if all(changed[name] is part for name, part in value.items()) else changed
    if isinstance(value, list | tuple):
        parts = [
            _change_secrets(part, f"{place}|{index}", change, everything=everything)
            for index, part in enumerate(value)
        ]
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
    return value
