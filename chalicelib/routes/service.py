"""`/api/status` and `/api/provisioning/vendors`: how is Offhook, and what can it serve?"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import VERSION, wiring
from chalicelib.domain.errors import NotFoundError, StoreDownError
from chalicelib.domain.wording import shown
from chalicelib.routes.pack import describe_pack
from chalicelib.routes.problem import answers_problems, health, ok

service = Blueprint(__name__)

_MOST_COUNTED = 10_000


@service.route("/api/provisioning/vendors", methods=["GET"])
@answers_problems
def list_vendors() -> Response:
    packs = wiring.ready().catalog.packs
    models = {vendor: list(pack.models) for vendor, pack in packs.items()}
    return ok({"vendors": list(packs), "models": models})


@service.route("/api/provisioning/vendors/{vendor}", methods=["GET"])
@answers_problems
def show_vendor(vendor: str) -> Response:
    named = unquote(vendor)
    pack = wiring.ready().catalog.pack(named)
    if pack is None:
        raise NotFoundError(f"there is no vendor {shown(named)}")
    return ok(describe_pack(pack))


@service.route("/api/status", methods=["GET"])
@answers_problems
def show_status() -> Response:
    offhook = wiring.offhook()
    counts: dict[str, int] = {}
    store: dict[str, Any] = {"kind": offhook.settings.store, "reachable": True}
    try:
        counts["devices"] = offhook.records.count_devices(at_most=_MOST_COUNTED)
        counts["extensions"] = offhook.records.count_extensions(at_most=_MOST_COUNTED)
    except StoreDownError as error:
        store |= {"reachable": False, "error": str(error)}
    reachable = store["reachable"]
    body = {
        "status": "ok" if reachable else "degraded",
        "version": VERSION,
        "stage": offhook.settings.stage,
        "provisioning": {"enabled": offhook.settings.provisioning.enabled},
        "store": store,
        **counts,
    }
    return health(body, healthy=reachable)
