"""How are webhooks made, changed, listed and removed?"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from chalicelib.domain.errors import ConflictError, Flaw, InputError
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.outside import why_literal_not_called
from chalicelib.domain.record import Stored
from chalicelib.domain.site import Site, no_site
from chalicelib.domain.webhook import MOST_WEBHOOKS, Deliveries, EventKind, Webhook
from chalicelib.fleet.records import Expected, Scope, Trail, insist, is_hidden, is_shown, missing


class WebhookRecords(Protocol):
    """Where webhooks are kept. See `storage/webhooks.py` for the errors."""

    def webhook(self, id_: str) -> Stored[Webhook] | None: ...
    def webhooks(self) -> Sequence[Webhook]: ...
    def save_webhook(self, webhook: Webhook, *, was: Stored[Webhook] | None) -> Stored[Webhook]: ...
    def remove_webhook(self, was: Stored[Webhook]) -> None: ...
    def deliveries(self, id_: str) -> Deliveries: ...
    def site(self, name: str) -> Stored[Site] | None: ...


class Webhooks:
    """The webhooks of one installation."""

    def __init__(
        self,
        *,
        records: WebhookRecords,
        clock: Callable[[], datetime],
        trail: Trail,
        is_at_home: bool,
    ) -> None:
        """`is_at_home`: on the operator's own machine an address may begin with http://."""
        self._records = records
        self._clock = clock
        self._trail = trail
        self._is_at_home = is_at_home

    def show(self, id_: str, *, scope: Scope = None) -> Stored[Webhook]:
        """One webhook. Raises NotFoundError."""
        found = self._records.webhook(id_)
        if found is None or not is_shown(found.value.site, scope):
            raise missing("webhook", id_)
        return found

    def list(self, *, scope: Scope = None) -> Sequence[Webhook]:
        """All that the caller can see; they are few."""
        return [each for each in self._records.webhooks() if is_shown(each.site, scope)]

    def deliveries(self, id_: str) -> Deliveries:
        """The last tries to tell a webhook something."""
        return self._records.deliveries(id_)

    def create(self, wanted: Mapping[str, Any], *, scope: Scope = None) -> Stored[Webhook]:
        """A new webhook, as NEW_WEBHOOK reads it. Raises InputError and ConflictError."""
        flaws = self.find_flaws(wanted, scope=scope)
        if flaws:
            raise InputError(*flaws)
        if len(self._records.webhooks()) >= MOST_WEBHOOKS:
            raise ConflictError(f"there are {MOST_WEBHOOKS} webhooks, and no more can be")
        now = self._clock()
        webhook = Webhook(
            id=secrets.token_hex(6),
            url=wanted["url"],
            events=_read_events(wanted["events"]),
            secret=_new_secret(),
            site=wanted["site"] or scope,
            active=wanted["active"],
            created_at=now,
            updated_at=now,
        )
        return self._save(webhook, None)

    def change(
        self,
        id_: str,
        patch: Mapping[str, Any],
        *,
        expected: Expected = None,
        scope: Scope = None,
    ) -> Stored[Webhook]:
        """Change what `patch` holds, as WEBHOOK_CHANGES reads it, and leave the rest.

        Raises NotFoundError, InputError, ChangedError and PreconditionError.
        """
        was = self.show(id_, scope=scope)
        insist(was, expected)
        flaws = [*self.find_flaws(patch, scope=scope)]
        if not patch:
            flaws.append(Flaw(where="body", says="changes nothing; give url, events or active"))
        if flaws:
            raise InputError(*flaws)
        before = was.value
        webhook = replace(
            before,
            url=patch.get("url", before.url),
            events=_read_events(patch["events"]) if "events" in patch else before.events,
            active=patch.get("active", before.active),
            secret=_new_secret() if patch.get("new_secret") else before.secret,
            updated_at=self._clock(),
        )
        return self._save(webhook, was)

    def remove(self, id_: str, *, expected: Expected = None, scope: Scope = None) -> None:
        """Forget the webhook. Raises NotFoundError, ChangedError and PreconditionError."""
        was = self.show(id_, scope=scope)
        insist(was, expected)
        with self._trail.change("webhook", id_, _tell(was.value), None):
            self._records.remove_webhook(was)

    def _save(self, webhook: Webhook, was: Stored[Webhook] | None) -> Stored[Webhook]:
        old = _tell(was.value) if was else None
        told = _tell(webhook)
        if was is not None and was.value.secret != webhook.secret:
            told["secret"] = "changed"  # noqa: S105 - not what it is
        with self._trail.change("webhook", webhook.id, old, told):
            return self._records.save_webhook(webhook, was=was)

    def find_flaws(self, wanted: Mapping[str, Any], *, scope: Scope = None) -> Sequence[Flaw]:
        """What is wrong with what is wanted; None in it is passed over.

        Where a name leads is examined when it is called: DNS may say something else by then.
        """
        flaws: list[Flaw] = []
        parts = urlsplit(wanted.get("url") or "https:")
        if parts.scheme != "https" and not self._is_at_home:
            flaws.append(Flaw(where="url", says="does not begin with https://, as it must here"))
        host = parts.hostname or ""
        complaint = why_literal_not_called(host, is_at_home=self._is_at_home)
        if complaint:
            flaws.append(Flaw(where="url", says=f'"{host}" {complaint}, and is never called'))
        site = wanted.get("site") or scope
        if site is not None and not self._is_site(site, scope):
            flaws.append(no_site(site))
        return flaws

    def _is_site(self, name: str, scope: Scope) -> bool:
        if is_hidden(name, scope):
            return False
        return name == DEFAULT_SITE or self._records.site(name) is not None


def _read_events(names: Sequence[str]) -> tuple[EventKind, ...]:
    return tuple(dict.fromkeys(map(EventKind, names)))


def _new_secret() -> str:
    return f"whsec_{secrets.token_hex(24)}"


def _tell(webhook: Webhook) -> dict[str, Any]:
    return {
        "url": webhook.shown_url,
        "events": [kind.value for kind in webhook.events],
        "site": webhook.site,
        "active": webhook.active,
    }
