"""How many rows of a file come in a second, and how often do they ask the store?"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measure import row
from bench.memory_keys import memory_vault
from chalicelib import settings, wiring
from chalicelib.domain.bulk.file import read_file
from chalicelib.domain.bulk.outcome import Outcome
from chalicelib.fleet.bulk_row import Wishes
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Item, Key, Page, Write

DEVICES = 10_000
_SECONDS = 6.0


def run() -> None:
    """Measure, and print a row each."""
    print(f"An import of {DEVICES:,} devices with an extension each, over SQLite")
    for vendor, name in (("zip", "33g"), ("yealink", "t46s")):
        model = f"{vendor}/{name}"
        raw = _file(vendor, name)
        with tempfile.TemporaryDirectory() as folder:
            table = CountingTable(Path(folder) / "table")
            offhook = wiring.build(
                settings.load({"HOME": "/nowhere"}), table=table, seal=memory_vault()
            )
            dry, _ = _rate(offhook, raw, Wishes(dry_run=True), Outcome.CREATED)
            row(f"{model}: dry run", dry, "/s")
            table.requests = 0
            rate, cpu_rate = _rate(offhook, raw, Wishes(), Outcome.CREATED)
            row(f"{model}: import", rate, "/s", aim="aim >= 500")
            row(f"{model}: import, by the time of one CPU alone", cpu_rate, "/s")
            row(f"{model}: requests to the store a row", table.requests / DEVICES, "")
            table.requests = 0
            again, _ = _rate(offhook, raw, Wishes(), Outcome.UNCHANGED)
            row(f"{model}: the same file again", again, "/s")
            row(f"{model}: requests to the store a row", table.requests / DEVICES, "")


class CountingTable(SqliteTable):
    """A table that counts what it is asked."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, now=time.time)
        self.requests = 0

    def get(self, keys: Sequence[Key], *, within: float | None = None) -> dict[Key, Item]:
        self.requests += 1
        return super().get(keys, within=within)

    def read(self, partition: str, *, within: float | None = None) -> list[Item]:
        self.requests += 1
        return super().read(partition, within=within)

    def write(self, *writes: Write, within: float | None = None) -> None:
        self.requests += 1
        super().write(*writes, within=within)

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
        self.requests += 1
        return super().query(index, partition, limit=limit, after=after, begins=begins, least=least)


def fill(offhook: wiring.Offhook, devices: int) -> None:
    """Bring so many devices in, each with an extension."""
    for start in range(0, devices, DEVICES):
        raw = _file("zip", "33g", range(start, min(start + DEVICES, devices)))
        _rate(offhook, raw, Wishes(), Outcome.CREATED, devices=min(DEVICES, devices - start))


def _file(vendor: str, model: str, numbers: range = range(DEVICES)) -> bytes:
    lines = [
        f"001565{number:06x},{100_000 + number},Desk {number},secret-{number:08d},{vendor},{model}"
        for number in numbers
    ]
    return "\n".join(["mac,extension,name,password,vendor,model", *lines]).encode()


def _rate(
    offhook: wiring.Offhook,
    raw: bytes,
    wishes: Wishes,
    expected: Outcome,
    *,
    devices: int = DEVICES,
) -> tuple[float, float]:
    """Rows a second, and rows a second of CPU, request by request as the API does it."""
    began, cpu_began = time.perf_counter(), time.process_time()
    counts: Mapping[Outcome, int] = dict.fromkeys(Outcome, 0)
    start: int | None = 0
    while start is not None:
        file = read_file(raw, "csv")
        progress = offhook.bulk.bring_in(file, wishes, start=start, seconds=_SECONDS)
        counts = {
            each: counts[each] + sum(1 for told in progress.reports if told.outcome is each)
            for each in Outcome
        }
        start = progress.next
    if counts[expected] != devices:
        raise SystemExit(f"the import that is to be measured fails: {counts}")
    took, cpu_took = time.perf_counter() - began, time.process_time() - cpu_began
    return devices / took, devices / cpu_took
