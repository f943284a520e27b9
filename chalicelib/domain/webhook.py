"""What is a webhook, what is it told, and when is that tried again?"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import SplitResult, urlsplit

from chalicelib.domain.access.site import SITE
from chalicelib.domain.errors import Flaw
from chalicelib.domain.shape import Field, Flag, ListOf, Parsed, Record, Text
from chalicelib.domain.wording import shown


class EventKind(Enum):
    """What happens to devices that a webhook can be told."""

    FIRST_CONTACT = "first_contact"
    """A device has fetched its configuration for the first time."""
    ADOPTION_NEEDED = "adoption_needed"
    """A device asks that is not registered; once a day for each."""
    FAILING = "failing"
    """A device's file cannot be made; once a day for each."""


TEST = "test"
"""The kind of an event that somebody sends to try a webhook."""

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
"""How long after each failure an event is tried again; after the last one it is given up."""

MOST_WEBHOOKS = 20
MOST_SHOWN = 20
"""So many of the last deliveries are shown, and of those that were given up."""

LONGEST_ERROR = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """An address that is told of events. `site`: only of those of this site. Times are in UTC.

    The address may hold a secret of whoever listens there.
    """

    id: str
    url: str = field(repr=False)
    events: tuple[EventKind, ...]
    secret: str = field(repr=False)
    site: str | None
    active: bool
    created_at: datetime
    updated_at: datetime

    def wants(self, event: Event) -> bool:
        """Is it told of this event?"""
        return (
            self.active
            and event.kind in self.events
            and self.site in (None, event.site)
            and self.created_at <= event.at
        )

    @property
    def shown_url(self) -> str:
        """The address without what may be a secret in it."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/" + (
            "***" if parts.path.strip("/") or parts.query else ""
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened to a device. `data` holds no secret.

    A silent one is written where nothing is to be told, so that no time tells which it was.
    """

    id: str
    kind: EventKind
    at: datetime
    site: str | None
    data: Mapping[str, Any]
    is_silent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """How far the telling of one event to one webhook is."""

    attempts: int = 0
    next_at: datetime | None = None
    """When it is tried again; None once it is over."""

    def failed(self, now: datetime) -> Course:
        attempts = self.attempts + 1
        if attempts > len(DELAYS):
            return Course(attempts=attempts)
        return Course(attempts=attempts, next_at=now + DELAYS[attempts - 1])

    def ended(self) -> Course:
        return Course(attempts=self.attempts + 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One try. `status` is None where no answer came; `error` is empty where all was well."""

    event: str
    kind: str
    mac: str
    at: datetime
    attempt: int
    status: int | None
    error: str
    milliseconds: int
    is_dead: bool = False
    """It was the last one, and the event was not delivered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deliveries:
    """The last tries of one webhook, and the last events that were given up; the latest first."""

    recent: tuple[Delivery, ...] = ()
    dead: tuple[Delivery, ...] = ()

    def with_(self, delivery: Delivery) -> Deliveries:
        dead = (delivery, *self.dead) if delivery.is_dead else self.dead
        return Deliveries(recent=(delivery, *self.recent)[:MOST_SHOWN], dead=dead[:MOST_SHOWN])


def write_body(*, id_: str, kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """What is sent of an event: the same bytes at every try."""
    body = {"id": id_, "type": kind, "created_at": int(at.timestamp()), "data": dict(data)}
    return json.dumps(body, separators=(",", ":"), sort_keys=True).encode()


def sign(secret: str, body: bytes, at: datetime) -> str:
    """The header that shows whoever listens that the body is ours, and not an old one."""
    stamp = int(at.timestamp())
    message = f"{stamp}.".encode() + body
    digest = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


class PortError(ValueError):
    """The port in an address is none."""


def parse_url(text: str) -> str:
    """The address of a webhook. Raises ValueError."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("is no address")
    parts = urlsplit(text)
    named = parts.scheme in ("https", "http") and parts.hostname
    if not named or parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("is no address")
    if _port_of(parts) == 0:
        raise PortError("has no port of 1 to 65535")
    return text


def _port_of(parts: SplitResult) -> int | None:
    """The port; 0 for what is none."""
    try:
        return parts.port
    except ValueError:
        return 0


@dataclass(frozen=True, kw_only=True)
class _Url(Parsed[str]):
    """An address; says so where its port alone is wrong."""

    def examine(self, value: object, where: str = "") -> tuple[str | None, list[Flaw]]:
        found, flaws = super().examine(value, where)
        if isinstance(value, str) and len(value) <= self.max and _has_bad_port(value):
            says = f"{shown(value)} has a port that is none (1 to 65535)"
            return None, [Flaw(where=where, says=says)]
        return found, flaws


def _has_bad_port(text: str) -> bool:
    try:
        parse_url(text)
    except PortError:
        return True
    except ValueError:
        return False
    return False


_URL = _Url(
    parse=parse_url,
    says="an https:// address without user, password and fragment",
    max=500,
    pattern=r"https?://[!-~]+",
)
_EVENTS = ListOf(Text(choices=tuple(kind.value for kind in EventKind)), min=1, max=len(EventKind))

NEW_WEBHOOK = Record(
    {
        "url": Field(
            _URL, required=True, doc="where events are sent; https, but on one's own machine"
        ),
        "events": Field(_EVENTS, required=True),
        "site": Field(SITE, nullable=True, doc="only events of this site"),
        "active": Field(Flag(), default=True),
    }
)
WEBHOOK_CHANGES = Record(
    {
        "url": Field(_URL),
        "events": Field(_EVENTS),
        "active": Field(Flag()),
        "new_secret": Field(Flag(), doc="true: replace the secret; the answer shows it once"),
    }
)
