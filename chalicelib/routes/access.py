"""`/api/provisioning/devices/MAC/access`: what opens a device, and by which URL does it come?"""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.access.state import AccessState
from chalicelib.domain.device import Device
from chalicelib.domain.record import Stored
from chalicelib.domain.shape import Field, Record, Text, Whole
from chalicelib.fleet.opening import Step
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import identify, scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import read_body, read_mac
from chalicelib.routes.writing import time_text

access = Blueprint(__name__)

_PATH = "/api/provisioning/devices/{mac}/access"
STEP = Record(
    {
        "action": Field(Text(choices=tuple(step.value for step in Step)), required=True),
        "seconds": Field(Whole(min=60, max=90 * 86400), doc="arm: how long the window is"),
        "count": Field(Whole(min=1, max=1000), doc="arm: how many fetches it grants"),
    }
)


@serves(access, _PATH, "GET", Permission.READ_DEVICES)
def show_access(mac: str) -> Response:
    opening = wiring.ready().opening
    return ok(_describe(*opening.show(read_mac(mac), scope=scope(access.current_request))))


@serves(access, _PATH, "POST", Permission.ARM_DEVICES, body=STEP)
def change_access(mac: str) -> Response:
    body = read_body(access.current_request, STEP)
    step = Step(body["action"])
    caller = identify(access.current_request)
    if step in (Step.ROTATE, Step.REVOKE):
        caller.require(Permission.ROTATE_URLS, caller.grant.site)
    device, state = wiring.ready().opening.take(
        read_mac(mac),
        step,
        seconds=body["seconds"],
        count=body["count"],
        scope=caller.grant.site,
    )
    return ok({"success": True, "access": _describe(device, state)})


def _describe(device: Device, stored: Stored[AccessState]) -> dict[str, Any]:
    offhook = wiring.offhook()
    state = stored.value
    described: dict[str, Any] = {
        "mac_address": str(device.mac),
        "site": device.site,
        "armed_until": time_text(state.armed_until) if state.armed_until else None,
        "armed_left": state.armed_left,
        "awaited": state.awaited,
        "disabled": state.disabled,
        "generation": state.generation,
    }
    caller = identify(access.current_request)
    if caller.may(Permission.REVEAL_SECRETS, device.site):
        base = read_origin(access.current_request, offhook.settings).url
        described["own_url"] = f"{base}/{offhook.gate.folder_of(device.mac, state)}"
    return described
