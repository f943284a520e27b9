"""`/api/provisioning/discovered`: which devices ask and are not registered, and what of them?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.network import Network, parse_network
from chalicelib.domain.access.role import Permission
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.input import VENDOR
from chalicelib.domain.shape import Record
from chalicelib.domain.sighting import Sighting
from chalicelib.domain.wording import shown
from chalicelib.fleet.discovered import Filter, Ignored
from chalicelib.routes.address import read_origin
from chalicelib.routes.devices import FIELDS, answer_view, choose
from chalicelib.routes.guard import identify, scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import PAGE, read_body, read_mac, read_nothing, read_page
from chalicelib.routes.writing import next_page, time_text

discovered = Blueprint(__name__)

_ALL = "/api/provisioning/discovered"
_ONE = "/api/provisioning/discovered/{mac}"
_IGNORED = "/api/provisioning/discovered/ignored"
_FILTERS = ("vendor", "address")
ADOPTION = Record(FIELDS)


@serves(discovered, _ALL, "GET", Permission.READ_DEVICES, parameters=(*PAGE, *_FILTERS))
def list_discovered() -> Response:
    request = discovered.current_request
    limit, after = read_page(request, also=_FILTERS)
    query: Mapping[str, str] = request.query_params or {}
    vendor = VENDOR.read(query["vendor"], "vendor") if "vendor" in query else None
    wanted = Filter(vendor=vendor, network=_read_network(query.get("address")))
    offhook = wiring.ready()
    page = offhook.discovered.list(wanted, limit=limit, after=after, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    more = {name: query[name] for name in _FILTERS if name in query}
    return ok(
        [_describe(each) for each in page.values],
        headers=next_page(request, origin, page.after, limit, **more),
    )


@serves(discovered, f"{_ONE}/adopt", "POST", Permission.CHANGE_DEVICES, body=ADOPTION)
def adopt_device(mac: str) -> Response:
    """Register the device, armed; what it said to be counts where nothing else is chosen."""
    named = read_mac(mac)
    request = discovered.current_request
    body = read_body(request, ADOPTION)
    identify(request).require(Permission.ARM_DEVICES, scope(request))
    offhook = wiring.ready()
    site = offhook.discovered.site_of(named, scope=scope(request))
    view = offhook.discovered.adopt(named, choose(body, site=site), scope=scope(request))
    return answer_view(view, created=True)


@serves(discovered, f"{_ONE}/ignore", "POST", Permission.CHANGE_DEVICES)
def ignore_device(mac: str) -> Response:
    """Forget the device, and note it no more."""
    read_nothing(discovered.current_request)
    ignored = wiring.ready().discovered.ignore(
        read_mac(mac), scope=scope(discovered.current_request)
    )
    return ok({"success": True, "ignored": _describe_ignored(ignored)})


@serves(discovered, f"{_ONE}/ignore", "DELETE", Permission.CHANGE_DEVICES)
def heed_device(mac: str) -> Response:
    """Note the device again."""
    wiring.ready().discovered.heed(read_mac(mac), scope=scope(discovered.current_request))
    return ok({"success": True, "message": "The device is noted again when it asks"})


@serves(discovered, _IGNORED, "GET", Permission.READ_DEVICES)
def list_ignored() -> Response:
    found = wiring.ready().discovered.ignored(scope=scope(discovered.current_request))
    return ok([_describe_ignored(each) for each in found])


@serves(discovered, _ONE, "DELETE", Permission.CHANGE_DEVICES)
def forget_discovered(mac: str) -> Response:
    """Forget where the device was seen."""
    wiring.ready().discovered.forget(read_mac(mac), scope=scope(discovered.current_request))
    return ok({"success": True, "message": "Device forgotten"})


def _read_network(text: str | None) -> Network | None:
    """The address or network that is asked for. Raises InputError."""
    if text is None:
        return None
    try:
        return parse_network(text)
    except ValueError as error:
        says = f"{shown(text)} is neither an address nor a network such as 192.0.2.0/24"
        raise InputError(Flaw(where="address", says=says)) from error


def _describe(sighting: Sighting) -> dict[str, Any]:
    return {
        "mac_address": str(sighting.mac),
        "vendor": sighting.vendor,
        "model": sighting.model,
        "firmware": sighting.version,
        "user_agent": sighting.user_agent,
        "address": sighting.address,
        "network": sighting.source,
        "site": sighting.site,
        "reason": sighting.reason,
        "first_seen": time_text(sighting.first_at),
        "last_seen": time_text(sighting.last_at),
        "count": sighting.count,
    }


def _describe_ignored(ignored: Ignored) -> dict[str, Any]:
    return {
        "mac_address": str(ignored.mac),
        "site": ignored.site,
        "since": time_text(ignored.since),
    }
