"""Who tells webhooks what happened, and what becomes of what cannot be told?

A run takes what is due, one event after the other. Each event is taken by one courier only, for a
while. A webhook that failed is left alone for the rest of the run, so that one that hangs does not
keep the others waiting. What was tried often enough is given up, and shown at its webhook.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from chalicelib import VERSION
from chalicelib.domain.errors import ChangedError, StoreError
from chalicelib.domain.record import Stored
from chalicelib.domain.webhook import (
    LONGEST_ERROR,
    TEST,
    Course,
    Delivery,
    Event,
    Webhook,
    sign,
    write_body,
)

_LOG = logging.getLogger("offhook")

LEASE = timedelta(minutes=2)
"""For so long an event is one courier's."""

_PAUSE = timedelta(minutes=1)
"""An event waits so long for a webhook that just failed with another one."""

RUN_SECONDS = 40.0
"""A run takes up nothing more after that."""


class Entry(Protocol):
    """An event as it lies in the outbox. See `storage/outbox.py`."""

    @property
    def key(self) -> str: ...
    @property
    def event(self) -> Event | None: ...
    @property
    def course_by_webhook(self) -> Mapping[str, Course]: ...


E = TypeVar("E", bound=Entry)


class Outbox(Protocol[E]):
    """Where events wait. See `storage/outbox.py` and `storage/webhooks.py` for the errors."""

    def webhooks(self) -> Sequence[Webhook]: ...
    def due_events(self, now: datetime) -> Sequence[Stored[E]]: ...
    def put_off(self, was: Stored[E], until: datetime | None) -> Stored[E]: ...
    def save_courses(
        self, was: Stored[E], courses: Mapping[str, Course], due_at: datetime | None
    ) -> None: ...
    def note_delivery(self, id_: str, delivery: Delivery) -> None: ...


class Reply(Protocol):
    """What came back. See `delivering/post.py`."""

    @property
    def status(self) -> int | None: ...
    @property
    def error(self) -> str: ...
    @property
    def milliseconds(self) -> int: ...


class Sender(Protocol):
    """Whoever sends."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply: ...


@dataclass(kw_only=True, slots=True)
class Report:
    """What a run did."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0
    failed_webhooks: set[str] = field(default_factory=set)


class Courier(Generic[E]):
    """Tells webhooks what waits in the outbox."""

    def __init__(
        self,
        *,
        outbox: Outbox[E],
        sender: Sender,
        clock: Callable[[], datetime],
        timer: Callable[[], float] = time.monotonic,
        seconds: float = RUN_SECONDS,
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._timer = timer
        self._seconds = seconds

    def run(self) -> Report:
        """Tell what is due, until nothing is or the time is over. Raises StoreError."""
        until = self._timer() + self._seconds
        report = Report()
        webhooks: Sequence[Webhook] | None = None
        while self._timer() < until:
            due = self._outbox.due_events(self._clock())
            if not due:
                break
            webhooks = self._outbox.webhooks() if webhooks is None else webhooks
            for entry in due:
                if self._timer() >= until:
                    break
                self._take(entry, webhooks, report)
        return report

    def test(self, webhook: Webhook) -> Delivery:
        """Send the webhook an event of no device, now."""
        now = self._clock()
        data = {"message": "a test of this webhook"}
        body = write_body(id_="evt_test", kind=TEST, at=now, data=data)
        delivery = self._send(webhook, body, event="evt_test", kind=TEST, mac="", attempt=1)
        self._note(webhook, delivery)
        return delivery

    def _take(self, found: Stored[E], webhooks: Sequence[Webhook], report: Report) -> None:
        """Tell one event to all who want it, unless another courier has it."""
        try:
            taken = self._outbox.put_off(found, self._clock() + LEASE)
            event = taken.value.event
            if event is None:
                _LOG.error("the event %s is unreadable, and given up", taken.value.key)
                report.given_up += 1
                self._outbox.put_off(taken, None)
                return
            courses = self._tell(event, taken.value.course_by_webhook, webhooks, report)
            open_ = [course.next_at for course in courses.values() if course.next_at]
            self._outbox.save_courses(taken, courses, min(open_, default=None))
        except ChangedError:
            return  # another courier has it

    def _tell(
        self,
        event: Event,
        courses: Mapping[str, Course],
        webhooks: Sequence[Webhook],
        report: Report,
    ) -> Mapping[str, Course]:
        """How far the event is after this round."""
        now = self._clock()
        after: dict[str, Course] = {}
        if event.is_silent:
            return after
        for webhook in webhooks:
            if not webhook.wants(event):
                continue
            course = courses.get(webhook.id, Course(next_at=event.at))
            is_due = course.next_at is not None and course.next_at <= now
            if is_due and webhook.id in report.failed_webhooks:
                after[webhook.id] = replace(course, next_at=now + _PAUSE)
            elif is_due:
                after[webhook.id] = self._try(event, webhook, course, report)
            else:
                after[webhook.id] = course
        return after

    def _try(self, event: Event, webhook: Webhook, course: Course, report: Report) -> Course:
        body = write_body(id_=event.id, kind=event.kind.value, at=event.at, data=event.data)
        mac = str(event.data.get("mac_address", ""))
        kind, attempt = event.kind.value, course.attempts + 1
        delivery = self._send(webhook, body, event=event.id, kind=kind, mac=mac, attempt=attempt)
        if not delivery.error:
            report.delivered += 1
            self._note(webhook, delivery)
            return course.ended()
        failed = course.failed(self._clock())
        is_dead = failed.next_at is None
        report.failed += 1
        report.given_up += is_dead
        report.failed_webhooks.add(webhook.id)
        self._note(webhook, replace(delivery, is_dead=is_dead))
        return failed

    def _send(
        self, webhook: Webhook, body: bytes, *, event: str, kind: str, mac: str, attempt: int
    ) -> Delivery:
        at = self._clock()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"Offhook/{VERSION}",
            "Offhook-Event": kind,
            "Offhook-Delivery": event,
            "Offhook-Signature": sign(webhook.secret, body, at),
        }
        reply = self._sender.send(webhook.url, headers, body)
        return Delivery(
            event=event,
            kind=kind,
            mac=mac,
            at=at,
            attempt=attempt,
            status=reply.status,
            error=reply.error[:LONGEST_ERROR],
            milliseconds=reply.milliseconds,
        )

    def _note(self, webhook: Webhook, delivery: Delivery) -> None:
        """Show the try at its webhook; what was sent was sent, whether this works or not."""
        try:
            self._outbox.note_delivery(webhook.id, delivery)
        except StoreError as error:
            _LOG.warning("a delivery to webhook %s is not noted: %s", webhook.id, error)
        except ChangedError:
            _LOG.info("a delivery to webhook %s is not noted: another one was", webhook.id)
