"""Who may use this route?

Every route of the API names the permission that it takes; a test compares all of them with a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

from chalice import Blueprint, Response
from chalice.app import Request

from chalicelib import wiring
from chalicelib.access.desk import Caller
from chalicelib.domain.access.role import Permission
from chalicelib.domain.errors import StoreDownError, UnauthorizedError
from chalicelib.domain.shape import Record
from chalicelib.routes.client import read_client
from chalicelib.routes.edge import remember
from chalicelib.routes.problem import answers_problems

PUBLIC = None
"""In place of a permission: for everybody."""


_TAKEN: dict[tuple[str, str], Sequence[str]] = {}
"""The media types of a body, by method and path of each view."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """What is told of a view of the API."""

    permission: Permission | None
    body: Record | None
    partial: bool
    parameters: tuple[str, ...]
    media_types: tuple[str, ...]
    """Of the body, where it is a file; empty where `body` tells it."""


P = ParamSpec("P")
View = Callable[P, Response]

_CALLER = "offhook caller"
_CHANGES_OF_FLEET = (Permission.CHANGE_DEVICES, Permission.DELETE_DEVICES)


def media_types_at(method: str, path: str) -> Sequence[str]:
    """What a view takes as the Content-Type of its body; `path` is as it was registered."""
    return _TAKEN.get((method, path), ())


def serves(
    blueprint: Blueprint,
    path: str,
    method: str,
    permission: Permission | None,
    *,
    body: Record | None = None,
    partial: bool = False,
    parameters: Sequence[str] = (),
    media_types: Sequence[str] = (),
) -> Callable[[View[P]], View[P]]:
    """Register a view of the API: who may call it, its problems, and its line in the trail.

    `body` is the shape of what it reads (`partial`: any of its fields will do), `parameters` are
    those of its query, `media_types` those of a file as its body; `/api/openapi.json` tells them.
    """

    def register(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            request = blueprint.current_request
            if permission is None:
                return view(*args, **kwargs)
            caller = identify(request)
            # Of which site something is, the use cases know; here it is asked what the role may.
            caller.require(permission, caller.grant.site)
            with _author(request, caller):
                response = view(*args, **kwargs)
            if permission in _CHANGES_OF_FLEET:
                wiring.offhook().pacing.follow()
            return response

        answered = answers_problems(guarded)
        answered.serves = Served(  # type: ignore[attr-defined]
            permission=permission,
            body=body,
            partial=partial,
            parameters=tuple(parameters),
            media_types=tuple(media_types),
        )
        taken = list(media_types) or ["application/json"]
        _TAKEN[method, path] = taken
        blueprint.route(path, methods=[method], content_types=taken)(answered)
        return view

    return register


def identify(request: Request) -> Caller:
    """Who asks. Raises UnauthorizedError."""
    found = request.context.get(_CALLER)
    if found is None:
        authorization = request.headers.get("authorization", "")
        found = wiring.offhook().desk.identify(authorization, read_host(request))
        request.context[_CALLER] = found
        remember(request, caller=found.name)
    caller: Caller = found
    return caller


def read_host(request: Request) -> str:
    """The name in the Host header, without a port."""
    host: str = request.headers.get("host", "")
    return host.rpartition(":")[0] or host


def who_asks(request: Request) -> Caller | None:
    """The administrator whom the request comes from, if it is known to come from one."""
    try:
        return identify(request)
    except (UnauthorizedError, StoreDownError):
        return None


def scope(request: Request) -> str | None:
    """The only site that the caller may see; None: all of them."""
    return identify(request).grant.site


def _author(request: Request, caller: Caller) -> AbstractContextManager[None]:
    """What is changed inside is told to be this caller's doing."""
    offhook = wiring.offhook()
    address = read_client(request, offhook.settings).address
    path: Any = request.context.get("path", "")
    return offhook.trail.asked_by(caller.name, address=address, action=f"{request.method} {path}")
