"""How many devices are there, and which versions do they report?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from chalicelib.domain.firmware.census import Reported
from chalicelib.domain.tally import Cell


class CellRecords(Protocol):
    """Where devices are counted. Raises StoreDownError."""

    def cells(self, site: str | None = None) -> Sequence[Cell]: ...


class Census:
    """Counts devices by the cells of the fleet: no device is read."""

    def __init__(self, *, records: CellRecords) -> None:
        self._records = records

    def counts(self, site: str | None = None) -> Mapping[str, Sequence[Reported]]:
        """Which versions the devices of each vendor report, of one site or of all."""
        found: dict[str, list[Reported]] = defaultdict(list)
        for cell in self._records.cells(site):
            found[cell.group.vendor] += (
                Reported(
                    site=cell.group.site,
                    model=cell.group.model,
                    version=version,
                    devices=devices,
                    never=0 if version else cell.count.never,
                )
                for version, devices in cell.count.firmware.items()
            )
        return found

    def devices(self, site: str | None = None) -> Mapping[str, int]:
        """How many devices each vendor has, at one site or in all."""
        found: Counter[str] = Counter()
        for cell in self._records.cells(site):
            found[cell.group.vendor] += cell.count.devices
        return found
