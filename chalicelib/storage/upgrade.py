"""How does a table that an older Offhook filled get what this one finds its items by?

Record by record: what is right already is left alone, so whoever is interrupted begins again. A
record keeps its revision, since nothing changes of what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from chalicelib.domain.device import Device, assemble_lines
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.contacts import contact_entries, to_contact
from chalicelib.storage.table import Item
from chalicelib.storage.tokens import to_token, token_entries

_ENTRIES_BY_SORT: Mapping[str, Callable[[Item], place.Entries]] = {
    "DEVICE": lambda item: place.device_entries(items.to_device(item)),
    "EXTENSION": lambda item: place.extension_entries(items.to_extension(item)),
    "CONTACT": lambda item: contact_entries(to_contact(item)),
    "TOKEN": lambda item: token_entries(to_token(item)),
}


def find_outdated(found: Iterable[Item]) -> Iterator[Item]:
    """The items that lack an entry, as they should be, of a table in the order of its partitions.

    Secrets may be sealed: no place holds one.
    """
    for _, partition in groupby(found, key=lambda item: item.key.partition):
        yield from place_anew(list(partition))


def place_anew(partition: Sequence[Item]) -> list[Item]:
    """Those items of a partition that do not stand where they should, as they should be."""
    devices = [items.to_device(item) for item in partition if item.key.sort == "DEVICE"]
    device = devices[0] if devices else None
    right: list[Item] = []
    for item in partition:
        entries = item.entries
        if find := _ENTRIES_BY_SORT.get(item.key.sort):
            entries = find(item)
        elif device and item.key.sort.startswith("LINE#"):
            entries = place.line_entries(device, items.to_line(item))
        right.append(item if entries == item.entries else replace(item, entries=entries))
    if device:
        right += _lines_of_its_own(device, partition)
    return [item for item in right if item not in partition]


def _lines_of_its_own(device: Device, partition: Sequence[Item]) -> list[Item]:
    """Items for the lines that are no extension's: once there were none."""
    there = {item.key for item in partition}
    lines = (items.line_item(device, line) for line in assemble_lines(device, {}))
    return [line for line in lines if line.key not in there]
