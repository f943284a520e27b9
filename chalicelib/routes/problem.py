"""Which HTTP status an answer has. The only module that knows status codes.

Errors of the API are `application/problem+json` (RFC 9457) and also carry the product document's
`success` and `error`. Errors for phones are plain text, or empty.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec

from chalice import Response

from chalicelib.domain.errors import (
    ConfigError,
    ConflictError,
    DisabledError,
    ExtensionInUseError,
    InputError,
    NotFoundError,
    OffhookError,
    PreconditionError,
    StoreDownError,
    TemplateError,
)
from chalicelib.provisioning import Answer, Outcome

_LOG = logging.getLogger("offhook")
_TEXT: dict[str, Any] = {"Content-Type": "text/plain; charset=utf-8"}
_RETRY_SECONDS = "5"

_STATUS_BY_OUTCOME = {
    Outcome.SERVED: 200,
    Outcome.NOT_MODIFIED: 304,
    Outcome.UNKNOWN_FILE: 404,
    Outcome.UNKNOWN_DEVICE: 404,
    Outcome.PLACEHOLDER: 404,
    Outcome.FAILED: 500,
}

# The first line that fits counts: narrower errors stand before wider ones.
_STATUS_BY_ERROR: tuple[tuple[type[OffhookError], int, str], ...] = (
    (ConfigError, 500, "config.yml cannot be used"),
    (TemplateError, 500, "A template cannot be used"),
    (InputError, 400, "The request is not valid"),
    (NotFoundError, 404, "Not found"),
    (PreconditionError, 412, "The record has changed"),
    (ConflictError, 409, "Conflict"),
    (DisabledError, 503, "Provisioning is switched off"),
    (StoreDownError, 503, "The store does not answer"),
)

P = ParamSpec("P")


def ok(
    body: object, *, created: bool = False, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer of the API."""
    return Response(body, headers=dict(headers or {}), status_code=201 if created else 200)


def health(body: object, *, healthy: bool) -> Response:
    """A JSON answer that tells a monitor by its status whether all is well."""
    return Response(body, status_code=200 if healthy else 503)


def answers_problems(view: Callable[P, Response]) -> Callable[P, Response]:
    """Turn the errors that a view of the API raises into problem answers."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except OffhookError as error:
            return problem(error)

    return answer


def problem(error: OffhookError) -> Response:
    """The problem answer for an error."""
    status, title = next(
        ((status, title) for kind, status, title in _STATUS_BY_ERROR if isinstance(error, kind)),
        (500, "Internal error"),
    )
    more: dict[str, Any] = {}
    if isinstance(error, InputError):
        more["errors"] = [{"field": flaw.where, "message": flaw.says} for flaw in error.flaws]
    if isinstance(error, ExtensionInUseError):
        more["devices"] = [str(mac) for mac in error.devices]
    if status >= 500:
        _LOG.error("%s: %s", title, error)
    headers = {"Retry-After": _RETRY_SECONDS} if status == 503 else {}
    return _problem(status, title, str(error), more, headers)


def reword(response: Response) -> Response:
    """The framework's own error (unknown method, media type, crash) as a problem answer."""
    code, detail = response.body["Code"], response.body["Message"]
    if code == "UnsupportedMediaType":
        detail += "; send JSON with the header Content-Type: application/json"
    return _problem(response.status_code, code, detail, {}, response.headers)


def is_framework_error(response: Response) -> bool:
    """Whether the framework made this answer, not a view."""
    body = response.body
    return isinstance(body, dict) and body.keys() == {"Code", "Message"}


def _problem(
    status: int, title: str, detail: str, more: Mapping[str, Any], headers: Mapping[str, Any]
) -> Response:
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "success": False,
        "error": detail,
        **more,
    }
    return Response(
        json.dumps(body),
        headers={**headers, "Content-Type": "application/problem+json"},
        status_code=status,
    )


def to_phone(answer: Answer, *, with_body: bool) -> Response:
    """The answer as a phone gets it."""
    status = _STATUS_BY_OUTCOME[answer.outcome]
    if answer.outcome is Outcome.PLACEHOLDER:
        return Response(
            f"{answer.reason}\n" if with_body else "", headers=_TEXT, status_code=status
        )
    if not answer.etag:
        return Response("", headers=_TEXT, status_code=status)
    headers: dict[str, Any] = {
        "Content-Type": answer.content_type or _TEXT["Content-Type"],
        "ETag": f'"{answer.etag}"',
        "Cache-Control": "private, no-cache",
    }
    return Response(answer.body if with_body else "", headers=headers, status_code=status)


def to_phone_problem(error: OffhookError) -> Response:
    """What a phone gets when Offhook itself is in trouble."""
    status = 503 if isinstance(error, DisabledError | StoreDownError) else 500
    text = "Provisioning is switched off.\n" if isinstance(error, DisabledError) else ""
    return Response(text, headers={**_TEXT, "Retry-After": _RETRY_SECONDS}, status_code=status)


def to_phone_crash(status: int) -> Response:
    """What a phone gets in place of the framework's own error."""
    return Response("", headers=_TEXT, status_code=status)
