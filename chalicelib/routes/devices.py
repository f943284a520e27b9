"""`/api/provisioning/devices`: register, show, change, list and remove devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.access.site import SITE
from chalicelib.domain.chosen import drop_absent, mask
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.input import EXTENSION_NUMBER, MAC, MODEL, VENDOR
from chalicelib.domain.mac import Mac
from chalicelib.domain.profile import KEYS, LAYER, LINES, SETTINGS
from chalicelib.domain.search import FIRMWARE, STATE, By, Wanted
from chalicelib.domain.shape import Field, Record, Text
from chalicelib.domain.standing import State
from chalicelib.fleet.choice import Choice
from chalicelib.fleet.devices import DeviceView
from chalicelib.fleet.standing import Row
from chalicelib.routes.address import Origin, config_url, read_origin
from chalicelib.routes.edge import remember
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
    read_mac,
    read_page,
)
from chalicelib.routes.standing import read_silent_days
from chalicelib.routes.writing import next_page, show_settings, time_text

devices = Blueprint(__name__)

_ALL = "/api/provisioning/devices"
_ONE = "/api/provisioning/devices/{mac}"

FIELDS = {
    "extension_number": Field(EXTENSION_NUMBER, doc="the extension on line 1; or give lines"),
    "vendor": Field(VENDOR, doc="one that GET /api/provisioning/vendors names; may be guessed"),
    "model": Field(MODEL, doc="one that GET /api/provisioning/vendors names; may be guessed"),
    "lines": Field(LINES, doc="in place of extension_number: what stands on line 1, 2, ..."),
    "keys": Field(KEYS, doc="the programmable keys"),
    "settings": Field(LAYER, doc="what this device has of its own; null unsets what it inherits"),
    "site": Field(SITE, doc="the site that it belongs to"),
    **DOWNGRADE,
}
_NEW = Record({"mac_address": Field(MAC, required=True, doc="in any spelling"), **FIELDS})
_KNOWN = Record({"mac_address": Field(MAC, doc="the one of the path, or absent"), **FIELDS})
_CHANGES = Record({**_KNOWN.fields, "settings": Field(SETTINGS.patch(), doc=f"merged; {NULL_DOC}")})


_FILTERS = {
    "site": SITE,
    "vendor": VENDOR,
    "model": MODEL,
    "extension": EXTENSION_NUMBER,
    "state": STATE,
    "firmware": FIRMWARE,
    "q": Text(max=100),
    "sort": Text(choices=("mac", "name", "number", "model")),
}


@serves(devices, _ALL, "GET", Permission.READ_DEVICES, parameters=(*_FILTERS, "silent_days", *PAGE))
def list_devices() -> Response:
    request = devices.current_request
    limit, after = read_page(request, also=(*_FILTERS, "silent_days"))
    query: Mapping[str, str] = request.query_params or {}
    asked = {name: text for name, text in query.items() if name not in PAGE}
    wanted = _read_wanted(asked)
    offhook = wiring.ready()
    page = offhook.standings.list(wanted, limit=limit, after=after, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    body = [_describe_row(row, origin) for row in page.values]
    return ok(body, headers=next_page(request, origin, page.after, limit, **asked))


def _read_wanted(asked: Mapping[str, str]) -> Wanted:
    """The devices that are asked for. Raises InputError with everything that is wrong with it."""
    found: dict[str, Any] = {}
    flaws: list[Flaw] = []
    for name, shape in _FILTERS.items():
        if name in asked:
            try:
                found[name] = shape.read(asked[name], name)
            except InputError as error:
                flaws += error.flaws
    try:
        found["silent_days"] = read_silent_days(asked)
    except InputError as error:
        flaws += error.flaws
    if flaws:
        raise InputError(*flaws)
    if "state" in found:
        found["state"] = State(found["state"])
    if "sort" in found:
        found["sort"] = By(found["sort"])
    return Wanted(**found)


@serves(devices, _ALL, "POST", Permission.CHANGE_DEVICES, body=_NEW)
def register_device() -> Response:
    body = read_body(devices.current_request, _NEW)
    return _put(body.pop("mac_address"), body)


@serves(devices, _ONE, "GET", Permission.READ_DEVICES)
def show_device(mac: str) -> Response:
    view = wiring.ready().devices.show(read_mac(mac), scope=scope(devices.current_request))
    return ok(_describe_whole(view, _origin()), headers=_etag(view))


@serves(devices, _ONE, "PUT", Permission.CHANGE_DEVICES, body=_KNOWN)
def replace_device(mac: str) -> Response:
    named = read_mac(mac)
    body = read_body(devices.current_request, _KNOWN)
    _refuse_other_mac(body.pop("mac_address"), named)
    return _put(named, body)


@serves(
    devices, _ONE, "PATCH", Permission.CHANGE_DEVICES, body=_CHANGES, partial=True, parameters=NULLS
)
def change_device(mac: str) -> Response:
    named = read_mac(mac)
    body = read_body(devices.current_request, _CHANGES, partial=True)
    _refuse_other_mac(body.pop("mac_address", None), named)
    expected = read_expected(devices.current_request)
    for part in {"lines", "keys"} & body.keys():
        body[part] = tuple(drop_absent(body[part]))
    view = wiring.ready().devices.change(
        named,
        body,
        join=read_join(devices.current_request),
        expected=expected,
        scope=scope(devices.current_request),
    )
    return answer_view(view)


@serves(devices, _ONE, "DELETE", Permission.DELETE_DEVICES)
def unregister_device(mac: str) -> Response:
    named = read_mac(mac)
    expected = read_expected(devices.current_request)
    wiring.ready().devices.remove(named, expected=expected, scope=scope(devices.current_request))
    return ok({"success": True, "message": "Device unregistered"})


def _put(mac: Mac, body: dict[str, Any]) -> Response:
    remember(devices.current_request, mac=str(mac))
    expected = read_expected(devices.current_request)
    view, created = wiring.ready().devices.register(
        mac, choose(body), expected=expected, scope=scope(devices.current_request)
    )
    return answer_view(view, created=created)


def choose(body: Mapping[str, Any], *, site: str = DEFAULT_SITE) -> Choice:
    """What FIELDS has read; `site` counts where none is given.

    A null in the settings unsets what the device inherits; any other stands for what is not given.
    """
    settings = body.get("settings") or {}
    body = drop_absent({name: value for name, value in body.items() if name != "settings"})
    number = body.get("extension_number")
    lines = body.get("lines")
    if lines is None:
        lines = [] if number is None else [{"extension_number": number}]
    elif number is not None and lines[0].get("extension_number") != number:
        says = "is not the extension of the first of lines; give only one of them"
        raise InputError(Flaw(where="extension_number", says=says))
    return Choice(
        vendor=body.get("vendor"),
        model=body.get("model"),
        lines=tuple(lines),
        keys=tuple(body.get("keys", ())),
        settings=settings,
        site=body.get("site", site),
        allow_downgrade=body.get("allow_downgrade", False),
    )


def answer_view(view: DeviceView, *, created: bool = False) -> Response:
    body = {"success": True, "device": _describe_whole(view, _origin())}
    if view.warnings:
        body["warnings"] = list(view.warnings)
    if view.guessed:
        body["guessed"] = dict(view.guessed)
    return ok(body, created=created, headers=_etag(view))


def _describe(view: DeviceView, origin: Origin) -> dict[str, Any]:
    device = view.device
    return {
        "mac_address": str(device.mac),
        "extension_number": device.extension_number,
        "vendor": device.vendor,
        "model": device.model,
        "config_url": config_url(device.mac, origin, wiring.offhook().settings),
        "created_at": time_text(device.created_at),
        "updated_at": time_text(device.updated_at),
        "last_provisioned": time_text(view.last_fetch.at) if view.last_fetch else None,
        "origin": device.origin.value,
    }


def _describe_row(row: Row, origin: Origin) -> dict[str, Any]:
    view = DeviceView(device=row.device, revision="", last_fetch=row.last_fetch)
    return _describe(view, origin) | {
        "site": row.device.site,
        "name": row.name,
        "state": row.state.value,
        "firmware": row.firmware,
    }


def _describe_whole(view: DeviceView, origin: Origin) -> dict[str, Any]:
    device = view.device
    caller = identify(devices.current_request)
    reveals = caller.may(Permission.REVEAL_SECRETS, device.site)
    return _describe(view, origin) | {
        "lines": mask(LINES, device.lines),
        "keys": list(device.keys),
        "settings": show_settings(device.settings, reveals=reveals),
        "site": device.site,
    }


def _origin() -> Origin:
    return read_origin(devices.current_request, wiring.offhook().settings)


def _etag(view: DeviceView) -> dict[str, str]:
    return {"ETag": f'"{view.revision}"'}


def _refuse_other_mac(given: Mac | None, named: Mac) -> None:
    if given is not None and given != named:
        says = f'"{given}" is not the MAC address of the path, {named}'
        raise InputError(Flaw(where="mac_address", says=says))
