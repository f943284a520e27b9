"""What do answers show of all that is no device?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.access.policy import Requirement
from chalicelib.domain.access.role import Role
from chalicelib.domain.profile import KEYS, LAYOUT_NAME
from chalicelib.domain.webhook import EventKind
from chalicelib.routes.answers.schema import (
    ANY_OBJECT,
    FLAG,
    MAC,
    NAME,
    NUMBER,
    ORIGIN,
    SETTINGS,
    SITE,
    TEXT,
    TIME,
    TIMES,
    TRUE,
    URL,
    WHOLE,
    Schema,
    list_of,
    named,
    or_null,
    record,
    shown,
)

_POLICY = record(
    {"policy": list_of({"enum": [requirement.value for requirement in Requirement]})},
    optional={
        "networks": or_null(list_of(TEXT)),
        "basic": or_null(record({"user": TEXT})),
        "certificate": or_null(ANY_OBJECT),
    },
)
API_TOKEN = {
    "id": TEXT,
    "name": TEXT,
    "role": {"enum": [role.value for role in Role]},
    "reveal": FLAG,
    "site": or_null(SITE),
    "created_at": TIME,
    "expires_at": or_null(TIME),
    "last_used_at": or_null(TIME),
}
_WEBHOOK = {
    "id": TEXT,
    "url": TEXT,
    "events": list_of({"enum": [kind.value for kind in EventKind]}),
    "site": or_null(SITE),
    "active": FLAG,
    **TIMES,
}

OTHER_SCHEMAS: Mapping[str, Schema] = {
    "Extension": record({"number": NUMBER, "name": NAME, "site": SITE, **TIMES, "origin": ORIGIN}),
    "Contact": record({"id": TEXT, "name": NAME, "numbers": list_of(TEXT), "site": SITE, **TIMES}),
    "Site": record(
        {
            "name": SITE,
            "label": NAME,
            "access": or_null(_POLICY),
            "settings": SETTINGS,
            "models": {"type": "object", "additionalProperties": SETTINGS},
            **TIMES,
        },
        optional={"key_url": URL},
    ),
    "Layout": record(
        {
            "name": LAYOUT_NAME.schema(),
            "label": NAME,
            "keys": shown(KEYS.schema()),
            "site": or_null(SITE),
            **TIMES,
        }
    ),
    "ApiToken": record(API_TOKEN),
    "Change": record(
        {
            "at": TIME,
            "who": TEXT,
            "address": TEXT,
            "action": TEXT,
            "kind": TEXT,
            "name": TEXT,
            "old": or_null(ANY_OBJECT),
            "new": or_null(ANY_OBJECT),
        }
    ),
    "Vendors": record(
        {
            "vendors": list_of(TEXT),
            "models": {"type": "object", "additionalProperties": list_of(TEXT)},
        }
    ),
    "Status": record(
        {"status": {"enum": ["ok", "degraded"]}},
        optional={
            "version": TEXT,
            "stage": TEXT,
            "provisioning": record({"enabled": FLAG}),
            "store": record(
                {"kind": TEXT, "reachable": FLAG},
                optional={"error": TEXT},
            ),
            "devices": WHOLE,
            "extensions": WHOLE,
        },
    ),
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
    "Message": record({"success": TRUE, "message": TEXT}),
}
