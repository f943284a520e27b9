"""`/api/rollouts`: how is a version rolled out, stage by stage?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.errors import Flaw
from chalicelib.domain.firmware.rollout import NEW_ROLLOUT, ROLLOUT_CHANGE, tell_window
from chalicelib.fleet.rollouts import RolloutView
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import scope, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import PAGE, read_body, read_expected, read_flag, read_page
from chalicelib.routes.writing import next_page, time_text

rollouts = Blueprint(__name__)

_ALL = "/api/rollouts"
_ONE = "/api/rollouts/{id}"


@serves(rollouts, _ALL, "GET", Permission.READ_FIRMWARE, parameters=PAGE)
def list_rollouts() -> Response:
    request = rollouts.current_request
    limit, after = read_page(request)
    offhook = wiring.ready()
    page = offhook.rollouts.list(limit=limit, after=after, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    body = [_describe(view) for view in page.values]
    return ok(body, headers=next_page(request, origin, page.after, limit))


@serves(rollouts, _ALL, "POST", Permission.ROLL_OUT_FIRMWARE, body=NEW_ROLLOUT)
def create_rollout() -> Response:
    request = rollouts.current_request
    offhook, scoped = wiring.ready(), scope(request)

    def find_flaws(wanted: Mapping[str, Any]) -> Sequence[Flaw]:
        return offhook.rollouts.find_flaws(wanted, scope=scoped)

    wanted = read_body(request, NEW_ROLLOUT, also=find_flaws)
    return _answer(offhook.rollouts.create(wanted, scope=scoped), created=True)


@serves(rollouts, _ONE, "GET", Permission.READ_FIRMWARE)
def show_rollout(id: str) -> Response:  # noqa: A002 - the name in the path
    scoped = scope(rollouts.current_request)
    view = wiring.ready().rollouts.show(unquote(id), scope=scoped)
    return ok(_describe(view), headers=_etag(view))


@serves(rollouts, _ONE, "PATCH", Permission.ROLL_OUT_FIRMWARE, body=ROLLOUT_CHANGE, partial=True)
def change_rollout(id: str) -> Response:  # noqa: A002 - the name in the path
    request = rollouts.current_request
    wanted = read_body(request, ROLLOUT_CHANGE, partial=True)
    view = wiring.ready().rollouts.change(
        unquote(id), wanted, expected=read_expected(request), scope=scope(request)
    )
    return _answer(view)


@serves(rollouts, _ONE, "DELETE", Permission.ROLL_OUT_FIRMWARE, parameters=("allow_downgrade",))
def delete_rollout(id: str) -> Response:  # noqa: A002 - the name in the path
    request = rollouts.current_request
    wiring.ready().rollouts.remove(
        unquote(id),
        allow_downgrade=read_flag(request.query_params or {}, "allow_downgrade"),
        expected=read_expected(request),
        scope=scope(request),
    )
    return ok({"success": True, "message": "Rollout deleted"})


def _answer(view: RolloutView, *, created: bool = False) -> Response:
    body = {"success": True, "rollout": _describe(view)}
    return ok(body, created=created, headers=_etag(view))


def _etag(view: RolloutView) -> dict[str, str]:
    return {"ETag": f'"{view.revision}"'}


def _describe(view: RolloutView) -> dict[str, Any]:
    rollout = view.rollout
    return {
        "id": rollout.id,
        "vendor": rollout.vendor,
        "version": rollout.version,
        "models": list(rollout.models),
        "site": rollout.site,
        "percent": rollout.percent,
        "paused": rollout.paused,
        "window": tell_window(rollout.window),
        "allow_downgrade": rollout.allow_downgrade,
        "progress": {
            "devices": view.devices,
            "updated": view.updated,
            "by_version": dict(view.by_version),
        },
        "created_at": time_text(rollout.created_at),
        "updated_at": time_text(rollout.updated_at),
    }
