"""`/api/provisioning/devices/{mac}/settings` and `/config`: what does a device get, and why?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.cascade import Given, Layer
from chalicelib.domain.chosen import is_secret, veil
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.profile import SETTINGS
from chalicelib.domain.shape import Record
from chalicelib.domain.wording import path_to, shown
from chalicelib.fleet.explaining import VEILED, ShownFile
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import identify, scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import read_mac

explaining = Blueprint(__name__)

_SETTINGS = "/api/provisioning/devices/{mac}/settings"
_CONFIG = "/api/provisioning/devices/{mac}/config"


@serves(explaining, _SETTINGS, "GET", Permission.READ_DEVICES, parameters=("explain",))
def show_effective_settings(mac: str) -> Response:
    """What the device is set to by all layers together; `explain` names the layers."""
    request = explaining.current_request
    explains = _read_choice("explain", "1")
    device, given = wiring.ready().explaining.settings(read_mac(mac), scope=scope(request))
    reveals = identify(request).may(Permission.REVEAL_SECRETS, device.site)
    settings: dict[str, Any] = {}
    for each in given:
        if each.value is not None:
            _set(settings, each.path, _told(each.path, each.value, reveals=reveals))
    body: dict[str, Any] = {"mac_address": str(device.mac), "settings": settings}
    if explains:
        body["explained"] = [_explain(each, reveals=reveals) for each in given]
    return ok(body)


@serves(explaining, _CONFIG, "GET", Permission.READ_DEVICES, parameters=("diff",))
def show_config(mac: str) -> Response:
    """The files that the device would get now; with `diff=last` how they differ from its own."""
    request = explaining.current_request
    named = read_mac(mac)
    compares = _read_choice("diff", "last")
    offhook = wiring.ready()
    device = offhook.explaining.device(named, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    files = offhook.explaining.files(
        named,
        host=origin.host,
        base_url=origin.url,
        reveals=identify(request).may(Permission.REVEAL_SECRETS, device.site),
        diff=compares,
        scope=scope(request),
    )
    return ok(
        {
            "mac_address": str(named),
            "files": [_describe(each, compares=compares) for each in files],
        }
    )


def _describe(file: ShownFile, *, compares: bool) -> dict[str, Any]:
    described = {
        "name": file.name,
        "content_type": file.content_type,
        "etag": file.etag,
        "text": file.text,
    }
    return described | ({"diff": file.diff} if compares else {})


def _explain(given: Given, *, reveals: bool) -> dict[str, Any]:
    return {
        "setting": given.where,
        "value": _told(given.path, given.value, reveals=reveals),
        **_name_layer(given.word.layer),
        "overrode": [
            {**_name_layer(word.layer), "value": _told(given.path, word.value, reveals=reveals)}
            for word in given.overrode
        ],
    }


def _name_layer(layer: Layer) -> dict[str, str]:
    return {"layer": layer.name} | ({"of": layer.of} if layer.of else {})


def _told(path: tuple[str, ...], value: Any, *, reveals: bool) -> Any:  # noqa: ANN401 - any JSON value
    """The value, its secrets veiled from who may not see them."""
    if reveals:
        return value
    shape: Any = SETTINGS
    for name in path:
        if is_secret(shape):
            break
        shape = shape.fields[name].shape if isinstance(shape, Record) else shape
    return veil(shape, value, VEILED)


def _set(settings: dict[str, Any], path: tuple[str, ...], value: Any) -> None:  # noqa: ANN401 - any JSON value
    for name in path[:-1]:
        settings = settings.setdefault(name, {})
    settings[path[-1]] = value


def _read_choice(name: str, only: str) -> bool:
    """Whether the parameter is given. Raises InputError for another value than its only one."""
    query: Mapping[str, str] = explaining.current_request.query_params or {}
    unknown = sorted(query.keys() - {name})
    if unknown:
        says = f"is not a known parameter; known is {name}"
        raise InputError(Flaw(where=path_to("", unknown[0]), says=says))
    if name in query and query[name] != only:
        raise InputError(Flaw(where=name, says=f"{shown(query[name])} is not {only}"))
    return name in query
