"""What is a site: a place or customer whose devices share settings, a policy and a site key?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import Flaw


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A site. Times are in UTC.

    `access` is a policy as `domain/access/policy.py` reads it, the server's when None; it may hold
    a password. `key_generation` counts the site's keys. `settings` hold for all of its devices, and
    those in `models` for the devices of one model (`zip/33g`); they may hold passwords too.
    `settings_at` is when any of them was last changed.
    """

    name: str
    label: str
    access: Mapping[str, Any] | None = field(default=None, repr=False)
    key_generation: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    settings_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


def other_site(name: str, own: str | None) -> Flaw:
    """What is said to who names another site than it has (None: all) for what cannot move."""
    says = f'"{name}" is not its site, "{own}"' if own else f'"{name}" is not its site: it has none'
    return Flaw(where="site", says=f"{says}; it cannot move")


def no_site(name: str) -> Flaw:
    """What is said to who names a site that is not there."""
    says = f'"{name}" is not a site; create it first (PUT /api/sites/{name})'
    return Flaw(where="site", says=says)
