"""What may administrators do with an installation?

Each use case is put together, and its code loaded, when it is first asked for: a phone that wakes a
process up does not wait for them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.settings.values import LOCAL
from chalicelib.wiring.sharing import SharingUses
from chalicelib.wiring.single import SingleUses

if TYPE_CHECKING:
    from chalicelib.delivering.courier import Courier
    from chalicelib.domain.bookmark import Bookmarks
    from chalicelib.domain.bulk.cursor import Cursors
    from chalicelib.fleet.bulk import Bulk
    from chalicelib.fleet.bulk_export import Export
    from chalicelib.fleet.webhooks import Webhooks
    from chalicelib.fleet.workbench import Workbench
    from chalicelib.storage.outbox import Entry


class Fleet(SingleUses, SharingUses):
    """All use cases of administrators."""

    @cached_property
    def webhooks(self) -> Webhooks:
        from chalicelib.fleet.webhooks import Webhooks

        parts = self._parts
        return Webhooks(
            records=self.records,
            clock=parts.clock,
            trail=parts.trail,
            is_at_home=parts.settings.stage == LOCAL,
        )

    @cached_property
    def courier(self) -> Courier[Entry]:
        from chalicelib.delivering.courier import Courier
        from chalicelib.delivering.post import Post

        parts = self._parts
        post = Post(is_at_home=parts.settings.stage == LOCAL)
        return Courier(outbox=self.records, sender=post, clock=parts.clock)

    @cached_property
    def bulk(self) -> Bulk:
        from chalicelib.fleet.bulk import Bulk

        parts = self._parts
        return Bulk(
            open_workbench=self._open_workbench,
            vendors=parts.catalog,
            timer=parts.timer,
            on_new=self.declared.retry,
        )

    @cached_property
    def export(self) -> Export:
        from chalicelib.fleet.bulk_export import Export

        return Export(records=self.records, trail=self._parts.trail)

    @cached_property
    def bookmarks(self) -> Bookmarks:
        from chalicelib.domain.bookmark import Bookmarks

        seal = self._parts.seal
        return Bookmarks(lambda message: seal.sign(message, purpose="cursor"))

    @cached_property
    def cursors(self) -> Cursors:
        from chalicelib.domain.bulk.cursor import Cursors

        seal = self._parts.seal
        return Cursors(lambda message: seal.sign(message, purpose="import cursor"))

    def _open_workbench(self) -> Workbench:
        """Where rows of a file are brought in: over records that write many at once."""
        from chalicelib.fleet.devices import Devices
        from chalicelib.fleet.downgrade.device import DeviceDowngrades
        from chalicelib.fleet.extensions import Extensions
        from chalicelib.fleet.sites import Sites
        from chalicelib.fleet.workbench import Workbench
        from chalicelib.storage.batch_records import BatchRecords

        parts = self._parts
        catalog, clock, trail = parts.catalog, parts.clock, parts.trail
        batch = BatchRecords(parts.table, journal=trail)
        return Workbench(
            records=batch,
            devices=Devices(
                records=batch,
                vendors=catalog,
                drafter=parts.drafter,
                downgrades=DeviceDowngrades(records=batch, vendors=catalog),
                trail=trail,
                clock=clock,
            ),
            extensions=Extensions(
                records=batch, packs=catalog, clock=clock, trail=trail, on_new=lambda: None
            ),
            sites=Sites(
                records=batch,
                trial=self._trial,
                downgrades=self._settings_downgrades,
                clock=clock,
                trail=trail,
                on_change=parts.layers.forget,
            ),
        )
