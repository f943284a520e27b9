"""Which device is meant: a MAC address in any spelling that people and phones use."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPELLINGS = re.compile(
    r"""
      [0-9a-f]{12}                                          # 001565123456
    | [0-9a-f]{2} ([:._\- ]) [0-9a-f]{2} (?: \1 [0-9a-f]{2} ){4}  # 00:15:65:12:34:56
    | [0-9a-f]{4} ([:._\- ]) [0-9a-f]{4} \2 [0-9a-f]{4}     # 0015.6512.3456
    | [0-9a-f]{6} [:._\- ] [0-9a-f]{6}                      # 001565-123456
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_SEPARATORS = str.maketrans("", "", ":._- ")


@dataclass(frozen=True, order=True, slots=True)
class Mac:
    """A MAC address, kept as 12 lower-case hexadecimal digits."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Mac:
        """Read a MAC address: bare, or grouped by 2, 4 or 6 digits with one kind of separator.

        Raises ValueError for anything else.
        """
        stripped = text.strip()
        if not _SPELLINGS.fullmatch(stripped):
            raise ValueError("is not a MAC address (12 hex digits)")
        return cls(stripped.translate(_SEPARATORS).lower())

    @property
    def prefix(self) -> str:
        """The first six digits, which say who built the device."""
        return self.digits[:6]

    def __str__(self) -> str:
        return self.digits
