"""What happens to every request and answer alike: a log line, headers, one kind of error?"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from chalice import Blueprint, Response
from chalice.app import Request

from chalicelib.routes.metric import embed_metrics
from chalicelib.routes.problem import (
    Problem,
    is_framework_error,
    is_our_fault,
    outcome_of,
    reword,
    to_phone_crash,
)
from chalicelib.routes.request import headers_of

edge = Blueprint(__name__)

_LOG = logging.getLogger("offhook")
_ACCOUNT = "offhook"
_BEFORE_SECRETS = ("/p/", "/api/assets/")
_LONGEST = 200
_LONGEST_BY_NAME = {"reason": 1000}

_HEADERS_OF_ALL = {
    "X-Content-Type-Options": "nosniff",
    # Unless the view says otherwise. A cache in front of us keeps even a 404 for a while.
    "Cache-Control": "no-store",
}
_HEADERS_OF_API = {
    # A browser that is led to an answer loads, runs and tells others nothing of it.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def remember(request: Request, **account: str) -> None:
    """Have these fields stand in the request's log line; an empty one is left out."""
    request.context.setdefault(_ACCOUNT, {}).update(account)


@edge.middleware("http")
def log_and_reword(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Log one line of JSON per request, and give the framework's own errors our form."""
    started = time.perf_counter()
    response = get_response(request)
    for_phone = request.path.startswith(("/provision", "/p/"))
    if is_framework_error(response):
        response = to_phone_crash(response) if for_phone else reword(response, request)
    request_id = getattr(request.lambda_context, "aws_request_id", "")
    added = _HEADERS_OF_ALL if for_phone else _HEADERS_OF_ALL | _HEADERS_OF_API
    if request_id and not for_phone:  # a phone tells it to nobody
        added = added | {"X-Request-Id": request_id}
    for name, text in added.items():
        response.headers.setdefault(name, text)
    remembered = request.context.get(_ACCOUNT, {})
    event = "provision" if for_phone else "api"
    if for_phone and "caller" in remembered:  # phones are no callers: see routes/rehearsal.py
        event = "rehearsal"
        response.headers["Offhook-Rehearsal"] = "true"
    account = {
        "request_id": request_id,
        "outcome": outcome_of(response),
        "method": request.method,
        "path": masked_path(request),
        "reason": response.reason if isinstance(response, Problem) else "",
        **remembered,
        "address": request.context.get("identity", {}).get("sourceIp", ""),
        "user_agent": headers_of(request).get("user-agent", ""),
    }
    # No longer than a log line should be: the client chooses most of these.
    told = {
        name: text[: _LONGEST_BY_NAME.get(name, _LONGEST)] for name, text in account.items() if text
    }
    duration = round((time.perf_counter() - started) * 1000, 2)
    function = _function_in_cloudwatch(request)
    metrics: dict[str, Any] = {}
    if event == "provision" and function:
        metrics = embed_metrics(told, function=function, duration_ms=duration, at=time.time())
    _LOG.log(
        logging.ERROR if is_our_fault(response) else logging.INFO,
        event,
        extra={
            "account": {
                **told,
                "status": response.status_code,
                "duration_ms": duration,
                **metrics,
            }
        },
    )
    return response


def _function_in_cloudwatch(request: Request) -> str:
    """The name of the Lambda function whose lines CloudWatch keeps; empty elsewhere."""
    context = request.lambda_context
    found: str = getattr(context, "log_group_name", "") and getattr(context, "function_name", "")
    return found or ""


def masked_path(request: Request) -> str:
    """The path as it came; a secret in it is not for the log."""
    path: str = request.context.get("path", "")
    for start in _BEFORE_SECRETS:
        before, found, after = path.partition(start)
        if found and request.path.startswith(start):
            return f"{before}{start}***{after[after.find('/') :] if '/' in after else ''}"
    return path
