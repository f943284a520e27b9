"""What of each line of a config file is a name, and what a value that may be a secret?

It reads any text, one that is of no format as well: what it cannot tell apart is a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_XML = re.compile(r"\s*<[?!A-Za-z]")
_SECTION = re.compile(r"\[[^\[\]]*\]|<[0-9A-Za-z ]+>|--[^-:][^:]*--+ *:")
_NAME = re.compile(r"\s*(?:SET [0-9A-Za-z_]+ |[^=:]{0,120}?[=:] *)")
_COMMENT = ("#", ";")

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<open><[/?]?[A-Za-z_][\w:.-]*)
    |(?P<close>[/?]?>)
    |(?P<attribute>[A-Za-z_][\w:.-]*)\s*=\s*(?P<quote>["'])(?P<value>[^"'<]*)(?P=quote)
    """,
    re.VERBOSE,
)
_CONTENT = re.compile(r"[^<>]+")
_NAMING = frozenset(("name", "id", "ID", "idx", "index", "n", "button", "context", "At"))
"""Attributes whose value is a name, too."""
_NAMING_ELEMENT = "<Name"
"""An element whose text is one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line is the first of its names, its first value, the next name, and so on.

    There is always one name more than there are values. `place` is what the line stands in: lines
    of one name in other sections or elements are others.
    """

    place: str
    names: tuple[str, ...]
    values: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same line, whatever its values are."""
        return self.place, *self.names

    @property
    def text(self) -> str:
        return self.write(self.values)

    @property
    def is_nameless(self) -> bool:
        return self.names == ("", "")

    @property
    def is_comment(self) -> bool:
        return not self.values and self.names[0].startswith(_COMMENT)

    def write(self, values: Sequence[str]) -> str:
        """The line with these values."""
        rest = (value + name for value, name in zip(values, self.names[1:], strict=True))
        return self.names[0] + "".join(rest)

    def nameless(self) -> Line:
        """The same line as one value."""
        return Line(self.place, ("", ""), (self.text,))


def read_lines(text: str) -> list[Line]:
    """The lines of a file."""
    lines = text.splitlines()
    return _Elements().read(lines) if _XML.match(text) else _read_plain(lines)


def _read_plain(lines: Sequence[str]) -> list[Line]:
    place, found = "", []
    for line in lines:
        if _SECTION.fullmatch(line.strip()):
            place = line
            found.append(Line("", (line,)))
        elif not line.strip() or (line.startswith(_COMMENT) and not line.startswith("#!")):
            found.append(Line(place, (line,)))
        else:
            named = _NAME.match(line)
            name = named[0] if named else ""
            found.append(Line(place, (name, ""), (line[len(name) :],)))
    return found


class _Elements:
    """Reads XML line by line, and remembers which elements and tag are open."""

    def __init__(self) -> None:
        self._stack: list[str] = []
        self._tag: str | None = None
        """The tag that is not closed yet, with the names in it."""

    def read(self, lines: Sequence[str]) -> list[Line]:
        return [self._read_line(line) for line in lines]

    def _read_line(self, line: str) -> Line:
        place = "".join(self._stack) + (self._tag or "")
        names, values, at = [""], [], 0
        while at < len(line):
            found = (None if self._is_content(line, at) else _TOKEN.match(line, at)) or (
                _CONTENT.match(line, at) if self._tag is None else None
            )
            if found is None or not self._takes(found):
                return Line(place, ("", ""), (line,))
            if value := self._value_of(found):
                start, end = value
                names[-1] += line[at:start]
                values.append(line[start:end])
                names.append(line[end : found.end()])
            else:
                names[-1] += found[0]
            at = found.end()
        return Line(place, tuple(names), tuple(values))

    def _is_content(self, line: str, at: int) -> bool:
        return self._tag is None and line[at] not in "<>" and not line[at].isspace()

    def _takes(self, found: re.Match[str]) -> bool:
        """Go on by a token; False for one that cannot stand there."""
        if found.re is _CONTENT:
            return True
        if found["open"]:
            if self._tag is not None:
                return False
            self._tag = found["open"]
        elif found["close"]:
            if self._tag is None:
                return False
            self._close(found["close"])
        elif found["attribute"] and found["attribute"] in _NAMING:
            self._tag = f"{self._tag or ''} {found[0]}"
        return True

    def _close(self, end: str) -> None:
        tag, self._tag = self._tag or "", None
        if tag.startswith("</"):
            del self._stack[-1:]
        elif end == ">":
            self._stack.append(f"{tag}>")

    def _value_of(self, found: re.Match[str]) -> tuple[int, int] | None:
        """From where to where a token is a value."""
        if found.re is _CONTENT:
            if self._stack and self._stack[-1] == f"{_NAMING_ELEMENT}>":
                self._stack[-2:-1] = [f"{each}{found[0]}/" for each in self._stack[-2:-1]]
                return None
            return found.span()
        if found["attribute"] and found["attribute"] not in _NAMING:
            return found.span("value")
        return None
