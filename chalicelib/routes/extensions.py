"""`/api/extensions`: create, show, change, list and delete extensions. Passwords only go in."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.access.site import SITE
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.extension import Extension
from chalicelib.domain.input import EXTENSION_NAME, EXTENSION_NUMBER, SIP_PASSWORD
from chalicelib.domain.record import Stored
from chalicelib.domain.shape import Field, Flag, Record
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import PAGE, read_body, read_expected, read_page
from chalicelib.routes.writing import next_page, time_text

extensions = Blueprint(__name__)

_ALL = "/api/extensions"
_ONE = "/api/extensions/{number}"

_FIELDS = {
    "name": Field(EXTENSION_NAME, doc="display name; the number when absent"),
    "password": Field(SIP_PASSWORD, doc="SIP password; write-only; kept when absent"),
}
_MORE = {
    "generate": Field(Flag(), default=False, doc="make a strong password"),
    "site": Field(SITE, doc="the site that it belongs to"),
}
_NEW = Record({"number": Field(EXTENSION_NUMBER, required=True), **_FIELDS, **_MORE})
_KNOWN = Record(
    {"number": Field(EXTENSION_NUMBER, doc="the one of the path, or absent"), **_FIELDS}
)


@serves(extensions, _ALL, "GET", Permission.READ_EXTENSIONS, parameters=PAGE)
def list_extensions() -> Response:
    request = extensions.current_request
    limit, after = read_page(request)
    offhook = wiring.ready()
    page = offhook.extensions.list(limit=limit, after=after, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    body = [_describe(stored.value) for stored in page.values]
    return ok(body, headers=next_page(request, origin, page.after, limit))


@serves(extensions, _ALL, "POST", Permission.CHANGE_EXTENSIONS, body=_NEW)
def create_extension() -> Response:
    return _put(read_body(extensions.current_request, _NEW))


@serves(extensions, _ONE, "GET", Permission.READ_EXTENSIONS)
def show_extension(number: str) -> Response:
    stored = wiring.ready().extensions.show(
        _read_number(number), scope=scope(extensions.current_request)
    )
    return ok(_describe(stored.value), headers=_etag(stored))


@serves(extensions, _ONE, "PUT", Permission.CHANGE_EXTENSIONS, body=_KNOWN)
def replace_extension(number: str) -> Response:
    named = _read_number(number)
    body = read_body(extensions.current_request, _KNOWN)
    _refuse_other_number(body["number"], named)
    return _put(body | {"number": named})


@serves(extensions, _ONE, "PATCH", Permission.CHANGE_EXTENSIONS, body=_KNOWN, partial=True)
def change_extension(number: str) -> Response:
    named = _read_number(number)
    body = read_body(extensions.current_request, _KNOWN, partial=True)
    _refuse_other_number(body.pop("number", None), named)
    expected = read_expected(extensions.current_request)
    return _answer(
        wiring.ready().extensions.change(
            named, **body, expected=expected, scope=scope(extensions.current_request)
        )
    )


@serves(extensions, _ONE, "DELETE", Permission.DELETE_EXTENSIONS)
def delete_extension(number: str) -> Response:
    expected = read_expected(extensions.current_request)
    wiring.ready().extensions.remove(
        _read_number(number), expected=expected, scope=scope(extensions.current_request)
    )
    return ok({"success": True, "message": "Extension deleted"})


@serves(extensions, "/api/extensions/{number}/password", "GET", Permission.REVEAL_SECRETS)
def reveal_password(number: str) -> Response:
    named = _read_number(number)
    scoped = scope(extensions.current_request)
    password = wiring.ready().extensions.reveal(named, scope=scoped)
    return ok({"number": named, "password": password})


def _put(body: dict[str, Any]) -> Response:
    expected = read_expected(extensions.current_request)
    stored, created = wiring.ready().extensions.put(
        **body, expected=expected, scope=scope(extensions.current_request)
    )
    return _answer(stored, created=created)


def _answer(stored: Stored[Extension], *, created: bool = False) -> Response:
    body = {"success": True, "extension": _describe(stored.value)}
    return ok(body, created=created, headers=_etag(stored))


def _describe(extension: Extension) -> dict[str, Any]:
    return {
        "number": extension.number,
        "name": extension.name,
        "site": extension.site,
        "created_at": time_text(extension.created_at),
        "updated_at": time_text(extension.updated_at),
        "origin": extension.origin.value,
    }


def _etag(stored: Stored[Extension]) -> dict[str, str]:
    return {"ETag": f'"{stored.revision}"'}


def _read_number(text: str) -> str:
    return EXTENSION_NUMBER.read(unquote(text), "number")


def _refuse_other_number(given: str | None, named: str) -> None:
    if given is not None and given != named:
        says = f'"{given}" is not the number of the path, {named}'
        raise InputError(Flaw(where="number", says=says))
