"""When does the fleet need another pace?"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.errors import ChangedError, StoreError
from chalicelib.domain.pace import Pace, choose_level, peak
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import PACE_PLACE, Place
from chalicelib.domain.vendor import Pack

_LOG = logging.getLogger("offhook")
_SECONDS = 60.0
"""How long a process goes by what it last counted, when devices come and go."""

SELDOM = 600.0
"""The same where nobody knows whether any came or went."""


class PaceRecords(Protocol):
    """Where the pace is kept. See `storage/firmware.py` for the errors."""

    def pace(self) -> Stored[Pace] | None: ...
    def save_pace(self, pace: Pace, *, was: Stored[Pace] | None) -> Stored[Pace]: ...


class Census(Protocol):
    """Whoever counts devices."""

    def devices(self) -> Mapping[str, int]: ...


class Vendors(Protocol):
    """Whoever knows what phones can be told."""

    def pack(self, vendor: str) -> Pack | None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class PaceView:
    """The pace of a fleet: what it aims at, and what its looks come to at most."""

    level: int
    target: int
    peak: float


class Pacing:
    """Sets the pace anew when the fleet has grown or shrunk by a step."""

    def __init__(
        self,
        *,
        records: PaceRecords,
        census: Census,
        vendors: Vendors,
        rate: int,
        clock: Callable[[], datetime],
        timer: Callable[[], float],
        on_change: Callable[[Place], None],
    ) -> None:
        """`rate` is how many fetches a second all looks together may make."""
        self._records = records
        self._census = census
        self._vendors = vendors
        self._rate = rate
        self._clock = clock
        self._timer = timer
        self._on_change = on_change
        self._counted_at: float | None = None

    def follow(self, *, within: float = _SECONDS) -> None:
        """Count the fleet, unless this process did within so many seconds.

        Best effort: the next one who comes along does what this one could not.
        """
        now = self._timer()
        if self._counted_at is not None and now - self._counted_at < within:
            return
        self._counted_at = now
        try:
            devices = sum(self._census.devices().values())
        except StoreError as error:
            _tell_failure(error)
        else:
            self.heed(devices)

    def heed(self, devices: int) -> None:
        """Go by what somebody else has just counted. Best effort, too."""
        try:
            self.set_for(devices)
        except (StoreError, ChangedError) as error:
            _tell_failure(error)

    def tell(self, devices_by_vendor: Mapping[str, int]) -> PaceView:
        """The pace, and its peak for these devices, in fetches a second over a minute.

        The peak is that of devices whose `resync` nobody has set. Raises StoreDownError.
        """
        was = self._records.pace()
        level = was.value.level if was else Pace().level
        packs = {vendor: self._vendors.pack(vendor) for vendor in devices_by_vendor}
        timers = {vendor: pack.timer for vendor, pack in packs.items() if pack and pack.timer}
        found = peak(devices_by_vendor, timers, level=level)
        return PaceView(level=level, target=self._rate, peak=round(found, 3))

    def set_for(self, devices: int) -> Pace:
        """The pace for a fleet of this size. Raises ChangedError and StoreDownError."""
        was = self._records.pace()
        before = was.value if was else Pace()
        level = choose_level(devices, rate=self._rate, was=before.level)
        if level == before.level:
            return before
        pace = Pace(level=level, devices=devices, changed_at=self._clock())
        self._records.save_pace(pace, was=was)
        self._on_change(PACE_PLACE)
        _LOG.warning(
            "the fleet has %s devices now: phones look at the pace of level %s, not %s",
            devices,
            level,
            before.level,
        )
        return pace


def _tell_failure(error: Exception) -> None:
    _LOG.warning("the pace of the fleet is not set anew: %s", error)
