"""What does a request carry, whoever sends it: bytes, and the ETags of what it has already?"""

from __future__ import annotations

import re

from chalice.app import Request

ETAG = re.compile(r'(W/)?"([^"]*)"')


def read_bytes(request: Request) -> bytes | None:
    """The body as it came; None when it cannot be told as bytes."""
    try:
        raw: str | bytes = request.raw_body
    except UnicodeEncodeError:
        return None
    return raw.encode() if isinstance(raw, str) else raw


def read_known_etags(request: Request) -> frozenset[str]:
    """The ETags in If-None-Match, weak or strong; none when it is missing or garbled."""
    header = request.headers.get("if-none-match", "")
    if header.strip() == "*":
        return frozenset("*")
    return frozenset(tag for _, tag in ETAG.findall(header))
