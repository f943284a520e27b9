"""What a device is: a phone, its extension, and what is known of its last fetch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.extension import DEFAULT_SITE, Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Stored

if TYPE_CHECKING:
    from chalicelib.domain.standing import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A phone, ATA or DECT base. Times are in UTC.

    `lines`, `keys` and `settings` hold what was chosen, by the names of `domain/profile.py`; the
    first line stands at position 1. They may hold passwords.
    """

    mac: Mac
    vendor: str
    model: str
    lines: tuple[Mapping[str, Any], ...] = field(repr=False)
    keys: tuple[Mapping[str, Any], ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    site: str = DEFAULT_SITE
    origin: Origin
    created_at: datetime
    updated_at: datetime

    @property
    def extension_number(self) -> str | None:
        """The extension on the first line; None when that line has an account of its own."""
        return self.lines[0].get("extension_number")

    @property
    def placements(self) -> dict[int, str]:
        """The extension by the line position that it stands on."""
        return {
            position: choice["extension_number"]
            for position, choice in enumerate(self.lines, start=1)
            if "extension_number" in choice
        }

    @property
    def numbers(self) -> tuple[str, ...]:
        """The number on each line, the first one's first."""
        return tuple(choice.get("extension_number") or choice["user"] for choice in self.lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The account on one of a device's line positions (1..n): a copy of its extension's.

    Or, on a line without an extension, the account that was given for it. `updated_at` is the
    extension's, where there is one.
    """

    position: int
    number: str
    name: str
    password: str = field(repr=False)
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetch:
    """One request of a device for one file. `at` is in UTC.

    `version` is that of the firmware, where the device is known to have said it, and `told` the one
    that its file told it to have.
    """

    at: datetime
    file: str
    address: str
    user_agent: str
    etag: str
    version: str | None = None
    told: str | None = None
    failure: str = ""
    """Why the file could not be written; empty where it could."""


class Trace(Protocol):
    """The last fetches of a device, as a store keeps them; read when somebody asks."""

    @property
    def last(self) -> Fetch | None:
        """The last one without a failure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """All that the files of one device are made from, as one read brings it.

    `standing` is how the device stands. A note of the next fetch goes on from `trace`.
    """

    device: Device
    lines: tuple[Line, ...]
    access: Stored[AccessState] | None = None
    standing: Stored[Standing] | None = field(default=None, compare=False)
    trace: Trace | None = field(default=None, repr=False, compare=False)

    @property
    def last_fetch(self) -> Fetch | None:
        """The last fetch without a failure."""
        return self.trace.last if self.trace else None

    @property
    def has_fetched(self) -> bool:
        """Whether it has ever fetched without a failure."""
        standing = self.standing.value if self.standing else None
        # A fetch may be noted without its standing, when the store was busy.
        return bool(standing and standing.fresh_since) or self.last_fetch is not None


def assemble_lines(device: Device, copies: Mapping[int, Line]) -> tuple[Line, ...]:
    """The accounts of the device: copies of extensions by position, and those of its own."""
    lines = []
    for position, choice in enumerate(device.lines, start=1):
        if "extension_number" not in choice:
            user = choice["user"]
            line = Line(
                position=position,
                number=user,
                name=choice.get("name", user),
                password=choice["password"],
            )
            lines.append(line)
        elif position in copies:
            lines.append(copies[position])
    return tuple(lines)
