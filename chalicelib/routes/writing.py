"""How does an answer of the API write a time, and where a list goes on?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from chalice.app import Request

from chalicelib.domain.chosen import mask
from chalicelib.domain.profile import SETTINGS
from chalicelib.routes.address import Origin
from chalicelib.routes.reading import LARGEST_PAGE, write_cursor


def time_text(time: datetime) -> str:
    """A time in UTC, to the second, as the product document writes it."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def next_page(
    request: Request, origin: Origin, after: str | None, limit: int, **more: str
) -> dict[str, str]:
    """The Link header that leads to the next part of a list, if there is one.

    `more` are further parameters of the list.
    """
    if after is None:
        return {}
    cursor = write_cursor(request, after, more)
    query = urlencode({**more, "limit": min(limit, LARGEST_PAGE), "cursor": cursor})
    return {"Link": f'<{origin.url}{request.path}?{query}>; rel="next"'}


def show_settings(settings: Mapping[str, Any], *, reveals: bool) -> dict[str, Any]:
    """The settings without their passwords; raw parameters are for who may reveal."""
    found: dict[str, Any] = mask(SETTINGS, settings)
    if reveals and settings.get("vendor_settings"):
        found["vendor_settings"] = settings["vendor_settings"]
    return found
