"""What does one row of an import ask for, and what is wrong with it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.access.site import SITE as SITE_NAME
from chalicelib.domain.bulk import column
from chalicelib.domain.bulk.column import where_of
from chalicelib.domain.bulk.preset import Path
from chalicelib.domain.bulk.value import Told, read_cells
from chalicelib.domain.chosen import drop_absent
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.input import (
    EXTENSION_NAME,
    EXTENSION_NUMBER,
    MAC,
    MODEL,
    SIP_PASSWORD,
    VENDOR,
)
from chalicelib.domain.mac import Mac
from chalicelib.domain.profile import KEYS, LAYER, LINE, LINES
from chalicelib.domain.shape import Field, Record
from chalicelib.domain.wording import field_of, not_a

_ROW = Record(
    {
        "mac_address": Field(MAC),
        "extension_number": Field(EXTENSION_NUMBER),
        "name": Field(EXTENSION_NAME),
        "password": Field(SIP_PASSWORD),
        "vendor": Field(VENDOR),
        "model": Field(MODEL),
        "site": Field(SITE_NAME),
        "lines": Field(LINES),
        "keys": Field(KEYS),
        "settings": Field(LAYER),
    }
)
_OF_EXTENSION = ("name", "password")
_OF_DEVICE = ("vendor", "model", "keys", "settings", "lines")
_OF_EVERY_DEVICE = frozenset(("mac_address", "extension_number", "vendor", "model", "lines"))
"""Fields on which all else of a device hangs."""
_OWN_OF_ACCOUNT = ("extension_number", "user", "auth_user", "password")
_REPLACED = "\ufffd"


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenExtension:
    """What a row says of an extension; None is what it does not say."""

    number: str
    name: str | None
    password: str | None = field(repr=False)
    site: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenDevice:
    """What a row says of a device; `changes` are fields of a choice, `line_fields` by position."""

    mac: Mac
    number: str | None
    changes: Mapping[str, Any] = field(repr=False)
    line_fields: Mapping[int, Mapping[str, Any]] = field(repr=False)

    def place_lines(self, before: tuple[Mapping[str, Any], ...]) -> tuple[Mapping[str, Any], ...]:
        """The lines as the row wants them, over those that are there. Raises InputError."""
        lines = list(self.changes.get("lines", before))
        if self.number is not None:
            if "lines" in self.changes and lines[0].get("extension_number") != self.number:
                says = "is not the extension of the first of lines; give only one of them"
                raise InputError(Flaw(where="extension_number", says=says))
            _lay(lines, 1, {"extension_number": self.number})
        for position, fields in sorted(self.line_fields.items()):
            _lay(lines, position, fields)
        return tuple(lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What a row asks for. Nothing is to be done for one that has flaws.

    Such a one may still have the parts that can be read, so that more flaws of it can be found.
    """

    extension: GivenExtension | None = None
    device: GivenDevice | None = None
    kind: tuple[str, str] | None = None
    """Vendor and model, where that is all that can be read of a device."""
    flaws: tuple[Flaw, ...] = ()
    warnings: tuple[str, ...] = ()


def read_entry(told: Told, *, of_cells: bool) -> Entry:
    """What the row asks for; `of_cells`: its values are the texts of a spreadsheet."""
    values, flaws = read_cells(told) if of_cells else (dict(told), [])
    body, line_fields = _gather(values, flaws)
    found, wrong = _ROW.examine(body, partial=True)
    flaws += wrong
    read_lines = _read_lines(line_fields, flaws)
    has_mac = "mac_address" in body
    if not has_mac and "extension_number" not in body:
        flaws.append(Flaw(where="mac_address", says="is required; or give an extension"))
    if "extension_number" not in body and has_mac:
        flaws += (
            Flaw(where=name, says="is that of an extension, and the row names none")
            for name in _OF_EXTENSION
            if name in body
        )
    flawed = {field_of(flaw.where) for flaw in flaws}
    sound = _sound(found or {}, flawed)
    warnings = list(_find_replaced(values))
    if not has_mac:
        warnings += _tell_unused(sound, read_lines)
    is_device = has_mac and not flawed & _OF_EVERY_DEVICE
    return Entry(
        extension=_extension(sound, has_mac=has_mac),
        device=_device(sound, read_lines) if is_device else None,
        kind=_kind(sound) if has_mac and not is_device else None,
        flaws=tuple(flaws),
        warnings=tuple(warnings),
    )


def _sound(found: Mapping[str, Any], flawed: AbstractSet[str]) -> dict[str, Any]:
    """The fields without those that have flaws."""
    sound = {name: value for name, value in found.items() if name not in flawed}
    # What is given of an extension makes it one, right or wrong.
    return sound | {name: None for name in _OF_EXTENSION if name in flawed}


def _kind(found: Mapping[str, Any]) -> tuple[str, str] | None:
    named = {"vendor", "model"} <= found.keys()
    return (found["vendor"], found["model"]) if named else None


def _extension(found: Mapping[str, Any], *, has_mac: bool) -> GivenExtension | None:
    number = found.get("extension_number")
    if number is None or (has_mac and not any(name in found for name in _OF_EXTENSION)):
        return None
    return GivenExtension(
        number=number,
        name=found.get("name"),
        password=found.get("password"),
        site=found.get("site"),
    )


def _device(found: Mapping[str, Any], line_fields: Mapping[int, Mapping[str, Any]]) -> GivenDevice:
    changes = {name: found[name] for name in (*_OF_DEVICE, "site") if name in found}
    for name in {"lines", "keys"} & changes.keys():
        changes[name] = tuple(drop_absent(changes[name]))
    return GivenDevice(
        mac=found["mac_address"],
        number=found.get("extension_number"),
        changes=changes,
        line_fields=line_fields,
    )


def _gather(
    values: Mapping[Path, object], flaws: list[Flaw]
) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
    """The values as one object of the API's fields, and those of single lines by position."""
    body: dict[str, Any] = {}
    line_fields: dict[int, dict[str, Any]] = {}
    for path, value in sorted(values.items(), key=lambda item: len(item[0])):
        if path[0] == "line":
            line_fields.setdefault(int(path[1]), {})[path[2]] = value
        elif len(path) > 1:
            _put(body, path, value, flaws)
        else:
            body[path[0]] = dict(value) if isinstance(value, Mapping) else value
    _join_names(body)
    _split_model(body)
    return body, line_fields


def _put(body: dict[str, Any], path: Path, value: object, flaws: list[Flaw]) -> None:
    inner = body
    for depth, name in enumerate(path[:-1], start=1):
        below = inner.get(name)
        if below is not None and not isinstance(below, Mapping):
            flaws.append(Flaw(where=where_of(path[:depth]), says=not_a("an object", below)))
        inner[name] = dict(below) if isinstance(below, Mapping) else {}
        inner = inner[name]
    inner[path[-1]] = value


def _join_names(body: dict[str, Any]) -> None:
    """First and last name make the name, where none is given."""
    parts = [body.pop(path[0], None) for path in (column.FIRST_NAME, column.LAST_NAME)]
    texts = [part for part in parts if isinstance(part, str) and part]
    if texts:
        body.setdefault("name", " ".join(texts))


def _split_model(body: dict[str, Any]) -> None:
    """`yealink/t46s` and `Yealink T46S` say both, where the columns do not."""
    both = body.pop(column.VENDOR_AND_MODEL[0], None)
    if not isinstance(both, str):
        return
    vendor, _, model = both.strip("/").partition("/" if "/" in both else " ")
    if not model:
        body.setdefault("model", vendor)
        return
    body.setdefault("vendor", vendor)
    body.setdefault("model", model)


def _read_lines(
    line_fields: Mapping[int, Mapping[str, Any]], flaws: list[Flaw]
) -> dict[int, dict[str, Any]]:
    read: dict[int, dict[str, Any]] = {}
    for position, fields in line_fields.items():
        found, wrong = LINE.examine(fields, f"lines[{position - 1}]", partial=True)
        flaws += wrong
        read[position] = found or {}
    return read


def _lay(lines: list[Mapping[str, Any]], position: int, fields: Mapping[str, Any]) -> None:
    """Lay the fields on the line; another account takes the place of the one that was there."""
    if position > len(lines) + 1:
        says = f"cannot be set: there is no line {position - 1}"
        raise InputError(Flaw(where=f"lines[{position - 1}]", says=says))
    before = lines[position - 1] if position <= len(lines) else {}
    names = ("extension_number", "user")
    if any(name in fields and fields[name] != before.get(name) for name in names):
        before = {name: value for name, value in before.items() if name not in _OWN_OF_ACCOUNT}
    lines[position - 1 : position] = [{**before, **fields}]


def _tell_unused(
    found: Mapping[str, Any], line_fields: Mapping[int, Mapping[str, Any]]
) -> Iterator[str]:
    """What a row says of a device, but of none."""
    names = [name for name in _OF_DEVICE if name in found] + (["lines"] if line_fields else [])
    for name in dict.fromkeys(names):
        yield f"{name}: is not used, since the row has no MAC address"


def _find_replaced(values: Mapping[Path, object]) -> Iterator[str]:
    for path, value in values.items():
        if isinstance(value, str) and _REPLACED in value:
            yield f"{where_of(path)}: holds U+FFFD, which stands for what was not UTF-8"
