"""Where does the key ring lie in the table?

partition  sort  index entry  what
KEYS       RING  -            the wrapped key ring
"""

from __future__ import annotations

import base64
import secrets

from chalicelib.domain.errors import ConditionError
from chalicelib.storage.table import Absent, Condition, Item, Key, Put, Table, Unchanged

RING_KEY = Key("KEYS", "RING")


class TableKeys:
    """Keeps one key ring in an item; who holds a copy of the table holds it, so it is wrapped."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def load(self) -> bytes | None:
        found = self._find()
        return None if found is None else _to_blob(found)

    def create(self, blob: bytes) -> bool:
        return self._put(blob, Absent())

    def replace(self, old: bytes, new: bytes) -> bool:
        found = self._find()
        if found is None or _to_blob(found) != old:
            return False
        return self._put(new, Unchanged(found.revision))

    def _find(self) -> Item | None:
        return self._table.get([RING_KEY]).get(RING_KEY)

    def _put(self, blob: bytes, when: Condition) -> bool:
        body = {"ring": base64.b64encode(blob).decode("ascii")}
        item = Item(key=RING_KEY, body=body, revision=secrets.token_hex(8))
        try:
            self._table.write(Put(item=item, when=when))
        except ConditionError:
            return False
        return True


def _to_blob(item: Item) -> bytes:
    return base64.b64decode(item.body["ring"])
