"""How is everything in a table sealed anew after the keys were rotated?

Others may write meanwhile: an item is only replaced while it is the one that was read. Whoever is
interrupted begins again, and what the newest key has sealed is left alone. A record keeps its
revision, since nothing changes of what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

from chalicelib.domain.errors import ConditionError
from chalicelib.domain.mac import Mac
from chalicelib.domain.sealing import Seal, SealError
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.sealed import change_secrets
from chalicelib.storage.shared import SETTINGS
from chalicelib.storage.table import Item, Put, Table, Unchanged

_PAGE = 100
_TRIES = 20
_KINDS = (place.DEVICES, place.EXTENSIONS, place.SITES, SETTINGS)


class RenewableSeal(Seal, Protocol):
    """A seal that knows which key has sealed a text."""

    def is_current(self, sealed: str) -> bool:
        """Whether the newest key has. Raises SealError for a key that is not known."""


@dataclass(kw_only=True, slots=True)
class Found:
    """What one pass over the table found."""

    seen: int = 0
    """Items that were looked at."""
    renewed: int = 0
    """Items that were sealed anew."""
    unfinished: list[str] = field(default_factory=list)
    """What could not be sealed anew, and why."""


def reseal(table: Table, seal: RenewableSeal, *, name: str) -> Iterator[Found]:
    """Seal anew what other keys have sealed in the table of this name, a record at a time.

    `table` is the one below the sealed one. Gives the count so far after each record.
    """
    found = Found()
    for partitions in _records(table):
        for item in chain.from_iterable(map(table.read, partitions)):
            found.seen += 1
            _renew(table, seal, name, item, found)
        yield found


def _records(table: Table) -> Iterator[Sequence[str]]:
    """The partitions of each record."""
    for kind in _KINDS:
        after: str | None = None
        while True:
            page = table.query(place.LISTING, kind, limit=_PAGE, after=after)
            for item in page.items:
                yield _partitions_of(kind, item.key.partition)
            after = page.after
            if after is None:
                break


def _partitions_of(kind: str, partition: str) -> Sequence[str]:
    if kind != place.DEVICES:
        return [partition]
    mac = Mac(partition.partition("#")[2])
    return [partition, items.uploads_partition(mac), items.fetched_partition(mac)]


def _renew(table: Table, seal: RenewableSeal, name: str, item: Item, found: Found) -> None:
    """Seal one item anew; read it again when somebody else was in between."""
    current: Item | None = item
    for _ in range(_TRIES):
        if current is None:  # it was removed meanwhile
            return
        try:
            renewed = _renewed(current, seal, name)
        except SealError as error:
            found.unfinished.append(f"{item.key.partition} {item.key.sort}: {error}")
            return
        if renewed is current:
            return
        if _replace(table, current, renewed):
            found.renewed += 1
            return
        current = table.get([item.key]).get(item.key)
    says = "others write it again and again"
    found.unfinished.append(f"{item.key.partition} {item.key.sort}: {says}")


def _renewed(item: Item, seal: RenewableSeal, name: str) -> Item:
    def renew(text: str, place: str) -> str:
        if seal.is_current(text):
            return text
        return seal.seal(seal.open(text, place=place), place=place)

    return change_secrets(item, name, renew)


def _replace(table: Table, was: Item, new: Item) -> bool:
    try:
        table.write(Put(item=new, when=Unchanged(was.revision)))
    except ConditionError:
        return False
    return True
