"""What does each view of the API answer when all is well, as JSON Schema?

The tests hold every answer to it, and every view to an entry here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.cascade import NAMES as LAYERS
from chalicelib.domain.cascade import PACE, ROLLOUT
from chalicelib.routes.answers.access import ACCESS_SCHEMAS, API_TOKEN
from chalicelib.routes.answers.bulk import BULK_SCHEMAS
from chalicelib.routes.answers.device import DEVICE_SCHEMAS
from chalicelib.routes.answers.extension import EXTENSION_SCHEMAS
from chalicelib.routes.answers.firmware import FIRMWARE_SCHEMAS
from chalicelib.routes.answers.schema import (
    ANY_OBJECT,
    MAC,
    NUMBER,
    SETTINGS,
    TEXT,
    TIME,
    TRUE,
    URL,
    WHOLE,
    Schema,
    list_of,
    named,
    or_null,
    record,
)
from chalicelib.routes.answers.service import SERVICE_SCHEMAS
from chalicelib.routes.answers.site import SITE_SCHEMAS
from chalicelib.routes.answers.webhook import WEBHOOK_SCHEMAS

SCHEMAS: Mapping[str, Schema] = {
    **DEVICE_SCHEMAS,
    **BULK_SCHEMAS,
    **FIRMWARE_SCHEMAS,
    **EXTENSION_SCHEMAS,
    **SITE_SCHEMAS,
    **ACCESS_SCHEMAS,
    **WEBHOOK_SCHEMAS,
    **SERVICE_SCHEMAS,
}


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


def _done(name: str, *, optional: Mapping[str, Schema] | None = None, **fields: Schema) -> Schema:
    """`success`, and the record under its own name."""
    whole = {"success": TRUE, **fields, name: named(_SCHEMA_BY_FIELD[name])}
    return record(whole, optional=optional)


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
        "warnings": {**list_of(TEXT), "description": "what the device's vendor cannot do"},
        "guessed": {
            "type": "object",
            "additionalProperties": TEXT,
            "description": "what was not given, and how it was found",
        },
    },
)
_FIRMWARE_WARNINGS = {
    "warnings": {**list_of(TEXT), "description": "why phones may not get the file"}
}
_WARNED = {"warnings": {**list_of(TEXT), "description": "what devices cannot be told of it"}}
_SITE_DONE = _done("site", optional=_WARNED)
_SHARED: Mapping[str, Schema] = {"settings": SETTINGS, "updated_at": or_null(TIME)}
_SHARED_DONE = record({"success": TRUE, **_SHARED}, optional=_WARNED)
_LAYER = {"layer": {"enum": [*LAYERS, ROLLOUT, PACE]}}
_EXPLAINED = record(
    {"mac_address": MAC, "settings": ANY_OBJECT},
    optional={
        "explained": list_of(
            record(
                {
                    "setting": TEXT,
                    "value": {},
                    **_LAYER,
                    "overrode": list_of(record({"value": {}, **_LAYER}, optional={"of": TEXT})),
                },
                optional={"of": TEXT},
            )
        )
    },
)
_CONFIG = record(
    {
        "mac_address": MAC,
        "files": list_of(
            record(
                {
                    "name": TEXT,
                    "content_type": TEXT,
                    "etag": or_null(TEXT),
                    "text": TEXT,
                },
                optional={"diff": or_null(TEXT)},
            )
        ),
    }
)
_GONE = Told(schema=named("Message"))

ANSWER_BY_VIEW: Mapping[str, Told] = {
    "list_devices": Told(schema=list_of(named("DeviceOfList")), paged=True),
    "register_device": Told(schema=_DEVICE_DONE, creates=True, tagged=True),
    "show_device": Told(schema=named("Device"), tagged=True),
    "replace_device": Told(schema=_DEVICE_DONE, creates=True, tagged=True),
    "change_device": Told(schema=_DEVICE_DONE, tagged=True),
    "unregister_device": _GONE,
    "show_device_status": Told(schema=named("DeviceStatus")),
    "list_fetches": Told(schema=list_of(named("Fetch"))),
    "show_summary": Told(schema=named("Summary")),
    "list_discovered": Told(schema=list_of(named("Discovered")), paged=True),
    "adopt_device": Told(schema=_DEVICE_DONE, creates=True, tagged=True),
    "ignore_device": Told(schema=_done("ignored")),
    "heed_device": _GONE,
    "list_ignored": Told(schema=list_of(named("Ignored"))),
    "forget_discovered": _GONE,
    "import_file": Told(schema=named("Imported")),
    "export_file": Told(schema=named("Exported"), paged=True, also="text/csv"),
    "request_resync": Told(schema=_done("resync")),
    "show_resync": Told(schema=named("Resync")),
    "request_resyncs": Told(
        schema=record(
            {
                "success": TRUE,
                "queued": WHOLE,
                "unknown": list_of(MAC),
                "cursor": or_null(TEXT),
            }
        )
    ),
    "list_resyncs": Told(schema=list_of(named("Resync")), paged=True),
    "claim_resync": Told(schema=_done("resync", claim=TEXT)),
    "finish_resync": Told(schema=_done("resync")),
    "show_access": Told(schema=named("Access")),
    "change_access": Told(schema=_done("access")),
    "list_extensions": Told(schema=list_of(named("Extension")), paged=True),
    "create_extension": Told(schema=_done("extension"), creates=True, tagged=True),
    "show_extension": Told(schema=named("Extension"), tagged=True),
    "replace_extension": Told(schema=_done("extension"), creates=True, tagged=True),
    "change_extension": Told(schema=_done("extension"), tagged=True),
    "delete_extension": _GONE,
    "reveal_password": Told(schema=record({"number": NUMBER, "password": TEXT})),
    "list_contacts": Told(schema=list_of(named("Contact")), paged=True),
    "create_contact": Told(schema=_done("contact"), creates=True, tagged=True),
    "show_contact": Told(schema=named("Contact"), tagged=True),
    "replace_contact": Told(schema=_done("contact"), tagged=True),
    "delete_contact": _GONE,
    "list_sites": Told(schema=list_of(named("Site")), paged=True),
    "show_site": Told(schema=named("Site"), tagged=True),
    "create_site": Told(schema=_SITE_DONE, creates=True, tagged=True),
    "put_site": Told(schema=_SITE_DONE, creates=True, tagged=True),
    "change_site": Told(schema=_SITE_DONE, tagged=True),
    "delete_site": _GONE,
    "rotate_site_key": Told(schema=_SITE_DONE, tagged=True),
    "show_settings_of_server": Told(schema=record(_SHARED), tagged=True),
    "put_settings_of_server": Told(schema=_SHARED_DONE, tagged=True),
    "change_settings_of_server": Told(schema=_SHARED_DONE, tagged=True),
    "show_settings_of_model": Told(schema=record(_SHARED), tagged=True),
    "put_settings_of_model": Told(schema=_SHARED_DONE, tagged=True),
    "change_settings_of_model": Told(schema=_SHARED_DONE, tagged=True),
    "clear_settings_of_model": _GONE,
    "list_layouts": Told(schema=list_of(named("Layout")), paged=True),
    "create_layout": Told(schema=_done("layout"), creates=True, tagged=True),
    "show_layout": Told(schema=named("Layout"), tagged=True),
    "put_layout": Told(schema=_done("layout"), creates=True, tagged=True),
    "change_layout": Told(schema=_done("layout"), tagged=True),
    "delete_layout": _GONE,
    "show_effective_settings": Told(schema=_EXPLAINED),
    "show_config": Told(schema=_CONFIG),
    "show_firmware_of_device": Told(schema=named("AssignedFirmware")),
    "list_firmware": Told(schema=list_of(named("Firmware")), paged=True),
    "announce_firmware": Told(
        schema=_done(
            "firmware",
            optional=_FIRMWARE_WARNINGS,
            upload=record(
                {
                    "method": {"const": "PUT"},
                    "url": URL,
                    "headers": {"type": "object", "additionalProperties": TEXT},
                    "expires_in_seconds": WHOLE,
                }
            ),
        ),
        creates=True,
        tagged=True,
    ),
    "show_firmware": Told(schema=named("Firmware"), tagged=True),
    "confirm_firmware": Told(schema=_done("firmware", optional=_FIRMWARE_WARNINGS), tagged=True),
    "delete_firmware": _GONE,
    "hand_in_asset": _GONE,
    "list_rollouts": Told(schema=list_of(named("Rollout")), paged=True),
    "create_rollout": Told(schema=_done("rollout"), creates=True, tagged=True),
    "show_rollout": Told(schema=named("Rollout"), tagged=True),
    "change_rollout": Told(schema=_done("rollout"), tagged=True),
    "delete_rollout": _GONE,
    "list_webhooks": Told(schema=list_of(named("Webhook"))),
    "create_webhook": Told(schema=_done("webhook", secret=TEXT), creates=True, tagged=True),
    "show_webhook": Told(schema=named("WebhookInFull"), tagged=True),
    "change_webhook": Told(schema=_done("webhook", optional={"secret": TEXT}), tagged=True),
    "remove_webhook": _GONE,
    "try_webhook": Told(schema=_done("delivery")),
    "list_tokens": Told(schema=list_of(named("ApiToken"))),
    "create_token": Told(
        schema=record({"success": TRUE, "token": TEXT, **API_TOKEN}), creates=True
    ),
    "end_token": _GONE,
    "list_changes": Told(schema=list_of(named("Change")), paged=True),
    "list_vendors": Told(schema=named("Vendors")),
    "show_vendor": Told(schema=ANY_OBJECT),
    "show_status": Told(schema=named("Status"), is_health=True),
    "show_openapi": Told(schema=ANY_OBJECT),
}
