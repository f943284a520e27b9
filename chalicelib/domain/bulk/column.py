"""What does a column of an import say, by the name in its header?

Names are taken in any case, with blanks, hyphens and underscores or without. A path says what a
column means: `("mac_address",)`, `("settings", "vlan", "phone")`, `("line", "2", "label")`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.bulk.preset import PRESETS, Path, Preset, fold
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.profile import LINE, MOST_LINES, SETTINGS
from chalicelib.domain.shape import MapOf, Record
from chalicelib.domain.wording import shown

MAC: Path = ("mac_address",)
NUMBER: Path = ("extension_number",)
NAME: Path = ("name",)
FIRST_NAME: Path = ("first_name",)
LAST_NAME: Path = ("last_name",)
PASSWORD: Path = ("password",)
VENDOR: Path = ("vendor",)
MODEL: Path = ("model",)
VENDOR_AND_MODEL: Path = ("vendor_and_model",)
SITE: Path = ("site",)
LINES: Path = ("lines",)
KEYS: Path = ("keys",)
ALL_SETTINGS: Path = ("settings",)
LAYOUT: Path = ("settings", "key_layout")

NAMES: Mapping[Path, tuple[str, ...]] = {
    MAC: (
        "mac",
        "mac_address",
        "mac_addr",
        "device_mac",
        "device_mac_address",
        "phone_mac",
        "hardware_address",
    ),
    NUMBER: ("extension", "extension_number", "ext", "exten", "number", "phone_number"),
    NAME: (
        "name",
        "display_name",
        "extension_name",
        "full_name",
        "caller_id_name",
        "effective_caller_id_name",
    ),
    FIRST_NAME: ("first_name", "given_name"),
    LAST_NAME: ("last_name", "surname", "family_name"),
    PASSWORD: (
        "password",
        "sip_password",
        "extension_password",
        "secret",
        "sip_secret",
        "auth_password",
        "registration_password",
    ),
    VENDOR: ("vendor", "brand", "manufacturer", "make"),
    MODEL: ("model", "phone_model", "device_model", "phone_type"),
    VENDOR_AND_MODEL: ("vendor_and_model", "device_template"),
    SITE: ("site", "location", "customer"),
    LAYOUT: ("layout", "key_layout"),
    LINES: ("lines",),
    KEYS: ("keys",),
    ALL_SETTINGS: ("settings",),
}
"""The names of each column; the first is the usual one."""

OWN = (SITE, LAYOUT, LINES, KEYS, ALL_SETTINGS)
"""Columns that no other product has: they may stand beside those of any preset."""

# What our own API tells of a device or an extension and nobody can set.
_TOLD = frozenset(
    fold(name)
    for name in (
        "config_url",
        "created_at",
        "updated_at",
        "last_provisioned",
        "origin",
        "state",
        "firmware",
        "success",
    )
)
_PATH_BY_NAME = {fold(name): path for path, names in NAMES.items() for name in names}
_OWN_PATH_BY_NAME = {name: path for name, path in _PATH_BY_NAME.items() if path in OWN}
_LINE = re.compile(r"line[ _-]?(?P<line>[0-9]{1,3})(?:[ ._-]+(?P<field>.+))?", re.IGNORECASE)
_LINE_OF_LIST = re.compile(r"lines\[(?P<line>[0-9]{1,3})\]\.(?P<field>.+)", re.IGNORECASE)
_MOST_UNKNOWN = 20
_LONGEST_NAME = 64
_FEWEST_TELLING = 3
"""So many columns of a product tell that the file is of it."""
_FOREIGN = [preset for preset in PRESETS.values() if preset.name != "offhook"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column; `path` is None for one that nothing is read from."""

    header: str
    path: Path | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """All columns, and what there is to tell of them."""

    columns: tuple[Column, ...]
    notes: tuple[str, ...]


def read_header(names: Sequence[str], preset: Preset | None = None) -> Header:
    """What the columns of these names mean.

    Raises InputError for two of one meaning, and where neither a device nor an extension is named.
    """
    columns = tuple(
        Column(header=name, path=find_path(name, preset) if name else None) for name in names
    )
    flaws = [*_find_twins(columns), *_find_lacking(columns, preset)]
    if flaws:
        raise InputError(*flaws, *_suggest_preset(columns, preset))
    unknown = [column.header for column in columns if column.path is None and column.header]
    return Header(columns=columns, notes=tuple(tell_unknown(unknown, preset)))


def find_path(name: str, preset: Preset | None = None) -> Path | None:
    """What a column of this name means, None for an unknown one."""
    folded = fold(name)
    if preset is not None:
        path = preset.path_by_name.get(folded) or _OWN_PATH_BY_NAME.get(folded)
    else:
        path = _PATH_BY_NAME.get(folded)
    return path or _find_line(name) or _find_setting(name)


def tell_unknown(names: Sequence[str], preset: Preset | None = None) -> Iterator[str]:
    """A sentence for each column that is not known, with the known one that it may mean."""
    strange = [name for name in names if fold(name) not in _TOLD]
    if preset is not None and strange:
        listed = ", ".join(shown(name) for name in strange[:_MOST_UNKNOWN])
        more = f" and {len(strange) - _MOST_UNKNOWN} more" if len(strange) > _MOST_UNKNOWN else ""
        yield f"not read from a file of {preset.label}: {listed}{more}"
        return
    for name in strange[:_MOST_UNKNOWN]:
        yield f"the column {shown(name)} is not known and not read{_suggest(name)}"
    if len(strange) > _MOST_UNKNOWN:
        yield f"{len(strange) - _MOST_UNKNOWN} more columns are not known and not read"


def where_of(path: Path) -> str:
    """How the API names what the path means: `lines[1].label`."""
    if path[0] == "line":
        return f"lines[{int(path[1]) - 1}].{path[2]}"
    return ".".join(path)


def _find_line(name: str) -> Path | None:
    by_position = _LINE.fullmatch(name.strip())
    found = by_position or _LINE_OF_LIST.fullmatch(name.strip())
    if found is None:
        return None
    position = int(found["line"]) + (0 if by_position else 1)
    field = fold(found["field"] or "extension_number")
    fields = {fold(known): known for known in LINE.fields} | {"extension": "extension_number"}
    if field not in fields or not 1 <= position <= MOST_LINES:
        return None
    return ("line", str(position), fields[field])


def _find_setting(name: str) -> Path | None:
    first, _, rest = name.strip().partition(".")
    if fold(first) not in ("settings", "setting") or not rest:
        return None
    path: Path = ("settings",)
    shape: object = SETTINGS
    while rest:
        if isinstance(shape, MapOf):  # its names may hold dots
            return (*path, rest) if re.fullmatch(shape.name, rest) else None
        if not isinstance(shape, Record):
            return None
        part, _, rest = rest.partition(".")
        fields = {fold(known): known for known in shape.fields}
        known = fields.get(fold(part))
        if known is None:
            return None
        path = (*path, known)
        shape = shape.fields[known].shape
    return path


def _find_twins(columns: Sequence[Column]) -> Iterator[Flaw]:
    first_by_path: dict[Path, str] = {}
    for column in columns:
        if column.path is None:
            continue
        if column.path not in first_by_path:
            first_by_path[column.path] = column.header
            continue
        first = first_by_path[column.path]
        says = f"means the same as the column {shown(first)}; give only one of them"
        if fold(first) == fold(column.header):
            says = "is given twice"
        yield Flaw(where=shown(column.header), says=says)


def _find_lacking(columns: Sequence[Column], preset: Preset | None) -> Iterator[Flaw]:
    paths = {column.path for column in columns}
    if MAC in paths or NUMBER in paths:
        return
    if preset is not None:
        known = ", ".join(preset.columns)
        yield Flaw(where="header", says=f"has no column of {preset.label}, such as {known}")
        return
    known = ", ".join(names[0] for names in NAMES.values())
    listed = "".join(
        _suggest(column.header, of=f" for {shown(column.header)}")
        for column in columns[:_MOST_UNKNOWN]
        if column.path is None
    )
    says = f"has neither a column mac nor a column extension; known are {known}{listed}"
    yield Flaw(where="header", says=says)


def _suggest_preset(columns: Sequence[Column], asked: Preset | None) -> Iterator[Flaw]:
    """The preset that most of the columns are of, where it is another one."""
    names = {fold(column.header) for column in columns}
    count, best = max(
        ((len(names & each.path_by_name.keys()), each) for each in _FOREIGN),
        key=lambda found: found[0],
    )
    if best is not asked and count >= _FEWEST_TELLING:
        says = f"looks like that of {best.label}; ask for preset={best.name} (--preset {best.name})"
        yield Flaw(where="header", says=says)


def _suggest(name: str, *, of: str = "") -> str:
    if len(name) > _LONGEST_NAME:
        return ""
    known = {alias: alias for names in NAMES.values() for alias in names}
    known |= {f"settings.{name}": f"settings.{name}" for name in SETTINGS.fields}
    close = difflib.get_close_matches(name.strip().lower(), known, n=1, cutoff=0.6)
    return f'{of}; did you mean "{close[0]}"?' if close else ""
