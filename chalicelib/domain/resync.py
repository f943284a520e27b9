"""What is a resync: a request that somebody tells a phone to fetch again, and how far is it?

That the phone has fetched is not written anywhere: it follows from its last fetch.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from chalicelib.domain.mac import Mac

LASTS = timedelta(days=1)
"""So long a resync waits for somebody to send it, and for the phone to fetch."""

SHOWN = timedelta(days=1)
"""So long it is shown after that."""


class State(Enum):
    """How far a resync is."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    """Somebody said that they are sending it."""
    SENT = "sent"
    FETCHED = "fetched"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class Resync:
    """One request for one device. Times are in UTC.

    `claim` is what only the one who claimed it knows; it holds until `claimed_until`.
    """

    mac: Mac
    site: str
    requested_at: datetime
    claim: str = field(default="", repr=False)
    claimed_until: datetime | None = None
    sent_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        return self.requested_at + LASTS

    def state(self, fetched_at: datetime | None, now: datetime) -> State:
        """How far it is, for a device that fetched last at this time."""
        if fetched_at is not None and fetched_at >= self.requested_at:
            return State.FETCHED
        if now >= self.ends_at:
            return State.EXPIRED
        if self.sent_at is not None:
            return State.SENT
        if self.claimed_until is not None and now < self.claimed_until:
            return State.CLAIMED
        return State.QUEUED

    def taken(self, claim: str, until: datetime) -> Resync:
        return replace(self, claim=claim, claimed_until=until)

    def sent(self, now: datetime) -> Resync:
        return replace(self, sent_at=now)
