"""How do `make backup` and `make restore` save a stage's records, and bring them back?"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from chalicelib import settings
from chalicelib.domain.errors import OffhookError
from chalicelib.settings import Settings
from chalicelib.storage.backup import Restored, backup, restore
from chalicelib.storage.walk import Walkable
from chalicelib.wiring import open_table

_BAR = 30


class Bar:
    """One line on the terminal that tells how far it is; nothing where there is no terminal."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shown = False

    def __call__(self, done: int, total: int | None) -> None:
        if not sys.stderr.isatty():
            return
        self._shown = True
        rate = done / max(time.monotonic() - self._began, 0.001)
        filled = "" if not total else f"[{'#' * (_BAR * done // total):{_BAR}}] of {total} "
        print(f"\r{filled}{done} items, {rate:.0f} a second ", end="", file=sys.stderr, flush=True)

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
        chosen = settings.load()
        if arguments.command == "backup":
            said = _backup(chosen, arguments.file, bar)
        else:
            said = _restore(chosen, arguments.file, bar)
    except (OffhookError, OSError) as error:
        raise SystemExit(f"offhook: {error}") from None
    finally:
        bar.close()
    print(f"offhook: {said}", file=sys.stderr)


def _backup(chosen: Settings, file: Path, bar: Bar) -> str:
    table = open_table(chosen)
    assert isinstance(table, Walkable)  # noqa: S101 - both of our tables are
    items = backup(table, file, name=chosen.table, progress=bar)
    return f"{file} holds the {items} items of {chosen.table}"


def _restore(chosen: Settings, file: Path, bar: Bar) -> str:
    done = restore(file, open_table(chosen), now=time.time, progress=bar)
    if done.differing:
        raise SystemExit(_explain(done, chosen.table))
    return (
        f"{chosen.table} has all items of {file}: {done.written} written, "
        f"{done.there_already} were there, {done.expired} had expired"
    )


def _explain(done: Restored, table: str) -> str:
    listed = [f"  {key.partition} {key.sort}" for key in done.differing[:20]]
    more = len(done.differing) - len(listed)
    lines = [
        f"offhook: {done.written} items were written, {done.there_already} were there.",
        f"These {len(done.differing)} have another content in {table} and were left alone:",
        *listed,
        *([f"  and {more} more"] if more else []),
        "Restore into an empty table to have them as they were.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
