"""How is a change of a vendor's firmware or rollouts written, and what is told of it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.domain.firmware.catalogue import Firmware, Shelf
from chalicelib.domain.firmware.rollout import Rollout, tell_window
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import Place, place_of_firmware
from chalicelib.fleet.records import Trail
from chalicelib.fleet.saving import Saving, Told
from chalicelib.fleet.shelf import ShelfRecords


class Shelving:
    """Writes all firmware of a vendor, of which one version or one rollout has changed.

    Its methods raise ChangedError where `was` is not what stands there.
    """

    def __init__(
        self, *, records: ShelfRecords, trail: Trail, on_change: Callable[[Place], None]
    ) -> None:
        """`on_change` is called with the place of a vendor's firmware that is not as it was."""
        self._records = records
        self._saving = Saving(trail=trail, on_change=on_change)

    def save_firmware(
        self,
        shelf: Shelf,
        was: Stored[Shelf] | None,
        *,
        before: Firmware | None,
        after: Firmware | None,
    ) -> None:
        """Write it with this version in place of the one before; None where there is none."""
        named = before or after
        name = name_of(named) if named else ""
        self._save(shelf, was, "firmware", name, _tell_firmware(before), _tell_firmware(after))

    def save_rollout(
        self,
        shelf: Shelf,
        was: Stored[Shelf] | None,
        *,
        before: Rollout | None,
        after: Rollout | None,
    ) -> None:
        """Write it with this rollout in place of the one before; None where there is none."""
        named = before or after
        name = named.id if named else ""
        self._save(shelf, was, "rollout", name, _tell_rollout(before), _tell_rollout(after))

    def _save(
        self, shelf: Shelf, was: Stored[Shelf] | None, kind: str, name: str, old: Told, new: Told
    ) -> None:
        self._saving.save(
            place_of_firmware(shelf.vendor),
            kind,
            name,
            old=old,
            new=new,
            write=lambda: self._records.save_shelf(shelf, was=was),
        )


def name_of(firmware: Firmware) -> str:
    """What the version is called among all vendors."""
    return f"{firmware.vendor}/{firmware.version}"


def _tell_firmware(firmware: Firmware | None) -> dict[str, Any] | None:
    if firmware is None:
        return None
    return {
        "state": firmware.state.value,
        "notes": firmware.notes,
        "files": [
            {"name": file.name, "models": list(file.models), "sha256": file.sha256}
            for file in firmware.files
        ],
    }


def _tell_rollout(rollout: Rollout | None) -> dict[str, Any] | None:
    if rollout is None:
        return None
    return {
        "version": rollout.version,
        "models": list(rollout.models),
        "site": rollout.site,
        "percent": rollout.percent,
        "paused": rollout.paused,
        "window": tell_window(rollout.window),
        "allow_downgrade": rollout.allow_downgrade,
    }
