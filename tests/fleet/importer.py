"""One process that brings files in over a table that may fail."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chalicelib.access.trail import Trail
from chalicelib.domain.bulk.file import read_file
from chalicelib.domain.errors import StoreDownError
from chalicelib.fleet.bulk import Bulk, Progress
from chalicelib.fleet.bulk_row import Wishes
from chalicelib.fleet.census import Census
from chalicelib.fleet.devices import Devices
from chalicelib.fleet.downgrade.device import DeviceDowngrades
from chalicelib.fleet.downgrade.settings import SettingsDowngrades
from chalicelib.fleet.extensions import Extensions
from chalicelib.fleet.sites import Sites
from chalicelib.fleet.trial import Trial
from chalicelib.fleet.workbench import Workbench
from chalicelib.storage.batch_records import BatchRecords
from chalicelib.storage.table import Table, Write
from tests.fleet.writer import CATALOG, DRAFTER, Interrupted

HEADER = "mac,extension,name,password,vendor,model"


def row(number: int, *more: str, model: str = "33g", name: str = "") -> str:
    """A device with an extension of its own."""
    cells = (
        f"001565{number:06x}",
        str(1000 + number),
        name or f"Desk {number}",
        f"secret-{number}",
    )
    return ",".join((*cells, "zip", model, *more))


class Faulty(Interrupted):
    """A table of which one write fails: before it is done, or with nobody knowing that it was."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._fails_at: int | None = None
        self._is_done = False
        self.writes = 0

    def fail_at(self, write: int | None, *, done: bool = False) -> None:
        """Let this write from now on fail (the first is 0)."""
        self._fails_at, self._is_done, self.writes = write, done, 0

    def write(self, *writes: Write, within: float | None = None) -> None:
        number, self.writes = self.writes, self.writes + 1
        if number == self._fails_at and not self._is_done:
            raise StoreDownError("the table does not answer")
        super().write(*writes, within=within)
        if number == self._fails_at:
            raise StoreDownError("the table did not say whether it wrote")


class Importer:
    """Brings files in, and looks at what became of them."""

    def __init__(self, table: Table) -> None:
        self.table = Faulty(table)
        self.trail = Trail(clock=_clock())
        self.timer: Callable[[], float] = itertools.count(0.0, 0.0).__next__
        self.new = 0
        self.bulk = Bulk(
            open_workbench=self._open_workbench,
            vendors=CATALOG,
            timer=lambda: self.timer(),
            on_new=self._note_new,
        )

    def bring_in(
        self,
        *lines: str,
        start: int = 0,
        seconds: float = 60.0,
        wishes: Wishes | None = None,
        scope: str | None = None,
    ) -> Progress:
        file = read_file("\n".join(lines).encode(), "csv")
        return self.bulk.bring_in(
            file, wishes or Wishes(), start=start, seconds=seconds, scope=scope
        )

    def outcomes(self, *lines: str) -> list[str]:
        return [report.outcome.value for report in self.bring_in(*lines).reports]

    def _note_new(self) -> None:
        self.new += 1

    def _open_workbench(self) -> Workbench:
        records = BatchRecords(self.table, journal=self.trail)
        clock = _clock()
        census = Census(records=records)
        return Workbench(
            records=records,
            devices=Devices(
                records=records,
                vendors=CATALOG,
                drafter=DRAFTER,
                downgrades=DeviceDowngrades(records=records, vendors=CATALOG),
                trail=self.trail,
                clock=clock,
            ),
            extensions=Extensions(
                records=records,
                packs=CATALOG,
                clock=clock,
                trail=self.trail,
                on_new=lambda: None,
            ),
            sites=Sites(
                records=records,
                trial=Trial(records=records, vendors=CATALOG, drafter=DRAFTER, census=records),
                downgrades=SettingsDowngrades(records=records, vendors=CATALOG, census=census),
                clock=clock,
                trail=self.trail,
                on_change=lambda _: None,
            ),
        )


def _clock() -> Callable[[], datetime]:
    ticks = itertools.count()
    return lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(ticks))
