"""`/api/audit`: who changed what, a day at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.wording import shown
from chalicelib.routes.address import read_origin
from chalicelib.routes.guard import identify, serves
from chalicelib.routes.problem import ok
from chalicelib.routes.reading import PAGE, read_page
from chalicelib.routes.writing import next_page, time_text

audit = Blueprint(__name__)


@serves(audit, "/api/audit", "GET", Permission.READ_AUDIT, parameters=("day", *PAGE))
def list_changes() -> Response:
    request = audit.current_request
    # The trail belongs to no site: it tells of all.
    identify(request).require(Permission.READ_AUDIT)
    limit, after = read_page(request, also=("day",))
    query: Mapping[str, str] = request.query_params or {}
    day = _read_day(query.get("day"))
    offhook = wiring.ready()
    page = offhook.records.list_entries(day, limit=limit, after=after)
    body = [
        {
            "at": time_text(entry.at),
            "who": entry.who,
            "address": entry.address,
            "action": entry.action,
            "kind": entry.kind,
            "name": entry.name,
            "old": entry.old,
            "new": entry.new,
        }
        for entry in page.values
    ]
    origin = read_origin(request, offhook.settings)
    return ok(body, headers=next_page(request, origin, page.after, limit, day=day))


def _read_day(text: str | None) -> str:
    """The day that is asked for; today when none is. Raises InputError."""
    if text is None:
        return f"{datetime.now(UTC):%Y-%m-%d}"
    try:
        # Alone it would take the week and the day of a year, too.
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass  # such as the 31st of February
    raise InputError(Flaw(where="day", says=f"{shown(text)} is not a day such as 2026-11-23"))
