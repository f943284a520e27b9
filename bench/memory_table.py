"""A Table in a dictionary: what is left of a request when the store costs nothing."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.storage.table import Check, Delete, Item, Key, Page, Put, Write
from chalicelib.storage.writes import key_of


class MemoryTable:
    """Keeps items without conditions, indexes or time: enough to fetch and to register."""

    def __init__(self) -> None:
        self._partitions: dict[str, dict[str, Item]] = {}
        self._sorted: dict[str, Sequence[Item]] = {}

    def get(self, keys: Sequence[Key], *, within: float | None = None) -> dict[Key, Item]:  # noqa: ARG002
        return {key: item for key in keys if (item := self._at(key))}

    def read(self, partition: str, *, within: float | None = None) -> Sequence[Item]:  # noqa: ARG002
        """Takes no time that depends on how many they are."""
        return self._sorted.get(partition, ())

    def write(self, *writes: Write, within: float | None = None) -> None:  # noqa: ARG002
        for write in writes:
            match write:
                case Put(item=item):
                    self._partitions.setdefault(item.key.partition, {})[item.key.sort] = item
                case Delete(key=key):
                    self._partitions.get(key.partition, {}).pop(key.sort, None)
                case Check():
                    pass
        for partition in {key_of(write).partition for write in writes}:
            items = self._partitions.get(partition, {})
            self._sorted[partition] = tuple(items[sort] for sort in sorted(items))

    def query(
        self,
        index: str,  # noqa: ARG002
        partition: str,  # noqa: ARG002
        *,
        limit: int,  # noqa: ARG002
        after: str | None = None,  # noqa: ARG002
        begins: str = "",  # noqa: ARG002
        least: str = "",  # noqa: ARG002
    ) -> Page:
        return Page(items=(), after=None)

    def count(self, index: str, partition: str, *, at_most: int) -> int:  # noqa: ARG002
        return 0

    def _at(self, key: Key) -> Item | None:
        return self._partitions.get(key.partition, {}).get(key.sort)
