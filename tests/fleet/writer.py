"""One process that uses the fleet's use cases over a table."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.catalog import Catalog
from chalicelib.domain.device import Device
from chalicelib.domain.extension import Extension
from chalicelib.domain.mac import Mac
from chalicelib.domain.server import Server
from chalicelib.drafting import Drafter
from chalicelib.fleet.choice import Choice
from chalicelib.fleet.declared import (
    Declaration,
    Declared,
    DeclaredDevice,
    DeclaredExtension,
)
from chalicelib.fleet.devices import Devices
from chalicelib.fleet.downgrade.device import DeviceDowngrades
from chalicelib.fleet.extensions import Extensions
from chalicelib.rendering import Renderer
from chalicelib.storage.records import Records
from chalicelib.storage.table import Item, Key, Page, Table, Write
from tests.fakes import Layers

CATALOG = Catalog()
SERVER = Server(
    name="PBX",
    sip_host="pbx.example.com",
    sip_port=5060,
    timezone=CATALOG.time_zone("UTC"),
    ntp_servers=(),
    codecs=("PCMU",),
)
DRAFTER = Drafter(vendors=CATALOG, renderer=Renderer(), server=SERVER, layers=Layers())
FIRST, SECOND, THIRD = Mac("001565123401"), Mac("001565123402"), Mac("001565123403")


class Writer:
    """The parts of one process."""

    def __init__(self, table: Table) -> None:
        self.table = Interrupted(table)
        self.records = Records(self.table)
        self.trail = Trail()
        ticks = itertools.count()
        beginning = datetime(2026, 1, 1, tzinfo=UTC)

        def clock() -> datetime:
            return beginning + timedelta(seconds=next(ticks))

        self.devices = Devices(
            records=self.records,
            vendors=CATALOG,
            drafter=DRAFTER,
            downgrades=DeviceDowngrades(records=self.records, vendors=CATALOG),
            trail=self.trail,
            clock=clock,
        )
        self.declared: Declared | None = None
        self.extensions = Extensions(
            records=self.records,
            packs=CATALOG,
            clock=clock,
            trail=self.trail,
            on_new=self._retry,
        )

    def register(
        self, mac: Mac = FIRST, number: str = "1001", model: str = "33g", *more: str
    ) -> bool:
        """Register a device with this extension, and `more` on its other lines."""
        lines = tuple({"extension_number": each} for each in (number, *more))
        return self.devices.register(mac, Choice(vendor="zip", model=model, lines=lines))[1]

    def declare(
        self,
        *,
        digest: str,
        extensions: Sequence[DeclaredExtension] = (),
        devices: Sequence[DeclaredDevice] = (),
        timer: Callable[[], float] = lambda: 0.0,
        budget: float = 5.0,
    ) -> Declared:
        """The declaration of a config.yml, in this process."""
        self.declared = Declared(
            declaration=Declaration(digest=digest, extensions=extensions, devices=devices),
            records=self.records,
            devices=lambda: self.devices,
            extensions=lambda: self.extensions,
            sign=lambda digest: f"signed {digest}",
            trail=self.trail,
            timer=timer,
            budget=budget,
        )
        return self.declared

    def _retry(self) -> None:
        if self.declared:
            self.declared.retry()


class Trail:
    """Collects what was changed: its kind and name, and what is told of it before and after."""

    def __init__(self) -> None:
        self.changes: list[tuple[str, str, Mapping[str, Any] | None, Mapping[str, Any] | None]] = []
        self.authors: list[tuple[str, str, str]] = []

    @contextmanager
    def asked_by(self, who: str, *, address: str = "", action: str = "") -> Iterator[None]:
        self.authors.append((who, address, action))
        yield

    @contextmanager
    def change(
        self,
        kind: str,
        name: object,
        old: Mapping[str, Any] | None,
        new: Mapping[str, Any] | None,
    ) -> Iterator[None]:
        yield
        self.changes.append((kind, str(name), old, new))


class Interrupted:
    """A table that notes its calls, and lets a rival act right before a write."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rivals: list[Callable[[], object]] = []
        self._readers: dict[Key, Callable[[], object]] = {}
        self.calls: list[str] = []

    def before_next_writes(self, *rivals: Callable[[], object]) -> None:
        """Each of the next writes comes after one of these acts."""
        self._rivals = list(rivals)

    def after_next_read(self, key: Key, rival: Callable[[], object]) -> None:
        """The rival acts when this item was read, and before anything else is."""
        self._readers[key] = rival

    def get(self, keys: Sequence[Key], *, within: float | None = None) -> Mapping[Key, Item]:
        self.calls.append("get")
        found = self._table.get(keys, within=within)
        for key in keys:
            if rival := self._readers.pop(key, None):
                rival()
        return found

    def read(self, partition: str, *, within: float | None = None) -> Sequence[Item]:
        self.calls.append("read")
        return self._table.read(partition, within=within)

    def write(self, *writes: Write, within: float | None = None) -> None:
        self.calls.append("write")
        if self._rivals:
            self._rivals.pop(0)()
        self._table.write(*writes, within=within)

    def query(
        self,
        index: str,
        partition: str,
        *,
        limit: int,
        after: str | None = None,
        begins: str = "",
        least: str = "",
    ) -> Page:
        self.calls.append("query")
        return self._table.query(
            index, partition, limit=limit, after=after, begins=begins, least=least
        )

    def count(self, index: str, partition: str, *, at_most: int) -> int:
        return self._table.count(index, partition, at_most=at_most)


def find_misfits(writer: Writer) -> list[str]:
    """What does not fit together in the table."""
    records = writer.records
    found: list[str] = []
    devices = {d.value.mac: d.value for d in records.list_devices(limit=999, after=None).values}
    extensions = {
        e.value.number: e.value for e in records.list_extensions(limit=999, after=None).values
    }
    for device in devices.values():
        found += _find_misfits_of(device, extensions, writer)
    for number in {*extensions, "1001", "1002", "1003"}:
        users = sorted(mac for mac, d in devices.items() if number in d.placements.values())
        if records.placements(number) != users:
            found.append(f"extension {number} knows other devices than it has")
    return found


def _find_misfits_of(
    device: Device, extensions: Mapping[str, Extension], writer: Writer
) -> Iterator[str]:
    dossier = writer.records.dossier(device.mac)
    if dossier is None:
        yield f"device {device.mac} is listed only"
        return
    if dossier.access is None:
        yield f"nothing opens device {device.mac}"
    copies = {line.position: line for line in dossier.lines}
    for position, number in device.placements.items():
        extension, copy = extensions.get(number), copies.get(position)
        if extension is None:
            yield f"line {position} of device {device.mac} has no extension"
        elif copy is None:
            yield f"line {position} of device {device.mac} has no copy"
        elif (copy.number, copy.name, copy.password) != (
            extension.number,
            extension.name,
            extension.password,
        ):
            yield f"the copy on line {position} of device {device.mac} is old"
    kept = {item.key.sort for item in writer.table.read(f"DEVICE#{device.mac}")}
    placed = {f"LINE#{position}" for position in device.placements}
    if {sort for sort in kept if sort.startswith("LINE#")} != placed:
        yield f"device {device.mac} has copies for other lines than it has"
