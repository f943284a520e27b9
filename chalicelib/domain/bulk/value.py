"""What does a row say, value by value, and which value is the text of a cell?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalicelib.domain.bulk.cell import unguard
from chalicelib.domain.bulk.column import where_of
from chalicelib.domain.bulk.preset import Path
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.json_text import parse_json
from chalicelib.domain.profile import KEYS, LINE, LINES, SETTINGS
from chalicelib.domain.shape import Flag, ListOf, MapOf, Record, Shape, Whole

Told = Mapping[Path, object]
"""What a row says by the path of its column: a value of JSON, or the text of a cell."""

UNSET = "null"
"""A cell of a setting that holds this word unsets it."""

Resolve = Callable[[str], Path | None]
"""The path that a name of a column stands for, if it is known."""

_FLAGS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_WHOLE = re.compile(r"[0-9]{1,9}(\.0+)?")


def told_of(item: Mapping[str, object], resolve: Resolve) -> tuple[dict[Path, object], list[str]]:
    """What an object of JSON says, by path, and its names that are not known.

    Null says nothing, but of a setting.
    """
    told: dict[Path, object] = {}
    unknown: list[str] = []
    for name, value in item.items():
        path = resolve(name)
        if path is None:
            unknown.append(name)
        elif path in told:
            raise InputError(Flaw(where=where_of(path), says="is given twice"))
        elif value is not None or _is_setting(path):
            told[path] = value
    return told, unknown


def _is_setting(path: Path) -> bool:
    return path[0] == "settings" and len(path) > 1


def told_of_cells(cells: Iterable[str], paths: Iterable[Path | None]) -> dict[Path, object]:
    """What the cells of a row say, by path."""
    return {path: cell for cell, path in zip(cells, paths, strict=False) if path and cell}


def read_cells(told: Told) -> tuple[dict[Path, object], list[Flaw]]:
    """The values of the cells that say anything."""
    values: dict[Path, object] = {}
    flaws: list[Flaw] = []
    for path, cell in told.items():
        text = unguard(str(cell).strip())
        if not text:
            continue
        try:
            values[path] = _read_cell(text, path)
        except InputError as error:
            flaws += error.flaws
    return values, flaws


def _read_cell(text: str, path: Path) -> object:
    """The value that stands in a cell, as its shape wants it; the shape itself looks later."""
    where = where_of(path)
    if path[0] not in ("settings", "line", "lines", "keys"):
        return text
    if _is_setting(path) and text == UNSET:
        return None
    return _read_as(text, _shape_of(path), where)


def _read_as(text: str, shape: Shape[Any], where: str) -> object:
    if isinstance(shape, Whole):
        return int(float(text)) if _WHOLE.fullmatch(text) else text
    if isinstance(shape, Flag):
        return _FLAGS.get(text.lower(), text)
    if isinstance(shape, ListOf) and not isinstance(shape.item, Record) and text[0] != "[":
        return [part.strip() for part in re.split("[,;]", text) if part.strip()]
    if isinstance(shape, ListOf | Record | MapOf):
        return parse_json(text, where)
    return text


def _shape_of(path: Path) -> Shape[Any]:
    shape: Shape[Any] = {"line": LINE, "lines": LINES, "keys": KEYS}.get(path[0], SETTINGS)
    for name in path[2:] if path[0] == "line" else path[1:]:
        shape = shape.fields[name].shape if isinstance(shape, Record) else _value_of(shape)
    return shape


def _value_of(shape: Shape[Any]) -> Shape[Any]:
    if not isinstance(shape, MapOf):
        raise TypeError(f"{shape} has no parts")
    found: Shape[Any] = shape.value
    return found
