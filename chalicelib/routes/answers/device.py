"""What do answers show of devices and of what is done to them?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.bulk.outcome import Outcome
from chalicelib.domain.firmware.catalogue import FileState
from chalicelib.domain.firmware.rollout import WINDOW
from chalicelib.domain.profile import KEYS, LINES
from chalicelib.domain.resync import State
from chalicelib.domain.standing import State as DeviceState
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
    map_of,
    or_null,
    record,
    shown,
)

_DEVICE = {
    "mac_address": MAC,
    "extension_number": or_null(NUMBER),
    "vendor": TEXT,
    "model": TEXT,
    "config_url": TEXT,
    **TIMES,
    "last_provisioned": or_null(TIME),
    "origin": ORIGIN,
}
_ACCESS = {
    "mac_address": MAC,
    "site": SITE,
    "armed_until": or_null(TIME),
    "armed_left": WHOLE,
    "awaited": FLAG,
    "disabled": FLAG,
    "generation": WHOLE,
}

_STATE: Schema = {"enum": [state.value for state in DeviceState]}
_COUNTS = record({"devices": WHOLE, **{state.value: WHOLE for state in DeviceState}})
_IMPORTED_ROW = record(
    {
        "row": WHOLE,
        "place": TEXT,
        "outcome": {"enum": [outcome.value for outcome in Outcome]},
        "mac_address": or_null(MAC),
        "extension_number": or_null(NUMBER),
    },
    optional={
        "extension_outcome": {"enum": [outcome.value for outcome in Outcome]},
        "device_outcome": {"enum": [outcome.value for outcome in Outcome]},
        "errors": list_of(record({"field": TEXT, "message": TEXT}, optional={"column": TEXT})),
        "warnings": list_of(TEXT),
        "guessed": {"type": "object", "additionalProperties": TEXT},
    },
)

DEVICE_SCHEMAS: Mapping[str, Schema] = {
    "DeviceOfList": record(
        {**_DEVICE, "site": SITE, "name": TEXT, "state": _STATE, "firmware": or_null(TEXT)}
    ),
    "DeviceStatus": record(
        {
            "mac_address": MAC,
            "state": _STATE,
            "since": TIME,
            "reason": TEXT,
            "firmware": or_null(TEXT),
            "last_seen": or_null(TIME),
            "last_address": or_null(TEXT),
            "files": list_of(record({"file": TEXT, "at": TIME, "etag": or_null(TEXT)})),
            "changes": list_of(record({"changed": TEXT, "at": TIME})),
            "refused": or_null(record({"at": TIME, "address": TEXT, "reason": TEXT})),
            "resync": or_null(
                record({"state": {"enum": [each.value for each in State]}, "requested_at": TIME})
            ),
        }
    ),
    "Fetch": record(
        {
            "at": TIME,
            "file": TEXT,
            "address": TEXT,
            "user_agent": TEXT,
            "firmware": or_null(TEXT),
            "etag": or_null(TEXT),
            "failure": or_null(TEXT),
        }
    ),
    "Summary": record(
        {
            "devices": WHOLE,
            "states": record({state.value: WHOLE for state in DeviceState}),
            "models": map_of(_COUNTS),
            "firmware": map_of(map_of(WHOLE)),
            "sites": map_of(_COUNTS),
            "pace": or_null(record({"level": WHOLE, "target": WHOLE, "peak": {"type": "number"}})),
        }
    ),
    "Device": record(
        {
            **_DEVICE,
            "lines": shown(LINES.schema()),
            "keys": shown(KEYS.schema()),
            "settings": SETTINGS,
            "site": SITE,
        }
    ),
    "Access": record(_ACCESS, optional={"own_url": URL}),
    "Discovered": record(
        {
            "mac_address": MAC,
            "vendor": or_null(TEXT),
            "model": or_null(TEXT),
            "firmware": or_null(TEXT),
            "user_agent": TEXT,
            "address": TEXT,
            "network": TEXT,
            "site": or_null(SITE),
            "reason": TEXT,
            "first_seen": TIME,
            "last_seen": TIME,
            "count": WHOLE,
        }
    ),
    "Ignored": record({"mac_address": MAC, "site": or_null(SITE), "since": TIME}),
    "Resync": record(
        {
            "mac_address": MAC,
            "vendor": TEXT,
            "model": TEXT,
            "site": SITE,
            "extension_numbers": list_of(NUMBER),
            "event": or_null(TEXT),
            "address": or_null(TEXT),
            "state": {"enum": [state.value for state in State]},
            "requested_at": TIME,
            "expires_at": TIME,
            "claimed_until": or_null(TIME),
            "sent_at": or_null(TIME),
            "last_provisioned": or_null(TIME),
        }
    ),
    "Imported": record(
        {
            "success": TRUE,
            "dry_run": FLAG,
            "total": WHOLE,
            "counts": record(dict.fromkeys((outcome.value for outcome in Outcome), WHOLE)),
            "notes": list_of(TEXT),
            "rows": list_of(_IMPORTED_ROW),
            "cursor": or_null(TEXT),
        },
        optional={"stopped": TEXT},
    ),
    "Exported": record(
        {
            "extensions": list_of(
                record({"number": NUMBER, "name": NAME, "site": SITE}, optional={"password": TEXT})
            ),
            "devices": list_of(
                record(
                    {
                        "mac_address": MAC,
                        "vendor": TEXT,
                        "model": TEXT,
                        "site": SITE,
                        "lines": LINES.schema(),
                        "keys": KEYS.schema(),
                        "settings": ANY_OBJECT,
                    }
                )
            ),
        }
    ),
    "Firmware": record(
        {
            "vendor": TEXT,
            "version": TEXT,
            "state": {"enum": [state.value for state in FileState]},
            "notes": or_null(TEXT),
            "delivery": {
                "enum": ["direct", "redirect", "relay"],
                "description": "how phones of this vendor get the file",
            },
            "files": list_of(
                record(
                    {
                        "name": TEXT,
                        "models": list_of(TEXT),
                        "size": WHOLE,
                        "sha256": TEXT,
                        "state": {"enum": [state.value for state in FileState]},
                    }
                )
            ),
            "devices": {
                "type": "object",
                "additionalProperties": WHOLE,
                "description": "how many devices of each model report this version",
            },
            **TIMES,
        }
    ),
    "Rollout": record(
        {
            "id": TEXT,
            "vendor": TEXT,
            "version": TEXT,
            "models": list_of(TEXT),
            "site": or_null(SITE),
            "percent": WHOLE,
            "paused": FLAG,
            "window": or_null(WINDOW.schema()),
            "allow_downgrade": FLAG,
            "progress": record(
                {
                    "devices": WHOLE,
                    "updated": WHOLE,
                    "by_version": {"type": "object", "additionalProperties": WHOLE},
                }
            ),
            **TIMES,
        }
    ),
}
