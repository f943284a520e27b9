"""What do answers show of webhooks, and of what became of their events?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.webhook import EventKind
from chalicelib.routes.answers.schema import (
    FLAG,
    MAC,
    SITE,
    TEXT,
    TIME,
    TIMES,
    WHOLE,
    Schema,
    list_of,
    named,
    or_null,
    record,
)

_WEBHOOK = {
    "id": TEXT,
    "url": TEXT,
    "events": list_of({"enum": [kind.value for kind in EventKind]}),
    "site": or_null(SITE),
    "active": FLAG,
    **TIMES,
}

WEBHOOK_SCHEMAS: Mapping[str, Schema] = {
    "Webhook": record(_WEBHOOK),
    "WebhookInFull": record(
        {
            **_WEBHOOK,
            "deliveries": list_of(named("Delivery")),
            "given_up": list_of(named("Delivery")),
        }
    ),
    "Delivery": record(
        {
            "event": TEXT,
            "type": TEXT,
            "mac_address": or_null(MAC),
            "at": TIME,
            "attempt": WHOLE,
            "delivered": FLAG,
            "status": or_null(WHOLE),
            "error": or_null(TEXT),
            "milliseconds": WHOLE,
        }
    ),
}
