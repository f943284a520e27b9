"""What is a device told of the firmware that it is to have?"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.asset import Asset
from chalicelib.domain.firmware.catalogue import File, Firmware
from chalicelib.domain.firmware.rollout import Rollout
from chalicelib.domain.mac import Mac

FOLDER = "firmware"
"""Below a device's own URL, or below /provision/ with its MAC address behind."""


def firmware_folder(own_folder: str | None, mac: Mac) -> str:
    """The folder below which the device fetches firmware, without the server's address."""
    return f"{own_folder}{FOLDER}/" if own_folder else f"provision/{FOLDER}/{mac}/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """The version that a device is to have, and its file where the catalogue has one.

    `by` is the rollout that gives it; None where the settings name it.
    """

    version: str
    by: Rollout | None = None
    firmware: Firmware | None = None
    file: File | None = None

    @property
    def asset(self) -> Asset | None:
        """Where the file lies."""
        return self.firmware.asset_of(self.file) if self.firmware and self.file else None
