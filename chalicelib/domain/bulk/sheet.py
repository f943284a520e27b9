"""Which rows are in a CSV text?

A spreadsheet of another kind gives the same with `make_sheet`, so that all of them are read alike.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.mac import Mac

MOST_ROWS = 1_000_000
MOST_COLUMNS = 300
LONGEST_CELL = 131_072
"""In characters. All keys of the largest phone take 40,000."""

HEADERLESS = ("mac", "extension", "vendor", "model")
"""What the cells mean where the first row is a device already, as in the product document."""

_DELIMITERS = ",;\t"
LONGEST_HEADER = 100_000
"""In characters: so much of it tells the delimiter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row. `number` counts as a spreadsheet does; `line` is where it begins in the text."""

    number: int
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A header and the rows under it, without empty ones. Reading on may raise InputError."""

    header: tuple[str, ...]
    rows: Iterator[Row]


def read_csv(text: str, *, most_rows: int = MOST_ROWS) -> Sheet:
    """The sheet in a CSV text, whose delimiter the header tells. Raises InputError."""
    text = text.removeprefix("\ufeff")
    lines = io.StringIO(text, newline="")
    return read_lines(lines, text[:LONGEST_HEADER], most_rows=most_rows)


def read_lines(lines: Iterable[str], beginning: str, *, most_rows: int = MOST_ROWS) -> Sheet:
    """The sheet in these lines, as they come; `beginning` is the text of the first of them."""
    told = _told_delimiter(beginning)
    delimiter = told or _sniff(beginning)
    return make_sheet(_read(lines, delimiter), skip=1 if told else 0, most_rows=most_rows)


def make_sheet(
    rows: Iterable[tuple[int, Sequence[str]]], *, skip: int = 0, most_rows: int = MOST_ROWS
) -> Sheet:
    """The sheet of these rows, each with the line where it begins. Raises InputError.

    So many rows at the beginning are no part of it.
    """
    filled = _number(rows, skip, most_rows)
    first = next(filled, None)
    if first is None:
        raise InputError(Flaw(where="file", says="is empty; give a header and rows"))
    if len(first.cells) > MOST_COLUMNS:
        raise _bad(first, f"has {len(first.cells)} columns; at most {MOST_COLUMNS} are allowed")
    if _is_device(first.cells):
        header = HEADERLESS[: max(2, len(first.cells))]
        return Sheet(header=header, rows=_chain(first, filled))
    header = tuple(cell.strip() for cell in first.cells)
    return Sheet(header=header, rows=filled)


def _number(rows: Iterable[tuple[int, Sequence[str]]], skip: int, most: int) -> Iterator[Row]:
    for number, (line, cells) in enumerate(rows, start=1):
        row = Row(number=number, line=line, cells=tuple(cells))
        if number > most + 1:
            raise _bad(row, f"is one too many; at most {most} rows are allowed")
        if number <= skip or not any(cell.strip() for cell in row.cells):
            continue
        longest = max(map(len, row.cells))
        if longest > LONGEST_CELL:
            says = f"has a cell of {longest} characters; at most {LONGEST_CELL} are allowed"
            raise _bad(row, says)
        yield row


def _read(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            says = f"line {line} cannot be read: {error}"
            raise InputError(Flaw(where="file", says=says)) from error
        yield line, cells


def _told_delimiter(text: str) -> str | None:
    """What a first line `sep=;` says, as Excel writes it."""
    first = text[:8].splitlines()[0] if text else ""
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        return first[-1] if first[-1] in _DELIMITERS else None
    return None


def _sniff(text: str) -> str:
    """The delimiter that stands most often in the header, outside quotes."""
    counts = dict.fromkeys(_DELIMITERS, 0)
    is_quoted = False
    for character in text[:LONGEST_HEADER].lstrip("\r\n"):
        if character == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif character in "\r\n":
            break
        elif character in counts:
            counts[character] += 1
    return max(_DELIMITERS, key=lambda delimiter: counts[delimiter])


def _is_device(cells: Sequence[str]) -> bool:
    if not 2 <= len(cells) <= len(HEADERLESS):
        return False
    try:
        Mac.parse(cells[0])
    except ValueError:
        return False
    return True


def _chain(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _bad(row: Row, says: str) -> InputError:
    return InputError(Flaw(where=f"row {row.number}", says=says))
