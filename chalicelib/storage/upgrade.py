"""How does a table that an older Offhook filled get what this one finds its items by?

Record by record: what is right already is left alone, so whoever is interrupted begins again. A
record keeps its revision, since nothing changes of what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, groupby
from typing import Protocol

from chalicelib.domain.device import Device, assemble_lines
from chalicelib.domain.errors import ConditionError, StoreDownError
from chalicelib.domain.standing import Group
from chalicelib.domain.tally import Count, Mark
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.cells import Counter, Part
from chalicelib.storage.contacts import contact_entries, to_contact
from chalicelib.storage.history import History
from chalicelib.storage.keeping import as_found
from chalicelib.storage.naming import naming_item
from chalicelib.storage.shared import to_layout
from chalicelib.storage.standing_item import cell_item, status_item, to_cell, to_standing
from chalicelib.storage.standings import blank_standing
from chalicelib.storage.table import Item, Put, Table, Write
from chalicelib.storage.tokens import to_token, token_entries
from chalicelib.storage.walk import Walkable, walk

_TRIES = 20


class UpgradableTable(Table, Walkable, Protocol):
    """A table that can be read whole, and written."""


_ENTRIES_BY_SORT: Mapping[str, Callable[[Item], place.Entries]] = {
    "DEVICE": lambda item: place.device_entries(items.to_device(item)),
    "EXTENSION": lambda item: place.extension_entries(items.to_extension(item)),
    "CONTACT": lambda item: contact_entries(to_contact(item)),
    "TOKEN": lambda item: token_entries(to_token(item)),
    "LAYOUT": lambda item: place.layout_entries(to_layout(item)),
}


def find_outdated(found: Iterable[Item], today: date) -> Iterator[Item]:
    """The items that lack something, as they should be, of a whole table by its partitions.

    Secrets may be sealed: nothing of them is needed.
    """
    count_by_group: dict[Group, Count] = {}
    for partition in partitions_of(found):
        if partition[0].key.partition.startswith("CELL#"):
            count_by_group.update(to_cell(item) for item in partition if item.key.sort == "00")
            continue
        lacking = place_anew(partition)
        yield from lacking
        for mark in new_marks(lacking):
            count = count_by_group.get(mark.group, Count())
            count_by_group[mark.group] = count.plus(mark, 1, today=today)
    yield from (cell_item(group, count, 0) for group, count in count_by_group.items())


def partitions_of(found: Iterable[Item]) -> Iterator[list[Item]]:
    """The items of each partition, where those of one follow each other."""
    for _, partition in groupby(found, key=lambda item: item.key.partition):
        yield list(partition)


def new_marks(lacking: Iterable[Item]) -> list[Mark]:
    """The marks of devices of which it was not kept how they stand."""
    return [Mark.of(to_standing(item)) for item in lacking if item.key.sort == "STATUS"]


def upgrade(table: UpgradableTable, today: date) -> Iterator[int]:
    """Bring a table up to date that is in use; gives the count of changed records so far."""
    changed = 0
    remembered: dict[Group, Part] = {}
    items_of_all = chain.from_iterable(stretch.items for stretch in walk(table))
    for partition in partitions_of(items_of_all):
        if place_anew(partition):
            _change(table, partition[0].key.partition, Counter(table, remembered), today)
            changed += 1
            yield changed


def _change(table: UpgradableTable, partition: str, counter: Counter, today: date) -> None:
    for _ in range(_TRIES):
        found = table.read(partition)  # others write, too
        there = {item.key: item for item in found}
        lacking = place_anew(found)
        marks = [(mark, 1) for mark in new_marks(lacking)]
        writes: list[Write] = [
            Put(item=item, when=as_found(there.get(item.key))) for item in lacking
        ]
        try:
            table.write(*writes, *counter.writes(marks, today))
        except ConditionError:
            continue
        return
    raise StoreDownError(f"others write {partition} again and again; try again")


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
        elif device and item.key.sort == "NAMING":
            entries = place.naming_entries(device)
        right.append(item if entries == item.entries else replace(item, entries=entries))
    if device:
        right += _lines_of_its_own(device, partition)
        if not any(item.key.sort == "STATUS" for item in partition):
            right.append(_status(device, partition))
        if place.naming_entries(device) and not any(i.key.sort == "NAMING" for i in partition):
            right.append(naming_item(device))
    return [item for item in right if item not in partition]


def _lines_of_its_own(device: Device, partition: Sequence[Item]) -> list[Item]:
    """Items for the lines that are no extension's: once there were none."""
    there = {item.key for item in partition}
    lines = (items.line_item(device, line) for line in assemble_lines(device, {}))
    return [line for line in lines if line.key not in there]


def _status(device: Device, partition: Sequence[Item]) -> Item:
    """How a device stands of which that was not kept."""
    lines = [items.to_line(item) for item in partition if item.key.sort.startswith("LINE#")]
    bodies = [item.body for item in partition if item.key.sort == "FETCH"]
    last = History(device, bodies[0]).last if bodies else None
    return status_item(device.mac, blank_standing(device, lines, last))
