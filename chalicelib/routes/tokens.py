"""`/api/tokens`: issue, list and end API tokens. A token's text is shown once."""

from __future__ import annotations

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.api_token import NEW_API_TOKEN
from chalicelib.domain.access.role import Permission
from chalicelib.domain.audit import tell_token
from chalicelib.routes.guard import identify, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import read_body

tokens = Blueprint(__name__)


@serves(tokens, "/api/tokens", "GET", Permission.READ_TOKENS)
def list_tokens() -> Response:
    grant = identify(tokens.current_request).grant
    return ok([tell_token(token) for token in wiring.ready().desk.tokens(grant)])


@serves(tokens, "/api/tokens", "POST", Permission.CHANGE_TOKENS, body=NEW_API_TOKEN)
def create_token() -> Response:
    wanted = read_body(tokens.current_request, NEW_API_TOKEN)
    text, token = wiring.ready().desk.issue(wanted, identify(tokens.current_request))
    return ok({"success": True, "token": text, **tell_token(token)}, created=True)


@serves(tokens, "/api/tokens/{id}", "DELETE", Permission.CHANGE_TOKENS)
def end_token(id: str) -> Response:  # noqa: A002 - the name in the path
    wiring.ready().desk.revoke(id, identify(tokens.current_request))
    return ok({"success": True, "message": "API token ended"})
