"""What a phone has written, to be given back to it: the changes that its user made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

LARGEST_UPLOAD = 256 * 1024
"""Bytes that a phone may write at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """One file. `name` is the shape of its name; `at` is in UTC."""

    name: str
    text: str = field(repr=False)
    at: datetime
