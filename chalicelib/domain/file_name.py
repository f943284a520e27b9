"""Which file a phone asks for: the shape of the name, and the MAC address in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.domain.mac import Mac

MAC = "{mac}"
"""Stands for a MAC address in a file rule of a vendor pack."""

_LONGEST = 120
_ALLOWED = re.compile(r"[0-9A-Za-z._:\- ]+", re.ASCII)
_GROUPED = re.compile(
    r"(?<![0-9A-Fa-f])"
    r"[0-9A-Fa-f]{2}(?:([:._\- ])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}"
    r"(?![0-9A-Fa-f])"
    r"|(?<![0-9A-Fa-f])[0-9A-Fa-f]{4}(?:([:.\-])[0-9A-Fa-f]{4})(?:\2[0-9A-Fa-f]{4})(?![0-9A-Fa-f])",
    re.ASCII,
)
# Twelve digits, but not those of the common files y000000000025.cfg and 000000000000.cfg.
_BARE = re.compile(
    r"(?!0{12}|(?<=[yY])0{8})[0-9A-Fa-f]{12}(?![0-9A-Fa-f])",
    re.ASCII,
)

_PLACEHOLDER = re.compile(
    r"[{$%<\[][({]?(?:mac(?:d|[-_ ]?addr(?:ess)?)?|mau?)[)}]?[}>\]%]?", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class FileName:
    """A requested name: lower case, with `{mac}` where the MAC address stood."""

    shape: str
    mac: Mac | None


def read_file_name(name: str) -> FileName | None:
    """The shape of a requested file name, or None when no phone's file is named so.

    The MAC address may be in any spelling and case, and may follow letters that look like
    hexadecimal digits (`cfg001565123456`, `ATA001565123456`): the last twelve digits count.
    """
    if len(name) > _LONGEST or not _ALLOWED.fullmatch(name):
        return None
    found = _GROUPED.search(name) or _BARE.search(name)
    if found is None:
        return FileName(name.lower(), None)
    shape = name[: found.start()] + MAC + name[found.end() :]
    return FileName(shape.lower(), Mac.parse(found.group()))


def find_placeholder(name: str) -> str | None:
    """The placeholder that a phone sent as it stands instead of its MAC address, if any.

    An installer typed `{mac}`, `$mac`, `$MA` or the like for a phone that does not know it.
    """
    found = _PLACEHOLDER.search(name, 0, _LONGEST)
    return found.group() if found else None
