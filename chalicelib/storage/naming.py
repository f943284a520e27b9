"""Which devices name a layout of keys, or a firmware version, in their own settings?

Such a device has an item beside it that stands in an index for each of the two. So whoever wants to
remove one finds its users by two requests, and a device that names none costs nothing.
"""

from __future__ import annotations

from chalicelib.domain.device import Device
from chalicelib.domain.mac import Mac
from chalicelib.domain.shared import Users
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.keeping import Keeping
from chalicelib.storage.table import Delete, Item, Put, Write

_MOST_COUNTED = 500
_MOST_NAMED = 3


class NamingRecords(Keeping):
    """What the devices of one installation name."""

    def users_of_layout(self, name: str, *, site: str | None = None) -> Users:
        """The devices, of one site or of all, whose own settings name the layout."""
        return self._users(*place.narrow(place.LISTING, place.keys_of(name), site))

    def users_of_firmware(self, vendor: str, version: str) -> Users:
        """The vendor's devices whose own settings name the version."""
        return self._users(place.FINDING, place.runs(vendor, version))

    def _users(self, index: str, partition: str) -> Users:
        page = self._table.query(index, partition, limit=_MOST_NAMED)
        count = len(page.items)
        if page.after is not None:
            count = self._table.count(index, partition, at_most=_MOST_COUNTED)
        macs = tuple(Mac(item.body["mac"]) for item in page.items)
        return Users(macs=macs, count=count, is_all=count < _MOST_COUNTED)


def naming_writes(before: Device | None, after: Device | None) -> list[Write]:
    """The writes that keep up with what a device names; none while that is the same."""
    had = place.naming_entries(before) if before else {}
    has = place.naming_entries(after) if after else {}
    if after and has and has != had:
        return [Put(item=naming_item(after))]
    return [Delete(key=items.naming_key(before.mac))] if before and had and not has else []


def naming_item(device: Device) -> Item:
    body = {"mac": device.mac.digits}
    return items.new_item(items.naming_key(device.mac), body, place.naming_entries(device))
