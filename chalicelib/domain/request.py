"""What does a phone ask?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.domain.access.certificate import Certificate

if TYPE_CHECKING:
    from chalicelib.domain.access.rehearsal import Rehearsal


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """What every request of a phone shows of who sends it."""

    address: str = ""
    user_agent: str = ""
    token: str = ""
    """The secret in the URL, if there is one."""
    authorization: str = field(default="", repr=False)
    certificate: Certificate | None = None
    rehearsal: Rehearsal | None = None
    """An administrator asks in the phone's place: nothing is noted, used up, or told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchRequest(Visit):
    """A request for a file. `folders` are the path segments between the address and the file."""

    file: str
    folders: tuple[str, ...] = ()
    host: str = ""
    """The name or address of Offhook that the phone used."""
    base_url: str = ""
    """Scheme, host and prefix of that address."""
    known_etags: frozenset[str] = frozenset()
    relayed: bool = False
    """A relay asks for the phone; it follows redirects."""
    looks_only: bool = False
    """A HEAD request: nothing is handed out, so nothing is noted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UploadRequest(Visit):
    """A file that a phone writes; `body` is None when it cannot even be read as bytes."""

    file: str
    body: bytes | None
