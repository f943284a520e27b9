"""What do answers show of devices, and of what phones did?"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.profile import KEYS, LINES
from chalicelib.domain.resync import State
from chalicelib.domain.standing import State as DeviceState
from chalicelib.routes.answers.schema import (
    MAC,
    NUMBER,
    ORIGIN,
    SETTINGS,
    SITE,
    TEXT,
    TIME,
    TIMES,
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
_STATE: Schema = {"enum": [state.value for state in DeviceState]}
_COUNTS = record({"devices": WHOLE, **{state.value: WHOLE for state in DeviceState}})

DEVICE_SCHEMAS: Mapping[str, Schema] = {
    "DeviceOfList": record(
        {**_DEVICE, "site": SITE, "name": TEXT, "state": _STATE, "firmware": or_null(TEXT)}
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
}
