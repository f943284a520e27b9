"""`/api/tokens`: issue, list and end API tokens. A token's text is shown once."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.api_token import NEW_API_TOKEN, ApiToken
from chalicelib.domain.access.role import Permission, is_visible
from chalicelib.routes.guard import identify, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import read_body
from chalicelib.routes.writing import time_text

tokens = Blueprint(__name__)


@serves(tokens, "/api/tokens", "GET", Permission.READ_TOKENS)
def list_tokens() -> Response:
    grant = identify(tokens.current_request).grant
    found = wiring.ready().desk.tokens()
    return ok([_describe(token) for token in found if is_visible(grant, token.grant.site)])


@serves(tokens, "/api/tokens", "POST", Permission.CHANGE_TOKENS, body=NEW_API_TOKEN)
def create_token() -> Response:
    wanted = read_body(tokens.current_request, NEW_API_TOKEN)
    offhook = wiring.ready()
    text, token = offhook.desk.issue(wanted, identify(tokens.current_request))
    offhook.trail.changed("API token", token.id, None, _describe(token))
    return ok({"success": True, "token": text, **_describe(token)}, created=True)


@serves(tokens, "/api/tokens/{id}", "DELETE", Permission.CHANGE_TOKENS)
def end_token(id: str) -> Response:  # noqa: A002 - the name in the path
    offhook = wiring.ready()
    token = offhook.desk.revoke(id, identify(tokens.current_request))
    offhook.trail.changed("API token", token.id, _describe(token), None)
    return ok({"success": True, "message": "API token ended"})


def _describe(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "role": token.grant.role.value,
        "reveal": token.grant.reveals,
        "site": token.grant.site,
        "created_at": time_text(token.created_at),
        "expires_at": time_text(token.expires_at) if token.expires_at else None,
        "last_used_at": time_text(token.last_used_at) if token.last_used_at else None,
    }
