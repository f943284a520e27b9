"""Which HTTP status has an answer, and what does one look like that reports an error?

The only module that knows status codes. Errors of the API are `application/problem+json`
(RFC 9457) and also carry the product document's `success` and `error`. Errors for phones are plain
text, or empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec

from chalice import Response
from chalice.app import Request

from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.errors import (
    ConfigError,
    ConflictError,
    DisabledError,
    ExtensionInUseError,
    Flaw,
    ForbiddenError,
    InputError,
    NotFoundError,
    OffhookError,
    PreconditionError,
    StoreDownError,
    TemplateError,
    UnauthorizedError,
)
from chalicelib.domain.wording import shown

_JSON = {"Content-Type": "application/json"}
_TEXT: dict[str, Any] = {"Content-Type": "text/plain; charset=utf-8"}
_RETRY_SECONDS = "5"

_STATUS_BY_OUTCOME = {
    Outcome.SERVED: 200,
    Outcome.NOT_MODIFIED: 304,
    Outcome.ABSENT: 404,
    Outcome.RECEIVED: 200,
    Outcome.KEPT: 200,
    Outcome.TOO_LARGE: 413,
    Outcome.UNREADABLE: 415,
    Outcome.UNKNOWN_FILE: 404,
    Outcome.UNKNOWN_DEVICE: 404,
    Outcome.REFUSED: 404,
    Outcome.BRAKED: 429,
    Outcome.PLACEHOLDER: 404,
    Outcome.FAILED: 500,
    # Cisco's phones, the only ones that are known to follow, take no other 3xx than 301 and 302.
    Outcome.MOVED: 302,
    Outcome.NEEDS_RELAY: 404,
}

# The first line that fits counts: narrower errors stand before wider ones.
_STATUS_BY_ERROR: tuple[tuple[type[OffhookError], int], ...] = (
    (ConfigError, 500),
    (TemplateError, 500),
    (InputError, 400),
    (UnauthorizedError, 401),
    (ForbiddenError, 403),
    (NotFoundError, 404),
    (PreconditionError, 412),
    (ConflictError, 409),
    (DisabledError, 503),
    (StoreDownError, 503),
)

_TOLD_TO_PEOPLE = (Outcome.PLACEHOLDER, Outcome.NEEDS_RELAY)
"""A person will look at the answer."""

_HEADERS_BY_STATUS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": _RETRY_SECONDS}}

P = ParamSpec("P")


class Problem(Response):
    """An answer that says what went wrong; `reason` is for the log."""

    def __init__(
        self,
        status: int,
        reason: str,
        *,
        flaws: Sequence[Flaw] = (),
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        body = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": reason,
            "success": False,
            "error": reason,
            **({"errors": [_describe(flaw) for flaw in flaws]} if flaws else {}),
            **(more or {}),
        }
        super().__init__(
            json.dumps(body),
            headers={**(headers or {}), "Content-Type": "application/problem+json"},
            status_code=status,
        )
        self.reason = reason


def ok(
    body: object, *, created: bool = False, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer of the API."""
    return Response(body, headers={**_JSON, **(headers or {})}, status_code=201 if created else 200)


def file_answer(
    text: str, media_type: str, *, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer of the API that is a file, not JSON of ours."""
    return Response(text, headers={"Content-Type": media_type, **(headers or {})})


def health(body: object, *, healthy: bool) -> Response:
    """A JSON answer that tells a monitor by its status whether all is well."""
    return Response(body, headers=dict(_JSON), status_code=200 if healthy else 503)


def answers_problems(view: Callable[P, Response]) -> Callable[P, Response]:
    """Turn the errors that a view of the API raises into problem answers."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except OffhookError as error:
            return problem(error)

    return answer


def problem(error: OffhookError) -> Problem:
    """The problem answer for an error."""
    status = next((status for kind, status in _STATUS_BY_ERROR if isinstance(error, kind)), 500)
    more: dict[str, Any] = {}
    if isinstance(error, ExtensionInUseError):
        more["devices"] = [str(mac) for mac in error.devices]
    return Problem(
        status,
        str(error),
        flaws=error.flaws if isinstance(error, InputError) else (),
        more=more,
        headers=_HEADERS_BY_STATUS.get(status),
    )


def is_framework_error(response: Response) -> bool:
    """Whether the framework made this answer, not a view."""
    body = response.body
    return isinstance(body, dict) and body.keys() == {"Code", "Message"}


def reword(response: Response, request: Request) -> Problem:
    """The framework's own error (unknown method, media type, crash) as a problem answer."""
    status = response.status_code
    if status == 415:
        from chalicelib.routes.guard import media_types_at  # it is loaded: a view of it answers

        found = shown(request.headers.get("content-type", ""))
        taken = media_types_at(request.method, request.context.get("resourcePath", ""))
        expected = " or ".join(taken) or "application/json"
        flaw = Flaw(where="Content-Type", says=f"{found} is not {expected}")
        return Problem(status, str(flaw), flaws=[flaw], headers=response.headers)
    if status == 405:
        reason = f"{request.method} is not allowed here; allowed: {response.headers['Allow']}"
        return Problem(status, reason, headers=response.headers)
    reason = "Offhook failed over this request; its log has the traceback"
    return Problem(status, reason, headers=response.headers)


def to_phone(answer: Answer, *, with_body: bool) -> Response:
    """The answer as a phone gets it."""
    status = _STATUS_BY_OUTCOME[answer.outcome]
    if answer.outcome is Outcome.MOVED:
        headers: dict[str, Any] = {**_TEXT, "Location": answer.location}
        return Response("", headers=headers, status_code=status)
    if answer.outcome in _TOLD_TO_PEOPLE:
        return Response(
            f"{answer.reason}\n" if with_body else "", headers=dict(_TEXT), status_code=status
        )
    if not answer.etag:
        waiting = {"Retry-After": str(answer.retry_after)} if answer.retry_after else {}
        return Response("", headers={**_TEXT, **waiting}, status_code=status)
    headers = {
        "Content-Type": answer.content_type or _TEXT["Content-Type"],
        "ETag": f'"{answer.etag}"',
        "Cache-Control": "private, no-cache",
    }
    body: str | bytes = answer.body if answer.content is None else answer.content
    return Response(body if with_body else body[:0], headers=headers, status_code=status)


def to_phone_problem(error: OffhookError, *, with_body: bool) -> Response:
    """What a phone gets when Offhook itself is in trouble."""
    status = 503 if isinstance(error, DisabledError | StoreDownError) else 500
    switched_off = isinstance(error, DisabledError) and with_body
    text = "Provisioning is switched off.\n" if switched_off else ""
    return Response(text, headers={**_TEXT, "Retry-After": _RETRY_SECONDS}, status_code=status)


def to_phone_crash(response: Response) -> Response:
    """What a phone gets in place of the framework's own error."""
    return Response("", headers={**response.headers, **_TEXT}, status_code=response.status_code)


def outcome_of(response: Response) -> str:
    """How a request ended, for the log, where nobody knows better."""
    if response.status_code < 400:
        return "done"
    return "error" if is_our_fault(response) else "refused"


def is_our_fault(response: Response) -> bool:
    return bool(response.status_code >= 500)


def _describe(flaw: Flaw) -> dict[str, str]:
    return {"field": flaw.where or "body", "message": flaw.says}
