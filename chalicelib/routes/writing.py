"""How does an answer of the API write a time, and where a list goes on?"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from chalice.app import Request

from chalicelib.routes.address import Origin
from chalicelib.routes.reading import LARGEST_PAGE


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
    query = urlencode({**more, "limit": min(limit, LARGEST_PAGE), "cursor": after})
    return {"Link": f'<{origin.url}{request.path}?{query}>; rel="next"'}
