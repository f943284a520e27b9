"""What are the answers of the API made of, as JSON Schema?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.access import site
from chalicelib.domain.extension import Origin
from chalicelib.domain.input import EXTENSION_NAME, EXTENSION_NUMBER
from chalicelib.domain.profile import LAYER

Schema = dict[str, Any]


def record(fields: Mapping[str, Schema], *, optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object of these fields; only `optional` ones may be absent."""
    return {
        "type": "object",
        "properties": {**fields, **(optional or {})},
        "required": list(fields),
        "additionalProperties": False,
    }


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def shown(schema: Schema) -> Schema:
    """What an answer shows of what a request may hold: all but its secrets."""
    if "anyOf" in schema:
        given, null = schema["anyOf"]
        return null if given.get("writeOnly") else {**schema, "anyOf": [shown(given), null]}
    if "items" in schema:
        return {**schema, "items": shown(schema["items"])}
    fields = schema.get("properties")
    if fields is None:
        return schema
    told = {name: shown(part) for name, part in fields.items() if not part.get("writeOnly")}
    return {**schema, "properties": told}


def map_of(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
TRUE: Schema = {"const": True}
ANY_OBJECT: Schema = {"type": "object"}
TIME: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$",
    "description": "in UTC",
    "examples": ["2026-01-01T12:00:00"],
}
MAC: Schema = {"type": "string", "pattern": "^[0-9a-f]{12}$"}
NUMBER = EXTENSION_NUMBER.schema()
NAME = EXTENSION_NAME.schema()
SITE = site.SITE.schema()
URL: Schema = {"type": "string", "format": "uri", "description": "a secret"}
ORIGIN: Schema = {"enum": [origin.value for origin in Origin]}
TIMES = {"created_at": TIME, "updated_at": TIME}

SETTINGS = shown(LAYER.schema())
