"""What does a whole file of devices and extensions say?

Its rows are kept as they came and read one by one, so that a file of which the most is done already
costs little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from chalicelib.domain.bulk import column
from chalicelib.domain.bulk.claim import mac_of, number_given
from chalicelib.domain.bulk.column import Column, find_path, read_header, tell_unknown
from chalicelib.domain.bulk.encoding import decode
from chalicelib.domain.bulk.entry import Entry, read_entry
from chalicelib.domain.bulk.preset import PRESETS, Path, Preset
from chalicelib.domain.bulk.sheet import MOST_ROWS, Sheet, read_csv
from chalicelib.domain.bulk.value import Resolve, Told, told_of, told_of_cells
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.json_text import parse_json
from chalicelib.domain.wording import not_a, path_to, shown

_LISTS = ("extensions", "devices")
_DEEPEST = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class RawRow:
    """A row as it came. `place` is how a person finds it: `row 5`, `devices[3]`."""

    number: int
    place: str
    told: Told
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BulkFile:
    """The rows of a file, what its columns mean, and what there is to tell of it as a whole."""

    rows: Sequence[RawRow]
    of_cells: bool
    columns: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()

    def entry(self, index: int) -> Entry:
        """What the row asks for."""
        row = self.rows[index]
        if row.flaws:
            return Entry(flaws=row.flaws)
        return read_entry(row.told, of_cells=self.of_cells)

    @cached_property
    def first_by_mac(self) -> Mapping[str, int]:
        """The first row of each device, by its MAC address."""
        return self._first(
            {
                index: mac
                for index, row in enumerate(self.rows)
                if (mac := mac_of(row.told, of_cells=self.of_cells))
            }
        )

    @cached_property
    def first_by_number(self) -> Mapping[str, int]:
        """The first row that says what an extension is, by its number."""
        return self._first(
            {
                index: number
                for index, row in enumerate(self.rows)
                if (number := number_given(row.told, of_cells=self.of_cells))
            }
        )

    @property
    def header_by_where(self) -> Mapping[str, str]:
        """The header of the column that the API calls so."""
        return {column.where_of(each.path): each.header for each in self.columns if each.path}

    def _first(self, names: Mapping[int, str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for index, name in names.items():
            found.setdefault(name, index)
        return found


def read_file(
    raw: bytes, form: str, preset: str | None = None, *, most_rows: int = MOST_ROWS
) -> BulkFile:
    """What the file says; `form` is one of FORMS, `preset` of PRESETS.

    Raises InputError for a file of which nothing can be done.
    """
    chosen = find_preset(preset)
    decoded = decode(raw)
    notes = (decoded.note,) if decoded.note else ()
    if form == "json":
        return _read_json(decoded.text, chosen, notes, most_rows)
    return read_sheet(read_csv(decoded.text, most_rows=most_rows), chosen, notes)


def find_preset(name: str | None) -> Preset | None:
    """The preset of this name. Raises InputError."""
    if name is None:
        return None
    preset = PRESETS.get(name)
    if preset is None:
        says = f"{shown(name)} is not a preset; there are {', '.join(PRESETS)}"
        raise InputError(Flaw(where="preset", says=says))
    return preset


def read_sheet(sheet: Sheet, preset: Preset | None = None, notes: tuple[str, ...] = ()) -> BulkFile:
    """What a sheet says. Raises InputError."""
    header = read_header(sheet.header, preset)
    paths = [each.path for each in header.columns]
    rows: list[RawRow] = []
    repeated = 0
    for row in sheet.rows:
        if tuple(cell.strip() for cell in row.cells) == sheet.header:
            repeated += 1
            continue
        beyond = [cell for cell in row.cells[len(paths) :] if cell.strip()]
        says = f"has {len(row.cells)} cells; the header has {len(paths)}"
        rows.append(
            RawRow(
                number=row.number,
                place=f"row {row.number}",
                told=told_of_cells(row.cells, paths),
                flaws=(Flaw(where="", says=says),) if beyond else (),
            )
        )
    again = (f"the header stands {repeated} more time(s) in the file",) if repeated else ()
    return BulkFile(
        rows=rows,
        of_cells=True,
        columns=header.columns,
        notes=(*notes, *header.notes, *again),
    )


def _read_json(
    text: str, preset: Preset | None, notes: tuple[str, ...], most_rows: int
) -> BulkFile:
    items = _items(parse_json(text, "file", deepest=_DEEPEST))
    if len(items) > most_rows:
        says = f"has {len(items)} records; at most {most_rows} are allowed"
        raise InputError(Flaw(where="file", says=says))
    rows: list[RawRow] = []
    unknown: dict[str, None] = {}
    path_by_name: dict[str, Path | None] = {}

    def resolve(name: str) -> Path | None:
        if name not in path_by_name:
            path_by_name[name] = find_path(name, preset)
        return path_by_name[name]

    for place, item in items:
        told, strange, flaws = _read_item(item, resolve)
        unknown |= dict.fromkeys(strange)
        rows.append(RawRow(number=len(rows) + 1, place=place, told=told, flaws=flaws))
    return BulkFile(rows=rows, of_cells=False, notes=(*notes, *tell_unknown(list(unknown), preset)))


def _items(value: object) -> list[tuple[str, object]]:
    """The records of the file, each with its place. Extensions come first."""
    if isinstance(value, list):
        return [(f"[{index}]", item) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        says = not_a("a list of objects, nor an object of devices and extensions", value)
        raise InputError(Flaw(where="file", says=says))
    flaws = [
        Flaw(where=path_to("", name), says="is not a known field; known are extensions, devices")
        for name in value
        if name not in _LISTS
    ]
    flaws += [
        Flaw(where=name, says=not_a("a list", value[name]))
        for name in _LISTS
        if not isinstance(value.get(name, []), list)
    ]
    if flaws:
        raise InputError(*flaws)
    return [
        (f"{name}[{index}]", item)
        for name in _LISTS
        for index, item in enumerate(value.get(name, []))
    ]


def _read_item(item: object, resolve: Resolve) -> tuple[Told, Sequence[str], tuple[Flaw, ...]]:
    if not isinstance(item, dict):
        return {}, (), (Flaw(where="", says=not_a("an object", item)),)
    try:
        told, unknown = told_of(item, resolve)
    except InputError as error:
        return {}, (), error.flaws
    return told, unknown, ()
