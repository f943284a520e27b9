"""Where devices and extensions are kept, so that they always fit each other.

A device's extension exists; each device holds a current copy of it; an extension knows the devices
that hold one. Two writers cannot break this: every change is one transaction whose conditions name
all that it relied on. A collision over something that the caller did not ask about is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.domain.device import Device, Dossier, Fetch, Line
from chalicelib.domain.errors import (
    ChangedError,
    ConditionError,
    ExtensionInUseError,
    Flaw,
    InputError,
    StoreDownError,
)
from chalicelib.domain.extension import Extension
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Listed, Stored
from chalicelib.storage import item as items
from chalicelib.storage.table import (
    Absent,
    Check,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    Table,
    Unchanged,
    Write,
)

MAX_PLACEMENTS = 50
"""How many devices one extension may be on: a change of it is one transaction."""

_TRIES = 8
_NOTE_SECONDS = 0.25

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Partition:
    """What lies under one extension."""

    extension: Item | None
    placements: Item | None


class Records:
    """The devices and extensions of one installation."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # Devices

    def dossier(self, mac: Mac) -> Dossier | None:
        """All that the device's files are made from, by one read."""
        found = {item.key.sort: item for item in self._table.read(items.device_key(mac).partition)}
        if "DEVICE" not in found:
            return None
        device = items.to_device(found["DEVICE"])
        lines = [items.to_line(item) for sort, item in found.items() if sort.startswith("LINE#")]
        return Dossier(
            device=device,
            lines=tuple(sorted(lines, key=lambda line: line.position)),
            last_fetch=items.to_fetch(found.get("FETCH"), device),
        )

    def note(self, device: Device, fetch: Fetch) -> None:
        """Remember the fetch as the device's last, within a bound of time.

        Raises StoreDownError when that could not be done in time.
        """
        self._table.write(Put(item=items.fetch_item(device, fetch)), within=_NOTE_SECONDS)

    def device(self, mac: Mac) -> Stored[Device] | None:
        """The device, if there is one."""
        return _stored(self._get(items.device_key(mac)), items.to_device)

    def devices(self, macs: Sequence[Mac]) -> dict[Mac, Stored[Device]]:
        """Those of these devices that exist."""
        found = self._table.get([items.device_key(mac) for mac in macs])
        stored = (Stored(items.to_device(item), item.revision) for item in found.values())
        return {device.value.mac: device for device in stored}

    def last_fetches(self, devices: Sequence[Device]) -> dict[Mac, Fetch]:
        """The last fetch of each of these devices that has fetched."""
        found = self._table.get([items.fetch_key(device.mac) for device in devices])
        fetches = {
            device.mac: items.to_fetch(found.get(items.fetch_key(device.mac)), device)
            for device in devices
        }
        return {mac: fetch for mac, fetch in fetches.items() if fetch}

    def list_devices(self, *, limit: int, after: str | None) -> Listed[Stored[Device]]:
        """Devices in the order of their MAC addresses. Raises ValueError for a bad `after`."""
        return self._list(items.DEVICES, items.to_device, limit=limit, after=after)

    def count_devices(self, *, at_most: int) -> int:
        """How many devices there are, counted no further than `at_most`."""
        return self._table.count(items.LISTING, items.DEVICES, at_most=at_most)

    def save_device(self, device: Device, *, was: Stored[Device] | None) -> Stored[Device]:
        """Store the device with its line, in place of what the caller saw before.

        Raises InputError when the extension does not exist or is on too many devices, and
        ChangedError when the device is not as it was.
        """
        new = items.device_item(device)
        old_number = was.value.extension_number if was else None

        def attempt() -> list[Write]:
            there = self._extension_partition(device.extension_number)
            if there.extension is None:
                raise _no_extension(device.extension_number)
            extension = items.to_extension(there.extension)
            placed = items.to_placements(there.placements) | {device.mac}
            if len(placed) > MAX_PLACEMENTS:
                says = (
                    f'"{extension.number}" is on {MAX_PLACEMENTS} devices, and no more can share it'
                )
                raise InputError(Flaw(where="extension_number", says=says))
            writes: list[Write] = [
                Put(item=new, when=_as_it_was(was)),
                Put(item=items.line_item(device.mac, _line_of(extension))),
                Check(
                    key=there.extension.key,
                    when=Unchanged(there.extension.revision),
                ),
                self._place(device.extension_number, placed, there.placements),
            ]
            if old_number is not None and old_number != device.extension_number:
                writes.append(self._unplace(old_number, device.mac))
            return writes

        self._settle(attempt)
        return Stored(device, new.revision)

    def remove_device(self, was: Stored[Device]) -> None:
        """Remove the device and all that is known of it. Raises ChangedError."""
        device = was.value

        def attempt() -> list[Write]:
            return [
                Delete(key=items.device_key(device.mac), when=_as_it_was(was)),
                Delete(key=items.line_key(device.mac, 1)),
                Delete(key=items.fetch_key(device.mac)),
                self._unplace(device.extension_number, device.mac),
            ]

        self._settle(attempt)

    # Extensions

    def extension(self, number: str) -> Stored[Extension] | None:
        """The extension, if there is one."""
        return _stored(self._get(items.extension_key(number)), items.to_extension)

    def extensions(self, numbers: Sequence[str]) -> dict[str, Stored[Extension]]:
        """Those of these extensions that exist."""
        found = self._table.get([items.extension_key(number) for number in numbers])
        stored = (Stored(items.to_extension(item), item.revision) for item in found.values())
        return {extension.value.number: extension for extension in stored}

    def placements(self, number: str) -> list[Mac]:
        """The devices that use the extension."""
        return sorted(items.to_placements(self._get(items.placements_key(number))))

    def list_extensions(self, *, limit: int, after: str | None) -> Listed[Stored[Extension]]:
        """Extensions, shorter numbers first. Raises ValueError for a bad `after`."""
        return self._list(items.EXTENSIONS, items.to_extension, limit=limit, after=after)

    def count_extensions(self, *, at_most: int) -> int:
        """How many extensions there are, counted no further than `at_most`."""
        return self._table.count(items.LISTING, items.EXTENSIONS, at_most=at_most)

    def save_extension(
        self, extension: Extension, *, was: Stored[Extension] | None
    ) -> Stored[Extension]:
        """Store the extension, and its copy on every device that uses it. Raises ChangedError."""
        new = items.extension_item(extension)

        def attempt() -> list[Write]:
            if was is None:  # an extension that was not there is on no device
                return [Put(item=new, when=Absent())]
            there = self._extension_partition(extension.number)
            line = _line_of(extension)
            return [
                Put(item=new, when=_as_it_was(was)),
                Check(key=items.placements_key(extension.number), when=_as_found(there.placements)),
                *(
                    Put(item=items.line_item(mac, line))
                    for mac in sorted(items.to_placements(there.placements))
                ),
            ]

        self._settle(attempt)
        return Stored(extension, new.revision)

    def remove_extension(self, was: Stored[Extension]) -> None:
        """Remove the extension. Raises ExtensionInUseError and ChangedError."""
        number = was.value.number

        def attempt() -> list[Write]:
            placements = self._extension_partition(number).placements
            if macs := items.to_placements(placements):
                raise ExtensionInUseError(number, sorted(macs))
            return [
                Delete(key=items.extension_key(number), when=_as_it_was(was)),
                Delete(key=items.placements_key(number), when=_as_found(placements)),
            ]

        self._settle(attempt)

    # What config.yml has brought in

    def declared(self) -> tuple[str, frozenset[Mac], frozenset[str]]:
        """Digest, devices and extensions of the config.yml that was loaded last."""
        found = self._get(items.DECLARED_KEY)
        if found is None:
            return "", frozenset(), frozenset()
        body = found.body
        return body["digest"], frozenset(map(Mac, body["devices"])), frozenset(body["extensions"])

    def declare(self, digest: str, macs: frozenset[Mac], numbers: frozenset[str]) -> None:
        """Remember what config.yml has brought in."""
        self._table.write(Put(item=items.declared_item(digest, macs, numbers)))

    # How it is done

    def _settle(self, attempt: Callable[[], Sequence[Write]]) -> None:
        """Write what `attempt` says, until nobody was in the way.

        The first write is the record that the caller asked about: when its condition fails, the
        caller's view is out of date. The others are read afresh and tried again.
        """
        for _ in range(_TRIES):
            try:
                self._table.write(*attempt())
            except ConditionError as error:
                if 0 in error.failed:
                    raise ChangedError("somebody else changed it; read it again") from error
            else:
                return
        raise StoreDownError("too many writers at once; try again")

    def _place(self, number: str, macs: frozenset[Mac], found: Item | None) -> Write:
        if not macs:
            return Delete(key=items.placements_key(number), when=_as_found(found))
        return Put(item=items.placements_item(number, macs), when=_as_found(found))

    def _unplace(self, number: str, mac: Mac) -> Write:
        found = self._get(items.placements_key(number))
        return self._place(number, items.to_placements(found) - {mac}, found)

    def _extension_partition(self, number: str) -> _Partition:
        partition = items.extension_key(number).partition
        found = {item.key.sort: item for item in self._table.read(partition)}
        return _Partition(found.get("EXTENSION"), found.get("PLACEMENTS"))

    def _get(self, key: Key) -> Item | None:
        return self._table.get([key]).get(key)

    def _list(
        self, kind: str, read: Callable[[Item], T], *, limit: int, after: str | None
    ) -> Listed[Stored[T]]:
        page = self._table.query(items.LISTING, kind, limit=limit, after=after)
        return Listed([Stored(read(item), item.revision) for item in page.items], page.after)


def _stored(item: Item | None, read: Callable[[Item], T]) -> Stored[T] | None:
    return Stored(read(item), item.revision) if item else None


def _line_of(extension: Extension) -> Line:
    return Line(
        position=1, number=extension.number, name=extension.name, password=extension.password
    )


def _as_it_was(was: Stored[object] | None) -> Condition:
    return Unchanged(was.revision) if was else Absent()


def _as_found(item: Item | None) -> Condition:
    return Unchanged(item.revision) if item else Absent()


def _no_extension(number: str) -> InputError:
    says = f'"{number}" is not an extension; create it first (POST /api/extensions)'
    return InputError(Flaw(where="extension_number", says=says))
