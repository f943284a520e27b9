"""`/api/webhooks`: who is told what happens to devices, and did it arrive?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.errors import Flaw
from chalicelib.domain.record import Stored
from chalicelib.domain.webhook import NEW_WEBHOOK, WEBHOOK_CHANGES, Deliveries, Delivery, Webhook
from chalicelib.routes.guard import identify, scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import read_body, read_expected, read_nothing
from chalicelib.routes.writing import time_text

webhooks = Blueprint(__name__)

_ALL = "/api/webhooks"
_ONE = "/api/webhooks/{id}"


@serves(webhooks, _ALL, "GET", Permission.READ_WEBHOOKS)
def list_webhooks() -> Response:
    found = wiring.ready().webhooks.list(scope=scope(webhooks.current_request))
    return ok([_describe(each) for each in found])


@serves(webhooks, _ALL, "POST", Permission.CHANGE_WEBHOOKS, body=NEW_WEBHOOK)
def create_webhook() -> Response:
    """A new webhook; its secret is in this answer only."""
    wanted = read_body(webhooks.current_request, NEW_WEBHOOK, also=_find_flaws)
    stored = wiring.ready().webhooks.create(wanted, scope=scope(webhooks.current_request))
    return _answer(stored, created=True, with_secret=True)


@serves(webhooks, _ONE, "GET", Permission.READ_WEBHOOKS)
def show_webhook(id: str) -> Response:  # noqa: A002 - the name in the path
    offhook = wiring.ready()
    stored = offhook.webhooks.show(id, scope=scope(webhooks.current_request))
    told = _describe_deliveries(offhook.webhooks.deliveries(id))
    return ok({**_describe(stored.value), **told}, headers=_etag(stored))


@serves(webhooks, _ONE, "PATCH", Permission.CHANGE_WEBHOOKS, body=WEBHOOK_CHANGES, partial=True)
def change_webhook(id: str) -> Response:  # noqa: A002 - the name in the path
    patch = read_body(webhooks.current_request, WEBHOOK_CHANGES, partial=True, also=_find_flaws)
    stored = wiring.ready().webhooks.change(
        id,
        patch,
        expected=read_expected(webhooks.current_request),
        scope=scope(webhooks.current_request),
    )
    return _answer(stored, with_secret=bool(patch.get("new_secret")))


@serves(webhooks, _ONE, "DELETE", Permission.CHANGE_WEBHOOKS)
def remove_webhook(id: str) -> Response:  # noqa: A002 - the name in the path
    expected = read_expected(webhooks.current_request)
    scoped = scope(webhooks.current_request)
    wiring.ready().webhooks.remove(id, expected=expected, scope=scoped)
    return ok({"success": True, "message": "Webhook removed"})


@serves(webhooks, f"{_ONE}/test", "POST", Permission.CHANGE_WEBHOOKS)
def try_webhook(id: str) -> Response:  # noqa: A002 - the name in the path
    """Send it an event of no device, now."""
    read_nothing(webhooks.current_request)
    offhook = wiring.ready()
    stored = offhook.webhooks.show(id, scope=scope(webhooks.current_request))
    return ok({"success": True, "delivery": _describe_delivery(offhook.courier.test(stored.value))})


def _find_flaws(wanted: Mapping[str, Any]) -> Sequence[Flaw]:
    return wiring.ready().webhooks.find_flaws(wanted, scope=scope(webhooks.current_request))


def _answer(
    stored: Stored[Webhook], *, created: bool = False, with_secret: bool = False
) -> Response:
    body: dict[str, Any] = {"success": True, "webhook": _describe(stored.value)}
    if with_secret:
        body["secret"] = stored.value.secret
    return ok(body, created=created, headers=_etag(stored))


def _etag(stored: Stored[Webhook]) -> dict[str, str]:
    return {"ETag": f'"{stored.revision}"'}


def _describe(webhook: Webhook) -> dict[str, Any]:
    caller = identify(webhooks.current_request)
    reveals = caller.may(Permission.REVEAL_SECRETS, webhook.site or caller.grant.site)
    return {
        "id": webhook.id,
        "url": webhook.url if reveals else webhook.shown_url,
        "events": [kind.value for kind in webhook.events],
        "site": webhook.site,
        "active": webhook.active,
        "created_at": time_text(webhook.created_at),
        "updated_at": time_text(webhook.updated_at),
    }


def _describe_deliveries(deliveries: Deliveries) -> dict[str, Any]:
    return {
        "deliveries": [_describe_delivery(each) for each in deliveries.recent],
        "given_up": [_describe_delivery(each) for each in deliveries.dead],
    }


def _describe_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "event": delivery.event,
        "type": delivery.kind,
        "mac_address": delivery.mac or None,
        "at": time_text(delivery.at),
        "attempt": delivery.attempt,
        "delivered": not delivery.error,
        "status": delivery.status,
        "error": delivery.error or None,
        "milliseconds": delivery.milliseconds,
    }
