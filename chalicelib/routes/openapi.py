"""`/api/openapi.json`: what does the API look like? Told by the shapes that read the requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chalice import Blueprint, Response

from chalicelib import VERSION
from chalicelib.routes.guard import PUBLIC, Served, serves
from chalicelib.routes.problem import ok

openapi = Blueprint(__name__)

_PROBLEMS = (400, 401, 403, 404, 409, 412, 415, 503)
_DOC_BY_PARAMETER = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 500},
    "cursor": {"type": "string", "maxLength": 2000},
    "day": {"type": "string", "format": "date"},
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
            "schemas": {"Problem": _PROBLEM},
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
        "responses": _responses(),
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
        content = {"application/json": {"schema": schema}}
        operation["requestBody"] = {"required": True, "content": content}
    if method in ("PUT", "PATCH", "DELETE"):
        operation["parameters"].append(
            {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
        )
    return operation


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", path):
        schema = {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(served: Served) -> Iterator[dict[str, Any]]:
    for name in served.parameters:
        yield {"name": name, "in": "query", "schema": _DOC_BY_PARAMETER[name]}


def _responses() -> dict[str, Any]:
    done = {"description": "done", "content": {"application/json": {"schema": {}}}}
    problem = {
        "description": "a problem (RFC 9457)",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    return {"200": done, "201": done} | {str(status): problem for status in _PROBLEMS}


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
