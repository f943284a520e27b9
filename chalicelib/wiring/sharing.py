"""What may administrators do with what many devices have in common?"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.asked import AskedUses

if TYPE_CHECKING:
    from chalicelib.fleet.assignments import Assignments
    from chalicelib.fleet.firmware import FirmwareCatalogue
    from chalicelib.fleet.layouts import Layouts
    from chalicelib.fleet.pacing import Pacing
    from chalicelib.fleet.rollouts import Rollouts
    from chalicelib.fleet.shared import Shared
    from chalicelib.fleet.sites import Sites
    from chalicelib.fleet.trial import Trial


class SharingUses(AskedUses):
    """Use cases, each loaded when it is first asked for."""

    @cached_property
    def sites(self) -> Sites:
        from chalicelib.fleet.shelf import find_rollouts
        from chalicelib.fleet.sites import Sites

        parts = self._parts
        return Sites(
            records=self.records,
            trial=self._trial,
            downgrades=self._settings_downgrades,
            clock=parts.clock,
            trail=parts.trail,
            on_change=parts.layers.forget,
            rollouts_at=lambda site: find_rollouts(self.records, parts.catalog.vendors, site),
        )

    @cached_property
    def shared(self) -> Shared:
        from chalicelib.fleet.shared import Shared

        parts = self._parts
        return Shared(
            records=self.records,
            trial=self._trial,
            downgrades=self._settings_downgrades,
            clock=parts.clock,
            trail=parts.trail,
            on_change=parts.layers.forget,
        )

    @cached_property
    def layouts(self) -> Layouts:
        from chalicelib.fleet.layouts import Layouts

        parts = self._parts
        return Layouts(
            records=self.records,
            assignments=self._assignments,
            clock=parts.clock,
            trail=parts.trail,
            on_change=parts.layers.forget,
        )

    @cached_property
    def firmware(self) -> FirmwareCatalogue:
        from chalicelib.fleet.downgrade.file import FileDowngrades
        from chalicelib.fleet.firmware import FirmwareCatalogue

        parts = self._parts
        records, census, vendors = self.records, self.census, parts.catalog
        return FirmwareCatalogue(
            records=records,
            assets=parts.assets,
            vendors=vendors,
            census=census,
            assignments=self._assignments,
            downgrades=FileDowngrades(records=records, vendors=vendors, census=census),
            clock=parts.clock,
            trail=parts.trail,
            on_change=parts.layers.forget,
        )

    @cached_property
    def rollouts(self) -> Rollouts:
        from chalicelib.fleet.downgrade.rollout import RolloutDowngrades
        from chalicelib.fleet.rollouts import Rollouts

        parts = self._parts
        records, census, vendors = self.records, self.census, parts.catalog
        return Rollouts(
            records=records,
            vendors=vendors,
            census=census,
            downgrades=RolloutDowngrades(records=records, vendors=vendors, census=census),
            has_site=lambda name: self.records.site(name) is not None,
            clock=parts.clock,
            trail=parts.trail,
            on_change=parts.layers.forget,
        )

    @cached_property
    def pacing(self) -> Pacing:
        from chalicelib.fleet.pacing import Pacing

        parts = self._parts
        return Pacing(
            records=self.records,
            census=self.census,
            vendors=parts.catalog,
            rate=parts.settings.fetches_per_second,
            clock=parts.clock,
            timer=parts.timer,
            on_change=parts.layers.forget,
        )

    @cached_property
    def _assignments(self) -> Assignments:
        from chalicelib.fleet.assignments import Assignments

        return Assignments(records=self.records)

    @cached_property
    def _trial(self) -> Trial:
        from chalicelib.fleet.trial import Trial

        parts = self._parts
        return Trial(
            records=self.records,
            vendors=parts.catalog,
            drafter=parts.drafter,
            census=self.records,
        )
