"""`/provision/` and `/p/TOKEN/`: what do phones fetch?"""

from __future__ import annotations

from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.errors import OffhookError
from chalicelib.provisioning import Answer, FetchRequest
from chalicelib.routes.address import read_origin
from chalicelib.routes.client import read_client
from chalicelib.routes.edge import remember
from chalicelib.routes.problem import to_phone, to_phone_problem
from chalicelib.routes.reading import read_known_etags

phones = Blueprint(__name__)

_METHODS = ["GET", "HEAD"]
_LONGEST_AGENT = 200
_ANY_TYPE = ["*/*"]  # some phones send a Content-Type with their GET


@phones.route("/provision", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_nothing() -> Response:
    return _fetch("")


@phones.route("/provision/{first}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_file(first: str) -> Response:
    return _fetch(first)


@phones.route("/provision/{first}/{second}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_file_in_folder(first: str, second: str) -> Response:
    return _fetch(second, first)


@phones.route("/provision/{first}/{second}/{third}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_file_in_deep_folder(first: str, second: str, third: str) -> Response:
    return _fetch(third, first, second)


@phones.route("/p/{first}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_nothing_by_token(first: str) -> Response:
    return _fetch("", token=first)


@phones.route("/p/{first}/{second}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_file_by_token(first: str, second: str) -> Response:
    return _fetch(second, token=first)


@phones.route("/p/{first}/{second}/{third}", methods=_METHODS, content_types=_ANY_TYPE)
def fetch_file_in_folder_by_token(first: str, second: str, third: str) -> Response:
    return _fetch(third, second, token=first)


def _fetch(file: str, *folders: str, token: str = "") -> Response:
    request = phones.current_request
    looks_only = request.method == "HEAD"
    remember(request, file=unquote(file))
    try:
        offhook = wiring.ready()
        origin = read_origin(request, offhook.settings)
        client = read_client(request, offhook.settings)
        remember(request, address=client.address)
        answer = offhook.provisioning.answer(
            FetchRequest(
                file=unquote(file),
                folders=tuple(map(unquote, folders)),
                token=unquote(token),
                host=origin.host,
                base_url=origin.url,
                address=client.address,
                certificate=client.certificate,
                authorization=request.headers.get("authorization", ""),
                user_agent=_plain(request.headers.get("user-agent", "")),
                known_etags=read_known_etags(request),
                looks_only=looks_only,
            )
        )
    except OffhookError as error:
        remember(request, outcome="error", reason=str(error))
        return to_phone_problem(error, with_body=not looks_only)
    remember(request, **_account(answer))
    return to_phone(answer, with_body=not looks_only)


def _account(answer: Answer) -> dict[str, str]:
    return {
        "outcome": answer.outcome.value,
        "mac": str(answer.mac) if answer.mac else "",
        "vendor": answer.vendor,
        "model": answer.model,
        "reason": answer.reason,
        "note_failure": answer.note_failure,
    }


def _plain(text: str) -> str:
    """A text of the client's that every store can keep: no lone surrogates, and not too long."""
    return text[:_LONGEST_AGENT].encode("utf-8", "replace").decode()
