"""How does a file that is too large for one request go in several?

Each portion is a whole file of its own, with the header; its places say which rows of the large one
its rows are, since a report counts those of the portion. What a row says again, or differently, of
a device or an extension of an earlier portion, no server can see: such a row is left out and told.
Nor can it see the extensions of other portions that lines need: their rows can be lent to it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from chalicelib.domain.bulk.claim import Claim, read_claim
from chalicelib.domain.bulk.column import find_path, read_header, where_of
from chalicelib.domain.bulk.outcome import Outcome
from chalicelib.domain.bulk.preset import Path, Preset
from chalicelib.domain.bulk.record import LISTS, FileRecord
from chalicelib.domain.bulk.sheet import Sheet
from chalicelib.domain.bulk.value import Resolve, told_of, told_of_cells
from chalicelib.domain.errors import Flaw, InputError

MOST_BYTES = 3_000_000
"""Of one portion in UTF-8: the API takes 4 MiB."""

_LENT = 100
"""About so many bytes has the row of an extension that is lent; the API takes a third more."""

_NAMED = re.compile(
    r"(?P<before>\bis (?:that of|what|not what) )"
    r"(?P<place>row \d+|(?:extensions|devices)?\[\d+\])"
    r"(?= already\b| gives\b| says of\b)"
)
"""Where the API speaks of another row of the portion."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A row that is not sent: what a report tells of it, and after how many rows it stands."""

    after: int
    told: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Portion:
    """A part of a file: the text to send, and what its rows are called in the whole file."""

    text: str
    places: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    extensions: int = 0
    """How many of the rows are in a list of extensions of their own."""
    needs: tuple[str, ...] = ()
    """Extensions that its lines name and its rows do not give."""

    @property
    def size(self) -> int:
        """How many rows of the file it stands for."""
        return len(self.places) + len(self.left_out)

    def say_places(self, message: str) -> str:
        """A message of the API with the rows of the whole file instead of those of the portion."""
        return _NAMED.sub(lambda found: found["before"] + self._place(found["place"]), message)

    def _place(self, told: str) -> str:
        kind, _, number = told.replace("[", " ").rstrip("]").rpartition(" ")
        index = int(number) + {"row": -2, "devices": self.extensions}.get(kind, 0)
        return self.places[index] if 0 <= index < len(self.places) else told


class Doubles(Protocol):
    """Remembers what the rows of a file claim."""

    def find(self, claim: Claim, place: str, part: int) -> Sequence[Flaw]:
        """What an earlier part of the file says of the same."""


def cut_sheet(
    sheet: Sheet,
    *,
    preset: Preset | None = None,
    doubles: Doubles | None = None,
    most_bytes: int = MOST_BYTES,
) -> Iterator[Portion]:
    """The portions of a sheet as CSV. Raises InputError while it is read."""
    header = _line(sheet.header)
    paths, header_by_where = _read_paths(sheet.header, preset)
    part = _Part(empty=_size_of(header), most_bytes=most_bytes)
    for row in sheet.rows:
        if tuple(cell.strip() for cell in row.cells) == sheet.header:
            continue  # as where several files were put together
        line, place = _line(row.cells), f"row {row.number}"
        weight = _size_of(line)
        if part.is_full(weight):
            yield part.take_sheet(header)
        claim = read_claim(told_of_cells(row.cells, paths), of_cells=True)
        if doubles and (flaws := doubles.find(claim, place, part.number)):
            part.leave_out(place, claim, flaws, header_by_where)
            continue
        part.add(line, place, weight, claim)
    if part.is_filled:
        yield part.take_sheet(header)
    elif not part.number:
        read_header(sheet.header, preset)  # nobody else would look at it


def cut_records(
    records: Iterable[FileRecord],
    *,
    preset: Preset | None = None,
    doubles: Doubles | None = None,
    most_bytes: int = MOST_BYTES,
) -> Iterator[Portion]:
    """The portions of a JSON file. Raises InputError while it is read."""
    part = _Part(empty=2, most_bytes=most_bytes)
    resolve = cache(lambda name: find_path(name, preset))
    for record in records:
        text = json.dumps(record.value)
        if part.is_full(len(text) + 2):
            yield part.take_records()
        claim = _claim_of(record.value, resolve)
        if doubles and (flaws := doubles.find(claim, record.place, part.number)):
            part.leave_out(record.place, claim, flaws, {})
            continue
        part.add(text, record.place, len(text) + 2, claim, of=record.of)
    if part.is_filled:
        yield part.take_records()


@dataclass(kw_only=True)
class _Part:
    """The portion that is being made."""

    empty: int
    most_bytes: int
    number: int = 0
    size: int = 0
    texts: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    needs: dict[str, None] = field(default_factory=dict)
    gives: set[str] = field(default_factory=set)

    @property
    def is_filled(self) -> bool:
        return bool(self.texts or self.left_out)

    def is_full(self, weight: int) -> bool:
        """Whether one more of this weight has to go into the next."""
        return bool(self.texts) and self.empty + self.size + weight > self.most_bytes

    def add(self, text: str, place: str, weight: int, claim: Claim, *, of: str = "") -> None:
        self.texts.append(text)
        self.lists.append(of)
        self.places.append(place)
        if claim.given is not None:
            self.gives.add(claim.number)
        new = [
            number
            for number in claim.lines
            if number not in self.needs and number not in self.gives
        ]
        self.needs.update(dict.fromkeys(new))
        self.size += weight + _LENT * len(new)

    def leave_out(
        self, place: str, claim: Claim, flaws: Sequence[Flaw], header_by_where: Mapping[str, str]
    ) -> None:
        errors = []
        for flaw in flaws:
            named = header_by_where.get(flaw.where)
            column = {"column": named} if named else {}
            errors.append({"field": flaw.where, "message": flaw.says, **column})
        told = {
            "place": place,
            "outcome": Outcome.REFUSED.value,
            "mac_address": claim.mac or None,
            "extension_number": claim.number or None,
            "errors": errors,
        }
        self.left_out.append(LeftOut(after=len(self.texts), told=told))

    def take_sheet(self, header: str) -> Portion:
        return self._take(header + "".join(self.texts))

    def take_records(self) -> Portion:
        if any(self.lists):
            lists = (f'"{name}": [' + ", ".join(self._texts_of(name)) + "]" for name in LISTS)
            return self._take("{" + ", ".join(lists) + "}")
        return self._take("[" + ", ".join(self.texts) + "]")

    def _texts_of(self, name: str) -> Iterator[str]:
        return (text for text, of in zip(self.texts, self.lists, strict=True) if of == name)

    def _take(self, text: str) -> Portion:
        portion = Portion(
            text=text,
            places=tuple(self.places),
            left_out=tuple(self.left_out),
            extensions=self.lists.count(LISTS[0]),
            needs=tuple(number for number in self.needs if number not in self.gives),
        )
        self.number += 1
        self.size = 0
        for each in (self.texts, self.lists, self.places, self.left_out, self.needs, self.gives):
            each.clear()
        return portion


def _read_paths(
    names: Sequence[str], preset: Preset | None
) -> tuple[Sequence[Path | None], Mapping[str, str]]:
    """What the columns mean, and their headers by what the API calls that."""
    try:
        columns = read_header(names, preset).columns
    except InputError:
        return (), {}  # the server says what is wrong with it
    return (
        [each.path for each in columns],
        {where_of(each.path): each.header for each in columns if each.path},
    )


def _claim_of(value: object, resolve: Resolve) -> Claim:
    try:
        told = told_of(value, resolve)[0] if isinstance(value, Mapping) else {}
    except InputError:
        told = {}  # the server says what is wrong with it
    return read_claim(told, of_cells=False)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _size_of(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))
