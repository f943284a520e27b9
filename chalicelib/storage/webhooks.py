"""How are webhooks kept, and what became of what was sent to them?

    partition                 sort          what
    WEBHOOKS                  id            a webhook; address and secret are sealed
    DELIVERIES#id             DELIVERIES    the last tries to tell it something

They are few, and lie together, so that one read brings all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.errors import ChangedError, ConditionError
from chalicelib.domain.record import Stored
from chalicelib.domain.webhook import Deliveries, Delivery, EventKind, Webhook
from chalicelib.storage import item as items
from chalicelib.storage.keeping import as_it_was, stored
from chalicelib.storage.roll import RollRecords, from_to
from chalicelib.storage.table import Delete, Item, Key, Put

_WEBHOOKS = "WEBHOOKS"
_KIND = "webhook"


class WebhookRecords(RollRecords):
    """The webhooks of one installation."""

    def webhook(self, id_: str) -> Stored[Webhook] | None:
        """The webhook, if there is one."""
        return stored(self._get(Key(_WEBHOOKS, id_)), _to_webhook)

    def webhooks(self, *, within: float | None = None) -> list[Webhook]:
        """All webhooks, the oldest first. Raises StoreDownError, also when it takes too long."""
        found = map(_to_webhook, self._table.read(_WEBHOOKS, within=within))
        return sorted(found, key=lambda each: (each.created_at, each.id))

    def save_webhook(self, webhook: Webhook, *, was: Stored[Webhook] | None) -> Stored[Webhook]:
        """Store the webhook in place of what the caller saw before.

        A new one is counted in its site. Raises ChangedError, and InputError without the site.
        """
        item = _webhook_item(webhook)
        roll = self._roll()
        moves = from_to(was.value.site if was else None, webhook.site)
        self._settle(
            lambda: [
                Put(item=item, when=as_it_was(was)),
                *roll.writes(_KIND, moves, webhook.updated_at),
            ]
        )
        return Stored(webhook, item.revision)

    def remove_webhook(self, was: Stored[Webhook]) -> None:
        """Forget the webhook, and what was sent to it. Raises ChangedError."""
        key = Key(_WEBHOOKS, was.value.id)
        roll = self._roll()
        moves = from_to(was.value.site, None)
        self._settle(
            lambda: [
                Delete(key=key, when=as_it_was(was)),
                Delete(key=_deliveries_key(was.value.id)),
                *roll.writes(_KIND, moves, was.value.updated_at),
            ]
        )

    def deliveries(self, id_: str) -> Deliveries:
        """The last tries to tell a webhook something."""
        found = self._get(_deliveries_key(id_))
        return _to_deliveries(found.body) if found else Deliveries()

    def note_delivery(self, id_: str, delivery: Delivery) -> None:
        """Remember a try. Best effort: raises ChangedError when another one is just noted."""
        found = stored(self._get(_deliveries_key(id_)), lambda item: _to_deliveries(item.body))
        deliveries = (found.value if found else Deliveries()).with_(delivery)
        body = {
            "recent": [_from_delivery(each) for each in deliveries.recent],
            "dead": [_from_delivery(each) for each in deliveries.dead],
        }
        item = items.new_item(_deliveries_key(id_), body)
        try:
            self._table.write(Put(item=item, when=as_it_was(found)))
        except ConditionError as error:
            raise ChangedError("another delivery is just noted") from error


def _deliveries_key(id_: str) -> Key:
    return Key(f"DELIVERIES#{id_}", "DELIVERIES")


def _webhook_item(webhook: Webhook) -> Item:
    body = {
        "id": webhook.id,
        "hook_url": webhook.url,
        "signing_secret": webhook.secret,
        "events": [kind.value for kind in webhook.events],
        "site": webhook.site,
        "active": webhook.active,
        "created_at": items.from_time(webhook.created_at),
        "updated_at": items.from_time(webhook.updated_at),
    }
    return items.new_item(Key(_WEBHOOKS, webhook.id), body)


def _to_webhook(item: Item) -> Webhook:
    body = item.body
    return Webhook(
        id=body["id"],
        url=body["hook_url"],
        secret=body["signing_secret"],
        events=tuple(map(EventKind, body["events"])),
        site=body["site"],
        active=body["active"],
        created_at=items.to_time(body["created_at"]),
        updated_at=items.to_time(body["updated_at"]),
    )


def _from_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "event": delivery.event,
        "kind": delivery.kind,
        "mac": delivery.mac,
        "at": items.from_time(delivery.at),
        "attempt": delivery.attempt,
        "status": delivery.status,
        "error": delivery.error,
        "milliseconds": delivery.milliseconds,
        "is_dead": delivery.is_dead,
    }


def _to_deliveries(body: Mapping[str, Any]) -> Deliveries:
    def read(name: str) -> tuple[Delivery, ...]:
        return tuple(Delivery(**{**each, "at": items.to_time(each["at"])}) for each in body[name])

    return Deliveries(recent=read("recent"), dead=read("dead"))
