"""Which of two firmware versions is the newer one?"""

from __future__ import annotations

import re
from functools import lru_cache

from chalicelib.domain.shape import Text

FIRMWARE_VERSION = Text(
    max=60,
    pattern=r"[0-9A-Za-z][0-9A-Za-z._-]*",
    says="a firmware version (letters, digits and . _ -)",
)

_PART = re.compile(r"[0-9]+|[a-z]+")
_LONGEST = 60

Rank = tuple[tuple[int, int, str], ...]


@lru_cache(maxsize=4096)
def rank_version(text: str, *, first: int = 1) -> Rank:
    """Where a version stands among those of its vendor: the newer one has the greater rank.

    Only numbers and letters count: `7.6.2SR7` follows `7.6.2`. `first` is the number that tells the
    age: Yealink's 96.86.0.75 begins with the hardware, so there it is 2. Versions of one rank are
    the same.
    """
    parts = _PART.findall(text[:_LONGEST].lower())
    # A "V" before the numbers says nothing.
    if len(parts) > 1 and parts[0] in ("v", "version"):
        parts = parts[1:]
    ranked = [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]
    return tuple(ranked[min(first, max(len(ranked), 1)) - 1 :])


def is_newer(one: str, other: str, *, first: int = 1) -> bool:
    """Whether the first version is newer than the other."""
    return rank_version(one, first=first) > rank_version(other, first=first)


def is_same(one: str, other: str, *, first: int = 1) -> bool:
    """Whether two texts mean the same version."""
    return rank_version(one, first=first) == rank_version(other, first=first)
