"""What do devices share beside their site: the server's and a model's settings, layouts of keys?

Each stands at a place: `("model", "yealink/t46s")`. A vendor's firmware and the pace of the fleet
stand at places too: `("firmware", "yealink")`. So does the edition: what files are made of besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chalicelib.domain.mac import Mac

Place = tuple[Literal["server", "model", "site", "layout", "firmware", "pace", "edition"], str]
"""Where something stands that many devices share; the name of the server's is empty."""

SERVER_PLACE: Place = ("server", "")
PACE_PLACE: Place = ("pace", "")
EDITION_PLACE: Place = ("edition", "")


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedSettings:
    """The settings at a place, of the server or of a model. Times are in UTC.

    `settings_at` is when they last were changed to something else.
    """

    place: Place
    settings: Mapping[str, Any] = field(repr=False)
    settings_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Keys by a name, for many devices. Times are in UTC.

    Without a `site` devices of every site may have it. `keys_at` is when its keys were changed.
    One that was removed is kept for a while without keys, since it outdates who had them.
    """

    name: str
    label: str
    keys: tuple[Mapping[str, Any], ...]
    site: str | None = None
    keys_at: datetime
    created_at: datetime
    updated_at: datetime
    is_removed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Users:
    """Devices that use something: the first few by their MAC, and how many there are at least."""

    macs: tuple[Mac, ...]
    count: int
    is_all: bool

    def __str__(self) -> str:
        """As a message names them."""
        if self.count == 1:
            return f"the device {self.macs[0]}"
        more = ", ..." if self.count > len(self.macs) else ""
        least = "" if self.is_all else "at least "
        return f"{least}{self.count} devices ({', '.join(map(str, self.macs))}{more})"


def place_of_model(vendor: str, model: str) -> Place:
    return ("model", f"{vendor}/{model}")


def place_of_firmware(vendor: str) -> Place:
    return ("firmware", vendor)
