"""`/api/firmware`: which firmware is there, and how does a new one get in?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.asset import Errand
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.firmware.catalogue import NEW_FIRMWARE
from chalicelib.fleet.firmware import Delivery, FirmwareView
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import PUBLIC, identify, scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import (
    PAGE,
    read_body,
    read_expected,
    read_flag,
    read_mac,
    read_nothing,
    read_page,
)
from chalicelib.routes.request import read_bytes
from chalicelib.routes.writing import next_page, time_text

firmware = Blueprint(__name__)

_ALL = "/api/firmware"
_ONE = "/api/firmware/{vendor}/{version}"
_OF_DEVICE = "/api/provisioning/devices/{mac}/firmware"
_WARNING_BY_DELIVERY = {
    Delivery.RELAY: "phones of this vendor are not known to follow redirects: they get the file "
    "through the relay only, or from an address of your own (firmware_url)",
}


@serves(firmware, _ALL, "GET", Permission.READ_FIRMWARE, parameters=("vendor", *PAGE))
def list_firmware() -> Response:
    request = firmware.current_request
    limit, after = read_page(request, also=("vendor",))
    query: Mapping[str, str] = request.query_params or {}
    vendor = query.get("vendor")
    offhook = wiring.ready()
    page = offhook.firmware.list(limit=limit, after=after, vendor=vendor, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    more = {} if vendor is None else {"vendor": vendor}
    body = [_describe(view) for view in page.values]
    return ok(body, headers=next_page(request, origin, page.after, limit, **more))


@serves(firmware, _ALL, "POST", Permission.CHANGE_FIRMWARE, body=NEW_FIRMWARE)
def announce_firmware() -> Response:
    """Enter a file, and tell how it is handed in: the address is a secret, and ends soon."""
    request = firmware.current_request
    identify(request).require(Permission.CHANGE_FIRMWARE)
    offhook = wiring.ready()
    wanted = read_body(request, NEW_FIRMWARE, also=offhook.firmware.find_flaws)
    base_url = read_origin(request, offhook.settings).url
    view, errand = offhook.firmware.announce(wanted, base_url=base_url)
    return _answer(view, created=True, errand=errand)


@serves(firmware, _ONE, "GET", Permission.READ_FIRMWARE)
def show_firmware(vendor: str, version: str) -> Response:
    scoped = scope(firmware.current_request)
    view = wiring.ready().firmware.show(unquote(vendor), unquote(version), scope=scoped)
    return ok(_describe(view), headers=_etag(view))


@serves(
    firmware,
    f"{_ONE}/confirm",
    "POST",
    Permission.CHANGE_FIRMWARE,
    parameters=("allow_downgrade",),
)
def confirm_firmware(vendor: str, version: str) -> Response:
    """Take the files as ready, once they are handed in and are what was announced."""
    request = firmware.current_request
    identify(request).require(Permission.CHANGE_FIRMWARE)
    read_nothing(request)
    allowed = read_flag(request.query_params or {}, "allow_downgrade")
    view = wiring.ready().firmware.confirm(
        unquote(vendor), unquote(version), allow_downgrade=allowed
    )
    return _answer(view)


@serves(firmware, _ONE, "DELETE", Permission.CHANGE_FIRMWARE)
def delete_firmware(vendor: str, version: str) -> Response:
    request = firmware.current_request
    identify(request).require(Permission.CHANGE_FIRMWARE)
    wiring.ready().firmware.remove(
        unquote(vendor), unquote(version), expected=read_expected(request)
    )
    return ok({"success": True, "message": "Firmware deleted"})


@serves(firmware, _OF_DEVICE, "GET", Permission.READ_DEVICES)
def show_firmware_of_device(mac: str) -> Response:
    """What the device has, what it is to have now, and who says so."""
    view = wiring.ready().assigned.show(read_mac(mac), scope=scope(firmware.current_request))
    return ok(
        {
            "mac_address": str(view.device.mac),
            "reported": view.reported,
            "told": view.told,
            "version": view.version,
            "by": view.by,
            "file": view.file,
            "firmware_url": view.url,
            "rollouts": [
                {"id": rollout.id, "version": rollout.version, "verdict": verdict.value}
                for rollout, verdict in view.rollouts
            ],
        }
    )


@serves(firmware, "/api/assets/{ticket}", "PUT", PUBLIC, media_types=("application/octet-stream",))
def hand_in_asset(ticket: str) -> Response:
    """Take in a file on one's own machine; the address itself says which, and is the permission."""
    body = read_bytes(firmware.current_request)
    if body is None:
        raise InputError(Flaw(where="body", says="cannot be read"))
    wiring.ready().assets.receive(unquote(ticket), body)
    return ok({"success": True, "message": "File received"})


def _answer(view: FirmwareView, *, created: bool = False, errand: Errand | None = None) -> Response:
    body: dict[str, Any] = {"success": True, "firmware": _describe(view)}
    if errand is not None:
        body["upload"] = {
            "method": errand.method,
            "url": errand.url,
            "headers": dict(errand.headers),
            "expires_in_seconds": errand.seconds,
        }
    warning = _WARNING_BY_DELIVERY.get(view.delivery)
    if warning:
        body["warnings"] = [warning]
    return ok(body, created=created, headers=_etag(view))


def _etag(view: FirmwareView) -> dict[str, str]:
    return {"ETag": f'"{view.revision}"'}


def _describe(view: FirmwareView) -> dict[str, Any]:
    found = view.firmware
    return {
        "vendor": found.vendor,
        "version": found.version,
        "state": found.state.value,
        "notes": found.notes,
        "delivery": view.delivery.value,
        "files": [
            {
                "name": file.name,
                "models": list(file.models),
                "size": file.size,
                "sha256": file.sha256,
                "state": file.state.value,
            }
            for file in found.files
        ],
        "devices": dict(view.devices),
        "created_at": time_text(found.created_at),
        "updated_at": time_text(found.updated_at),
    }
