"""Which records are in a JSON text that is too long to be kept whole?

It is a list of objects, or an object with the lists `extensions` and `devices`. One record after
the other is read, and each is held to the same as a whole file would be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.json_text import parse_json
from chalicelib.domain.wording import not_a, path_to

LISTS = ("extensions", "devices")
LONGEST_RECORD = 4_000_000
"""In characters: the API takes no more at once."""

Texts = Callable[[], Iterable[str]]
"""The text of a file in pieces from its beginning on, as often as it is asked for."""

_PLACE = re.compile(r"\(line (?P<line>\d+) column \d+\)$")
_BLANK = re.compile(r"[ \t\n\r]*")
_DEEPEST = 18


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRecord:
    """A record, how a person finds it, and the list that it is in; empty in a file of one."""

    place: str
    of: str
    value: Any


def read_records(texts: Texts) -> Iterator[FileRecord]:
    """The records, extensions first. Raises InputError, also while they are read."""
    if _Reader(iter(texts())).peek() != "{":
        yield from _read_list(_Reader(iter(texts())))
        return
    for name in LISTS:
        yield from _read_object(_Reader(iter(texts())), name)


def _read_list(reader: _Reader) -> Iterator[FileRecord]:
    if not reader.peek():
        raise InputError(Flaw(where="file", says="is empty; give a list of objects"))
    if reader.peek() != "[":
        value = reader.value("file")
        says = not_a("a list of objects, nor an object of devices and extensions", value)
        raise InputError(Flaw(where="file", says=says))
    for index, value in enumerate(_items(reader, "")):
        yield FileRecord(place=f"[{index}]", of="", value=value)
    reader.end()


def _read_object(reader: _Reader, wanted: str) -> Iterator[FileRecord]:
    """The records of one of the lists; all else is looked at, too."""
    reader.take("{")
    seen: set[str] = set()
    while reader.peek() != "}":
        if seen:
            reader.take(",")
        name = reader.value("file") if reader.peek() == '"' else reader.fail('a name in "quotes"')
        reader.take(":")
        if name not in LISTS:
            says = f"is not a known field; known are {', '.join(LISTS)}"
            raise InputError(Flaw(where=path_to("", name), says=says))
        if name in seen:
            raise InputError(Flaw(where=name, says="is given twice"))
        if reader.peek() != "[":
            raise InputError(Flaw(where=name, says=not_a("a list", reader.value(name))))
        seen.add(name)
        for index, value in enumerate(_items(reader, name)):
            if name == wanted:
                yield FileRecord(place=f"{name}[{index}]", of=name, value=value)
    reader.take("}")
    reader.end()


def _items(reader: _Reader, name: str) -> Iterator[Any]:
    reader.take("[")
    index = 0
    while reader.peek() != "]":
        if index:
            reader.take(",")
        yield reader.value(f"{name}[{index}]")
        index += 1
    reader.take("]")


@dataclass(kw_only=False, slots=True)
class _Reader:
    """Reads value after value, and keeps no more of the text than the one it is at."""

    texts: Iterator[str]
    text: str = ""
    at: int = 0
    lines: int = 1
    """The line that `text` begins in."""
    is_over: bool = False
    decoder: json.JSONDecoder = field(default_factory=json.JSONDecoder)

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            found = _BLANK.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text) or not self._more():
                return self.text[self.at : self.at + 1]

    def take(self, character: str) -> None:
        if self.peek() != character:
            self.fail(f'"{character}"')
        self.at += 1

    def end(self) -> None:
        if self.peek():
            self.fail("the end")

    def value(self, where: str) -> Any:  # noqa: ANN401 - any JSON
        """The next value. Raises InputError for what is none, or too long."""
        self.peek()
        while True:
            try:
                _, end = self.decoder.raw_decode(self.text, self.at)
            except (ValueError, RecursionError):
                end = -1
            # What ends with the text may go on in the next piece, such as a number.
            if 0 <= end < len(self.text) or not self._more():
                break
            if len(self.text) - self.at > LONGEST_RECORD:
                says = f"has no end within {LONGEST_RECORD} characters"
                raise InputError(Flaw(where=where, says=says))
        end = len(self.text) if end < 0 else end
        begin, self.at = self.at, end
        return self._parse(self.text[begin:end], begin, where)

    def _parse(self, text: str, begin: int, where: str) -> Any:  # noqa: ANN401 - any JSON
        try:
            return parse_json(text, where, deepest=_DEEPEST)
        except InputError as error:
            line = self.lines + self.text.count("\n", 0, begin)
            raise InputError(
                *(Flaw(where=each.where, says=_say_line(each.says, line)) for each in error.flaws)
            ) from error

    def fail(self, wanted: str) -> Any:  # noqa: ANN401 - it never returns
        found = self.text[self.at : self.at + 1]
        line = self.lines + self.text.count("\n", 0, self.at)
        stands = f'"{found}" stands' if found else "the file ends"
        says = f"is not JSON: {stands} in line {line} where {wanted} should be"
        raise InputError(Flaw(where="file", says=says))

    def _more(self) -> bool:
        """Read on, and forget what is done."""
        piece = "" if self.is_over else next(self.texts, "")
        self.is_over = not piece
        self.lines += self.text.count("\n", 0, self.at)
        self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)


def _say_line(says: str, begin: int) -> str:
    """What is wrong with a value, with the line of the whole text."""
    found = _PLACE.search(says)
    if found is None:
        return f"{says}; it begins in line {begin}"
    return f"{says[: found.start()]}(line {begin + int(found['line']) - 1})"
