"""What may administrators do with single devices, extensions and contacts?"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.settings.values import LOCAL
from chalicelib.wiring.asked import AskedUses

if TYPE_CHECKING:
    from chalicelib.access.desk import Desk
    from chalicelib.access.rehearsing import Rehearsing
    from chalicelib.fleet.assigned import Assigned
    from chalicelib.fleet.contacts import Contacts
    from chalicelib.fleet.declared import Declared
    from chalicelib.fleet.devices import Devices
    from chalicelib.fleet.discovered import Discovered
    from chalicelib.fleet.explaining import Explaining
    from chalicelib.fleet.extensions import Extensions
    from chalicelib.fleet.opening import Opening
    from chalicelib.fleet.resyncs import Resyncs
    from chalicelib.fleet.standing import Standings

_LOAD_SECONDS = 5.0


class SingleUses(AskedUses):
    """Use cases, each loaded when it is first asked for."""

    @cached_property
    def declared(self) -> Declared:
        from chalicelib.fleet.declared import Declaration, Declared

        parts, chosen = self._parts, self._parts.settings
        return Declared(
            declaration=Declaration(
                digest=chosen.digest, extensions=chosen.extensions, devices=chosen.devices
            ),
            records=parts.phone_records,
            devices=lambda: self.devices,
            extensions=lambda: self.extensions,
            sign=lambda text: parts.seal.sign(text.encode(), purpose="config.yml").hex(),
            trail=parts.trail,
            timer=parts.timer,
            budget=_LOAD_SECONDS,
        )

    @cached_property
    def desk(self) -> Desk:
        from chalicelib.access.desk import Desk

        parts, chosen = self._parts, self._parts.settings
        return Desk(
            records=self.records,
            host=chosen.host if chosen.stage == LOCAL else None,
            clock=parts.clock,
            trail=parts.trail,
        )

    @cached_property
    def rehearsing(self) -> Rehearsing:
        from chalicelib.access.rehearsing import Rehearsing

        return Rehearsing(desk=self.desk, records=self.records, trail=self._parts.trail)

    @cached_property
    def devices(self) -> Devices:
        from chalicelib.fleet.devices import Devices

        parts = self._parts
        return Devices(
            records=self.records,
            vendors=parts.catalog,
            drafter=parts.drafter,
            downgrades=self._device_downgrades,
            trail=parts.trail,
            clock=parts.clock,
        )

    @cached_property
    def extensions(self) -> Extensions:
        from chalicelib.fleet.extensions import Extensions

        parts = self._parts
        return Extensions(
            records=self.records,
            packs=parts.catalog,
            clock=parts.clock,
            trail=parts.trail,
            on_new=self.declared.retry,
        )

    @cached_property
    def opening(self) -> Opening:
        from chalicelib.fleet.opening import Opening

        parts = self._parts
        return Opening(records=self.records, clock=parts.clock, trail=parts.trail)

    @cached_property
    def contacts(self) -> Contacts:
        from chalicelib.fleet.contacts import Contacts

        parts = self._parts
        return Contacts(records=self.records, clock=parts.clock, trail=parts.trail)

    @cached_property
    def discovered(self) -> Discovered:
        from chalicelib.fleet.discovered import Discovered

        parts = self._parts
        return Discovered(
            records=self.records,
            devices=self.devices,
            vendors=parts.catalog,
            clock=parts.clock,
            trail=parts.trail,
        )

    @cached_property
    def resyncs(self) -> Resyncs:
        from chalicelib.fleet.resyncs import Resyncs

        parts = self._parts
        return Resyncs(
            records=self.records,
            finder=self.standings,
            vendors=parts.catalog,
            clock=parts.clock,
            trail=parts.trail,
        )

    @cached_property
    def standings(self) -> Standings:
        from chalicelib.fleet.standing import Standings

        parts = self._parts
        return Standings(
            records=self.records,
            layers=parts.layers,
            vendors=parts.catalog,
            clock=parts.clock,
        )

    @cached_property
    def assigned(self) -> Assigned:
        from chalicelib.fleet.assigned import Assigned

        parts = self._parts
        return Assigned(
            records=self.records,
            vendors=parts.catalog,
            drafter=parts.drafter,
            assigner=parts.assigner,
            clock=parts.clock,
        )

    @cached_property
    def explaining(self) -> Explaining:
        from chalicelib.fleet.explaining import Explaining

        parts = self._parts
        return Explaining(
            records=self.records,
            drafter=parts.drafter,
            gate=parts.gate,
            trail=parts.trail,
            clock=parts.clock,
        )
