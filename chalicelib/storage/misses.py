"""How do the processes tell each other how often a source guessed?"""

from __future__ import annotations

import secrets

from chalicelib.storage.keeping import Keeping
from chalicelib.storage.table import Item, Key, Put

_SECONDS = 0.25


class MissRecords(Keeping):
    """Counts of misses: an item per source, window and process, gone after the window."""

    def tell_misses(self, source: str, window: int, process: str, count: int, until: int) -> None:
        """Keep the count of one process until a Unix time. Raises StoreDownError."""
        item = Item(
            key=Key(_partition(source, window), process),
            body={"count": count},
            revision=secrets.token_hex(8),
            expires_at=until,
        )
        self._table.write(Put(item=item), within=_SECONDS)

    def hear_misses(self, source: str, window: int, process: str) -> list[int]:
        """The counts of all other processes."""
        found = self._table.read(_partition(source, window))
        return [item.body["count"] for item in found if item.key.sort != process]


def _partition(source: str, window: int) -> str:
    return f"MISSES#{source}#{window}"
