"""How do `make backup` and `make restore` save a stage's records, and bring them back?"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from chalicelib import settings
from chalicelib.domain.errors import OffhookError
from chalicelib.storage.backup import Restored, backup, restore
from chalicelib.storage.cells import is_count
from chalicelib.storage.recount import RecountableTable, Recounted, recount
from chalicelib.storage.walk import Walkable
from chalicelib.wiring import open_table

_BAR = 30

Progress = Callable[[int, int | None], None]


class Bar:
    """One line on the terminal that tells how far it is; nothing where there is no terminal."""

    def __init__(self, what: str = "items") -> None:
        self._what = what
        self._began = time.monotonic()
        self._shown = False

    def __call__(self, done: int, total: int | None) -> None:
        if not sys.stderr.isatty():
            return
        self._shown = True
        rate = done / max(time.monotonic() - self._began, 0.001)
        filled = "" if not total else f"[{'#' * (_BAR * done // total):{_BAR}}] of {total} "
        print(
            f"\r{filled}{done} {self._what}, {rate:.0f} a second ",
            end="",
            file=sys.stderr,
            flush=True,
        )

    def close(self) -> None:
        if self._shown:
            print(file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.backup", description=__doc__)
    parser.add_argument("command", choices=("backup", "restore"))
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    bar = Bar()
    try:
        if arguments.command == "backup":
            said = save(os.environ, arguments.file, bar).says
        else:
            brought = bring_back(os.environ, arguments.file, bar)
            if brought.done.differing:
                raise SystemExit(f"offhook: {brought.says}")
            said = brought.says
    except (OffhookError, OSError) as error:
        raise SystemExit(f"offhook: {error}") from None
    finally:
        bar.close()
    print(f"offhook: {said}", file=sys.stderr)


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A backup that was made."""

    file: Path
    table: str
    items: int

    @property
    def says(self) -> str:
        return f"{self.file} holds the {self.items} items of {self.table}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """A backup that was brought back."""

    file: Path
    table: str
    done: Restored
    counts: Recounted

    @property
    def says(self) -> str:
        if self.done.differing:
            return f"{_explain(self.done, self.table)}\n{self.counts.says}"
        return (
            f"{self.table} has all items of {self.file}: {self.done.written} written, "
            f"{self.done.there_already} were there, {self.done.expired} had expired\n"
            f"{self.counts.says}"
        )


def save(environ: Mapping[str, str], file: Path, progress: Progress) -> Saved:
    """Save the records of the stage that the environment names."""
    chosen = settings.load(environ)
    table = open_table(chosen)
    assert isinstance(table, Walkable)  # noqa: S101 - both of our tables are
    items = backup(table, file, name=chosen.table, progress=progress)
    return Saved(file=file, table=chosen.table, items=items)


def bring_back(environ: Mapping[str, str], file: Path, progress: Progress) -> Brought:
    """Bring the records back into that stage; what is there stays, but counts are made anew."""
    chosen = settings.load(environ)
    table = open_table(chosen)
    assert isinstance(table, RecountableTable)  # noqa: S101 - both of our tables are
    done = restore(file, table, now=time.time, progress=progress)
    differing = [key for key in done.differing if not is_count(key)]
    counts = recount(table, today=datetime.now(UTC).date())
    return Brought(
        file=file, table=chosen.table, done=replace(done, differing=differing), counts=counts
    )


def _explain(done: Restored, table: str) -> str:
    listed = [f"  {key.partition} {key.sort}" for key in done.differing[:20]]
    more = len(done.differing) - len(listed)
    lines = [
        f"{done.written} items were written, {done.there_already} were there.",
        f"These {len(done.differing)} have another content in {table} and were left alone:",
        *listed,
        *([f"  and {more} more"] if more else []),
        "Restore into an empty table to have them as they were.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
