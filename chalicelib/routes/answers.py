"""What does each view of the API answer when all is well, as JSON Schema?

The tests hold every answer to it, and every view to an entry here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.access.policy import Requirement
from chalicelib.domain.access.role import Role
from chalicelib.domain.access.site import SITE
from chalicelib.domain.bulk.outcome import Outcome
from chalicelib.domain.cascade import NAMES as LAYERS
from chalicelib.domain.extension import Origin
from chalicelib.domain.firmware.catalogue import FileState
from chalicelib.domain.firmware.rollout import WINDOW
from chalicelib.domain.input import EXTENSION_NAME, EXTENSION_NUMBER
from chalicelib.domain.profile import KEYS, LAYER, LAYOUT_NAME, LINES
from chalicelib.domain.resync import State
from chalicelib.domain.standing import State as DeviceState
from chalicelib.domain.webhook import EventKind

Schema = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What is told of an answer."""

    schema: Schema
    creates: bool = False
    """It may be 201: something is there that was not."""
    tagged: bool = False
    """It carries the record's ETag."""
    paged: bool = False
    """It may be a part of a list, and carry a Link to the next one."""
    also: str = ""
    """The media type of the file that it may be in place of JSON."""
    is_health: bool = False
    """The same body may come with 503."""


def _record(
    fields: Mapping[str, Schema], *, optional: Mapping[str, Schema] | None = None
) -> Schema:
    """An object of these fields; only `optional` ones may be absent."""
    return {
        "type": "object",
        "properties": {**fields, **(optional or {})},
        "required": list(fields),
        "additionalProperties": False,
    }


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _shown(schema: Schema) -> Schema:
    """What an answer shows of what a request may hold: all but its secrets."""
    if "anyOf" in schema:
        given, null = schema["anyOf"]
        return null if given.get("writeOnly") else {**schema, "anyOf": [_shown(given), null]}
    if "items" in schema:
        return {**schema, "items": _shown(schema["items"])}
    fields = schema.get("properties")
    if fields is None:
        return schema
    shown = {name: _shown(part) for name, part in fields.items() if not part.get("writeOnly")}
    return {**schema, "properties": shown}


def _done(name: str, *, optional: Mapping[str, Schema] | None = None, **fields: Schema) -> Schema:
    """`success`, and the record under its own name."""
    whole = {"success": _TRUE, **fields, name: _named(_SCHEMA_BY_FIELD[name])}
    return _record(whole, optional=optional)


_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_TRUE: Schema = {"const": True}
_ANY_OBJECT: Schema = {"type": "object"}
_TIME: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$",
    "description": "in UTC",
    "examples": ["2026-01-01T12:00:00"],
}
_MAC: Schema = {"type": "string", "pattern": "^[0-9a-f]{12}$"}
_NUMBER = EXTENSION_NUMBER.schema()
_NAME = EXTENSION_NAME.schema()
_SITE = SITE.schema()
_URL: Schema = {"type": "string", "format": "uri", "description": "a secret"}
_ORIGIN: Schema = {"enum": [origin.value for origin in Origin]}
_TIMES = {"created_at": _TIME, "updated_at": _TIME}

_SETTINGS = _shown(LAYER.schema())
_DEVICE = {
    "mac_address": _MAC,
    "extension_number": _or_null(_NUMBER),
    "vendor": _TEXT,
    "model": _TEXT,
    "config_url": _TEXT,
    **_TIMES,
    "last_provisioned": _or_null(_TIME),
    "origin": _ORIGIN,
}
_ACCESS = {
    "mac_address": _MAC,
    "site": _SITE,
    "armed_until": _or_null(_TIME),
    "armed_left": _WHOLE,
    "awaited": _FLAG,
    "disabled": _FLAG,
    "generation": _WHOLE,
}
_POLICY = _record(
    {"policy": _list_of({"enum": [requirement.value for requirement in Requirement]})},
    optional={
        "networks": _or_null(_list_of(_TEXT)),
        "basic": _or_null(_record({"user": _TEXT})),
        "certificate": _or_null(_ANY_OBJECT),
    },
)
_API_TOKEN = {
    "id": _TEXT,
    "name": _TEXT,
    "role": {"enum": [role.value for role in Role]},
    "reveal": _FLAG,
    "site": _or_null(_SITE),
    "created_at": _TIME,
    "expires_at": _or_null(_TIME),
    "last_used_at": _or_null(_TIME),
}
_IMPORTED_ROW = _record(
    {
        "row": _WHOLE,
        "place": _TEXT,
        "outcome": {"enum": [outcome.value for outcome in Outcome]},
        "mac_address": _or_null(_MAC),
        "extension_number": _or_null(_NUMBER),
    },
    optional={
        "extension_outcome": {"enum": [outcome.value for outcome in Outcome]},
        "device_outcome": {"enum": [outcome.value for outcome in Outcome]},
        "errors": _list_of(_record({"field": _TEXT, "message": _TEXT}, optional={"column": _TEXT})),
        "warnings": _list_of(_TEXT),
        "guessed": {"type": "object", "additionalProperties": _TEXT},
    },
)

_WEBHOOK = {
    "id": _TEXT,
    "url": _TEXT,
    "events": _list_of({"enum": [kind.value for kind in EventKind]}),
    "site": _or_null(_SITE),
    "active": _FLAG,
    **_TIMES,
}

_STATE: Schema = {"enum": [state.value for state in DeviceState]}
_COUNTS = _record({"devices": _WHOLE, **{state.value: _WHOLE for state in DeviceState}})


def _map_of(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


SCHEMAS: Mapping[str, Schema] = {
    "DeviceOfList": _record(
        {**_DEVICE, "site": _SITE, "name": _TEXT, "state": _STATE, "firmware": _or_null(_TEXT)}
    ),
    "DeviceStatus": _record(
        {
            "mac_address": _MAC,
            "state": _STATE,
            "since": _TIME,
            "reason": _TEXT,
            "firmware": _or_null(_TEXT),
            "last_seen": _or_null(_TIME),
            "last_address": _or_null(_TEXT),
            "files": _list_of(_record({"file": _TEXT, "at": _TIME, "etag": _or_null(_TEXT)})),
            "changes": _list_of(_record({"changed": _TEXT, "at": _TIME})),
            "refused": _or_null(_record({"at": _TIME, "address": _TEXT, "reason": _TEXT})),
            "resync": _or_null(
                _record({"state": {"enum": [each.value for each in State]}, "requested_at": _TIME})
            ),
        }
    ),
    "Fetch": _record(
        {
            "at": _TIME,
            "file": _TEXT,
            "address": _TEXT,
            "user_agent": _TEXT,
            "firmware": _or_null(_TEXT),
            "etag": _or_null(_TEXT),
            "failure": _or_null(_TEXT),
        }
    ),
    "Summary": _record(
        {
            "devices": _WHOLE,
            "states": _record({state.value: _WHOLE for state in DeviceState}),
            "models": _map_of(_COUNTS),
            "firmware": _map_of(_map_of(_WHOLE)),
            "sites": _map_of(_COUNTS),
            "pace": _or_null(
                _record({"level": _WHOLE, "target": _WHOLE, "peak": {"type": "number"}})
            ),
        }
    ),
    "Device": _record(
        {
            **_DEVICE,
            "lines": _shown(LINES.schema()),
            "keys": _shown(KEYS.schema()),
            "settings": _SETTINGS,
            "site": _SITE,
        }
    ),
    "Access": _record(_ACCESS, optional={"own_url": _URL}),
    "Extension": _record(
        {"number": _NUMBER, "name": _NAME, "site": _SITE, **_TIMES, "origin": _ORIGIN}
    ),
    "Contact": _record(
        {"id": _TEXT, "name": _NAME, "numbers": _list_of(_TEXT), "site": _SITE, **_TIMES}
    ),
    "Site": _record(
        {
            "name": _SITE,
            "label": _NAME,
            "access": _or_null(_POLICY),
            "settings": _SETTINGS,
            "models": {"type": "object", "additionalProperties": _SETTINGS},
            **_TIMES,
        },
        optional={"key_url": _URL},
    ),
    "Layout": _record(
        {
            "name": LAYOUT_NAME.schema(),
            "label": _NAME,
            "keys": _shown(KEYS.schema()),
            "site": _or_null(_SITE),
            **_TIMES,
        }
    ),
    "ApiToken": _record(_API_TOKEN),
    "Change": _record(
        {
            "at": _TIME,
            "who": _TEXT,
            "address": _TEXT,
            "action": _TEXT,
            "kind": _TEXT,
            "name": _TEXT,
            "old": _or_null(_ANY_OBJECT),
            "new": _or_null(_ANY_OBJECT),
        }
    ),
    "Vendors": _record(
        {
            "vendors": _list_of(_TEXT),
            "models": {"type": "object", "additionalProperties": _list_of(_TEXT)},
        }
    ),
    "Status": _record(
        {"status": {"enum": ["ok", "degraded"]}},
        optional={
            "version": _TEXT,
            "stage": _TEXT,
            "provisioning": _record({"enabled": _FLAG}),
            "store": _record(
                {"kind": _TEXT, "reachable": _FLAG},
                optional={"error": _TEXT},
            ),
            "devices": _WHOLE,
            "extensions": _WHOLE,
        },
    ),
    "Discovered": _record(
        {
            "mac_address": _MAC,
            "vendor": _or_null(_TEXT),
            "model": _or_null(_TEXT),
            "firmware": _or_null(_TEXT),
            "user_agent": _TEXT,
            "address": _TEXT,
            "network": _TEXT,
            "site": _or_null(_SITE),
            "reason": _TEXT,
            "first_seen": _TIME,
            "last_seen": _TIME,
            "count": _WHOLE,
        }
    ),
    "Resync": _record(
        {
            "mac_address": _MAC,
            "vendor": _TEXT,
            "model": _TEXT,
            "site": _SITE,
            "extension_numbers": _list_of(_NUMBER),
            "event": _or_null(_TEXT),
            "address": _or_null(_TEXT),
            "state": {"enum": [state.value for state in State]},
            "requested_at": _TIME,
            "expires_at": _TIME,
            "claimed_until": _or_null(_TIME),
            "sent_at": _or_null(_TIME),
            "last_provisioned": _or_null(_TIME),
        }
    ),
    "Webhook": _record(_WEBHOOK),
    "WebhookInFull": _record(
        {
            **_WEBHOOK,
            "deliveries": _list_of(_named("Delivery")),
            "given_up": _list_of(_named("Delivery")),
        }
    ),
    "Delivery": _record(
        {
            "event": _TEXT,
            "type": _TEXT,
            "mac_address": _or_null(_MAC),
            "at": _TIME,
            "attempt": _WHOLE,
            "delivered": _FLAG,
            "status": _or_null(_WHOLE),
            "error": _or_null(_TEXT),
            "milliseconds": _WHOLE,
        }
    ),
    "Ignored": _record({"mac_address": _MAC, "site": _or_null(_SITE), "since": _TIME}),
    "Imported": _record(
        {
            "success": _TRUE,
            "dry_run": _FLAG,
            "total": _WHOLE,
            "counts": _record(dict.fromkeys((outcome.value for outcome in Outcome), _WHOLE)),
            "notes": _list_of(_TEXT),
            "rows": _list_of(_IMPORTED_ROW),
            "cursor": _or_null(_TEXT),
        },
        optional={"stopped": _TEXT},
    ),
    "Exported": _record(
        {
            "extensions": _list_of(
                _record(
                    {"number": _NUMBER, "name": _NAME, "site": _SITE}, optional={"password": _TEXT}
                )
            ),
            "devices": _list_of(
                _record(
                    {
                        "mac_address": _MAC,
                        "vendor": _TEXT,
                        "model": _TEXT,
                        "site": _SITE,
                        "lines": LINES.schema(),
                        "keys": KEYS.schema(),
                        "settings": _ANY_OBJECT,
                    }
                )
            ),
        }
    ),
    "Firmware": _record(
        {
            "vendor": _TEXT,
            "version": _TEXT,
            "state": {"enum": [state.value for state in FileState]},
            "notes": _or_null(_TEXT),
            "delivery": {
                "enum": ["direct", "redirect", "relay"],
                "description": "how phones of this vendor get the file",
            },
            "files": _list_of(
                _record(
                    {
                        "name": _TEXT,
                        "models": _list_of(_TEXT),
                        "size": _WHOLE,
                        "sha256": _TEXT,
                        "state": {"enum": [state.value for state in FileState]},
                    }
                )
            ),
            "devices": {
                "type": "object",
                "additionalProperties": _WHOLE,
                "description": "how many devices of each model report this version",
            },
            **_TIMES,
        }
    ),
    "Rollout": _record(
        {
            "id": _TEXT,
            "vendor": _TEXT,
            "version": _TEXT,
            "models": _list_of(_TEXT),
            "site": _or_null(_SITE),
            "percent": _WHOLE,
            "paused": _FLAG,
            "window": _or_null(WINDOW.schema()),
            "allow_downgrade": _FLAG,
            "progress": _record(
                {
                    "devices": _WHOLE,
                    "updated": _WHOLE,
                    "by_version": {"type": "object", "additionalProperties": _WHOLE},
                }
            ),
            **_TIMES,
        }
    ),
    "Message": _record({"success": _TRUE, "message": _TEXT}),
}

_SCHEMA_BY_FIELD = {
    "device": "Device",
    "access": "Access",
    "extension": "Extension",
    "contact": "Contact",
    "site": "Site",
    "layout": "Layout",
    "ignored": "Ignored",
    "resync": "Resync",
    "firmware": "Firmware",
    "rollout": "Rollout",
    "webhook": "Webhook",
    "delivery": "Delivery",
}

_DEVICE_DONE = _done(
    "device",
    optional={
        "warnings": {**_list_of(_TEXT), "description": "what the device's vendor cannot do"},
        "guessed": {
            "type": "object",
            "additionalProperties": _TEXT,
            "description": "what was not given, and how it was found",
        },
    },
)
_FIRMWARE_WARNINGS = {
    "warnings": {**_list_of(_TEXT), "description": "why phones may not get the file"}
}
_WARNED = {"warnings": {**_list_of(_TEXT), "description": "what devices cannot be told of it"}}
_SITE_DONE = _done("site", optional=_WARNED)
_SHARED: Mapping[str, Schema] = {"settings": _SETTINGS, "updated_at": _or_null(_TIME)}
_SHARED_DONE = _record({"success": _TRUE, **_SHARED}, optional=_WARNED)
_LAYER = {"layer": {"enum": list(LAYERS)}}
_EXPLAINED = _record(
    {"mac_address": _MAC, "settings": _ANY_OBJECT},
    optional={
        "explained": _list_of(
            _record(
                {
                    "setting": _TEXT,
                    "value": {},
                    **_LAYER,
                    "overrode": _list_of(_record({"value": {}, **_LAYER}, optional={"of": _TEXT})),
                },
                optional={"of": _TEXT},
            )
        )
    },
)
_CONFIG = _record(
    {
        "mac_address": _MAC,
        "files": _list_of(
            _record(
                {
                    "name": _TEXT,
                    "content_type": _TEXT,
                    "etag": _or_null(_TEXT),
                    "text": _TEXT,
                },
                optional={"diff": _or_null(_TEXT)},
            )
        ),
    }
)
_GONE = Told(schema=_named("Message"))

ANSWER_BY_VIEW: Mapping[str, Told] = {
    "list_devices": Told(schema=_list_of(_named("DeviceOfList")), paged=True),
    "register_device": Told(schema=_DEVICE_DONE, creates=True, tagged=True),
    "show_device": Told(schema=_named("Device"), tagged=True),
    "replace_device": Told(schema=_DEVICE_DONE, creates=True, tagged=True),
    "change_device": Told(schema=_DEVICE_DONE, tagged=True),
    "unregister_device": _GONE,
    "show_device_status": Told(schema=_named("DeviceStatus")),
    "list_fetches": Told(schema=_list_of(_named("Fetch"))),
    "show_summary": Told(schema=_named("Summary")),
    "list_discovered": Told(schema=_list_of(_named("Discovered")), paged=True),
    "adopt_device": Told(schema=_DEVICE_DONE, creates=True, tagged=True),
    "ignore_device": Told(schema=_done("ignored")),
    "heed_device": _GONE,
    "list_ignored": Told(schema=_list_of(_named("Ignored"))),
    "forget_discovered": _GONE,
    "import_file": Told(schema=_named("Imported")),
    "export_file": Told(schema=_named("Exported"), paged=True, also="text/csv"),
    "request_resync": Told(schema=_done("resync")),
    "show_resync": Told(schema=_named("Resync")),
    "request_resyncs": Told(
        schema=_record(
            {
                "success": _TRUE,
                "queued": _WHOLE,
                "unknown": _list_of(_MAC),
                "cursor": _or_null(_TEXT),
            }
        )
    ),
    "list_resyncs": Told(schema=_list_of(_named("Resync")), paged=True),
    "claim_resync": Told(schema=_done("resync", claim=_TEXT)),
    "finish_resync": Told(schema=_done("resync")),
    "show_access": Told(schema=_named("Access")),
    "change_access": Told(schema=_done("access")),
    "list_extensions": Told(schema=_list_of(_named("Extension")), paged=True),
    "create_extension": Told(schema=_done("extension"), creates=True, tagged=True),
    "show_extension": Told(schema=_named("Extension"), tagged=True),
    "replace_extension": Told(schema=_done("extension"), creates=True, tagged=True),
    "change_extension": Told(schema=_done("extension"), tagged=True),
    "delete_extension": _GONE,
    "reveal_password": Told(schema=_record({"number": _NUMBER, "password": _TEXT})),
    "list_contacts": Told(schema=_list_of(_named("Contact")), paged=True),
    "create_contact": Told(schema=_done("contact"), creates=True, tagged=True),
    "show_contact": Told(schema=_named("Contact"), tagged=True),
    "replace_contact": Told(schema=_done("contact"), tagged=True),
    "delete_contact": _GONE,
    "list_sites": Told(schema=_list_of(_named("Site")), paged=True),
    "show_site": Told(schema=_named("Site"), tagged=True),
    "create_site": Told(schema=_SITE_DONE, creates=True, tagged=True),
    "put_site": Told(schema=_SITE_DONE, creates=True, tagged=True),
    "change_site": Told(schema=_SITE_DONE, tagged=True),
    "delete_site": _GONE,
    "rotate_site_key": Told(schema=_SITE_DONE, tagged=True),
    "show_settings_of_server": Told(schema=_record(_SHARED), tagged=True),
    "put_settings_of_server": Told(schema=_SHARED_DONE, tagged=True),
    "change_settings_of_server": Told(schema=_SHARED_DONE, tagged=True),
    "show_settings_of_model": Told(schema=_record(_SHARED), tagged=True),
    "put_settings_of_model": Told(schema=_SHARED_DONE, tagged=True),
    "change_settings_of_model": Told(schema=_SHARED_DONE, tagged=True),
    "clear_settings_of_model": _GONE,
    "list_layouts": Told(schema=_list_of(_named("Layout")), paged=True),
    "create_layout": Told(schema=_done("layout"), creates=True, tagged=True),
    "show_layout": Told(schema=_named("Layout"), tagged=True),
    "put_layout": Told(schema=_done("layout"), creates=True, tagged=True),
    "change_layout": Told(schema=_done("layout"), tagged=True),
    "delete_layout": _GONE,
    "show_effective_settings": Told(schema=_EXPLAINED),
    "show_config": Told(schema=_CONFIG),
    "list_firmware": Told(schema=_list_of(_named("Firmware")), paged=True),
    "announce_firmware": Told(
        schema=_done(
            "firmware",
            optional=_FIRMWARE_WARNINGS,
            upload=_record(
                {
                    "method": {"const": "PUT"},
                    "url": _URL,
                    "headers": {"type": "object", "additionalProperties": _TEXT},
                    "expires_in_seconds": _WHOLE,
                }
            ),
        ),
        creates=True,
        tagged=True,
    ),
    "show_firmware": Told(schema=_named("Firmware"), tagged=True),
    "confirm_firmware": Told(schema=_done("firmware", optional=_FIRMWARE_WARNINGS), tagged=True),
    "delete_firmware": _GONE,
    "hand_in_asset": _GONE,
    "list_rollouts": Told(schema=_list_of(_named("Rollout")), paged=True),
    "create_rollout": Told(schema=_done("rollout"), creates=True, tagged=True),
    "show_rollout": Told(schema=_named("Rollout"), tagged=True),
    "change_rollout": Told(schema=_done("rollout"), tagged=True),
    "delete_rollout": _GONE,
    "list_webhooks": Told(schema=_list_of(_named("Webhook"))),
    "create_webhook": Told(schema=_done("webhook", secret=_TEXT), creates=True, tagged=True),
    "show_webhook": Told(schema=_named("WebhookInFull"), tagged=True),
    "change_webhook": Told(schema=_done("webhook", optional={"secret": _TEXT}), tagged=True),
    "remove_webhook": _GONE,
    "try_webhook": Told(schema=_done("delivery")),
    "list_tokens": Told(schema=_list_of(_named("ApiToken"))),
    "create_token": Told(
        schema=_record({"success": _TRUE, "token": _TEXT, **_API_TOKEN}), creates=True
    ),
    "end_token": _GONE,
    "list_changes": Told(schema=_list_of(_named("Change")), paged=True),
    "list_vendors": Told(schema=_named("Vendors")),
    "show_vendor": Told(schema=_ANY_OBJECT),
    "show_status": Told(schema=_named("Status"), is_health=True),
    "show_openapi": Told(schema=_ANY_OBJECT),
}
