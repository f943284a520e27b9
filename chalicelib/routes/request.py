"""What does a request carry, whoever sends it: headers, bytes, the ETags of what it has already?"""

from __future__ import annotations

import re

from chalice.app import Request

_HEADERS = "offhook_headers"

ETAG = re.compile(r'(W/)?"([^"]*)"')


def headers_of(request: Request) -> dict[str, str]:
    """The headers by their lower-case names: Chalice's own mapping is slow at what is not there."""
    found: dict[str, str] | None = request.context.get(_HEADERS)
    if found is None:
        found = request.context[_HEADERS] = dict(request.headers)
    return found


def read_bytes(request: Request) -> bytes | None:
    """The body as it came; None when it cannot be told as bytes."""
    try:
        raw: str | bytes = request.raw_body
    except UnicodeEncodeError:
        return None
    return raw.encode() if isinstance(raw, str) else raw


def read_known_etags(request: Request) -> frozenset[str]:
    """The ETags in If-None-Match, weak or strong; none when it is missing or garbled."""
    header = headers_of(request).get("if-none-match", "")
    if header.strip() == "*":
        return frozenset("*")
    return frozenset(tag for _, tag in ETAG.findall(header))
