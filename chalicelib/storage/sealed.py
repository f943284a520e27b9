"""How do secrets get into a table without lying there?

A Table over another one: it seals the secrets of every body that is written and opens them in all
that is read. Whoever holds a copy of the table below holds none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain.sealing import Seal
from chalicelib.storage.opened import OpenedItems, Opener
from chalicelib.storage.table import Item, Key, Page, Put, Table, Write

SECRETS = frozenset(
    ("password", "admin_password", "user_password", "content", "signing_secret", "hook_url")
)
"""Fields of this name are secrets, wherever they stand in a body.

`content` is what a phone has written: the changes of its user, which may hold passwords. The
address of a webhook, `hook_url`, holds a secret of whoever listens there."""

SECRET_MAPS = frozenset(("vendor_settings",))
"""All values in fields of this name may be secrets."""

_PLAIN = (int, float, type(None))


class SealedTable:
    """A Table whose secrets are sealed by `seal` for the table of this name."""

    def __init__(self, table: Table, *, seal: Seal, name: str) -> None:
        self._table = table
        self._seal = seal
        self._name = name
        self._opener = opener(name, self._unseal)

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        return {key: self._open(item) for key, item in self._table.get(keys).items()}

    def read(self, partition: str, *, within: float | None = None) -> Sequence[Item]:
        """The items; a secret is opened when its field is looked at."""
        return OpenedItems(self._table.read(partition, within=within), self._opener)

    def write(self, *writes: Write, within: float | None = None) -> None:
        sealed = (
            replace(write, item=self._close(write.item)) if isinstance(write, Put) else write
            for write in writes
        )
        self._table.write(*sealed, within=within)

    def query(
        self,
        index: str,
        partition: str,
        *,
        limit: int,
        after: str | None = None,
        begins: str = "",
    ) -> Page:
        page = self._table.query(index, partition, limit=limit, after=after, begins=begins)
        return replace(page, items=[self._open(item) for item in page.items])

    def count(self, index: str, partition: str, *, at_most: int) -> int:
        return self._table.count(index, partition, at_most=at_most)

    def _close(self, item: Item) -> Item:
        return change_secrets(
            item, self._name, lambda text, place: self._seal.seal(text, place=place)
        )

    def _open(self, item: Item) -> Item:
        return change_secrets(item, self._name, self._unseal)

    def _unseal(self, text: str, place: str) -> str:
        return self._seal.open(text, place=place)


def opener(table: str, unseal: Callable[[str, str], str]) -> Opener:
    """What opens a field of an item of the table; one without a secret takes hardly any time."""

    def open_field(key: Key, name: str, part: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(part, _PLAIN) or (isinstance(part, str) and name not in SECRETS):
            return part
        return _change_part(part, name, _place(table, key), unseal, everything=False)

    return open_field


def change_secrets(item: Item, table: str, change: Callable[[str, str], str]) -> Item:
    """The item with `change(text, place)` for each of its secrets; itself when none changed."""
    body = _change_secrets(item.body, _place(table, item.key), change, everything=False)
    return item if body is item.body else replace(item, body=body)


def _place(table: str, key: Key) -> str:
    return f"{table}|{key.partition}|{key.sort}"


def _change_secrets(
    value: Any,  # noqa: ANN401 - any JSON value
    place: str,
    change: Callable[[str, str], str],
    *,
    everything: bool,
) -> Any:  # noqa: ANN401 - the same value, or a changed copy
    if isinstance(value, Mapping):
        changed = {
            name: _change_part(part, name, place, change, everything=everything)
            for name, part in value.items()
        }
        return value if all(changed[name] is part for name, part in value.items()) else changed
    parts = [
        _change_part(part, index, place, change, everything=everything)
        for index, part in enumerate(value)
    ]
    return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts


def _change_part(
    part: Any,  # noqa: ANN401 - any JSON value
    name: str | int,
    place: str,
    change: Callable[[str, str], str],
    *,
    everything: bool,
) -> Any:  # noqa: ANN401 - the same value, or a changed copy
    if isinstance(part, str):
        return change(part, f"{place}|{name}") if everything or name in SECRETS else part
    if isinstance(part, _PLAIN) or not part:
        return part
    inside = everything or name in SECRET_MAPS
    return _change_secrets(part, f"{place}|{name}", change, everything=inside)
