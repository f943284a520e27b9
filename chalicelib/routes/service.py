"""`/api/status` and `/api/provisioning/vendors`: how is Offhook, and what can it serve?"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import VERSION, wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.errors import NotFoundError, StoreDownError
from chalicelib.domain.wording import shown
from chalicelib.routes.guard import PUBLIC, serves, who_asks
from chalicelib.routes.pack import describe_pack
from chalicelib.routes.problem import health, ok

service = Blueprint(__name__)

_MOST_COUNTED = 10_000


@serves(service, "/api/provisioning/vendors", "GET", Permission.READ_VENDORS)
def list_vendors() -> Response:
    packs = wiring.ready().catalog.packs
    models = {vendor: list(pack.models) for vendor, pack in packs.items()}
    return ok({"vendors": list(packs), "models": models})


@serves(service, "/api/provisioning/vendors/{vendor}", "GET", Permission.READ_VENDORS)
def show_vendor(vendor: str) -> Response:
    named = unquote(vendor)
    catalog = wiring.ready().catalog
    pack = catalog.pack(named)
    if pack is None:
        raise NotFoundError(f"there is no vendor {shown(named)}")
    return ok(describe_pack(pack, zones_beyond=partial(catalog.zones_beyond, pack)))


@serves(service, "/api/status", "GET", PUBLIC)
def show_status() -> Response:
    """Everybody learns whether Offhook is up; the rest is for those who may read it.

    Whoever may see one site alone is told the numbers of that one.
    """
    offhook = wiring.offhook()
    caller = who_asks(service.current_request)
    site = caller.grant.site if caller else None
    counts: dict[str, int] = {}
    store: dict[str, Any] = {"kind": offhook.settings.store, "reachable": True}
    try:
        counts["devices"] = sum(offhook.census.devices(site).values())
        counts["extensions"] = offhook.records.count_extensions(at_most=_MOST_COUNTED, site=site)
    except StoreDownError as error:
        store |= {"reachable": False, "error": str(error)}
    reachable = store["reachable"]
    status = "ok" if reachable else "degraded"
    if caller is None:
        return health({"status": status}, healthy=reachable)
    body = {
        "status": status,
        "version": VERSION,
        "stage": offhook.settings.stage,
        "provisioning": {"enabled": offhook.settings.provisioning.enabled},
        "store": store,
        **counts,
    }
    return health(body, healthy=reachable)
