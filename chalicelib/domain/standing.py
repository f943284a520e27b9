"""How does a device stand: has it fetched, has it what is chosen now, when was it last seen?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from chalicelib.domain.device import Device, Fetch

SILENT_DAYS = 7
"""After so many days without a fetch a device is silent, unless the question names others."""

MOST_SILENT_DAYS = 90

_STALE_FAILURE = timedelta(days=1)
"""A file that failed, and that the phone has not asked for since, is forgotten after this."""


class State(Enum):
    """The first of these that holds, from the top."""

    FAILING = "failing"
    """A file could not be written for it at its last request for that file."""
    NEVER = "never"
    """It has not got a file since it was registered."""
    SILENT = "silent"
    """It was not seen for some days."""
    OUTDATED = "outdated"
    """Something that its files are made from has changed after its last fetch."""
    CURRENT = "current"


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The devices that share their layers of settings.

    `layout` and `firmware` are what a device's own settings name; None where they do not.
    """

    site: str
    vendor: str
    model: str
    layout: str | None = None
    firmware: str | None = None

    @classmethod
    def of(cls, device: Device) -> Group:
        """The group that the device belongs to."""
        own = device.settings
        return cls(
            site=device.site,
            vendor=device.vendor,
            model=device.model,
            layout=own.get("key_layout"),
            firmware=own.get("firmware"),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A file that could not be written, why, and since when."""

    file: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnChange:
    """A record that changed after the device's last fetch: `device`, or `extension 1001`."""

    record: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is kept of how a device stands. Times are in UTC.

    `name` is the display name on line 1. `made_of` is when what it shares with others had last
    changed as its last fetch saw it, None where nothing ever had; `fresh_since` is its first fetch
    of what it has now, None where it never got a file.
    """

    group: Group
    name: str
    seen_on: date | None = None
    firmware: str | None = None
    made_of: datetime | None = None
    fresh_since: datetime | None = None
    change: OwnChange | None = None
    failure: Failure | None = None

    def after(self, fetch: Fetch, *, shared_at: datetime | None) -> Standing:
        """How the device stands after a fetch that was made from what was shared then."""
        seen_on = fetch.at.astimezone(UTC).date()
        if fetch.failure:
            new = Failure(file=fetch.file, reason=fetch.failure, at=fetch.at)
            failure = self.failure or new
            return replace(self, seen_on=seen_on, firmware=fetch.version, failure=failure)
        was_fresh = self.is_fresh and self.made_of == shared_at
        return Standing(
            group=self.group,
            name=self.name,
            seen_on=seen_on,
            firmware=fetch.version,
            made_of=shared_at,
            fresh_since=self.fresh_since if was_fresh else fetch.at,
            change=None,
            failure=self._failure_after(fetch),
        )

    def changed(self, group: Group, name: str, change: OwnChange | None) -> Standing:
        """How it stands when a record of its own was changed; None: only its name was."""
        moved = replace(self, group=group, name=name)
        if change is None:
            return moved
        if group.vendor != self.group.vendor:
            moved = replace(moved, firmware=None)
        # Perhaps the change has mended what failed: the next fetch tells.
        if self.fresh_since is None:
            return replace(moved, seen_on=None, failure=None)
        return replace(moved, change=change, failure=None)

    @property
    def is_fresh(self) -> bool:
        """Whether nothing of its own has changed since it fetched without a failure."""
        return self.fresh_since is not None and self.change is None and self.failure is None

    def state(self, today: date, *, shared_at: datetime | None, silent_days: int) -> State:
        """The state. `shared_at` is when what the device shares was last changed."""
        if self.failure is not None:
            return State.FAILING
        if self.seen_on is None:
            return State.NEVER
        if is_silent(self.seen_on, today, silent_days):
            return State.SILENT
        is_current = self.is_fresh and is_made_of(self.made_of, shared_at)
        return State.CURRENT if is_current else State.OUTDATED

    def _failure_after(self, fetch: Fetch) -> Failure | None:
        """What remains of a failure when a file could be written: that of another, for a while."""
        failure = self.failure
        if failure is None or failure.file == fetch.file:
            return None
        return failure if fetch.at - failure.at < _STALE_FAILURE else None


def is_silent(seen_on: date, today: date, silent_days: int) -> bool:
    """Whether more than so many whole days went by since."""
    return (today - seen_on).days > silent_days


def is_made_of(made_of: datetime | None, shared_at: datetime | None) -> bool:
    """Whether nothing that is shared has changed since a fetch that saw it as of `made_of`."""
    return shared_at is None or (made_of is not None and made_of >= shared_at)
