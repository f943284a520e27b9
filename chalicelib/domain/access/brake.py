"""When has a source guessed too often, and when does a process tell the others what it counted?

Only misses are counted, in windows of time, per source network. Each process counts for itself and
writes its count out at every n-th miss, under its own name, so that no item is hot; it then reads
what the others wrote. docs/access.md has the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

BUSY_SITE_MISSES = 250 * 3 * 6
"""A site of 250 phones behind one address boots: 3 optional files each, asked for 6 times."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """How many misses a source may have in one window of so many seconds."""

    misses: int = 2 * BUSY_SITE_MISSES
    seconds: int = 3600
    step: int = 20
    """A process writes its count out at every so many misses."""

    def window_at(self, now: datetime) -> int:
        """The number of the window that this moment falls into."""
        return math.floor(now.timestamp() / self.seconds)

    def ends_at(self, window: int) -> int:
        """When a window ends, in seconds since 1970; its counts may be forgotten then."""
        return (window + 1) * self.seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What one process knows of one source in one window."""

    window: int
    own: int = 0
    """The misses that this process has counted."""
    others: int = 0
    """The misses that all other processes had written out when they were last read."""

    def count(self, now: datetime, limit: Limit) -> Tally:
        """One more miss; a new window begins at nothing. Over the limit nothing is counted."""
        current = self.turn(now, limit)
        return current if current.is_over(limit) else replace(current, own=current.own + 1)

    def turn(self, now: datetime, limit: Limit) -> Tally:
        """The same, or an empty tally when its window is over."""
        window = limit.window_at(now)
        return self if self.window == window else Tally(window=window)

    def is_due(self, limit: Limit) -> bool:
        """After a miss was counted: is the count to be written out, and the others' to be read?"""
        return self.own > 0 and self.own % limit.step == 0

    def hear(self, counts: Iterable[int]) -> Tally:
        """What the other processes wrote in this window; counts never shrink."""
        return replace(self, others=max(self.others, sum(counts)))

    def is_over(self, limit: Limit) -> bool:
        return self.own + self.others >= limit.misses


def retry_after(now: datetime, limit: Limit) -> int:
    """The whole seconds until the window ends, at least one, for the header Retry-After."""
    left = limit.ends_at(limit.window_at(now)) - now.timestamp()
    return max(1, math.ceil(left))
