"""A large file that is kept outside the table: what it is to be, and how it gets there and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """A file as it was announced. `key` is ours and never comes from a request.

    `sha256` is in hexadecimal.
    """

    key: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What lies there: its size, and its SHA-256 where the place itself has computed it."""

    size: int
    sha256: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """How a file is handed in: one request, before `seconds` have passed. The URL is a secret."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str]
    seconds: int
