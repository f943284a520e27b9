"""What happens to devices that a webhook wants to be told?

Here it is only noted, in the outbox: best effort, bounded in time, and not at all where no webhook
wants to know. `courier.py` tells it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.device import Dossier
from chalicelib.domain.errors import StoreError
from chalicelib.domain.request import FetchRequest
from chalicelib.domain.webhook import Event, EventKind, Webhook

_LOG = logging.getLogger("offhook")

_FRESH = timedelta(minutes=1)
"""How long a process goes by the webhooks that it last read."""

_MUTED = timedelta(seconds=30)
"""How long a process notes nothing after the store was in trouble."""

_SECONDS = 0.25
"""How long a phone may be kept waiting for the list of webhooks."""


class EventRecords(Protocol):
    """Where events wait, and who wants them, within bounds of time."""

    def webhooks(self, *, within: float | None = None) -> Sequence[Webhook]: ...
    def put_event(self, key: str, event: Event) -> bool: ...


class Herald:
    """Notes events."""

    def __init__(self, *, records: EventRecords, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._clock = clock
        self._wanted: frozenset[EventKind] = frozenset()
        self._fresh_until: datetime | None = None
        self._muted_until: datetime | None = None

    def note(
        self,
        kind: EventKind,
        data: Mapping[str, Any],
        *,
        site: str | None,
        once: str,
        is_silent: bool = False,
    ) -> bool:
        """Something happened. `once` tells it from others of its kind: the same is told once.

        A silent event is written like any other, but nobody is told. Never fails: says whether
        it is noted, or nobody wants to know it.
        """
        now = self._clock()
        if self._muted_until is not None and now < self._muted_until:
            return False
        try:
            if kind in self._look_up(now):
                event = Event(
                    id=f"evt_{secrets.token_hex(12)}",
                    kind=kind,
                    at=now,
                    site=site,
                    data=data,
                    is_silent=is_silent,
                )
                self._records.put_event(f"{kind.value}#{once}", event)
        except StoreError as error:
            self._muted_until = now + _MUTED
            _LOG.warning("events are not noted for a while: %s", error)
            return False
        return True

    def hear(
        self, answer: Answer, request: FetchRequest, dossier: Dossier, version: str | None
    ) -> None:
        """A device was let in to its config file. Is it the first time, or cannot it be made?"""
        failed = answer.outcome is Outcome.FAILED
        if not failed and (not answer.etag or dossier.has_fetched):
            return
        device = dossier.device
        data = {
            "mac_address": str(device.mac),
            "vendor": device.vendor,
            "model": device.model,
            "firmware": version,
            "address": request.address,
            "site": device.site,
        }
        if failed:
            data |= {"reason": answer.reason, "file": request.file}
            once = f"{device.mac}#{self._clock():%Y-%m-%d}"
            self.note(EventKind.FAILING, data, site=device.site, once=once)
        else:
            once = f"{device.mac}#{int(device.created_at.timestamp())}"
            self.note(EventKind.FIRST_CONTACT, data, site=device.site, once=once)

    def _look_up(self, now: datetime) -> frozenset[EventKind]:
        """The kinds of events that some webhook wants."""
        if self._fresh_until is None or now >= self._fresh_until:
            webhooks = self._records.webhooks(within=_SECONDS)
            self._wanted = frozenset(
                kind for webhook in webhooks if webhook.active for kind in webhook.events
            )
            self._fresh_until = now + _FRESH
        return self._wanted
