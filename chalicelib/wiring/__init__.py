"""How the parts are put together, once a process. The only place that knows them all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib import log, settings
from chalicelib.access.brake import Brake
from chalicelib.access.desk import Desk
from chalicelib.access.door import Door
from chalicelib.access.gate import Gate
from chalicelib.access.lookout import Lookout
from chalicelib.access.trail import Trail
from chalicelib.assets.bucket import Bucket
from chalicelib.assets.folder import Folder
from chalicelib.assigning import Assigner
from chalicelib.catalog import Catalog
from chalicelib.delivering.courier import Courier
from chalicelib.delivering.herald import Herald
from chalicelib.delivering.post import Post
from chalicelib.directory import Directory
from chalicelib.domain.access.brake import Limit
from chalicelib.domain.access.certificate import CertificateRule, read_rule
from chalicelib.domain.bookmark import Bookmarks
from chalicelib.domain.bulk.cursor import Cursors
from chalicelib.domain.errors import (
    DisabledError,
)
from chalicelib.domain.sealing import Seal
from chalicelib.drafting import Drafter
from chalicelib.fleet.assignments import Assignments
from chalicelib.fleet.bulk_export import Export
from chalicelib.fleet.census import Census
from chalicelib.fleet.contacts import Contacts
from chalicelib.fleet.declared import Declaration, Declared
from chalicelib.fleet.devices import Devices
from chalicelib.fleet.discovered import Discovered
from chalicelib.fleet.explaining import Explaining
from chalicelib.fleet.extensions import Extensions
from chalicelib.fleet.firmware import FirmwareCatalogue
from chalicelib.fleet.layouts import Layouts
from chalicelib.fleet.opening import Opening
from chalicelib.fleet.pacing import Pacing
from chalicelib.fleet.resyncs import Resyncs
from chalicelib.fleet.rollouts import Rollouts, find_rollouts
from chalicelib.fleet.shared import Shared
from chalicelib.fleet.sites import Sites
from chalicelib.fleet.standing import Standings
from chalicelib.fleet.trial import Trial
from chalicelib.fleet.webhooks import Webhooks
from chalicelib.handing import Handing
from chalicelib.layers import Layers
from chalicelib.provisioning import Provisioning
from chalicelib.rendering import Renderer
from chalicelib.settings import Settings
from chalicelib.settings.values import LOCAL
from chalicelib.storage.outbox import Entry
from chalicelib.storage.records import Records
from chalicelib.storage.sealed import SealedTable
from chalicelib.storage.table import Table
from chalicelib.uploading import Uploading
from chalicelib.wiring.checking import check_at_command_line, find_mistakes, server_of
from chalicelib.wiring.making import find_digests, has_timer
from chalicelib.wiring.stage import open_assets, open_table, open_vault

if TYPE_CHECKING:
    from chalicelib.fleet.bulk import Bulk

__all__ = [
    "Offhook",
    "build",
    "check_at_command_line",
    "find_mistakes",
    "offhook",
    "open_assets",
    "open_table",
    "open_vault",
    "ready",
    "server_of",
]

_LOAD_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Offhook:
    """All parts of one running installation."""

    settings: Settings
    catalog: Catalog
    records: Records
    devices: Devices
    discovered: Discovered
    resyncs: Resyncs
    webhooks: Webhooks
    courier: Courier[Entry]
    extensions: Extensions
    declared: Declared
    layers: Layers
    gate: Gate
    desk: Desk
    trail: Trail
    opening: Opening
    sites: Sites
    shared: Shared
    layouts: Layouts
    explaining: Explaining
    contacts: Contacts
    bulk: Callable[[], Bulk]
    """Loaded on first use."""
    export: Export
    cursors: Cursors
    bookmarks: Bookmarks
    standings: Standings
    provisioning: Provisioning
    uploading: Uploading
    firmware: FirmwareCatalogue
    rollouts: Rollouts
    pacing: Pacing
    handing: Handing
    assets: Bucket | Folder


@cache
def offhook() -> Offhook:
    """The installation that this process serves. Raises ConfigError and TemplateError."""
    log.begin(None)  # so that a broken config.yml leaves a line, too
    chosen = settings.load()
    log.begin(chosen.log_file)
    return build(chosen, table=open_table(chosen))


def ready() -> Offhook:
    """The same, once config.yml is in the table. Raises DisabledError and StoreDownError too."""
    found = offhook()
    if not found.settings.provisioning.enabled:
        raise DisabledError("provisioning.enabled is false in config.yml")
    found.declared.load()
    return found


def build(
    chosen: Settings,
    *,
    table: Table,
    seal: Seal | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    timer: Callable[[], float] = time.monotonic,
    limit: Limit | None = None,
) -> Offhook:
    """Put the parts together over a table."""
    seal = seal or open_vault(chosen, table)
    is_at_home = chosen.stage == LOCAL
    catalog = Catalog(custom=chosen.provisioning.custom_templates_dir)
    trail = Trail(clock=clock)
    records = Records(SealedTable(table, seal=seal, name=chosen.table), journal=trail)
    layers = Layers(
        records=records,
        timer=timer,
        clock=clock,
        digests=lambda: find_digests(chosen, catalog),
        looks=lambda vendor: has_timer(catalog, vendor),
    )
    gate = Gate(policy=chosen.policy, sites=layers, seal=seal, rule_of=certificate_rules(catalog))
    server = server_of(chosen, catalog)
    assigner = Assigner(shared=layers, zones=catalog, zone=server.timezone)
    drafter = Drafter(
        vendors=catalog, renderer=Renderer(), server=server, layers=layers, equipment=assigner
    )
    trial = Trial(records=records, vendors=catalog, drafter=drafter, census=records)
    brake = Brake(records=records, clock=clock, limit=limit)
    herald = Herald(records=records, clock=clock)
    lookout = Lookout(records=records, builders=catalog, keys=gate, herald=herald, clock=clock)
    door = Door(
        records=records, catalog=catalog, gate=gate, brake=brake, lookout=lookout, clock=clock
    )
    assets = open_assets(chosen, seal, clock)
    census = Census(records=records)
    assignments = Assignments(records=records)
    standings = Standings(records=records, layers=layers, vendors=catalog, clock=clock)
    devices = Devices(records=records, vendors=catalog, drafter=drafter, trail=trail, clock=clock)

    @cache
    def open_bulk() -> Bulk:
        from chalicelib.fleet.bulk import Bulk
        from chalicelib.fleet.bulk_row import Workbench
        from chalicelib.storage.batch_records import BatchRecords

        def open_workbench() -> Workbench:
            batch = BatchRecords(SealedTable(table, seal=seal, name=chosen.table), journal=trail)
            return Workbench(
                records=batch,
                devices=Devices(
                    records=batch, vendors=catalog, drafter=drafter, trail=trail, clock=clock
                ),
                extensions=Extensions(
                    records=batch, packs=catalog, clock=clock, trail=trail, on_new=lambda: None
                ),
                sites=Sites(
                    records=batch, trial=trial, clock=clock, trail=trail, on_change=layers.forget
                ),
            )

        return Bulk(
            open_workbench=open_workbench,
            vendors=catalog,
            timer=timer,
            on_new=lambda: declared.retry(),
        )

    extensions = Extensions(
        records=records,
        packs=catalog,
        clock=clock,
        trail=trail,
        on_new=lambda: declared.retry(),
    )
    declared = Declared(
        declaration=Declaration(
            digest=chosen.digest, extensions=chosen.extensions, devices=chosen.devices
        ),
        records=records,
        devices=devices,
        extensions=extensions,
        sign=lambda text: seal.sign(text.encode(), purpose="config.yml").hex(),
        trail=trail,
        timer=timer,
        budget=_LOAD_SECONDS,
    )
    return Offhook(
        settings=chosen,
        catalog=catalog,
        records=records,
        devices=devices,
        discovered=Discovered(
            records=records, devices=devices, vendors=catalog, clock=clock, trail=trail
        ),
        resyncs=Resyncs(
            records=records, finder=standings, vendors=catalog, clock=clock, trail=trail
        ),
        webhooks=Webhooks(records=records, clock=clock, trail=trail, is_at_home=is_at_home),
        courier=Courier(outbox=records, sender=Post(is_at_home=is_at_home), clock=clock),
        extensions=extensions,
        declared=declared,
        layers=layers,
        gate=gate,
        desk=Desk(
            records=records,
            host=chosen.host if chosen.stage == LOCAL else None,
            clock=clock,
            trail=trail,
        ),
        trail=trail,
        opening=Opening(records=records, clock=clock, trail=trail),
        contacts=Contacts(records=records, clock=clock, trail=trail),
        bulk=open_bulk,
        export=Export(records=records, trail=trail),
        bookmarks=Bookmarks(lambda message: seal.sign(message, purpose="cursor")),
        standings=standings,
        cursors=Cursors(lambda message: seal.sign(message, purpose="import cursor")),
        sites=Sites(
            records=records,
            trial=trial,
            clock=clock,
            trail=trail,
            on_change=layers.forget,
            rollouts_at=lambda site: find_rollouts(records, catalog.vendors, site),
        ),
        shared=Shared(
            records=records, trial=trial, clock=clock, trail=trail, on_change=layers.forget
        ),
        layouts=Layouts(
            records=records,
            assignments=assignments,
            clock=clock,
            trail=trail,
            on_change=layers.forget,
        ),
        explaining=Explaining(
            records=records, drafter=drafter, gate=gate, trail=trail, clock=clock
        ),
        provisioning=Provisioning(
            records=records,
            layers=layers,
            catalog=catalog,
            drafter=drafter,
            directory=Directory(records=records, timer=timer),
            door=door,
            gate=gate,
            herald=herald,
            clock=clock,
        ),
        uploading=Uploading(records=records, catalog=catalog, door=door, clock=clock),
        firmware=FirmwareCatalogue(
            records=records,
            assets=assets,
            vendors=catalog,
            census=census,
            assignments=assignments,
            clock=clock,
            trail=trail,
            on_change=layers.forget,
        ),
        rollouts=Rollouts(
            records=records,
            vendors=catalog,
            census=census,
            has_site=lambda name: records.site(name) is not None,
            clock=clock,
            trail=trail,
            on_change=layers.forget,
        ),
        pacing=Pacing(
            records=records,
            census=census,
            vendors=catalog,
            rate=chosen.fetches_per_second,
            clock=clock,
            timer=timer,
            on_change=layers.forget,
        ),
        handing=Handing(
            assets=assets,
            vendors=catalog,
            door=door,
            assigner=assigner,
            layers=layers,
            clock=clock,
        ),
        assets=assets,
    )


def certificate_rules(catalog: Catalog) -> Callable[[str], CertificateRule | None]:
    """What each vendor puts into client certificates, read once from its pack."""

    @cache
    def rule_of(vendor: str) -> CertificateRule | None:
        pack = catalog.pack(vendor)
        return read_rule(pack.certificate) if pack else None

    return rule_of
