"""What an extension is: a number on the PBX with its display name and SIP password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

DEFAULT_SITE = "default"
"""The site of records for which none was named."""


class Origin(Enum):
    """Where a record came from; neither side overwrites the other's."""

    API = "api"
    FILE = "config.yml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """An extension. Times are in UTC."""

    number: str
    name: str
    password: str = field(repr=False)
    site: str = DEFAULT_SITE
    origin: Origin
    created_at: datetime
    updated_at: datetime
