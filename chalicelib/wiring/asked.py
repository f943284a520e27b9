"""What do use cases ask before they change what devices have?"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.parts import Wired

if TYPE_CHECKING:
    from chalicelib.fleet.census import Census
    from chalicelib.fleet.downgrade import Downgrades


class AskedUses(Wired):
    """Parts of use cases, each loaded when it is first asked for."""

    @cached_property
    def census(self) -> Census:
        from chalicelib.fleet.census import Census

        return Census(records=self.records)

    @cached_property
    def _downgrades(self) -> Downgrades:
        from chalicelib.fleet.downgrade import Downgrades

        parts = self._parts
        return Downgrades(records=self.records, vendors=parts.catalog, census=self.census)
