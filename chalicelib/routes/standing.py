"""`.../{mac}/status`, `.../{mac}/fetches`, `/api/provisioning/summary`: who has what is set?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chalice import Blueprint, Response
from chalice.app import Request

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.access.site import SITE
from chalicelib.domain.device import Fetch
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.standing import MOST_SILENT_DAYS, SILENT_DAYS
from chalicelib.domain.wording import path_to, shown
from chalicelib.fleet.standing import StatusView
from chalicelib.routes.guard import identify, scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import read_mac
from chalicelib.routes.writing import time_text

standing = Blueprint(__name__)

_STATUS = "/api/provisioning/devices/{mac}/status"
_FETCHES = "/api/provisioning/devices/{mac}/fetches"
_SUMMARY = "/api/provisioning/summary"


@serves(standing, _STATUS, "GET", Permission.READ_DEVICES, parameters=("silent_days",))
def show_device_status(mac: str) -> Response:
    request = standing.current_request
    query = _read_query(request, ("silent_days",))
    silent_days = read_silent_days(query)
    view = wiring.ready().standings.show(
        read_mac(mac), silent_days=silent_days, scope=scope(request)
    )
    last = view.fetches[0] if view.fetches else None
    etags = _may_see_etags(view.device.site)
    return ok(
        {
            "mac_address": str(view.device.mac),
            "state": view.state.value,
            "since": time_text(view.since),
            "reason": view.reason,
            "firmware": view.firmware,
            "last_seen": time_text(last.at) if last else None,
            "last_address": last.address if last else None,
            "files": _last_files(view.fetches, etags=etags),
            "changes": [
                {"changed": name, "at": time_text(at)}
                for name, at in sorted(view.changes.items(), key=lambda pair: (pair[1], pair[0]))
            ],
            **_tell_attempts(view),
        }
    )


@serves(standing, _FETCHES, "GET", Permission.READ_DEVICES)
def list_fetches(mac: str) -> Response:
    request = standing.current_request
    _read_query(request, ())
    device, found = wiring.ready().standings.fetches(read_mac(mac), scope=scope(request))
    etags = _may_see_etags(device.site)
    return ok([_describe(fetch, etags=etags) for fetch in found])


@serves(standing, _SUMMARY, "GET", Permission.READ_DEVICES, parameters=("site", "silent_days"))
def show_summary() -> Response:
    request = standing.current_request
    query = _read_query(request, ("site", "silent_days"))
    site = SITE.read(query["site"], "site") if "site" in query else None
    offhook = wiring.ready()
    summary = offhook.standings.sum_up(
        site=site, silent_days=read_silent_days(query), scope=scope(request)
    )
    # The pace is the whole fleet's: who asks for a part of it is not told.
    is_whole = site is None and scope(request) is None
    pace = None
    if is_whole:
        offhook.pacing.heed(summary.devices)
        pace = offhook.pacing.tell(summary.by_vendor)
    return ok(
        {
            "pace": {"level": pace.level, "target": pace.target, "peak": pace.peak}
            if pace
            else None,
            "devices": summary.devices,
            "states": dict(summary.by_state),
            "models": _sorted(summary.by_model),
            "firmware": {
                vendor: dict(sorted(versions.items()))
                for vendor, versions in sorted(summary.by_firmware.items())
            },
            "sites": _sorted(summary.by_site),
        }
    )


def read_silent_days(query: Mapping[str, str]) -> int:
    """After how many days without a fetch a device is silent. Raises InputError."""
    text = query.get("silent_days")
    if text is None:
        return SILENT_DAYS
    if not re.fullmatch("[0-9]{1,3}", text) or not 1 <= int(text) <= MOST_SILENT_DAYS:
        says = f"{shown(text)} is not a whole number from 1 to {MOST_SILENT_DAYS}"
        raise InputError(Flaw(where="silent_days", says=says))
    return int(text)


def _read_query(request: Request, known: Sequence[str]) -> Mapping[str, str]:
    query: Mapping[str, str] = request.query_params or {}
    says = f"is not a known parameter; known are {', '.join(known)}" if known else "is not known"
    flaws = [Flaw(where=path_to("", name), says=says) for name in query if name not in known]
    if flaws:
        raise InputError(*flaws[:20])
    return query


def _may_see_etags(site: str) -> bool:
    """A file's ETag is its checksum: by it a weak password could be guessed."""
    return identify(standing.current_request).may(Permission.REVEAL_SECRETS, site)


def _tell_attempts(view: StatusView) -> dict[str, Any]:
    """What the phone was refused, and what it was told to do."""
    refusal, resync = view.refusal, view.resync
    return {
        "refused": {
            "at": time_text(refusal.last_at),
            "address": refusal.address,
            "reason": refusal.reason,
        }
        if refusal
        else None,
        "resync": {
            "state": resync[1].value,
            "requested_at": time_text(resync[0].requested_at),
        }
        if resync
        else None,
    }


def _last_files(fetches: Sequence[Fetch], *, etags: bool) -> list[dict[str, Any]]:
    """The last fetch of each file."""
    last_by_file: dict[str, Fetch] = {}
    for fetch in fetches:
        last_by_file.setdefault(fetch.file, fetch)
    return [
        {"file": name, "at": time_text(fetch.at), "etag": (etags and fetch.etag) or None}
        for name, fetch in sorted(last_by_file.items())
    ]


def _describe(fetch: Fetch, *, etags: bool) -> dict[str, Any]:
    return {
        "at": time_text(fetch.at),
        "file": fetch.file,
        "address": fetch.address,
        "user_agent": fetch.user_agent,
        "firmware": fetch.version,
        "etag": (etags and fetch.etag) or None,
        "failure": fetch.failure or None,
    }


def _sorted(counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    return {name: dict(counts[name]) for name in sorted(counts)}
