"""How are the secrets of items opened only where somebody looks?

A refused phone must not cost the more time the more secrets its device has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol, overload

from chalicelib.storage.table import Item, Key


class Opener(Protocol):
    """Whoever opens secrets."""

    def find_closed(self, body: Mapping[str, Any]) -> Collection[str]:
        """The fields that may hold a secret."""

    def open(self, key: Key, name: str, part: Any) -> Any:  # noqa: ANN401 - any JSON value
        """The open value of such a field of the item at a key."""


class OpenedItems(Sequence[Item]):
    """The items of a partition, each of whose fields is opened when it is looked at."""

    __slots__ = ("_items", "_opener")

    def __init__(self, items: Sequence[Item], opener: Opener) -> None:
        self._items = items
        self._opener = opener

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if isinstance(index, slice):
            return [self._lift(item) for item in self._items[index]]
        return self._lift(self._items[index])

    def __iter__(self) -> Iterator[Item]:
        return map(self._lift, self._items)

    def _lift(self, item: Item) -> Item:
        closed = self._opener.find_closed(item.body)
        if not closed:
            return item
        return Item(
            key=item.key,
            body=_OpenedBody(item, closed, self._opener),
            revision=item.revision,
            entries=item.entries,
            expires_at=item.expires_at,
        )


class _OpenedBody(Mapping[str, Any]):
    __slots__ = ("_body", "_closed", "_key", "_opened", "_opener")

    def __init__(self, item: Item, closed: Collection[str], opener: Opener) -> None:
        self._body = item.body
        self._key = item.key
        self._closed = closed
        self._opener = opener
        self._opened: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        if name not in self._closed:
            return self._body[name]
        if name not in self._opened:
            self._opened[name] = self._opener.open(self._key, name, self._body[name])
        return self._opened[name]

    def __contains__(self, name: object) -> bool:
        return name in self._body

    def __iter__(self) -> Iterator[str]:
        return iter(self._body)

    def __len__(self) -> int:
        return len(self._body)
