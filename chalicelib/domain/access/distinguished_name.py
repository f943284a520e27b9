"""What does a distinguished name of a certificate say?

Read is the text form of RFC 4514, with what older printers do: blanks after commas, semicolons,
quoted values, OIDs with the encoded value in hexadecimal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 2000
_PART = re.compile(
    r"""
    \ *+ (?:OID\.)? (?P<type> [A-Za-z][A-Za-z0-9-]* | [0-9]+(?:\.[0-9]+)+ ) \ *+ = \ *+
    (?: "(?P<quoted> (?: [^"\\] | \\[\s\S] )*+ )"
      | \#(?P<encoded> (?:[0-9A-Fa-f]{2})++ )
      | (?!\#) (?P<plain> (?: \ *+ (?: [^,;+"\\\ ] | \\[\s\S] ) )*+ )
    ) \ *+
    (?P<end> [,;+] | \Z )
    """,
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)
_ESCAPE = re.compile(r"(?P<octets>(?:\\[0-9A-Fa-f]{2})+)|\\(?P<character>[\s\S])")
_SPECIAL = frozenset('\\"+,;<>=# ')
_STRING_TAGS = frozenset((0x0C, 0x13, 0x14, 0x16))  # UTF8, Printable, Teletex and IA5 strings
_SHORT_LENGTH = 0x80

_TYPE_BY_SPELLING = {
    "S": "ST",
    "STATEORPROVINCENAME": "ST",
    "2.5.4.8": "ST",
    "COMMONNAME": "CN",
    "2.5.4.3": "CN",
    "2.5.4.5": "SERIALNUMBER",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.1": "UID",
    "E": "EMAILADDRESS",
    "1.2.840.113549.1.9.1": "EMAILADDRESS",
}

Attribute = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name: its relative names in order, each with its attributes."""

    parts: tuple[tuple[Attribute, ...], ...]

    def values(self, field: str) -> list[str]:
        """All values of one attribute type, such as CN."""
        wanted = canonical_type(field)
        return [value for part in self.parts for kind, value in part if kind == wanted]

    def all_values(self) -> list[str]:
        return [value for part in self.parts for _, value in part]

    def is_same(self, other: Name) -> bool:
        """Do both name the same? Case, blanks and the direction of writing do not matter."""
        mine, theirs = self._folded(), other._folded()
        return mine in (theirs, theirs[::-1])

    def _folded(self) -> list[list[Attribute]]:
        return [
            sorted((kind, " ".join(value.casefold().split())) for kind, value in part)
            for part in self.parts
        ]


def parse_name(text: str) -> Name:
    """Read a distinguished name. Raises ValueError for anything else."""
    name = read_name(text)
    if name is None:
        raise ValueError("is not a distinguished name")
    return name


def read_name(text: str) -> Name | None:
    """The distinguished name that a text says, or None; never raises."""
    if len(text) > _LONGEST:
        return None
    parts: list[tuple[Attribute, ...]] = []
    part: list[Attribute] = []
    position, end = 0, ","
    while end:
        found = _PART.match(text, position)
        if found is None:
            return None
        kind, quoted, encoded, plain, end = found.groups()
        value = _unescape(plain or quoted or "") if encoded is None else _decode(encoded)
        if value is None:
            return None
        part.append((canonical_type(kind), value))
        position = found.end()
        if end != "+":
            parts.append(tuple(part))
            part = []
    return Name(tuple(parts))


def canonical_type(spelling: str) -> str:
    upper = spelling.upper()
    return _TYPE_BY_SPELLING.get(upper, upper)


def _decode(digits: str) -> str | None:
    """The text of a short ASN.1 string in hexadecimal, or None when it is something else."""
    encoded = bytes.fromhex(digits)
    if len(encoded) < 2 or encoded[0] not in _STRING_TAGS:
        return None
    if encoded[1] >= _SHORT_LENGTH or encoded[1] != len(encoded) - 2:
        return None
    return _decode_utf8(encoded[2:])


def _unescape(text: str) -> str | None:
    """A value without its escapes, or None when one of them means nothing."""
    if "\\" not in text:
        return text
    pieces: list[str] = []
    position = 0
    for found in _ESCAPE.finditer(text):
        piece = _read_escape(found)
        if piece is None:
            return None
        pieces += text[position : found.start()], piece
        position = found.end()
    return "".join(pieces) + text[position:]


def _read_escape(found: re.Match[str]) -> str | None:
    if found["octets"]:
        return _decode_utf8(bytes.fromhex(found["octets"].replace("\\", "")))
    character = found["character"]
    return character if character in _SPECIAL else None


def _decode_utf8(encoded: bytes) -> str | None:
    try:
        return encoded.decode()
    except UnicodeDecodeError:
        return None
