"""In which order do devices stand that were found in another one?

They are few, and were found by how they stand. Positions are those of the index that has this
order, so that a list may go on along it.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.domain.mac import Mac
from chalicelib.domain.search import By
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.position import parse_position, position_at
from chalicelib.storage.standing_item import to_standing
from chalicelib.storage.table import Item, Key, Page


def arrange(
    found: Sequence[Item],
    order: By,
    index: str,
    partition: str,
    *,
    limit: int,
    after: str | None,
) -> Page:
    """The next `limit` of these STATUS items in the order of that index.

    Raises ValueError for a position that is none of it.
    """
    placed = sorted((_place(item, order), number) for number, item in enumerate(found))
    if after is not None:
        position = parse_position(after, index=index, partition=partition)
        placed = [each for each in placed if each[0] > position]
    page = [found[number] for _, number in placed[:limit]]
    if len(placed) <= limit:
        return Page(items=page, after=None)
    sort, key = placed[limit - 1][0]
    return Page(items=page, after=position_at(index, partition, sort, key))


def _place(item: Item, order: By) -> tuple[str, Key]:
    """Where the device stands in the index."""
    standing, mac = to_standing(item), Mac(item.key.partition.partition("#")[2])
    group = standing.group
    match order:
        case By.NAME:
            return place.name_sort(standing.name, mac, 1), items.line_key(mac, 1)
        case By.MODEL:
            sort = place.join(group.vendor, group.model, mac.digits)
            return sort, items.device_key(mac)
        case _:
            return mac.digits, items.device_key(mac)
