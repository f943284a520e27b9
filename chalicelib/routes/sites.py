"""`/api/sites`: make, show, list, change and remove sites, and replace their keys."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.policy import ACCESS
from chalicelib.domain.access.role import Permission
from chalicelib.domain.access.site import SITE
from chalicelib.domain.input import EXTENSION_NAME
from chalicelib.domain.profile import LAYER, SETTINGS
from chalicelib.domain.record import Stored
from chalicelib.domain.shape import Field, MapOf, Record
from chalicelib.domain.site import Site
from chalicelib.fleet.sites import SavedSite
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import identify, scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import (
    DOWNGRADE,
    NULL_DOC,
    NULLS,
    PAGE,
    read_body,
    read_expected,
    read_join,
    read_json,
    read_nothing,
    read_page,
)
from chalicelib.routes.writing import next_page, show_settings, time_text

sites = Blueprint(__name__)

_ALL = "/api/sites"
_ONE = "/api/sites/{name}"
_MODEL_NAME = r"[0-9A-Za-z._+-]{1,40}/[0-9A-Za-z ._+/-]{1,40}"
_MODEL_SAYS = "a vendor and a model, such as zip/33g"
_MOST_MODELS = 100

_FIELDS = {
    "label": Field(EXTENSION_NAME, doc="the name for people; the site's name when absent"),
    "access": Field(ACCESS, nullable=True, doc="the policy; the server's when absent"),
    "settings": Field(LAYER, doc="for all devices of the site; null unsets what they inherit"),
    "models": Field(
        MapOf(LAYER, name=_MODEL_NAME, says=_MODEL_SAYS, max=_MOST_MODELS),
        doc="for its devices of one model, by vendor/model",
    ),
    **DOWNGRADE,
}
SITE_BODY = Record(_FIELDS)
_NEW = Record({"name": Field(SITE, required=True), **_FIELDS})
_CHANGES = Record(
    {
        **_FIELDS,
        "settings": Field(SETTINGS.patch(), doc=f"merged; {NULL_DOC}"),
        "models": Field(
            MapOf(
                SETTINGS.patch(),
                name=_MODEL_NAME,
                says=_MODEL_SAYS,
                max=_MOST_MODELS,
                nullable=True,
            ),
            doc="merged; null takes back all of a model's",
        ),
    }
)
_OF_OPERATORS = {"settings", "models", "allow_downgrade"}
"""What an operator of the site may change; the rest decides who gets in."""


@serves(sites, _ALL, "GET", Permission.READ_SITES, parameters=PAGE)
def list_sites() -> Response:
    request = sites.current_request
    limit, after = read_page(request)
    offhook = wiring.ready()
    page = offhook.sites.list(limit=limit, after=after, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    body = [_describe(stored.value) for stored in page.values]
    return ok(body, headers=next_page(request, origin, page.after, limit))


@serves(sites, _ALL, "POST", Permission.CHANGE_SITES, body=_NEW)
def create_site() -> Response:
    body = _read(_NEW)
    return _put(body["name"], body)


@serves(sites, _ONE, "GET", Permission.READ_SITES)
def show_site(name: str) -> Response:
    stored = wiring.ready().sites.show(_read_name(name), scope=scope(sites.current_request))
    return ok(_describe_whole(stored.value), headers=_etag(stored))


@serves(sites, _ONE, "PUT", Permission.CHANGE_SITES, body=SITE_BODY)
def put_site(name: str) -> Response:
    named = _read_name(name)
    return _put(named, _read(SITE_BODY))


@serves(
    sites,
    _ONE,
    "PATCH",
    Permission.CHANGE_SITE_SETTINGS,
    body=_CHANGES,
    partial=True,
    parameters=NULLS,
)
def change_site(name: str) -> Response:
    """Operators may change what the devices of the site are set to, administrators all of it."""
    request = sites.current_request
    named = _read_name(name)
    patch = _read(_CHANGES, partial=True)
    caller = identify(request)
    if patch.keys() - _OF_OPERATORS:
        caller.require(Permission.CHANGE_SITES, caller.grant.site)
    saved = wiring.ready().sites.change(
        named,
        {name: part for name, part in patch.items() if name != "allow_downgrade"},
        join=read_join(request),
        allow_downgrade=patch.get("allow_downgrade", False),
        expected=read_expected(request),
        scope=scope(request),
    )
    return _answer(saved)


@serves(sites, _ONE, "DELETE", Permission.DELETE_SITES)
def delete_site(name: str) -> Response:
    request = sites.current_request
    wiring.ready().sites.remove(
        _read_name(name), expected=read_expected(request), scope=scope(request)
    )
    return ok({"success": True, "message": "Site deleted"})


@serves(sites, "/api/sites/{name}/key", "POST", Permission.CHANGE_SITES)
def rotate_site_key(name: str) -> Response:
    """Replace the key of the site; the one before ends at once."""
    read_nothing(sites.current_request)
    scoped = scope(sites.current_request)
    stored = wiring.ready().sites.rotate_key(_read_name(name), scope=scoped)
    return _answer(SavedSite(stored=stored))


def _read(shape: Record, *, partial: bool = False) -> dict[str, Any]:
    """The body as it was sent: a null in it says something. Raises InputError."""
    request = sites.current_request
    read_body(request, shape, partial=partial, also=wiring.ready().sites.find_flaws)
    return read_json(request)


def _put(name: str, body: dict[str, Any]) -> Response:
    request = sites.current_request
    saved = wiring.ready().sites.put(
        name,
        label=body.get("label"),
        access=body.get("access"),
        settings=body.get("settings"),
        models=body.get("models"),
        allow_downgrade=body.get("allow_downgrade", False),
        expected=read_expected(request),
        scope=scope(request),
    )
    return _answer(saved)


def _answer(saved: SavedSite) -> Response:
    body: dict[str, Any] = {"success": True, "site": _describe_whole(saved.stored.value)}
    if saved.warnings:
        body["warnings"] = list(saved.warnings)
    return ok(body, created=saved.created, headers=_etag(saved.stored))


def _describe_whole(site: Site) -> dict[str, Any]:
    described = _describe(site)
    if identify(sites.current_request).may(Permission.REVEAL_SECRETS, site.name):
        offhook = wiring.offhook()
        base = read_origin(sites.current_request, offhook.settings).url
        folder = offhook.gate.folder_of_site(site.name, site.key_generation)
        described["key_url"] = f"{base}/{folder}"
    return described


def _describe(site: Site) -> dict[str, Any]:
    access = dict(site.access) if site.access is not None else None
    if access and "basic" in access:
        access["basic"] = {"user": access["basic"]["user"]}
    reveals = identify(sites.current_request).may(Permission.REVEAL_SECRETS, site.name)
    return {
        "name": site.name,
        "label": site.label,
        "access": access,
        "settings": show_settings(site.settings, reveals=reveals),
        "models": {
            name: show_settings(settings, reveals=reveals)
            for name, settings in sorted(site.models.items())
        },
        "created_at": time_text(site.created_at),
        "updated_at": time_text(site.updated_at),
    }


def _etag(stored: Stored[Site]) -> dict[str, str]:
    return {"ETag": f'"{stored.revision}"'}


def _read_name(text: str) -> str:
    return SITE.read(unquote(text), "name")
