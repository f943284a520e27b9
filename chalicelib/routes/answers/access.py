"""What do answers show of who may ask for what, and of who changed what?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.access.role import Role
from chalicelib.routes.answers.schema import (
    ANY_OBJECT,
    FLAG,
    MAC,
    SITE,
    TEXT,
    TIME,
    URL,
    WHOLE,
    Schema,
    or_null,
    record,
)

_ACCESS = {
    "mac_address": MAC,
    "site": SITE,
    "armed_until": or_null(TIME),
    "armed_left": WHOLE,
    "awaited": FLAG,
    "disabled": FLAG,
    "generation": WHOLE,
}
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

ACCESS_SCHEMAS: Mapping[str, Schema] = {
    "Access": record(_ACCESS, optional={"own_url": URL}),
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
}
