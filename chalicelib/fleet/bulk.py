"""How does a file of devices and extensions come in, row by row, within a time?

Rows that follow each other are written in one transaction as long as they fit; when somebody else
was in the way, each of them is done again alone. A dry run does the same and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.bulk.file import BulkFile
from chalicelib.domain.errors import ChangedError, Flaw, InputError, StoreDownError
from chalicelib.fleet.bulk_report import RowReport, flaw_of
from chalicelib.fleet.bulk_row import Rows, Wishes
from chalicelib.fleet.guess import Vendors
from chalicelib.fleet.records import Scope
from chalicelib.fleet.workbench import Workbench

MOST_TOLD = 4000
"""So many rows, flaws and warnings are told at once: an answer of Lambda has 6 MB."""

_PAGE = 50
"""So many rows are read ahead."""

_TRIES = 3
"""How often a row is done again that met another writer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """The rows that were done; `next` is the first that was not, `stopped` why, if not the time."""

    reports: Sequence[RowReport]
    next: int | None
    stopped: str = ""


class Bulk:
    """Brings files of devices and extensions in."""

    def __init__(
        self,
        *,
        open_workbench: Callable[[], Workbench],
        vendors: Vendors,
        timer: Callable[[], float],
        on_new: Callable[[], None],
    ) -> None:
        """`on_new` is called after extensions came in: a device may have waited for one."""
        self._open_workbench = open_workbench
        self._vendors = vendors
        self._timer = timer
        self._on_new = on_new

    def bring_in(
        self,
        file: BulkFile,
        wishes: Wishes,
        *,
        start: int = 0,
        seconds: float,
        most: int = MOST_TOLD,
        scope: Scope = None,
    ) -> Progress:
        """Do the rows from `start` on, for so many seconds, but one at least and `most` at most.

        Raises StoreDownError when nothing could be done.
        """
        rows = Rows(
            file=file,
            wishes=wishes,
            bench=self._open_workbench(),
            vendors=self._vendors,
            scope=scope,
        )
        run = _Run(rows=rows, most=most)
        progress = run.go(start, until=self._timer() + seconds, timer=self._timer)
        if rows.made_extensions and not wishes.dry_run:
            self._on_new()
        return progress


@dataclass(kw_only=True, slots=True)
class _Run:
    """One run over the rows of a file."""

    rows: Rows
    most: int
    reports: list[RowReport] = field(default_factory=list)
    written: int = 0
    """So many reports tell of what is in the table for good."""
    alone_until: int = 0
    """Rows before this one are written one by one."""
    tries: int = 0
    told: int = 0

    def go(self, start: int, *, until: float, timer: Callable[[], float]) -> Progress:
        total = len(self.rows.file.rows)
        read_until = start
        stopped = ""
        try:
            while True:
                index = start + len(self.reports)
                if index >= total or (self.reports and (timer() >= until or self._is_full)):
                    if self._flush(start):
                        break
                    continue  # what could not be written together is done again, row by row
                if index >= read_until:
                    read_until = min(index + _PAGE, total)
                    self.rows.read_ahead(range(index, read_until))
                self._take(index, start)
        except StoreDownError as error:
            del self.reports[self.written :]
            if not self.reports:
                raise
            stopped = str(error)
        done = start + len(self.reports)
        return Progress(reports=self.reports, next=done if done < total else None, stopped=stopped)

    @property
    def _is_full(self) -> bool:
        return self.told >= MOST_TOLD or len(self.reports) >= self.most

    def _take(self, index: int, start: int) -> None:
        """Do one row, and write those before it when it does not fit beside them."""
        report = self.rows.do(index)
        records = self.rows.bench.records
        if records.is_too_large:
            self.rows.drop()
            says = "changes more than can be written at once; give its extension a row of its own"
            report = self.rows.refuse(index, Flaw(where="", says=says))
        if not self.rows.wishes.dry_run and not records.fits and not self._flush(start):
            return  # the rows since the last flush are to be done again
        records.keep()
        self.reports.append(report)
        self.told += 1 + len(report.flaws) + len(report.warnings)
        if self.rows.wishes.dry_run:
            self.written = len(self.reports)
        elif index < self.alone_until:
            self._flush(start)

    def _flush(self, start: int) -> bool:
        """Write what waits. False when it could not be: then the reports of it are taken back."""
        if self.rows.wishes.dry_run:
            return True
        try:
            self.rows.bench.records.flush()
        except (ChangedError, InputError) as error:
            self._do_again(start, error)
            return False
        self.written = len(self.reports)
        self.tries = 0
        return True

    def _do_again(self, start: int, error: ChangedError | InputError) -> None:
        waiting = self.reports[self.written :]
        del self.reports[self.written :]
        first = start + self.written
        was_alone = first < self.alone_until
        self.alone_until = max(self.alone_until, first + len(waiting) + 1)
        self.tries += was_alone
        if was_alone and (self.tries >= _TRIES or isinstance(error, InputError)):
            flaws = error.flaws if isinstance(error, InputError) else (flaw_of(error),)
            self.reports.append(self.rows.refuse(first, *flaws))
            self.written = len(self.reports)
            self.tries = 0
