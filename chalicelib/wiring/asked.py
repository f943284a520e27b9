"""What do use cases ask before they change what devices have?"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.parts import Wired

if TYPE_CHECKING:
    from chalicelib.fleet.census import Census
    from chalicelib.fleet.downgrade.device import DeviceDowngrades
    from chalicelib.fleet.downgrade.settings import SettingsDowngrades


class AskedUses(Wired):
    """Parts of use cases, each loaded when it is first asked for."""

    @cached_property
    def census(self) -> Census:
        from chalicelib.fleet.census import Census

        return Census(records=self.records)

    @cached_property
    def _settings_downgrades(self) -> SettingsDowngrades:
        from chalicelib.fleet.downgrade.settings import SettingsDowngrades

        vendors = self._parts.catalog
        return SettingsDowngrades(records=self.records, vendors=vendors, census=self.census)

    @cached_property
    def _device_downgrades(self) -> DeviceDowngrades:
        from chalicelib.fleet.downgrade.device import DeviceDowngrades

        return DeviceDowngrades(records=self.records, vendors=self._parts.catalog)
