"""What is known of a device's access, and how does it change?

Generations count a device's own URLs. All from `oldest` to `generation` are good: whichever of them
the phone has kept, it gets in, and the first use of a newer one ends those before it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

ARMED_SECONDS = 24 * 3600
ARMED_COUNT = 12
"""Fetches of one window, unless said otherwise: docs/access.md has the arithmetic."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessState:
    """What opens a device. Times are in UTC."""

    generation: int = 1
    """The newest own URL that there is."""
    oldest: int = 1
    """The oldest own URL that is still good."""
    armed_until: datetime | None = None
    armed_left: int = 0
    """How many fetches the window still grants."""
    awaited: bool = False
    """The device is to come by the site key; its own URL was not used since it was armed."""
    disabled: bool = False

    @classmethod
    def begin(cls, now: datetime) -> AccessState:
        """The state of a device that is registered now.

        It begins with the time as generation, so that a MAC address which is deleted and
        registered again does not get back the URL that its former owner knows.
        """
        generation = max(1, int(now.timestamp()))
        return cls(generation=generation, oldest=generation)

    def opens_by(self, generation: int) -> bool:
        """Is the own URL of this generation good?"""
        return self.oldest <= generation <= self.generation

    def is_armed(self, now: datetime) -> bool:
        return self.armed_until is not None and now < self.armed_until and self.armed_left > 0

    def awaits_contact(self, now: datetime) -> bool:
        """Does the site key open the device?"""
        return self.awaited and self.is_armed(now)

    def is_news(self, generation: int) -> bool:
        """Does a use of this own URL change anything?"""
        return self.opens_by(generation) and (self.awaited or generation > self.oldest)

    def arm(
        self, now: datetime, *, seconds: int = ARMED_SECONDS, count: int = ARMED_COUNT
    ) -> AccessState:
        """Open a window; the device may come by the site key in it. Its own URL stays good."""
        until = now + timedelta(seconds=seconds)
        return replace(self, armed_until=until, armed_left=count, awaited=True)

    def disarm(self) -> AccessState:
        return replace(self, armed_until=None, armed_left=0, awaited=False)

    def spend(self) -> AccessState:
        """Take one fetch from the window."""
        return replace(self, armed_left=max(0, self.armed_left - 1))

    def rotate(self) -> AccessState:
        """Issue a new own URL. Those before it stay good until it was used."""
        return replace(self, generation=self.generation + 1)

    def revoke(self) -> AccessState:
        """Issue a new own URL and end all others at once: the phone has to be armed to come back.

        This is what a leaked URL needs. After a rotation whoever holds the old URL could be the
        first to fetch the new one.
        """
        generation = self.generation + 1
        return replace(self.disarm(), generation=generation, oldest=generation)

    def confirm(self, generation: int) -> AccessState:
        """The device has used this own URL: older ones end, and so does the site key."""
        if not self.opens_by(generation):
            return self
        return replace(self, oldest=generation, awaited=False)
