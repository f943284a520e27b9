"""`/provision/`: what do phones fetch, and write?"""

from __future__ import annotations

from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.answer import Answer
from chalicelib.domain.errors import OffhookError
from chalicelib.provisioning import FetchRequest
from chalicelib.routes.address import read_origin
from chalicelib.routes.edge import remember
from chalicelib.routes.problem import to_phone, to_phone_problem
from chalicelib.routes.reading import read_bytes, read_known_etags
from chalicelib.uploading import UploadRequest

phones = Blueprint(__name__)

_METHODS = ["GET", "HEAD", "PUT", "POST"]
_WRITES = ("PUT", "POST")
_LONGEST_AGENT = 200
_ANY_TYPE = ["*/*"]  # some phones send a Content-Type with their GET


@phones.route("/provision", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_nothing() -> Response:
    return _answer("")


@phones.route("/provision/{first}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_file(first: str) -> Response:
    return _answer(first)


@phones.route("/provision/{first}/{second}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_file_in_folder(first: str, second: str) -> Response:
    return _answer(second, first)


@phones.route("/provision/{first}/{second}/{third}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_file_in_deep_folder(first: str, second: str, third: str) -> Response:
    return _answer(third, first, second)


def _answer(file: str, *folders: str) -> Response:
    request = phones.current_request
    with_body = request.method == "GET"
    remember(request, file=unquote(file))
    try:
        answer = _receive(file) if request.method in _WRITES else _fetch(file, *folders)
    except OffhookError as error:
        remember(request, outcome="error", reason=str(error))
        return to_phone_problem(error, with_body=with_body)
    remember(request, **_account(answer))
    return to_phone(answer, with_body=with_body)


def _fetch(file: str, *folders: str) -> Answer:
    request = phones.current_request
    offhook = wiring.ready()
    return offhook.provisioning.answer(
        FetchRequest(
            file=unquote(file),
            folders=tuple(map(unquote, folders)),
            host=read_origin(request, offhook.settings).host,
            address=request.context["identity"]["sourceIp"],
            user_agent=_user_agent(),
            known_etags=read_known_etags(request),
            looks_only=request.method == "HEAD",
        )
    )


def _receive(file: str) -> Answer:
    body = read_bytes(phones.current_request)
    remember(phones.current_request, size="" if body is None else str(len(body)))
    return wiring.ready().uploading.receive(
        UploadRequest(file=unquote(file), body=body, user_agent=_user_agent())
    )


def _user_agent() -> str:
    return _plain(phones.current_request.headers.get("user-agent", ""))


def _account(answer: Answer) -> dict[str, str]:
    return {
        "outcome": answer.outcome.value,
        "mac": str(answer.mac) if answer.mac else "",
        "vendor": answer.vendor,
        "model": answer.model,
        "seen_vendor": answer.seen.vendor or "",
        "seen_model": answer.seen.model or answer.seen.reported_model or "",
        "version": answer.seen.version or "",
        "reason": answer.reason,
        "note_failure": answer.note_failure,
    }


def _plain(text: str) -> str:
    """A text of the client's that every store can keep: no lone surrogates, and not too long."""
    return text[:_LONGEST_AGENT].encode("utf-8", "replace").decode()
