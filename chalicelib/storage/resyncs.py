"""How are resyncs kept, and which are still to be sent?

    partition               sort     index entry                           what
    RESYNC#001565123456     RESYNC   listing: RESYNC, requested_at.mac     one to be sent
    RESYNC#001565123456     RESYNC   -                                     one that was sent

They lie beside the device, not with it, so that a fetch does not read them. One that waits is
listed at the device's site: whoever moves the device takes it along in the same write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.domain.device import Device
from chalicelib.domain.errors import ChangedError
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.resync import SHOWN, Resync
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.keeping import Keeping, as_found, as_it_was, stored
from chalicelib.storage.table import Check, Delete, Item, Key, Put, Table, Unchanged, Write

_RESYNCS = "RESYNC"


class ResyncRecords(Keeping):
    """The resyncs of one installation."""

    def resync(self, mac: Mac) -> Stored[Resync] | None:
        """The device's last resync, while it is shown."""
        return stored(self._get(_key(mac)), _to_resync)

    def queue_resyncs(self, resyncs: Sequence[Resync]) -> None:
        """Have these sent, in place of those that their devices had. At most 90, all or none.

        One whose device was moved in that moment is queued anew, where the device is now.
        """
        while resyncs:
            writes = [Put(item=_item(each)) for each in resyncs]
            self._settle(partial(list[Write], writes))
            resyncs = self._misplaced(resyncs)

    def save_resync(self, resync: Resync, *, was: Stored[Resync]) -> Stored[Resync]:
        """Store what has become of a resync. Raises ChangedError."""
        item = _item(resync)
        self._settle(lambda: [Put(item=item, when=as_it_was(was))])
        return Stored(resync, item.revision)

    def list_resyncs(
        self, *, limit: int, after: str | None, site: str | None = None
    ) -> Listed[Stored[Resync]]:
        """Those that are to be sent, the oldest first. Raises InputError for a bad `after`."""
        return self._list(_RESYNCS, _to_resync, limit=limit, after=after, site=site)

    def shelve_resync(self, was: Stored[Resync]) -> None:
        """Have it sent no more, but show it. One that was changed meanwhile stays."""
        self._unless_changed(Put(item=_item(was.value, waits=False), when=as_it_was(was)))

    def drop_resync(self, was: Stored[Resync]) -> None:
        """Forget it. One that was changed meanwhile stays."""
        self._unless_changed(Delete(key=_key(was.value.mac), when=Unchanged(was.revision)))

    def _misplaced(self, resyncs: Sequence[Resync]) -> list[Resync]:
        """Those whose devices are at another site, with that one."""
        found = self._table.get([items.device_key(each.mac) for each in resyncs])
        site_by_mac = {item.body["mac"]: item.body["site"] for item in found.values()}
        sites = ((each, site_by_mac.get(str(each.mac), each.site)) for each in resyncs)
        return [replace(each, site=site) for each, site in sites if site != each.site]

    def _unless_changed(self, write: Put | Delete) -> None:
        try:
            self._settle(lambda: [write])
        except ChangedError:
            return


def move_resync(table: Table, before: Device | None, after: Device) -> list[Write]:
    """The writes that take along a resync which waits, when its device goes to another site."""
    if before is None or before.site == after.site:
        return []
    key = _key(after.mac)
    found = table.get([key]).get(key)
    if found is None or not found.entries:
        return [Check(key=key, when=as_found(found))]
    moved = replace(_to_resync(found), site=after.site)
    return [Put(item=_item(moved), when=as_found(found))]


def _key(mac: Mac) -> Key:
    return Key(f"RESYNC#{mac}", "RESYNC")


def _item(resync: Resync, *, waits: bool = True) -> Item:
    requested_at = items.from_time(resync.requested_at)
    body = {
        "mac": str(resync.mac),
        "site": resync.site,
        "requested_at": requested_at,
        "claim": resync.claim,
        "claimed_until": _from_time_or_none(resync.claimed_until),
        "sent_at": _from_time_or_none(resync.sent_at),
    }
    listed = place.entries(
        site=resync.site, listing=(_RESYNCS, place.join(requested_at, str(resync.mac)))
    )
    return items.new_item(
        _key(resync.mac),
        body,
        listed if waits and resync.sent_at is None else {},
        expires_at=int((resync.ends_at + SHOWN).timestamp()),
    )


def _from_time_or_none(time: datetime | None) -> str | None:
    return items.from_time(time) if time else None


def _to_resync(item: Item) -> Resync:
    body = item.body
    times = {
        name: items.to_time(body[name]) if body[name] else None
        for name in ("claimed_until", "sent_at")
    }
    return Resync(
        mac=Mac(body["mac"]),
        site=body["site"],
        requested_at=items.to_time(body["requested_at"]),
        claim=body["claim"],
        claimed_until=times["claimed_until"],
        sent_at=times["sent_at"],
    )
