"""What became of a row of an import, or of a part of it?"""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """What became of it."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
