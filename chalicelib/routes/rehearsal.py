"""Does an administrator fetch in a phone's place? Loaded by requests that say so, and no others."""

from __future__ import annotations

from chalice.app import Request

from chalicelib import wiring
from chalicelib.domain.access.rehearsal import Rehearsal
from chalicelib.domain.answer import Answer
from chalicelib.domain.errors import ForbiddenError, UnauthorizedError
from chalicelib.routes.edge import masked_path, remember
from chalicelib.routes.guard import read_host


def begin(request: Request, token: str) -> Rehearsal | None:
    """The rehearsal, where the token allows it; with any other the fetch is an ordinary one.

    The log alone says why: a phone, or a proxy, that sends such a header is served all the same.
    Raises StoreDownError.
    """
    try:
        rehearsal = wiring.offhook().rehearsing.begin(token, read_host(request))
    except UnauthorizedError:
        remember(request, rehearsal="refused: the API token is not known, or has expired")
    except ForbiddenError as error:
        remember(request, rehearsal=f"refused: {error}")
    else:
        remember(request, caller=rehearsal.caller)
        return rehearsal
    return None


def tell(request: Request, rehearsal: Rehearsal, answer: Answer, *, address: str) -> None:
    """Have it in the audit what was handed out, before it is. Raises StoreDownError."""
    wiring.offhook().rehearsing.tell(
        rehearsal, answer, address=address, action=f"{request.method} {masked_path(request)}"
    )
