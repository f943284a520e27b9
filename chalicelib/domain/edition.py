"""Since when are files made as they are now, by what is no record: config.yml, Offhook, its packs?

Each process knows by digests what it makes files of. The first one that makes them of something
else says so in the table, with the time. It does that once: a process that was there before leaves
it alone, so an older one and a newer one do not take turns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

CONFIG = "config.yml"
OFFHOOK = "Offhook"

Digests = Mapping[str, str]
"""The digest of each part that files are made of, by what a message calls it."""


def pack_of(vendor: str) -> str:
    """What the facts and templates of a vendor are called among the parts."""
    return f"templates of {vendor}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What files are made of. `since` is in UTC, None where it never was anything else."""

    digest: str
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """All that files are made of, by what a message calls it."""

    parts: Mapping[str, Part] = field(default_factory=dict)

    def after(self, digests: Digests, now: datetime) -> Edition:
        """The edition that a process brings which makes files of these. Other parts are gone."""
        return Edition(
            parts={name: self._part(name, digest, now) for name, digest in digests.items()}
        )

    def changes(self, names: Iterable[str]) -> dict[str, datetime]:
        """When each of these parts has become another one, if it ever has."""
        parts = {name: self.parts.get(name) for name in names}
        return {name: part.since for name, part in parts.items() if part and part.since}

    def is_of(self, digests: Digests, names: Iterable[str]) -> bool:
        """Whether these parts are the ones that these digests are of."""
        return all(
            part is None or part.digest == digests.get(name)
            for name in names
            for part in (self.parts.get(name),)
        )

    def _part(self, name: str, digest: str, now: datetime) -> Part:
        was = self.parts.get(name)
        if was is None:
            return Part(digest=digest)
        return was if was.digest == digest else Part(digest=digest, since=now)
