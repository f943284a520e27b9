"""What does a row say that no other row of its file may say differently?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from chalicelib.domain.bulk import column
from chalicelib.domain.bulk.cell import unguard
from chalicelib.domain.bulk.preset import Path
from chalicelib.domain.bulk.value import Told
from chalicelib.domain.errors import InputError
from chalicelib.domain.json_text import parse_json
from chalicelib.domain.mac import Mac

_OF_EXTENSION = (column.NAME, column.PASSWORD, column.FIRST_NAME, column.LAST_NAME)


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The device and the extension of a row, empty where it names none.

    `given` is what the row says of an extension, by field; None when it gives no extension.
    """

    mac: str
    number: str
    given: Mapping[str, str] | None = field(repr=False)
    lines: tuple[str, ...] = ()
    """The extensions that the lines of its device name."""


def read_claim(told: Told, *, of_cells: bool) -> Claim:
    """What the row claims; `of_cells`: its values are the texts of a spreadsheet."""
    given: dict[str, str] | None = None
    if number_given(told, of_cells=of_cells):
        names = (_text(told, path, of_cells) for path in (column.FIRST_NAME, column.LAST_NAME))
        name = _text(told, column.NAME, of_cells) or " ".join(filter(None, names))
        password = _text(told, column.PASSWORD, of_cells)
        found = {"name": name, "password": password, "site": _text(told, column.SITE, of_cells)}
        given = {name: text for name, text in found.items() if text}
    number = _text(told, column.NUMBER, of_cells)
    mac = mac_of(told, of_cells=of_cells)
    named = {number: None, **dict.fromkeys(_name_lines(told, of_cells))} if mac else {}
    return Claim(mac=mac, number=number, given=given, lines=tuple(filter(None, named)))


def mac_of(told: Told, *, of_cells: bool) -> str:
    """The device of the row; empty where it names none."""
    try:
        return str(Mac.parse(_text(told, column.MAC, of_cells)))
    except ValueError:
        return ""


def number_given(told: Told, *, of_cells: bool) -> str:
    """The number of the extension that the row gives; empty where it gives none."""
    gives = column.MAC not in told or any(path in told for path in _OF_EXTENSION)
    return _text(told, column.NUMBER, of_cells) if gives else ""


def _name_lines(told: Told, of_cells: bool) -> Iterator[str]:  # noqa: FBT001 - as it is passed on
    """The extensions of further lines."""
    for path in told:
        if path[0] == "line" and path[2] == "extension_number":
            yield _text(told, path, of_cells)
    lines = told.get(column.LINES, ())
    if isinstance(lines, str):
        with suppress(InputError):
            lines = parse_json(lines, "lines")
    for line in lines if isinstance(lines, list) else ():
        number = line.get("extension_number") if isinstance(line, Mapping) else None
        if isinstance(number, str):
            yield number


def _text(told: Told, path: Path, of_cells: bool) -> str:  # noqa: FBT001 - as it is passed on
    value = told.get(path)
    if not isinstance(value, str):
        return ""
    return unguard(value.strip()) if of_cells else value
