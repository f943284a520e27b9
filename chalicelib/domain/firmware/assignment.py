"""What is a device told of the firmware that it is to have?"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.asset import Asset
from chalicelib.domain.firmware.catalogue import File, Firmware

FOLDER = "firmware"
"""Below a device's own URL, or below /provision/ with its MAC address behind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """The version that a device is to have, and its file where the catalogue has one."""

    version: str
    firmware: Firmware | None = None
    file: File | None = None

    @property
    def asset(self) -> Asset | None:
        """Where the file lies."""
        return self.firmware.asset_of(self.file) if self.firmware and self.file else None
