"""A file as a phone gets it, and what the request for it adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """What a request adds to a file: the address it came to, when, and the phone's firmware.

    `firmware_folder` is the address below which the device fetches firmware. Without a `moment` no
    rollout gives anything.
    """

    host: str = ""
    version: str | None = None
    provisioning_url: str = ""
    firmware_folder: str = ""
    moment: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A file as the phone gets it. `told` is the firmware version that it tells it to have."""

    text: str
    content_type: str
    told: str | None = None
