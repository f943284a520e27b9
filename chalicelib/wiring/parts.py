"""What do phones and administrators both go by?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.access.gate import Gate
from chalicelib.access.trail import Trail
from chalicelib.assigning import Assigner
from chalicelib.catalog import Catalog
from chalicelib.domain.sealing import Seal
from chalicelib.drafting import Drafter
from chalicelib.layers import Layers
from chalicelib.settings import Settings
from chalicelib.storage.phone_records import PhoneRecords
from chalicelib.storage.sealed import SealedTable

if TYPE_CHECKING:
    from chalicelib.assets.bucket import Bucket
    from chalicelib.assets.folder import Folder
    from chalicelib.storage.records import Records


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What the use cases of one installation are made of."""

    settings: Settings
    seal: Seal
    table: SealedTable
    catalog: Catalog
    phone_records: PhoneRecords
    trail: Trail
    layers: Layers
    gate: Gate
    drafter: Drafter
    assigner: Assigner
    assets: Bucket | Folder
    clock: Callable[[], datetime]
    timer: Callable[[], float]


class Wired:
    """Whatever is put together of these parts."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @cached_property
    def records(self) -> Records:
        """All records; those that phones need are there without loading the rest."""
        from chalicelib.storage.records import Records

        return Records(self._parts.table, journal=self._parts.trail)
