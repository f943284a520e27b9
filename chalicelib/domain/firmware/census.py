"""Which versions do the devices report?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.firmware.version import is_newer, is_same


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """So many devices of a site and model report this version; empty: they have not said any.

    So many of those that have not said any have `never` fetched.
    """

    site: str
    model: str
    version: str
    devices: int
    never: int = 0


def count_by_model(counts: Iterable[Reported], version: str, *, first: int = 1) -> dict[str, int]:
    """How many devices of each model have the version, in whatever words they report it."""
    found: Counter[str] = Counter()
    for count in counts:
        if count.version and is_same(count.version, version, first=first):
            found[count.model] += count.devices
    return {model: found[model] for model in sorted(found) if found[model] > 0}


def count_by_version(counts: Iterable[Reported]) -> dict[str, int]:
    """How many devices report each version; those that have not said any count as `unknown`."""
    found: Counter[str] = Counter()
    for count in counts:
        found[count.version or "unknown"] += count.devices
    return {version: found[version] for version in sorted(found) if found[version] > 0}


def find_newer(counts: Sequence[Reported], version: str, *, first: int = 1) -> Mapping[str, int]:
    """How many devices report a newer version than this, by version."""
    newer = [
        count for count in counts if count.version and is_newer(count.version, version, first=first)
    ]
    return count_by_version(newer)
