"""`.../resync`: ask phones to fetch again; and what a relay, or a hook of the PBX, is to send."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.access.site import SITE
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.input import EXTENSION_NUMBER, MAC, MODEL, VENDOR
from chalicelib.domain.search import FIRMWARE, STATE, Wanted
from chalicelib.domain.shape import Field, Flag, ListOf, Record, Text, Whole
from chalicelib.domain.standing import MOST_SILENT_DAYS, SILENT_DAYS, State
from chalicelib.fleet.resyncs import MOST_AT_ONCE, ResyncView, Selection
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import (
    PAGE,
    read_body,
    read_cursor,
    read_mac,
    read_nothing,
    read_page,
    write_cursor,
)
from chalicelib.routes.writing import next_page, time_text

resyncs = Blueprint(__name__)

_OF_DEVICE = "/api/provisioning/devices/{mac}/resync"
_ALL = "/api/provisioning/resync"
_ONE = "/api/provisioning/resync/{mac}"
_FILTERS = ("site", "vendor", "model", "extension", "state", "firmware")

SELECTION = Record(
    {
        "macs": Field(ListOf(MAC, min=1, max=MOST_AT_ONCE), doc="these devices"),
        "site": Field(SITE, doc="or those of this site"),
        "vendor": Field(VENDOR, doc="or of this vendor"),
        "model": Field(MODEL, doc="or of this model"),
        "extension": Field(EXTENSION_NUMBER, doc="or with this extension on a line"),
        "state": Field(STATE, doc="or that stand so: outdated, failing, ..."),
        "firmware": Field(FIRMWARE, doc="or that report exactly this version"),
        "silent_days": Field(
            Whole(min=1, max=MOST_SILENT_DAYS),
            default=SILENT_DAYS,
            doc="after how many days without a fetch a device is silent",
        ),
        "all": Field(Flag(), doc="or every device that the caller can see"),
        "cursor": Field(Text(max=2000), doc="where the answer before this one ended"),
    }
)
CLAIM = Record(
    {"seconds": Field(Whole(min=5, max=3600), default=60, doc="for so long it is the caller's")}
)
DONE = Record({"claim": Field(Text(max=64), required=True, doc="what the claim was answered with")})


@serves(resyncs, _OF_DEVICE, "POST", Permission.RESYNC_DEVICES)
def request_resync(mac: str) -> Response:
    """Ask that the device fetches again."""
    read_nothing(resyncs.current_request)
    view = wiring.ready().resyncs.request(read_mac(mac), scope=scope(resyncs.current_request))
    return ok({"success": True, "resync": _describe(view)})


@serves(resyncs, _OF_DEVICE, "GET", Permission.READ_DEVICES)
def show_resync(mac: str) -> Response:
    view = wiring.ready().resyncs.show(read_mac(mac), scope=scope(resyncs.current_request))
    return ok(_describe(view))


@serves(resyncs, _ALL, "POST", Permission.RESYNC_DEVICES, body=SELECTION)
def request_resyncs() -> Response:
    """Ask it of many devices; where the answer has a cursor, ask again with it."""
    request = resyncs.current_request
    body = read_body(request, SELECTION)
    selection = _read_selection(body)
    asked = {name: str(value) for name, value in body.items() if name != "cursor"}
    after = read_cursor(request, body["cursor"], asked)
    queued = wiring.ready().resyncs.request_many(selection, after=after, scope=scope(request))
    return ok(
        {
            "success": True,
            "queued": queued.count,
            "unknown": [str(mac) for mac in queued.unknown],
            "cursor": write_cursor(request, queued.after, asked) if queued.after else None,
        }
    )


@serves(resyncs, _ALL, "GET", Permission.READ_DEVICES, parameters=PAGE)
def list_resyncs() -> Response:
    request = resyncs.current_request
    limit, after = read_page(request)
    offhook = wiring.ready()
    page = offhook.resyncs.pending(limit=min(limit, _LARGEST), after=after, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    body = [_describe(view) for view in page.values]
    return ok(body, headers=next_page(request, origin, page.after, min(limit, _LARGEST)))


@serves(resyncs, f"{_ONE}/claim", "POST", Permission.RESYNC_DEVICES, body=CLAIM)
def claim_resync(mac: str) -> Response:
    """Say that the caller sends it now."""
    seconds = read_body(resyncs.current_request, CLAIM)["seconds"]
    view = wiring.ready().resyncs.claim(
        read_mac(mac), seconds=seconds, scope=scope(resyncs.current_request)
    )
    return ok({"success": True, "claim": view.resync.claim, "resync": _describe(view)})


@serves(resyncs, f"{_ONE}/done", "POST", Permission.RESYNC_DEVICES, body=DONE)
def finish_resync(mac: str) -> Response:
    """Say that it was sent."""
    claim = read_body(resyncs.current_request, DONE)["claim"]
    view = wiring.ready().resyncs.finish(read_mac(mac), claim, scope=scope(resyncs.current_request))
    return ok({"success": True, "resync": _describe(view)})


_LARGEST = 100
"""So many are told at once: whoever sends them cannot send more in a moment."""


def _read_selection(body: dict[str, Any]) -> Selection:
    """Raises InputError unless exactly one way of choosing is used."""
    chosen = {name: body[name] for name in _FILTERS if body[name] is not None}
    ways = [body["macs"] is not None, bool(chosen), body["all"] is True]
    if sum(ways) != 1:
        says = f"choose macs, or one or more of {', '.join(_FILTERS)}, or all: true"
        raise InputError(Flaw(where="body", says=says))
    macs = tuple(dict.fromkeys(body["macs"])) if body["macs"] is not None else None
    if "state" in chosen:
        chosen["state"] = State(chosen["state"])
    return Selection(macs=macs, wanted=Wanted(**chosen, silent_days=body["silent_days"]))


def _describe(view: ResyncView) -> dict[str, Any]:
    resync, device = view.resync, view.device
    return {
        "mac_address": str(device.mac),
        "vendor": device.vendor,
        "model": device.model,
        "site": device.site,
        "extension_numbers": sorted(set(device.placements.values())),
        "event": view.event,
        "address": view.last_fetch.address if view.last_fetch else None,
        "state": view.state.value,
        "requested_at": time_text(resync.requested_at),
        "expires_at": time_text(resync.ends_at),
        "claimed_until": time_text(resync.claimed_until) if resync.claimed_until else None,
        "sent_at": time_text(resync.sent_at) if resync.sent_at else None,
        "last_provisioned": time_text(view.last_fetch.at) if view.last_fetch else None,
    }
