"""`/api/sites`: make, show and list sites, and replace their keys."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.policy import ACCESS
from chalicelib.domain.access.role import Permission
from chalicelib.domain.access.site import SITE
from chalicelib.domain.input import EXTENSION_NAME
from chalicelib.domain.record import Stored
from chalicelib.domain.shape import Field, Record
from chalicelib.domain.site import Site
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import identify, scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import PAGE, read_expected, read_json, read_page
from chalicelib.routes.writing import next_page, time_text

sites = Blueprint(__name__)

SITE_BODY = Record(
    {
        "label": Field(EXTENSION_NAME, doc="the name for people; that of the path when absent"),
        "access": Field(ACCESS, doc="the policy; the server's when absent"),
    }
)


@serves(sites, "/api/sites", "GET", Permission.READ_SITES, parameters=PAGE)
def list_sites() -> Response:
    request = sites.current_request
    limit, after = read_page(request)
    offhook = wiring.ready()
    page = offhook.sites.list(limit=limit, after=after, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    body = [_describe(stored.value) for stored in page.values]
    return ok(body, headers=next_page(request, origin, page.after, limit))


@serves(sites, "/api/sites/{name}", "GET", Permission.READ_SITES)
def show_site(name: str) -> Response:
    stored = wiring.ready().sites.show(_read_name(name), scope=scope(sites.current_request))
    return _answer(stored, wrapped=False)


@serves(sites, "/api/sites/{name}", "PUT", Permission.CHANGE_SITES, body=SITE_BODY)
def put_site(name: str) -> Response:
    named = _read_name(name)
    body = read_json(sites.current_request)
    SITE_BODY.read(body)
    stored, created = wiring.ready().sites.put(
        named,
        label=body.get("label"),
        access=body.get("access"),
        expected=read_expected(sites.current_request),
        scope=scope(sites.current_request),
    )
    return _answer(stored, created=created)


@serves(sites, "/api/sites/{name}/key", "POST", Permission.CHANGE_SITES)
def rotate_site_key(name: str) -> Response:
    """Replace the key of the site; the one before ends at once."""
    scoped = scope(sites.current_request)
    return _answer(wiring.ready().sites.rotate_key(_read_name(name), scope=scoped))


def _answer(stored: Stored[Site], *, wrapped: bool = True, created: bool = False) -> Response:
    site = stored.value
    described = _describe(site)
    if identify(sites.current_request).may(Permission.REVEAL_SECRETS, site.name):
        offhook = wiring.offhook()
        base = read_origin(sites.current_request, offhook.settings).url
        folder = offhook.gate.folder_of_site(site.name, site.key_generation)
        described["key_url"] = f"{base}/{folder}"
    body = {"success": True, "site": described} if wrapped else described
    return ok(body, created=created, headers={"ETag": f'"{stored.revision}"'})


def _describe(site: Site) -> dict[str, Any]:
    access = dict(site.access) if site.access is not None else None
    if access and "basic" in access:
        access["basic"] = {"user": access["basic"]["user"]}
    return {
        "name": site.name,
        "label": site.label,
        "access": access,
        "created_at": time_text(site.created_at),
        "updated_at": time_text(site.updated_at),
    }


def _read_name(text: str) -> str:
    return SITE.read(unquote(text), "name")
