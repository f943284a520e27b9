"""What is a rollout: a version on its way to devices, which share of them, and when?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access.site import SITE
from chalicelib.domain.errors import Flaw
from chalicelib.domain.firmware.version import is_newer
from chalicelib.domain.input import MODEL, VENDOR
from chalicelib.domain.mac import Mac
from chalicelib.domain.shape import Field, Flag, ListOf, Record, Text, Whole
from chalicelib.domain.wording import path_to

MOST_ROLLOUTS = 30
"""Of one vendor."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = Text(max=5, pattern=r"([01][0-9]|2[0-3]):[0-5][0-9]", says="a time such as 22:30")


@dataclass(frozen=True)
class _Window(Record):
    """From one time of the day to another one."""

    def examine(
        self, value: object, where: str = "", *, partial: bool = False
    ) -> tuple[dict[str, Any] | None, list[Flaw]]:
        found, flaws = super().examine(value, where, partial=partial)
        if found and found["to"] and found["to"] == found["from"]:
            says = f'"{found["to"]}" is when it begins; without a window it is always open'
            flaws.append(Flaw(where=path_to(where, "to"), says=says))
        return found, flaws


WINDOW = _Window(
    {
        "from": Field(_TIME, required=True),
        "to": Field(_TIME, required=True, doc="before `from`: the next morning"),
        "days": Field(
            ListOf(Text(choices=DAYS), min=1, max=7), default=DAYS, doc="on which it begins"
        ),
    }
)
_PERCENT = Whole(min=0, max=100)
_ALLOW_DOWNGRADE = Field(
    Flag(),
    nullable=True,
    doc="devices with a newer version: true takes it back, false passes them over; else it is "
    "refused while there are any",
)

NEW_ROLLOUT = Record(
    {
        "vendor": Field(VENDOR, required=True),
        "version": Field(Text(max=60), required=True, doc="a version of the catalogue"),
        "models": Field(ListOf(MODEL, max=100), default=(), doc="all when empty"),
        "site": Field(SITE, nullable=True, doc="the only site that gets it; all when absent"),
        "percent": Field(_PERCENT, default=100, doc="of the devices, by a hash of their MAC"),
        "paused": Field(Flag(), default=False),
        "window": Field(WINDOW, nullable=True, doc="local time of the device; always when absent"),
        "allow_downgrade": _ALLOW_DOWNGRADE,
    }
)
ROLLOUT_CHANGE = Record(
    {
        "percent": Field(_PERCENT),
        "paused": Field(Flag()),
        "window": Field(WINDOW, nullable=True),
        "allow_downgrade": _ALLOW_DOWNGRADE,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """When a rollout gives: from one time of the day to another, on the days that it begins."""

    start: int
    """In minutes after midnight, as `end`."""
    end: int
    days: tuple[str, ...]

    def is_open(self, local: datetime) -> bool:
        """Whether it is open at this time of the device's own clock."""
        minute = local.hour * 60 + local.minute
        today = DAYS[local.weekday()]
        yesterday = DAYS[(local - timedelta(days=1)).weekday()]
        if self.start < self.end:
            return today in self.days and self.start <= minute < self.end
        return (today in self.days and minute >= self.start) or (
            yesterday in self.days and minute < self.end
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollout:
    """A version on its way to the devices of a vendor. Times are in UTC."""

    id: str
    vendor: str
    version: str
    models: tuple[str, ...] = ()
    site: str | None = None
    percent: int = 100
    paused: bool = False
    window: Window | None = None
    allow_downgrade: bool | None = None
    """Devices with a newer version are passed over unless it is true; None: nobody has said so."""
    created_at: datetime
    updated_at: datetime

    def concerns(self, *, model: str, site: str) -> bool:
        """Whether devices of this model and site may be given the version at all."""
        return (not self.models or model in self.models) and self.site in (None, site)

    def includes(self, mac: Mac) -> bool:
        """Whether the device is in the percentage. A greater percentage includes all before."""
        return _place(mac, f"{self.vendor}/{self.version}") < self.percent * 100

    def goes_back_for(self, held: Sequence[str], *, first: int = 1) -> bool:
        """Whether it may not be given to a device that holds these versions, of which one is newer.

        `first` is as in `version.py`.
        """
        return not self.allow_downgrade and any(
            is_newer(version, self.version, first=first) for version in held
        )


def read_window(told: Mapping[str, Any] | None) -> Window | None:
    """The window that WINDOW has read."""
    if told is None:
        return None
    return Window(
        start=_minutes(told["from"]),
        end=_minutes(told["to"]),
        days=tuple(day for day in DAYS if day in told["days"]),
    )


def tell_window(window: Window | None) -> dict[str, Any] | None:
    """The window as WINDOW reads it."""
    if window is None:
        return None
    return {
        "from": f"{window.start // 60:02d}:{window.start % 60:02d}",
        "to": f"{window.end // 60:02d}:{window.end % 60:02d}",
        "days": list(window.days),
    }


def _place(mac: Mac, salt: str) -> int:
    """Where the device stands among all, from 0 to 9999: each rollout has other first ones."""
    digest = hashlib.sha256(f"{salt} {mac.digits}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 10_000


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
