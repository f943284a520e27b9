"""What happens to every request and answer alike: one log line, one kind of error."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from chalice import Blueprint, Response
from chalice.app import Request

from chalicelib.routes.problem import is_framework_error, reword, to_phone_crash

edge = Blueprint(__name__)

_LOG = logging.getLogger("offhook")
_ACCOUNT = "offhook"
_LONGEST = 200


def remember(request: Request, **account: str) -> None:
    """Have these fields stand in the request's log line."""
    request.context[_ACCOUNT] = account


@edge.middleware("http")
def log_and_reword(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Log one line of JSON per request, and give the framework's own errors our form."""
    started = time.perf_counter()
    response = get_response(request)
    for_phone = request.context.get("resourcePath", "").startswith("/provision")
    if is_framework_error(response):
        response = to_phone_crash(response.status_code) if for_phone else reword(response)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    account = {
        "method": request.method,
        "path": request.context.get("path", "")[:_LONGEST],
        "status": response.status_code,
        **request.context.get(_ACCOUNT, {}),
        "address": request.context.get("identity", {}).get("sourceIp", ""),
        "user_agent": request.headers.get("user-agent", "")[:_LONGEST],
        "duration_ms": round((time.perf_counter() - started) * 1000, 2),
    }
    _LOG.info("provision" if for_phone else "api", extra={"account": account})
    return response
