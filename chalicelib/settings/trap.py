"""Where did YAML read something else than the author of config.yml meant?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from chalicelib.domain.errors import Flaw
from chalicelib.domain.shape import ListOf, Parsed, Record, Shape, Text, Whole
from chalicelib.domain.wording import path_to, shown
from chalicelib.settings.yaml_text import Unquoted

_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)


def find_traps(
    shape: Shape[object], value: object, unquoted_by_path: Mapping[str, Unquoted], where: str = ""
) -> Iterator[Flaw]:
    """The places where quotes, or plain digits, would have given what was meant."""
    if isinstance(shape, Record) and isinstance(value, Mapping):
        for name, field in shape.fields.items():
            if name in value and not (value[name] is None and field.nullable):
                path = path_to(where, name)
                yield from find_traps(field.shape, value[name], unquoted_by_path, path)
    elif isinstance(shape, ListOf) and isinstance(value, list):
        for position, item in enumerate(value):
            yield from find_traps(shape.item, item, unquoted_by_path, f"{where}[{position}]")
    else:
        unquoted = unquoted_by_path.get(where)
        says = _explain(shape, value, unquoted) if unquoted else ""
        if says:
            yield Flaw(where=where, says=says)


def _explain(shape: Shape[object], value: object, unquoted: Unquoted) -> str:
    if not unquoted.source:
        return "has no value"
    if isinstance(shape, Text) and shape.secret:
        return f"YAML read the value as {unquoted.kind}; write it in quotes"
    if isinstance(shape, Text | Parsed):
        source = unquoted.source
        return f'YAML read {source} as {unquoted.kind}; write it in quotes: "{source}"'
    is_number = isinstance(shape, Whole) and unquoted.kind == "a number"
    if is_number and not _PLAIN_NUMBER.fullmatch(unquoted.source):
        return f"YAML read {unquoted.source} as {shown(value)}; write it in plain decimal digits"
    return ""
