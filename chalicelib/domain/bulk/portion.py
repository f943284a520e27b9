"""How does a file that is too large for one request go in several?

Each portion is a whole file of its own, with the header; `numbers` say which rows of the large one
its rows are, since a report counts those of the portion.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.bulk.sheet import Row, Sheet
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.wording import not_a

MOST_BYTES = 3_000_000
"""Of one portion in UTF-8: the API takes 4 MiB."""

_LISTS = ("extensions", "devices")


@dataclass(frozen=True, kw_only=True, slots=True)
class Portion:
    """A part of a file: the text to send, and what its rows are called in the whole file."""

    text: str
    places: tuple[str, ...]


def cut_sheet(sheet: Sheet, *, most_bytes: int = MOST_BYTES) -> Iterator[Portion]:
    """The portions of a sheet as CSV. Raises InputError while it is read."""
    header = _line(sheet.header)
    lines: list[str] = []
    rows: list[Row] = []
    size = len(header.encode(errors="surrogatepass"))
    empty = size
    for row in sheet.rows:
        line = _line(row.cells)
        weight = len(line.encode(errors="surrogatepass"))
        if rows and size + weight > most_bytes:
            yield _of_rows(header, lines, rows)
            lines, rows, size = [], [], empty
        lines.append(line)
        rows.append(row)
        size += weight
    if rows:
        yield _of_rows(header, lines, rows)


def cut_records(value: Any, *, most_bytes: int = MOST_BYTES) -> Iterator[Portion]:  # noqa: ANN401 - any JSON
    """The portions of a JSON file that was read. Raises InputError for what is no such file."""
    records = [*_records(value)]
    begin = 0
    size = 0
    for index, (_, _, record) in enumerate(records):
        weight = len(json.dumps(record)) + 2
        if index > begin and size + weight > most_bytes:
            yield _of_records(records[begin:index])
            begin, size = index, 0
        size += weight
    if records:
        yield _of_records(records[begin:])


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _of_rows(header: str, lines: Sequence[str], rows: Sequence[Row]) -> Portion:
    return Portion(text=header + "".join(lines), places=tuple(f"row {row.number}" for row in rows))


def _records(value: object) -> Iterator[tuple[str, str, object]]:
    """Each record with its place and its list; extensions come first."""
    if isinstance(value, list):
        yield from ((f"[{index}]", "", record) for index, record in enumerate(value))
        return
    if not isinstance(value, Mapping) or not all(
        isinstance(value.get(name, []), list) for name in _LISTS
    ):
        says = not_a("a list of objects, nor an object of devices and extensions", value)
        raise InputError(Flaw(where="file", says=says))
    for name in _LISTS:
        for index, record in enumerate(value.get(name, [])):
            yield f"{name}[{index}]", name, record


def _of_records(records: Sequence[tuple[str, str, object]]) -> Portion:
    places = tuple(place for place, _, _ in records)
    if records[0][1] == "":
        return Portion(text=json.dumps([record for _, _, record in records]), places=places)
    whole = {name: [each for _, of, each in records if of == name] for name in _LISTS}
    return Portion(text=json.dumps(whole), places=places)
