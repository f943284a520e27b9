"""Which rows are in an .xlsx file, if it is no trap?

An .xlsx is a zip, and a small zip can hold terabytes. So its table of contents is held against
bounds before anything is unpacked; what an entry really holds beyond what it says there is cut off
by Python's zipfile. Formulas are not computed: the values count that were saved.
"""

from __future__ import annotations

import itertools
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO

from chalicelib.domain.bulk.sheet import MOST_COLUMNS, MOST_ROWS, Sheet, make_sheet
from cli.outcome import UsageError

_MIB = 1024 * 1024
_SMALL = _MIB  # below this no ratio is suspicious


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How much a file may hold; `of_sheet` is room for a million rows."""

    file: int = 64 * _MIB
    unpacked: int = 512 * _MIB
    of_sheet: int = 384 * _MIB
    of_other: int = 64 * _MIB
    """Of an entry that is no sheet: it is kept in memory."""
    entries: int = 1000
    ratio: int = 200
    """Unpacked to packed; a real sheet reaches about 30."""


BOUNDS = Bounds()

_BROKEN = (
    SyntaxError,  # of XML, too
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,  # of what is encrypted, or packed in a way that nobody knows
)
"""What openpyxl raises over a file that is not as it should be: it checks next to nothing."""


def read_xlsx(file: Path, bounds: Bounds = BOUNDS) -> Sheet:
    """The first sheet.

    Raises UsageError for a file that cannot be read or is out of bounds, also while rows are read.
    """
    refuse_bomb(file, bounds)
    return make_sheet(_read(file))


def refuse_bomb(file: Path, bounds: Bounds) -> None:
    """Raise UsageError when the zip is out of bounds."""
    size = file.stat().st_size
    if size > bounds.file:
        raise UsageError(f"{file} has {size} bytes; at most {bounds.file} are allowed")
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise UsageError(f"{file} is no .xlsx file: {error}") from error
    if len(entries) > bounds.entries:
        raise UsageError(f"{file} has {len(entries)} parts; at most {bounds.entries} are allowed")
    total = sum(entry.file_size for entry in entries)
    if total > bounds.unpacked:
        raise UsageError(f"{file} unpacks to {total} bytes; at most {bounds.unpacked} are allowed")
    for entry in entries:
        _refuse_entry(file, entry, bounds)


def _refuse_entry(file: Path, entry: zipfile.ZipInfo, bounds: Bounds) -> None:
    is_sheet = entry.filename.startswith("xl/worksheets/")
    most = bounds.of_sheet if is_sheet else bounds.of_other
    if entry.file_size > most:
        says = f"unpacks to {entry.file_size} bytes; at most {most} are allowed"
        raise UsageError(f"{file}: {entry.filename} {says}")
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > _SMALL and ratio > bounds.ratio:
        says = f"unpacks to {ratio:.0f} times its size; at most {bounds.ratio} is allowed"
        raise UsageError(f"{file}: {entry.filename} {says}")


def _read(file: Path) -> Iterator[tuple[int, Sequence[str]]]:
    """The lines of the first sheet, as they are asked for."""
    with file.open("rb") as held:
        rows = _open(file, held)
        for line in itertools.count(1):
            with _telling(file):
                row = next(rows, None)
            if row is None:
                return
            yield line, _cells(row) or [""]


def _open(file: Path, held: BinaryIO) -> Iterator[tuple[object, ...]]:
    from openpyxl import load_workbook

    with _telling(file):
        book = load_workbook(held, read_only=True, data_only=True, keep_links=False)
        sheet = next(iter(book.worksheets), None)
        if sheet is None:
            raise UsageError(f"{file} has no sheet")
        sheet.reset_dimensions()  # those that it claims may be anything
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True)
        return iter(rows)


@contextmanager
def _telling(file: Path) -> Iterator[None]:
    """Turn whatever a broken file does to its reader into a sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and extensions that nobody reads here
            yield
    except _BROKEN as error:
        says = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"{file} is no spreadsheet that can be read: {says}") from error


def _cells(row: tuple[object, ...]) -> list[str]:
    """The cells up to the last that says anything: openpyxl gives all that there may be."""
    left = len(row) - row.count(None)
    cells: list[str] = []
    for value in row:
        if not left:
            break
        left -= value is not None
        cells.append(_text(value))
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(value: object) -> str:
    """A cell as a CSV would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
