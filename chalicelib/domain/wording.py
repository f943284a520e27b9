"""How does a message name a value, its type and its place?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

LONGEST_SHOWN = 60


def shown(value: object) -> str:
    """A value as JSON for a message: one printable line, cut where it gets long."""
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int) and value.bit_length() > 200:
        return "a very large number"  # Python refuses to print some of these
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else type(value).__name__
    cut = text[:LONGEST_SHOWN] + "…" if len(text) > LONGEST_SHOWN else text
    quoted = json.dumps(cut, ensure_ascii=False)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in quoted)


def path_to(where: str, name: object) -> str:
    """The path of a field, such as `server.name`; a name that is not plain stands quoted."""
    plain = isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name)
    last = str(name) if plain else shown(name)
    return f"{where}.{last}" if where else last


def field_of(where: str) -> str:
    """The field at the beginning of a path: `lines` of `lines[0].label`."""
    return re.split(r"[.\[]", where, maxsplit=1)[0]


def counted(length: int) -> str:
    return "1 character" if length == 1 else f"{length} characters"


def not_a(expected: str, value: object, *, secret: bool = False) -> str:
    found = _kind(value)
    if isinstance(value, Mapping | list | tuple) or value is None or secret:
        return f"is {found}, not {expected}"
    return f"{shown(value)} is {found}, not {expected}"


def _kind(value: object) -> str:
    """The type of a value in JSON's words."""
    if value is None:
        return "null"
    for kinds, word in (
        (bool, "a boolean"),
        ((int, float), "a number"),
        (str, "a text"),
        ((list, tuple), "a list"),
        (Mapping, "an object"),
    ):
        if isinstance(value, kinds):
            return word
    return "a value that JSON does not have"
