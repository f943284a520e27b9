"""How often does each phone look for a new file, so that they do not all come at once?

Phones that lose their power together start together, and would come together at every look from
then on. So the looks of a fleet are spread over slots: by the phone itself where its vendor has a
jitter, else by an interval that is another one for each device, from a hash of its MAC. The number
of slots follows from the fleet's size in coarse levels. A file changes at a step of the level
alone: each change makes every phone apply its file anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from chalicelib.domain.mac import Mac

FILES_A_LOOK = 3
"""How many files a phone asks for when it looks: its own, that of its model, one that is absent."""
USUAL_RATE = 20
"""Fetches a second, where the operator says nothing."""
LONGEST = 43_200
"""Minutes: the longest interval that can be set, 30 days."""

_DAY = 1440
_SLOTS_BY_LEVEL = (4, 16, 64, 256, 1024, 4096, 14_400)
HIGHEST_LEVEL = len(_SLOTS_BY_LEVEL) - 1
_SHRINKS_BELOW = 0.7
"""How full the level below must be at most before a fleet that shrinks goes back to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """The level that the whole fleet goes by, and the size that it was last set for.

    `changed_at`, in UTC, is when it became this level; None where it never was another one.
    """

    level: int = 0
    devices: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """What a vendor's phones can be told of their looks, in minutes.

    They count in `unit`, take from `least` to `most`, and draw a delay of at most `jitter` by
    themselves (0: they have none).
    """

    unit: int = 1
    least: int = 5
    most: int = LONGEST
    jitter: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Looks:
    """How often a device looks, in minutes; `jitter` is None where the vendor has none."""

    interval: int
    jitter: int | None = None


def choose_level(devices: int, *, rate: int, was: int = 0) -> int:
    """The level that keeps a fleet of this size below the rate; that before while it does.

    The highest one for a fleet that none keeps below it.
    """
    needed = next(
        (level for level in range(HIGHEST_LEVEL) if devices <= _capacity(level, rate)),
        HIGHEST_LEVEL,
    )
    while was > needed and devices <= _SHRINKS_BELOW * _capacity(was - 1, rate):
        was -= 1
    return max(needed, was)


def set_pace(mac: Mac, timer: Timer, *, level: int) -> Looks:
    """How often this device looks at this level."""
    interval, spread = _range_of(timer, level)
    if timer.jitter:
        jitter = min(spread, timer.jitter)
        return Looks(interval=interval + _share(mac, spread - jitter, timer.unit), jitter=jitter)
    return Looks(interval=interval + _share(mac, spread, timer.unit))


def peak(devices_by_vendor: Mapping[str, int], timers: Mapping[str, Timer], *, level: int) -> float:
    """How many fetches a second the looks make at most, over a minute.

    That is after a loss of power that all phones share. Phones without a timer look only when they
    start.
    """
    total = 0.0
    for vendor, devices in devices_by_vendor.items():
        if vendor in timers:
            _, spread = _range_of(timers[vendor], level)
            total += devices * FILES_A_LOOK / (spread // timers[vendor].unit * 60)
    return total


def _capacity(level: int, rate: int) -> int:
    """How many phones a level keeps below the rate."""
    return _SLOTS_BY_LEVEL[level] * 60 * rate // FILES_A_LOOK


@cache
def _range_of(timer: Timer, level: int) -> tuple[int, int]:
    """The shortest interval, and over how many minutes intervals are spread.

    Never less than a day where the vendor takes it, and twice the spread, so that the looks of
    different rounds do not pile up.
    """
    unit = timer.unit
    most = min(timer.most, LONGEST) // unit * unit
    least = min(-(-timer.least // unit) * unit, most)
    spread = max(min(_SLOTS_BY_LEVEL[level] * unit, (most - least) // unit * unit), unit)
    wanted = max(-(-max(_DAY, 2 * spread) // _DAY) * _DAY, least)
    return max(min(wanted, most - spread), least) // unit * unit, spread


def _share(mac: Mac, spread: int, unit: int) -> int:
    """The device's own part of the spread, in whole units below it."""
    digest = hashlib.sha256(f"looks {mac.digits}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % max(spread // unit, 1) * unit
