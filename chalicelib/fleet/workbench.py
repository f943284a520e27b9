"""What is a row of a file brought in with: use cases over records whose changes wait?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.mac import Mac
from chalicelib.fleet.devices import Devices
from chalicelib.fleet.extensions import Extensions
from chalicelib.fleet.records import FleetRecords
from chalicelib.fleet.sites import Sites


class BatchRecords(FleetRecords, Protocol):
    """Records whose changes wait. See `storage/batch_records.py`."""

    def fetch(
        self, *, macs: Iterable[Mac], numbers: Iterable[str], sites: Iterable[str]
    ) -> None: ...
    def drop(self) -> None: ...
    def keep(self) -> None: ...
    @property
    def fits(self) -> bool: ...
    @property
    def is_too_large(self) -> bool: ...
    def flush(self) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Workbench:
    """The use cases over records whose changes wait."""

    records: BatchRecords
    devices: Devices
    extensions: Extensions
    sites: Sites
