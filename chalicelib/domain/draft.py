"""A file as a phone gets it, and what the request for it adds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """What a request adds to a file: the address it came to, and the phone's firmware."""

    host: str = ""
    version: str | None = None
    provisioning_url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A file as the phone gets it."""

    text: str
    content_type: str
