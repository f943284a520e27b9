"""How do secrets get into a table without lying there?

A Table over another one: it seals the secrets of every body that is written and opens them in all
that is read. Whoever holds a copy of the table below holds none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain.sealing import Seal
from chalicelib.storage.opened import OpenedItems
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
_FLAT = frozenset((str, bool, *_PLAIN))


class SealedTable:
    """A Table whose secrets are sealed by `seal` for the table of this name."""

    def __init__(self, table: Table, *, seal: Seal, name: str) -> None:
        self._table = table
        self._seal = seal
        self._name = name
        self._opener = FieldOpener(name, self._unseal)

    def get(self, keys: Sequence[Key], *, within: float | None = None) -> Mapping[Key, Item]:
        return {key: self._open(item) for key, item in self._table.get(keys, within=within).items()}

    def read(self, partition: str, *, within: float | None = None) -> Sequence[Item]:
        """The items; a secret is opened when its field is looked at."""
        return OpenedItems(self._table.read(partition, within=within), self._opener)

    def write(self, *writes: Write, within: float | None = None) -> None:
        self._table.write(*map(self._close, writes), within=within)

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
        page = self._table.query(
            index, partition, limit=limit, after=after, begins=begins, least=least
        )
        return replace(page, items=[self._open(item) for item in page.items])

    def count(self, index: str, partition: str, *, at_most: int) -> int:
        return self._table.count(index, partition, at_most=at_most)

    def _close(self, write: Write) -> Write:
        if not isinstance(write, Put):
            return write
        item = change_secrets(
            write.item, self._name, lambda text, place: self._seal.seal(text, place=place)
        )
        return write if item is write.item else replace(write, item=item)

    def _open(self, item: Item) -> Item:
        return change_secrets(item, self._name, self._unseal)

    def _unseal(self, text: str, place: str) -> str:
        return self._seal.open(text, place=place)


class FieldOpener:
    """Opens single fields of items of the table of this name."""

    def __init__(self, table: str, unseal: Callable[[str, str], str]) -> None:
        self._table = table
        self._unseal = unseal

    def find_closed(self, body: Mapping[str, Any]) -> Sequence[str]:
        return _find_closed(body)

    def open(self, key: Key, name: str, part: Any) -> Any:  # noqa: ANN401 - any JSON value
        return _change_part(part, name, _place(self._table, key), self._unseal, everything=False)


def change_secrets(item: Item, table: str, change: Callable[[str, str], str]) -> Item:
    """The item with `change(text, place)` for each of its secrets; itself when none changed."""
    body, closed = item.body, _find_closed(item.body)
    if not closed:
        return item
    place = _place(table, item.key)
    changed = {
        name: _change_part(body[name], name, place, change, everything=False) for name in closed
    }
    if all(new is body[name] for name, new in changed.items()):
        return item
    return replace(item, body={**body, **changed})


def _find_closed(body: Mapping[str, Any]) -> Sequence[str]:
    """The fields that may hold a secret; of most items there are none."""
    if SECRETS.isdisjoint(body) and _FLAT.issuperset(map(type, body.values())):
        return ()
    return [
        name for name, part in body.items() if name in SECRETS or (part and type(part) not in _FLAT)
    ]


def _place(table: str, key: Key) -> str:
    return f"{table}|{key.partition}|{key.sort}"


def _change_secrets(
    value: Any,  # noqa: ANN401 - any JSON value
    place: str,
    change: Callable[[str, str], str],
    *,
    everything: bool,
) -> Any:  # noqa: ANN401 - the same value, or a changed copy
    if type(value) is dict or isinstance(value, Mapping):
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
