"""`/api/openapi.json`: what does the API look like? Told by the shapes that read the requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from chalice import Blueprint, Response

from chalicelib import VERSION
from chalicelib.domain.access.site import SITE
from chalicelib.domain.bulk.preset import FORMS, PRESETS
from chalicelib.domain.input import EXTENSION_NUMBER, MAC, MODEL, VENDOR
from chalicelib.domain.standing import MOST_SILENT_DAYS, State
from chalicelib.fleet.bulk import MOST_TOLD
from chalicelib.routes.answers import ANSWER_BY_VIEW, SCHEMAS, Told
from chalicelib.routes.guard import PUBLIC, Served, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import LARGEST_PAGE

openapi = Blueprint(__name__)

_CHANGING = ("POST", "PUT", "PATCH", "DELETE")
_CONDITIONAL = ("PUT", "PATCH", "DELETE")
_MAKING = frozenset(
    f"{verb}_{kind}"
    for kind in ("device", "extension", "site", "layout")
    for verb in ("register", "replace", "create", "put")
)
"""Views that make a record, or set all of one anew."""
_PROBLEMS_OF_ALL = (400, 401, 403, 404, 415, 500, 503)
_PROBLEMS_OF_PUBLIC = (415, 500, 503)
_PROBLEMS_OF_CHANGES = (409, 412)

_SCHEMA_BY_PARAMETER = {
    "limit": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    "rows": {"type": "integer", "minimum": 1, "maximum": MOST_TOLD},
    "cursor": {"type": "string", "maxLength": 2000},
    "vendor": VENDOR.schema(),
    "model": MODEL.schema(),
    "site": SITE.schema(),
    "extension": EXTENSION_NUMBER.schema(),
    "state": {"type": "string", "enum": [state.value for state in State]},
    "firmware": {"type": "string", "minLength": 1, "maxLength": 100},
    "q": {"type": "string", "minLength": 1, "maxLength": 100},
    "sort": {"type": "string", "enum": ["mac", "name", "number", "model"]},
    "silent_days": {"type": "integer", "minimum": 1, "maximum": MOST_SILENT_DAYS},
    "address": {"type": "string", "maxLength": 50, "examples": ["192.0.2.0/24"]},
    "day": {"type": "string", "format": "date"},
    "format": {"type": "string", "enum": list(FORMS)},
    "preset": {"type": "string", "enum": list(PRESETS)},
    "nulls": {"type": "string", "enum": ["keep"]},
    "explain": {"type": "string", "enum": ["1"]},
    "diff": {"type": "string", "enum": ["last"]},
    **{
        name: {"type": "string", "enum": ["0", "1"]}
        for name in ("dry_run", "generate", "sites", "secrets", "allow_downgrade")
    },
}
_SCHEMA_BY_PATH_PARAMETER = {
    "mac": MAC.schema() | {"examples": ["001565123456"]},
    "number": EXTENSION_NUMBER.schema() | {"examples": ["1001"]},
    "name": SITE.schema() | {"examples": ["default"]},
    "id": {"type": "string", "minLength": 1, "maxLength": 100},
    "vendor": {"type": "string", "minLength": 1, "maxLength": 40, "examples": ["zip"]},
    "model": {"type": "string", "minLength": 1, "maxLength": 40, "examples": ["33g"]},
    "version": {"type": "string", "minLength": 1, "maxLength": 60, "examples": ["96.86.0.75"]},
    "ticket": {"type": "string", "minLength": 1, "maxLength": 2000},
}
_ETAG = r'(W/)?"[^"]*"'
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "* or ETags: change nothing unless the record is still one of these",
    "schema": {"type": "string", "pattern": rf"^(?:\*|{_ETAG}(, ?{_ETAG})*)$"},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "change nothing unless there is no such record yet; not beside If-Match",
    "schema": {"type": "string", "enum": ["*"]},
}
_EXAMPLE_BY_VIEW: Mapping[str, Mapping[str, Any]] = {
    "register_device": {
        "mac_address": "00:15:65:12:34:56",
        "extension_number": "1001",
        "vendor": "zip",
        "model": "33g",
    },
    "replace_device": {"extension_number": "1001", "vendor": "zip", "model": "33g"},
    "change_device": {"settings": {"language": "en"}},
    "adopt_device": {"extension_number": "1001"},
    "request_resyncs": {"vendor": "yealink"},
    "claim_resync": {"seconds": 60},
    "finish_resync": {"claim": "0123456789abcdef"},
    "change_access": {"action": "arm", "seconds": 3600, "count": 12},
    "create_extension": {"number": "1001", "name": "Front desk", "generate": True},
    "replace_extension": {"name": "Front desk"},
    "change_extension": {"name": "Reception"},
    "create_contact": {"name": "Front desk", "numbers": ["1001"]},
    "replace_contact": {"name": "Front desk", "numbers": ["1001", "1002"]},
    "create_site": {"name": "berlin", "settings": {"timezone": "Europe/Berlin"}},
    "change_site": {"models": {"zip/33g": {"lldp": True}}},
    "put_settings_of_server": {"settings": {"language": "en"}},
    "change_settings_of_server": {"settings": {"vlan": {"phone": 100}}},
    "put_settings_of_model": {"settings": {"lldp": True}},
    "change_settings_of_model": {"settings": {"language": None}},
    "create_layout": {"name": "desk", "keys": [{"position": 1, "type": "dnd"}]},
    "put_layout": {"keys": [{"position": 1, "type": "blf", "value": "1001", "label": "Boss"}]},
    "change_layout": {"label": "Desks"},
    "put_site": {"label": "Berlin", "access": {"policy": ["token"]}},
    "announce_firmware": {
        "vendor": "yealink",
        "version": "96.86.0.75",
        "models": ["t54w"],
        "file_name": "T54W-96.86.0.75.rom",
        "size": 40000000,
        "sha256": "00" * 32,
    },
    "create_rollout": {"vendor": "yealink", "version": "96.86.0.75", "percent": 5},
    "change_rollout": {"percent": 25},
    "create_webhook": {"url": "https://hooks.example.com/offhook", "events": ["first_contact"]},
    "change_webhook": {"active": False},
    "create_token": {"name": "monitoring", "role": "viewer"},
}


@serves(openapi, "/api/openapi.json", "GET", PUBLIC)
def show_openapi() -> Response:
    return ok(describe(openapi.current_app.routes))


def describe(routes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the routes that `serves` has registered."""
    paths = {
        path: {method.lower(): operation for method, operation in _operations(path, views)}
        for path, views in sorted(routes.items())
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Offhook", "version": VERSION},
        "paths": {path: operations for path, operations in paths.items() if operations},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**SCHEMAS, "Problem": _PROBLEM},
        },
    }


def _operations(path: str, views: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for method, entry in sorted(views.items()):
        served = getattr(entry.view_function, "serves", None)
        if isinstance(served, Served):
            yield method, _operation(path, method, entry.view_function.__name__, served)


def _operation(path: str, method: str, name: str, served: Served) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": name.replace("_", " "),
        "parameters": [*_path_parameters(path), *_query_parameters(served)],
        "responses": _responses(ANSWER_BY_VIEW[name], method, served),
    }
    if served.permission is None:
        operation["security"] = []
    else:
        operation["security"] = [{"token": []}]
        operation["description"] = f"Takes the permission to {served.permission.value}."
    if served.body is not None:
        schema = served.body.schema()
        if served.partial:
            schema.pop("required", None)
        content = {"schema": schema, "example": _EXAMPLE_BY_VIEW[name]}
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    if served.media_types:
        content = {media_type: {"schema": _file(media_type)} for media_type in served.media_types}
        operation["requestBody"] = {"required": True, "content": content}
    if method in _CONDITIONAL and served.permission is not None:
        operation["parameters"].append(_IF_MATCH)
    if name in _MAKING and served.permission is not None:
        operation["parameters"].append(_IF_NONE_MATCH)
    return operation


def _file(media_type: str) -> dict[str, Any]:
    return {"type": ["array", "object"] if media_type == "application/json" else "string"}


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", path):
        schema = _SCHEMA_BY_PATH_PARAMETER[name]
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(served: Served) -> Iterator[dict[str, Any]]:
    for name in served.parameters:
        yield {"name": name, "in": "query", "schema": _SCHEMA_BY_PARAMETER[name]}


def _responses(told: Told, method: str, served: Served) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": told.schema}}
    if told.also:
        content[told.also] = {"schema": {"type": "string"}}
    done = {"description": "done", "headers": _headers(told), "content": content}
    is_plain = served.permission is None and method not in _CHANGING
    statuses = {*(_PROBLEMS_OF_PUBLIC if is_plain else _PROBLEMS_OF_ALL)}
    if method in _CHANGING:
        statuses |= {*_PROBLEMS_OF_CHANGES}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses: dict[str, Any] = {
        str(status): {"description": HTTPStatus(status).phrase, "content": problem}
        for status in sorted(statuses)
    }
    if told.is_health:
        responses["503"] = {"description": "not well", "content": content | problem}
    return {"200": done, **({"201": done} if told.creates else {}), **responses}


def _headers(told: Told) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    return {
        "X-Request-Id": {"description": "stands in the log, too", "required": True, **text},
        **(
            {"ETag": {"description": "of the record", "required": True, **text}}
            if told.tagged
            else {}
        ),
        **({"Link": {"description": "where the list goes on", **text}} if told.paged else {}),
    }


_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "success", "error"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "success": {"const": False},
        "error": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "devices": {"type": "array", "items": {"type": "string"}},
    },
}
