"""`/provision/` and `/p/TOKEN/`: what do phones fetch, and write?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from chalice import Blueprint, Response
from chalice.app import CaseInsensitiveMapping

from chalicelib import wiring
from chalicelib.domain.access.front import Front
from chalicelib.domain.answer import Answer
from chalicelib.domain.errors import OffhookError
from chalicelib.domain.request import FetchRequest, UploadRequest
from chalicelib.routes.address import RELAY, read_origin
from chalicelib.routes.client import read_client
from chalicelib.routes.edge import remember
from chalicelib.routes.problem import to_phone, to_phone_problem
from chalicelib.routes.request import headers_of, read_bytes, read_known_etags

if TYPE_CHECKING:
    from chalicelib.domain.access.rehearsal import Rehearsal

phones = Blueprint(__name__)

_METHODS = ["GET", "HEAD", "PUT", "POST"]
_WRITES = ("PUT", "POST")
_REHEARSAL = "offhook-token"
"""By this header an administrator says that they fetch in a phone's place."""
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


@phones.route("/p/{first}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_nothing_by_token(first: str) -> Response:
    return _answer("", token=first)


@phones.route("/p/{first}/{second}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_file_by_token(first: str, second: str) -> Response:
    return _answer(second, token=first)


@phones.route("/p/{first}/{second}/{third}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_file_in_folder_by_token(first: str, second: str, third: str) -> Response:
    return _answer(third, second, token=first)


def _answer(file: str, *folders: str, token: str = "") -> Response:
    request = phones.current_request
    with_body = request.method == "GET"
    remember(request, file=unquote(file))
    try:
        if request.method in _WRITES:
            answer = _receive(file, token)
        else:
            answer = _fetch(file, folders, token)
    except OffhookError as error:
        remember(request, outcome="error", reason=str(error))
        return to_phone_problem(error, with_body=with_body)
    remember(request, **_account(answer))
    return to_phone(answer, with_body=with_body)


def _fetch(file: str, folders: tuple[str, ...], token: str) -> Answer:
    request = phones.current_request
    offhook = wiring.ready()
    origin = read_origin(request, offhook.settings)
    client = _client()
    headers = headers_of(request)
    token_of_api = headers.get(_REHEARSAL)
    rehearsal = None if token_of_api is None else _begin_rehearsal(token_of_api)
    asked = FetchRequest(
        file=unquote(file),
        folders=tuple(map(unquote, folders)),
        host=origin.host,
        base_url=origin.url,
        known_etags=read_known_etags(request),
        relayed=bool(headers.get(RELAY)),
        looks_only=request.method == "HEAD",
        address=client.address,
        user_agent=_user_agent(),
        token=unquote(token),
        authorization=headers.get("authorization", ""),
        certificate=client.certificate,
        rehearsal=rehearsal,
    )
    if not offhook.handing.is_asked(asked):
        answer = offhook.provisioning.answer(asked)
        if rehearsal is not None and not asked.looks_only:
            _tell_rehearsal(rehearsal, answer, client.address)
        return answer
    answer = offhook.handing.answer(asked)
    if answer.content is not None:
        # Chalice gives bytes only to those who ask for them by name, and phones do not.
        request.headers = CaseInsensitiveMapping({**request.headers, "accept": answer.content_type})
    return answer


def _begin_rehearsal(token: str) -> Rehearsal | None:
    from chalicelib.routes.rehearsal import begin  # no phone needs it

    return begin(phones.current_request, token)


def _tell_rehearsal(rehearsal: Rehearsal, answer: Answer, address: str) -> None:
    from chalicelib.routes.rehearsal import tell

    tell(phones.current_request, rehearsal, answer, address=address)


def _receive(file: str, token: str) -> Answer:
    request = phones.current_request
    body = read_bytes(request)
    remember(request, size="" if body is None else str(len(body)))
    client = _client()
    return wiring.ready().uploading.receive(
        UploadRequest(
            file=unquote(file),
            body=body,
            address=client.address,
            user_agent=_user_agent(),
            token=unquote(token),
            authorization=headers_of(request).get("authorization", ""),
            certificate=client.certificate,
        )
    )


def _client() -> Front:
    """Who sends the request; the log names the same address."""
    request = phones.current_request
    client = read_client(request, wiring.offhook().settings)
    remember(request, address=client.address)
    return client


def _user_agent() -> str:
    return _plain(headers_of(phones.current_request).get("user-agent", ""))


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
