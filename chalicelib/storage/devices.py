"""How are devices kept, each with a current copy of its extension?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.access.threshold import Threshold
from chalicelib.domain.device import Device, Dossier, Line, assemble_lines
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Change, Listed, Stored
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.decoy import DECOY
from chalicelib.storage.history import History
from chalicelib.storage.keeping import as_found, as_it_was, stored
from chalicelib.storage.naming import naming_writes
from chalicelib.storage.resyncs import move_resync
from chalicelib.storage.roll import RollRecords, from_to
from chalicelib.storage.standing_item import to_standing
from chalicelib.storage.standings import StandingRecords
from chalicelib.storage.table import MAX_WRITES, Check, Delete, Item, Put, Unchanged, Write

MAX_PLACEMENTS = 32
"""How many lines one extension may be on: a change of it is one transaction, which writes the line,
how the device stands, and the count of its group."""

_KIND = "device"

_MOST_WRITES = MAX_WRITES - 1
"""Of a change; a line of the trail goes with it."""


class DeviceRecords(StandingRecords, RollRecords):
    """The devices of one installation."""

    def dossier(self, mac: Mac) -> Dossier | None:
        """All that the device's files are made from, by one read."""
        threshold = self.threshold(mac)
        return threshold.enter() if threshold else None

    def threshold(self, mac: Mac) -> Threshold | None:
        """The same, opened no further than to decide whether the phone is let in."""
        found = self._table.read(items.device_key(mac).partition)
        # As much work where there is no device, so that the time does not tell whether there is.
        threshold = _to_threshold(found or DECOY)
        return threshold if found else None

    def access(self, mac: Mac) -> Stored[AccessState] | None:
        """What opens the device."""
        return stored(self._get(items.access_key(mac)), items.to_access)

    def save_access(self, mac: Mac, access: Change[AccessState]) -> Stored[AccessState]:
        """Store what opens the device now. Raises ChangedError."""
        item = items.access_item(mac, access.new)
        self._settle(lambda: [Put(item=item, when=Unchanged(access.was.revision))])
        return Stored(access.new, item.revision)

    def device(self, mac: Mac) -> Stored[Device] | None:
        """The device, if there is one."""
        return stored(self._get(items.device_key(mac)), items.to_device)

    def devices(self, macs: Sequence[Mac]) -> dict[Mac, Stored[Device]]:
        """Those of these devices that exist."""
        found = self._table.get([items.device_key(mac) for mac in macs])
        devices = (Stored(items.to_device(item), item.revision) for item in found.values())
        return {device.value.mac: device for device in devices}

    def list_devices(
        self, *, limit: int, after: str | None, site: str | None = None
    ) -> Listed[Stored[Device]]:
        """Devices, of one site or of all, in the order of their MAC addresses.

        Raises InputError for a bad `after`.
        """
        return self._list(place.DEVICES, items.to_device, limit=limit, after=after, site=site)

    def save_device(
        self, device: Device, *, was: Stored[Device] | None, access: AccessState | None = None
    ) -> Stored[Device]:
        """Store the device with its lines, in place of what the caller saw before.

        Raises InputError when the extension does not exist or is on too many devices, and
        ChangedError when the device is not as it was. `access` is what opens a new device.
        A device that comes to a site or leaves one is counted there: see `roll.py` for the cost.
        """
        opening = [Put(item=items.access_item(device.mac, access))] if access else []
        new = items.device_item(device)
        before = was.value if was else None
        counter, roll = self._counter(), self._roll()
        moves = from_to(before.site if before else None, device.site)

        def attempt() -> list[Write]:
            placing, lines = self._place(device, before)
            moving = self._move(device, before, lines, counter)
            moving += roll.writes(_KIND, moves, device.updated_at)
            moving += naming_writes(before, device)
            moving += move_resync(self._table, before, device)
            writes = [Put(item=new, when=as_it_was(was)), *opening, *placing, *moving]
            if len(writes) > _MOST_WRITES:
                says = "change too much at once with the rest; change some of them first"
                raise InputError(Flaw(where="lines", says=says))
            return writes

        self._settle(attempt)
        return Stored(device, new.revision)

    def remove_device(self, was: Stored[Device]) -> None:
        """Remove the device and all that is known of it. Raises ChangedError."""
        device = was.value
        partitions = (items.uploads_partition(device.mac), items.fetched_partition(device.mac))
        counter, roll = self._counter(), self._roll()

        def attempt() -> list[Write]:
            return [
                Delete(key=items.device_key(device.mac), when=as_it_was(was)),
                *roll.writes(_KIND, from_to(device.site, None), device.updated_at),
                Delete(key=items.fetch_key(device.mac)),
                Delete(key=items.access_key(device.mac)),
                *self._forget(device, counter),
                *naming_writes(device, None),
                *(
                    Delete(key=item.key)
                    for partition in partitions
                    for item in self._table.read(partition)
                ),
                *(Delete(key=items.line_key(device.mac, at)) for at in _positions(device)),
                *self._replace(device.mac, device.placements, {}),
            ]

        self._settle(attempt)

    def _place(self, device: Device, before: Device | None) -> tuple[list[Write], dict[int, Line]]:
        """Give the device its copies of the extensions as they are now, and remember them.

        Also gives these copies.
        """
        copies: dict[int, Line] = {}
        writes: list[Write] = [
            Put(item=items.line_item(device, line))
            for line in assemble_lines(device, {})  # the accounts of its own
        ]
        numbers = sorted(set(device.placements.values()))
        found = self._table.get([items.extension_key(number) for number in numbers])
        for number in numbers:
            item = found.get(items.extension_key(number))
            if item is None:
                says = f'"{number}" is not an extension; create it first (POST /api/extensions)'
                raise InputError(Flaw(where="extension_number", says=says))
            extension = items.to_extension(item)
            writes.append(Check(key=item.key, when=Unchanged(item.revision)))
            for position, placed in device.placements.items():
                if placed == number:
                    copies[position] = items.line_of(extension, position)
                    writes.append(Put(item=items.line_item(device, copies[position])))
        lost = sorted(set(_positions(before)) - set(_positions(device))) if before else []
        writes += (Delete(key=items.line_key(device.mac, position)) for position in lost)
        old = before.placements if before else {}
        return writes + self._replace(device.mac, old, device.placements), copies

    def _replace(
        self, mac: Mac, before: Mapping[int, str], after: Mapping[int, str]
    ) -> list[Write]:
        """Write which extensions the device is on."""
        numbers = sorted({*before.values(), *after.values()})
        found = self._table.get([items.placements_key(number) for number in numbers])
        writes: list[Write] = []
        for number in numbers:
            item = found.get(items.placements_key(number))
            others = frozenset(at for at in items.to_placements(item) if at[0] != mac)
            own = {(mac, position) for position, placed in after.items() if placed == number}
            if len(others | own) > MAX_PLACEMENTS:
                says = f'"{number}" is on {MAX_PLACEMENTS} lines, and no more can share it'
                raise InputError(Flaw(where="extension_number", says=says))
            writes.append(_write_placements(number, others | own, item))
        return writes


def _positions(device: Device) -> range:
    return range(1, len(device.lines) + 1)


def _to_threshold(partition: Sequence[Item]) -> Threshold | None:
    """Looks at the first two items only, however many there are."""
    found = {item.key.sort: item for item in partition[:2]}
    device = found.get("DEVICE")
    if device is None:  # what a device has left behind
        return None
    access = stored(found.get("ACCESS"), items.to_access)
    return Threshold(
        site=device.body["site"],
        vendor=device.body["vendor"],
        access=access.value
        if access
        else AccessState.begin(items.to_time(device.body["created_at"])),
        enter=lambda: _to_dossier(found | {item.key.sort: item for item in partition[2:]}, access),
    )


def _to_dossier(found: Mapping[str, Item], access: Stored[AccessState] | None) -> Dossier:
    """`found` are the items of the device by their sort keys."""
    device = items.to_device(found["DEVICE"])
    copies = {
        line.position: line
        for line in (items.to_line(i) for sort, i in found.items() if sort.startswith("LINE#"))
    }
    trace = found.get("FETCH")
    return Dossier(
        device=device,
        lines=assemble_lines(device, copies),
        access=access,
        standing=stored(found.get("STATUS"), to_standing),
        trace=History(device, trace.body if trace else None),
    )


def _write_placements(
    number: str, placements: frozenset[items.Placement], found: Item | None
) -> Write:
    if not placements:
        return Delete(key=items.placements_key(number), when=as_found(found))
    return Put(item=items.placements_item(number, placements), when=as_found(found))
