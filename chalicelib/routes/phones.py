"""`/provision/`: what phones fetch."""

from __future__ import annotations

from urllib.parse import unquote

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.errors import OffhookError
from chalicelib.provisioning import Answer, FetchRequest
from chalicelib.routes.address import read_origin
from chalicelib.routes.edge import remember
from chalicelib.routes.problem import to_phone, to_phone_problem
from chalicelib.routes.reading import read_known_etags

phones = Blueprint(__name__)

_METHODS = ["GET", "HEAD"]


@phones.route("/provision", methods=_METHODS)
def fetch_nothing() -> Response:
    return _fetch("")


@phones.route("/provision/{first}", methods=_METHODS)
def fetch_file(first: str) -> Response:
    return _fetch(first)


@phones.route("/provision/{first}/{second}", methods=_METHODS)
def fetch_file_in_folder(first: str, second: str) -> Response:
    return _fetch(second, first)


@phones.route("/provision/{first}/{second}/{third}", methods=_METHODS)
def fetch_file_in_deep_folder(first: str, second: str, third: str) -> Response:
    return _fetch(third, first, second)


def _fetch(file: str, *folders: str) -> Response:
    request = phones.current_request
    looks_only = request.method == "HEAD"
    try:
        offhook = wiring.ready()
        answer = offhook.provisioning.answer(
            FetchRequest(
                file=unquote(file),
                folders=tuple(map(unquote, folders)),
                host=read_origin(request, offhook.settings).host,
                address=request.context["identity"]["sourceIp"],
                user_agent=request.headers.get("user-agent", "")[:200],
                known_etags=read_known_etags(request),
                looks_only=looks_only,
            )
        )
    except OffhookError as error:
        remember(request, outcome="error", file=unquote(file), reason=str(error))
        return to_phone_problem(error)
    remember(request, **_account(answer, unquote(file)))
    return to_phone(answer, with_body=not looks_only)


def _account(answer: Answer, file: str) -> dict[str, str]:
    account = {
        "outcome": answer.outcome.value,
        "file": file,
        "mac": str(answer.mac) if answer.mac else "",
        "vendor": answer.vendor,
        "model": answer.model,
        "reason": answer.reason,
        "note_failure": answer.note_failure,
    }
    return {name: value for name, value in account.items() if value}
