"""Which parameters does a config file hold?

Strict readers of the file formats, apart from the writing: what is rendered must read back as what
was put in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SET = re.compile(r'SET ([0-9A-Za-z_]+) (?:"([^"]*)"|(\S+))')
_QUOTED = re.compile(r'([0-9A-Za-z_@-]+)="([^"]*)"')
_COLON = re.compile(r'[!^]?([^:#]+?):(?: +(?:"([^"]*)"|([^#;"]*?)))? *')
_KEY_VALUE = re.compile(r"([^=#]+?) *=(?: *)(.*?) *")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a config file, and the line it stands on where that is known."""

    name: str
    value: str
    line: int = 0


def read_key_value(text: str) -> list[Parameter]:
    """`name = value`; a `#` at the start of a line makes it a comment. Raises ValueError."""
    return _read_lines(text, _KEY_VALUE, comments=("#",))


def read_colon(text: str) -> list[Parameter]:
    """`name: value`, with `!` or `^` before the name. Raises ValueError."""
    return _read_lines(text, _COLON, comments=("#",))


def read_quoted(text: str) -> list[Parameter]:
    """`NAME="value"`, lines ended by CR LF. Raises ValueError."""
    if re.search(r"(?<!\r)\n", text):
        raise ValueError("a line does not end with CR LF")
    return _read_lines(text.replace("\r\n", "\n"), _QUOTED, comments=("#",))


def read_set(text: str) -> list[Parameter]:
    """`SET NAME value`, beside GOTO, IF and GET and tags. Raises ValueError."""
    return _read_lines(text, _SET, comments=("#", "GET ", "GOTO ", "IF "))


def read_xml(text: str) -> list[Parameter]:
    """The leaf elements and all attributes. Raises ValueError for a text that is no XML.

    An element that is told apart by a `name` or `id` attribute is called by it; one that stands
    several times carries its index attributes in its name.
    """
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - what was just rendered, not a stranger's
    except ElementTree.ParseError as error:
        raise ValueError(f"is not XML: {error}") from error
    found: list[Parameter] = []
    _read_element(root, "", found)
    return found


def _read_element(element: object, path: str, found: list[Parameter]) -> None:
    attributes: dict[str, str] = dict(element.attrib)  # type: ignore[attr-defined]
    tag = str(element.tag).rpartition("}")[2]  # type: ignore[attr-defined]
    called = attributes.pop("name", None) or attributes.pop("id", None)
    mark = "".join(f"[{key}={attributes.pop(key)}]" for key in ("idx", "n") if key in attributes)
    name = f"{called or tag}{mark}"
    children = list(element)  # type: ignore[call-overload]
    if called and "value" in attributes:
        found.append(Parameter(name, attributes.pop("value")))
    elif not children and (not attributes or (element.text or "").strip()):  # type: ignore[attr-defined]
        found.append(Parameter(name, element.text or ""))  # type: ignore[attr-defined]
    found.extend(
        Parameter(key if not called else f"{name}@{key}", value)
        for key, value in attributes.items()
    )
    for child in children:
        _read_element(child, f"{path}/{name}", found)


def _read_lines(
    text: str, pattern: re.Pattern[str], *, comments: tuple[str, ...]
) -> list[Parameter]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith(comments):
            continue
        read = pattern.fullmatch(line)
        if read is None:
            raise ValueError(f"line {number} is not of the format")
        name, *values = read.groups()
        value = next((value for value in values if value is not None), "")
        found.append(Parameter(name, value, number))
    return found
