"""What a device is: a phone, its extension, and what is known of its last fetch."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A phone, ATA or DECT base. Times are in UTC."""

    mac: Mac
    extension_number: str
    vendor: str
    model: str
    origin: Origin
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What a device needs of the extension on one of its line positions (1..n)."""

    position: int
    number: str
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetch:
    """One request of a device for one file. `at` is in UTC."""

    at: datetime
    file: str
    address: str
    user_agent: str
    etag: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """All that the files of one device are made from, as one read brings it."""

    device: Device
    lines: tuple[Line, ...]
    last_fetch: Fetch | None
