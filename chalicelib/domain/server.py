"""What all devices of one installation share: the PBX, its clock and its codecs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.domain.timezone import TimeZone


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """The PBX as the devices see it. `codecs` are standard names, the preferred one first.

    Without a `sip_host` the PBX is where a device fetches its file.
    """

    name: str
    sip_host: str | None
    sip_port: int
    timezone: TimeZone
    ntp_servers: tuple[str, ...]
    codecs: tuple[str, ...]

    @property
    def settings(self) -> dict[str, Any]:
        """What it says by the names of `domain/profile.py`."""
        times = {"ntp_servers": list(self.ntp_servers)} if self.ntp_servers else {}
        return {"timezone": self.timezone.name, **times, "codecs": list(self.codecs)}
