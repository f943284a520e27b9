"""`/api/layouts`: sets of keys by a name, which many devices can have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.access.site import SITE
from chalicelib.domain.chosen import drop_absent
from chalicelib.domain.errors import Flaw
from chalicelib.domain.input import EXTENSION_NAME
from chalicelib.domain.profile import KEYS, LAYOUT_NAME
from chalicelib.domain.record import Stored
from chalicelib.domain.shape import Field, Record
from chalicelib.domain.shared import Layout
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import PAGE, read_body, read_expected, read_page
from chalicelib.routes.writing import next_page, time_text

layouts = Blueprint(__name__)

_ALL = "/api/layouts"
_ONE = "/api/layouts/{name}"
_CHANGES = Record(
    {
        "label": Field(EXTENSION_NAME, doc="the name for people; the layout's name when absent"),
        "keys": Field(KEYS, doc="value and label may hold {{EXTENSION_NUMBER}} and the like"),
    }
)
_BODY = Record(
    {**_CHANGES.fields, "site": Field(SITE, doc="whose devices may have it; all when absent")}
)
_NEW = Record({"name": Field(LAYOUT_NAME, required=True), **_BODY.fields})


@serves(layouts, _ALL, "GET", Permission.READ_DEVICES, parameters=PAGE)
def list_layouts() -> Response:
    request = layouts.current_request
    limit, after = read_page(request)
    offhook = wiring.ready()
    page = offhook.layouts.list(limit=limit, after=after, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    body = [_describe(stored.value) for stored in page.values]
    return ok(body, headers=next_page(request, origin, page.after, limit))


@serves(layouts, _ALL, "POST", Permission.CHANGE_DEVICES, body=_NEW)
def create_layout() -> Response:
    body = read_body(layouts.current_request, _NEW, also=_find_flaws)
    return _put(body.pop("name"), body)


@serves(layouts, _ONE, "GET", Permission.READ_DEVICES)
def show_layout(name: str) -> Response:
    scoped = scope(layouts.current_request)
    stored = wiring.ready().layouts.show(_read_name(name), scope=scoped)
    return ok(_describe(stored.value), headers=_etag(stored))


@serves(layouts, _ONE, "PUT", Permission.CHANGE_DEVICES, body=_BODY)
def put_layout(name: str) -> Response:
    named = _read_name(name)
    return _put(named, read_body(layouts.current_request, _BODY, also=_find_flaws))


@serves(layouts, _ONE, "PATCH", Permission.CHANGE_DEVICES, body=_CHANGES, partial=True)
def change_layout(name: str) -> Response:
    request = layouts.current_request
    patch = drop_absent(read_body(request, _CHANGES, partial=True, also=_find_flaws))
    stored = wiring.ready().layouts.change(
        _read_name(name), patch, expected=read_expected(request), scope=scope(request)
    )
    return _answer(stored)


@serves(layouts, _ONE, "DELETE", Permission.DELETE_DEVICES)
def delete_layout(name: str) -> Response:
    request = layouts.current_request
    wiring.ready().layouts.remove(
        _read_name(name), expected=read_expected(request), scope=scope(request)
    )
    return ok({"success": True, "message": "Layout deleted"})


def _find_flaws(wanted: Mapping[str, Any]) -> Sequence[Flaw]:
    scoped = scope(layouts.current_request)
    return wiring.ready().layouts.find_flaws(wanted, scope=scoped)


def _put(name: str, body: dict[str, Any]) -> Response:
    request = layouts.current_request
    stored, created = wiring.ready().layouts.put(
        name, drop_absent(body), expected=read_expected(request), scope=scope(request)
    )
    return _answer(stored, created=created)


def _answer(stored: Stored[Layout], *, created: bool = False) -> Response:
    body = {"success": True, "layout": _describe(stored.value)}
    return ok(body, created=created, headers=_etag(stored))


def _describe(layout: Layout) -> dict[str, Any]:
    return {
        "name": layout.name,
        "label": layout.label,
        "keys": list(layout.keys),
        "site": layout.site,
        "created_at": time_text(layout.created_at),
        "updated_at": time_text(layout.updated_at),
    }


def _read_name(text: str) -> str:
    return LAYOUT_NAME.read(unquote(text), "name")


def _etag(stored: Stored[Layout]) -> dict[str, str]:
    return {"ETag": f'"{stored.revision}"'}
