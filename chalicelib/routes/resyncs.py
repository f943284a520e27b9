"""`.../resync`: ask phones to fetch again; and what a relay, or a hook of the PBX, is to send."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.access.site import SITE
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.input import MAC, MODEL, VENDOR
from chalicelib.domain.shape import Field, Flag, ListOf, Record, Text, Whole
from chalicelib.fleet.resyncs import MOST_AT_ONCE, ResyncView, Selection
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import PAGE, read_body, read_mac, read_page
from chalicelib.routes.writing import next_page, time_text

resyncs = Blueprint(__name__)

_OF_DEVICE = "/api/provisioning/devices/{mac}/resync"
_ALL = "/api/provisioning/resync"
_ONE = "/api/provisioning/resync/{mac}"
_FILTERS = ("site", "vendor", "model")

SELECTION = Record(
    {
        "macs": Field(ListOf(MAC, min=1, max=MOST_AT_ONCE), doc="these devices"),
        "site": Field(SITE, doc="or those of this site"),
        "vendor": Field(VENDOR, doc="or of this vendor"),
        "model": Field(MODEL, doc="or of this model"),
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
    view = wiring.ready().resyncs.request(read_mac(mac), scope=scope(resyncs.current_request))
    return ok({"success": True, "resync": _describe(view)})


@serves(resyncs, _OF_DEVICE, "GET", Permission.READ_DEVICES)
def show_resync(mac: str) -> Response:
    view = wiring.ready().resyncs.show(read_mac(mac), scope=scope(resyncs.current_request))
    return ok(_describe(view))


@serves(resyncs, _ALL, "POST", Permission.RESYNC_DEVICES, body=SELECTION)
def request_resyncs() -> Response:
    """Ask it of many devices; where the answer has a cursor, ask again with it."""
    body = read_body(resyncs.current_request, SELECTION)
    queued = wiring.ready().resyncs.request_many(
        _read_selection(body), after=body["cursor"], scope=scope(resyncs.current_request)
    )
    return ok(
        {
            "success": True,
            "queued": queued.count,
            "unknown": [str(mac) for mac in queued.unknown],
            "cursor": queued.after,
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
        says = "choose macs, or one or more of site, vendor and model, or all: true"
        raise InputError(Flaw(where="body", says=says))
    macs = tuple(dict.fromkeys(body["macs"])) if body["macs"] is not None else None
    return Selection(macs=macs, **chosen)


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
