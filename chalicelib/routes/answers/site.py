"""What do answers show of sites and layouts of keys?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.access.policy import Requirement
from chalicelib.domain.profile import KEYS, LAYOUT_NAME
from chalicelib.routes.answers.schema import (
    ANY_OBJECT,
    NAME,
    SETTINGS,
    SITE,
    TEXT,
    TIMES,
    URL,
    Schema,
    list_of,
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

SITE_SCHEMAS: Mapping[str, Schema] = {
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
}
