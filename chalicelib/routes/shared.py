"""`/api/settings` and `/api/models/{vendor}/{model}/settings`: what is set for many devices?"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.profile import LAYER, SETTINGS
from chalicelib.domain.shape import Field, Record
from chalicelib.fleet.shared import SettingsView
from chalicelib.routes.guard import identify, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import (
    DOWNGRADE,
    NULL_DOC,
    NULLS,
    read_expected,
    read_flag,
    read_join,
    read_json,
)
from chalicelib.routes.writing import show_settings, time_text

shared = Blueprint(__name__)

_SERVER = "/api/settings"
_MODEL = "/api/models/{vendor}/{model}/settings"
_BODY = Record(
    {
        "settings": Field(LAYER, required=True, doc="all of them; null unsets what is inherited"),
        **DOWNGRADE,
    }
)
_CHANGES = Record(
    {
        "settings": Field(SETTINGS.patch(), required=True, doc=f"merged; {NULL_DOC}"),
        **DOWNGRADE,
    }
)


@serves(shared, _SERVER, "GET", Permission.READ_SETTINGS)
def show_settings_of_server() -> Response:
    return _show(None)


@serves(shared, _SERVER, "PUT", Permission.CHANGE_SETTINGS, body=_BODY)
def put_settings_of_server() -> Response:
    return _put(None)


@serves(shared, _SERVER, "PATCH", Permission.CHANGE_SETTINGS, body=_CHANGES, parameters=NULLS)
def change_settings_of_server() -> Response:
    return _change(None)


@serves(shared, _MODEL, "GET", Permission.READ_SETTINGS)
def show_settings_of_model(vendor: str, model: str) -> Response:
    return _show(_name(vendor, model))


@serves(shared, _MODEL, "PUT", Permission.CHANGE_SETTINGS, body=_BODY)
def put_settings_of_model(vendor: str, model: str) -> Response:
    return _put(_name(vendor, model))


@serves(shared, _MODEL, "PATCH", Permission.CHANGE_SETTINGS, body=_CHANGES, parameters=NULLS)
def change_settings_of_model(vendor: str, model: str) -> Response:
    return _change(_name(vendor, model))


@serves(shared, _MODEL, "DELETE", Permission.CHANGE_SETTINGS, parameters=("allow_downgrade",))
def clear_settings_of_model(vendor: str, model: str) -> Response:
    _of_no_site(Permission.CHANGE_SETTINGS)
    request = shared.current_request
    allowed = read_flag(request.query_params or {}, "allow_downgrade")
    wiring.ready().shared.clear(
        _name(vendor, model), allow_downgrade=allowed, expected=read_expected(request)
    )
    return ok({"success": True, "message": "Settings deleted"})


def _show(model: str | None) -> Response:
    _of_no_site(Permission.READ_SETTINGS)
    view = wiring.ready().shared.show(model)
    return ok(_describe(view), headers=_etag(view))


def _put(model: str | None) -> Response:
    _of_no_site(Permission.CHANGE_SETTINGS)
    request = shared.current_request
    body = read_json(request)
    _BODY.read(body)
    view = wiring.ready().shared.put(
        model,
        body["settings"],
        allow_downgrade=body.get("allow_downgrade", False),
        expected=read_expected(request),
    )
    return _answer(view)


def _change(model: str | None) -> Response:
    _of_no_site(Permission.CHANGE_SETTINGS)
    request = shared.current_request
    body = read_json(request)
    _CHANGES.read(body)
    view = wiring.ready().shared.change(
        model,
        body["settings"],
        join=read_join(request),
        allow_downgrade=body.get("allow_downgrade", False),
        expected=read_expected(request),
    )
    return _answer(view)


def _answer(view: SettingsView) -> Response:
    body = {"success": True, **_describe(view)}
    if view.warnings:
        body["warnings"] = list(view.warnings)
    return ok(body, headers=_etag(view))


def _describe(view: SettingsView) -> dict[str, Any]:
    reveals = identify(shared.current_request).may(Permission.REVEAL_SECRETS)
    return {
        "settings": show_settings(view.settings, reveals=reveals),
        "updated_at": time_text(view.updated_at) if view.updated_at else None,
    }


def _of_no_site(permission: Permission) -> None:
    """Raise NotFoundError for who may see one site only: this belongs to none."""
    identify(shared.current_request).require(permission)


def _name(vendor: str, model: str) -> str:
    return f"{unquote(vendor)}/{unquote(model)}"


def _etag(view: SettingsView) -> dict[str, str]:
    return {"ETag": f'"{view.revision}"'}
