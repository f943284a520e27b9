"""Does a text that a phone sends look like this pattern, and what does it say of the phone?

A pattern is literal text with placeholders and optional parts in square brackets:

    Grandstream Model HW {model}[ {word}] SW {version} DevId {mac}

docs/identification.md describes the language. Matching takes linear time: each placeholder ends at
the first place where that which follows can begin, and this is never tried again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from chalicelib.domain.mac import Mac

LONGEST = 512
"""Characters of a text that are looked at."""

_MOST_VARIANTS = 16
_LONGEST_KEY = 6
_MARGIN = ' \t\r\n\0"'
_BLANKS = re.compile(r"[ \t]{2,}|\t")
_SEPARATORS = str.maketrans("", "", ":-")
_TOKENS = re.compile(r"\[|\]|\{[a-z]+\}|[^\[\]{}]+")


class _Placeholder(NamedTuple):
    """What a placeholder takes (as little as possible), and how it begins."""

    takes: str
    begins: str


_MAC = "|".join(("[0-9a-f]{12}", *(f"(?:[0-9a-f]{{2}}{mark}){{5}}[0-9a-f]{{2}}" for mark in ":-")))
_PLACEHOLDERS = {
    "{model}": _Placeholder("[0-9a-z][0-9a-z ._+-]{0,59}?", "[0-9a-z]"),
    "{version}": _Placeholder("[0-9][!-~]{0,59}?", "[0-9]"),
    "{mac}": _Placeholder(_MAC, _MAC),
    "{serial}": _Placeholder("[0-9a-z][0-9a-z._-]{0,59}?", "[0-9a-z]"),
    "{word}": _Placeholder("[^ ]+?", "[^ ]"),
    "{rest}": _Placeholder(".+?", "."),
}
_SAID_ONCE = ("{model}", "{version}", "{mac}", "{serial}")


class Reading(NamedTuple):
    """What a text said of the phone that sent it."""

    model: str | None = None
    version: str | None = None
    mac: Mac | None = None
    serial: str | None = None


class Pattern:
    """One shape of a text, such as a User-Agent."""

    def __init__(self, text: str) -> None:
        """Raises ValueError, whose text completes "the pattern ...", for what is no pattern."""
        self.text = text
        self.variants = tuple(_Variant(parts) for parts in _read(text))

    def match(self, text: str) -> Reading | None:
        """What the whole text says, or None when it does not look like this."""
        tidied = _tidy(text)
        readings = (variant.match(tidied) for variant in self.variants)
        return next((reading for reading in readings if reading is not None), None)


class PatternIndex:
    """Many patterns, of which only those are tried whose first letters the text has."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._rows_by_key: dict[str, list[_Row]] = {}
        for place, pattern in enumerate(patterns):
            for rank, variant in enumerate(pattern.variants):
                key = variant.prefix[:_LONGEST_KEY]
                row = _Row(place, rank, variant.prefix, variant)
                self._rows_by_key.setdefault(key, []).append(row)
        self._key_sizes = sorted({len(key) for key in self._rows_by_key})

    def find(self, text: str) -> Iterator[tuple[int, Reading]]:
        """The place of each pattern that the text looks like, in order, and what it says there."""
        tidied = _tidy(text)
        lowered = tidied.lower()
        last = -1
        for row in sorted(self._rows_with_prefix_of(lowered)):
            if row.place == last:
                continue
            reading = row.variant.match(tidied)
            if reading is not None:
                last = row.place
                yield row.place, reading

    def _rows_with_prefix_of(self, lowered: str) -> list[_Row]:
        return [
            row
            for size in self._key_sizes
            for row in self._rows_by_key.get(lowered[:size], ())
            if lowered.startswith(row.prefix)
        ]


class _Variant:
    """A pattern with each optional part either there or not: text, placeholder, text, ..."""

    def __init__(self, parts: Sequence[str]) -> None:
        self._parts = parts
        self.prefix = parts[0].lower()

    def match(self, tidied: str) -> Reading | None:
        found = self._regex.match(tidied)
        if found is None:
            return None
        said = found.groupdict()
        model, mac = said.get("model"), said.get("mac")
        return Reading(
            model.rstrip() if model else None,
            said.get("version"),
            Mac(mac.translate(_SEPARATORS).lower()) if mac else None,
            said.get("serial"),
        )

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        """Made on first use: a process meets few of all vendors' phones."""
        texts, names = self._parts[::2], self._parts[1::2]
        written = re.escape(texts[0])
        for place, name in enumerate(names):
            takes = _PLACEHOLDERS[name].takes
            group = f"(?P<{name[1:-1]}>{takes})" if name in _SAID_ONCE else f"(?:{takes})"
            text = re.escape(texts[place + 1]) if place + 1 < len(texts) else ""
            last = place + 1 == len(names)
            ends = r"\Z" if last else f"(?={_PLACEHOLDERS[names[place + 1]].begins})"
            # The atomic group forbids to try again from here, which keeps the time linear.
            written += f"(?>{group}{text}{ends})"
        whole = written if names else written + r"\Z"
        return re.compile(whole, re.IGNORECASE | re.ASCII | re.DOTALL)


class _Row(NamedTuple):
    place: int
    rank: int
    prefix: str
    variant: _Variant


def _tidy(text: str) -> str:
    """The text cut to a bound, without what surrounds it, with single blanks."""
    trimmed = text[:LONGEST].strip(_MARGIN)
    return _BLANKS.sub(" ", trimmed) if "  " in trimmed or "\t" in trimmed else trimmed


def _read(text: str) -> Iterator[list[str]]:
    """The parts of each variant of a pattern, the ones with the most optional parts first."""
    if not (text.isascii() and text.isprintable()):
        raise ValueError("has characters that are not printable ASCII")
    tokens = _TOKENS.findall(text)
    if "".join(tokens) != text:
        raise ValueError("has a { or } that belongs to no placeholder")
    unknown = [token for token in tokens if token[0] == "{" and token not in _PLACEHOLDERS]
    if unknown:
        raise ValueError(f"has {unknown[0]}; known are {' '.join(_PLACEHOLDERS)}")
    for variant in _expand(iter(tokens), inside=False):
        parts = _join(variant)
        _check(parts)
        yield parts


def _expand(pieces: Iterator[str], *, inside: bool) -> list[list[str]]:
    variants: list[list[str]] = [[]]
    for piece in pieces:
        if piece == "[":
            optional = [*_expand(pieces, inside=True), []]
            variants = [head + tail for head in variants for tail in optional]
            if len(variants) > _MOST_VARIANTS:
                raise ValueError("has too many optional parts")
        elif piece == "]":
            if not inside:
                raise ValueError("has a ] without its [")
            return variants
        else:
            variants = [[*head, piece] for head in variants]
    if inside:
        raise ValueError("has a [ without its ]")
    return variants


def _join(tokens: Sequence[str]) -> list[str]:
    """Neighbouring texts as one, with single blanks and none at the ends."""
    parts: list[str] = []
    for token in tokens:
        if parts and token not in _PLACEHOLDERS and parts[-1] not in _PLACEHOLDERS:
            parts[-1] += token
        else:
            parts.append(token)
    parts = [_BLANKS.sub(" ", part) for part in parts]
    if parts:
        parts[0] = parts[0].lstrip()
        parts[-1] = parts[-1].rstrip()
    return [part for part in parts if part]


def _check(parts: Sequence[str]) -> None:
    if not parts or parts[0] in _PLACEHOLDERS:
        raise ValueError("must begin with text")
    for part, following in pairwise(parts):
        if part in _PLACEHOLDERS and following in _PLACEHOLDERS:
            raise ValueError(f"has no text between {part} and {following}")
    twice = [name for name in _SAID_ONCE if parts.count(name) > 1]
    if twice:
        raise ValueError(f"has {twice[0]} twice")
