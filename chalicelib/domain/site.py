"""What is a site: a place or customer whose devices share a policy and a site key?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A site. Times are in UTC.

    `access` is a policy as `domain/access/policy.py` reads it, the server's when None; it may hold
    a password. `key_generation` counts the site's keys.
    """

    name: str
    label: str
    access: Mapping[str, Any] | None = field(default=None, repr=False)
    key_generation: int = 1
    created_at: datetime
    updated_at: datetime
