"""How is the text of a file kept as its phone has fetched it, and what was told of it since?

    partition              sort               what
    FETCHED#001565123456   001565123456.cfg   the text, packed; lines of it that were told of

It is written when the phone fetches the file and that is another one than before.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.device import Device, Fetch
from chalicelib.storage.item import fetched_partition, from_time, new_item, to_time
from chalicelib.storage.keeping import Keeping
from chalicelib.storage.table import Item, Key, Put, Unchanged

LARGEST_TEXT = 250_000
"""Of a text as it is packed: an item holds 400,000 bytes, and sealing adds a third."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedText:
    """The text of a file as the device has fetched it last.

    `told` are the lines that were told to be others than those of now, and `told_at` when they were
    last; None where none was.
    """

    text: str
    etag: str
    at: datetime
    told: Set[int] = frozenset()
    told_at: datetime | None = None
    item: Item = field(repr=False, compare=False)


class TextRecords(Keeping):
    """What the devices of one installation have fetched."""

    def last_texts(self, device: Device) -> dict[str, FetchedText]:
        """The text of each file that the device has fetched, as it was the last time, by name."""
        created_at = from_time(device.created_at)
        return {
            item.key.sort: _to_fetched(item)
            for item in self._table.read(fetched_partition(device.mac))
            if item.body["device_created_at"] == created_at
        }

    def save_told(self, was: FetchedText, *, told: Set[int], at: datetime) -> None:
        """Remember which lines are told to be others. Raises ChangedError.

        That is forgotten with the device's next fetch.
        """
        body = {**was.item.body, "told": json.dumps(sorted(told)), "told_at": from_time(at)}
        item = new_item(was.item.key, body)
        self._settle(lambda: [Put(item=item, when=Unchanged(was.item.revision))])


def text_item(device: Device, fetch: Fetch, text: str) -> Item | None:
    """The text of a file as it was fetched, packed, since most of it repeats.

    None for one that is too large to be kept.
    """
    content = base64.b64encode(zlib.compress(text.encode(), 6)).decode("ascii")
    if len(content) > LARGEST_TEXT:
        return None
    body = {
        # The name makes it a secret, see `sealed.py`.
        "content": content,
        "etag": fetch.etag,
        "at": from_time(fetch.at),
        "device_created_at": from_time(device.created_at),
    }
    return new_item(Key(fetched_partition(device.mac), fetch.file), body)


def _to_fetched(item: Item) -> FetchedText:
    body = item.body
    return FetchedText(
        text=zlib.decompress(base64.b64decode(body["content"])).decode(),
        etag=body["etag"],
        at=to_time(body["at"]),
        told=frozenset(json.loads(body.get("told", "[]"))),
        told_at=to_time(body["told_at"]) if "told_at" in body else None,
        item=item,
    )
