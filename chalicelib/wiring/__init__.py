"""How the parts are put together, once a process. The only place that knows them all."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from chalicelib import log, settings
from chalicelib.access.brake import Brake
from chalicelib.access.door import Door
from chalicelib.access.gate import Gate
from chalicelib.access.lookout import Lookout
from chalicelib.access.trail import Trail
from chalicelib.assigning import Assigner
from chalicelib.catalog import Catalog
from chalicelib.delivering.herald import Herald
from chalicelib.directory import Directory
from chalicelib.domain.access.brake import Limit
from chalicelib.domain.access.certificate import CertificateRule, read_rule
from chalicelib.domain.errors import DisabledError
from chalicelib.domain.sealing import Seal
from chalicelib.drafting import Drafter
from chalicelib.handing import Handing
from chalicelib.layers import Layers
from chalicelib.provisioning import Provisioning
from chalicelib.rendering import Renderer
from chalicelib.settings import Settings
from chalicelib.storage.phone_records import PhoneRecords
from chalicelib.storage.sealed import SealedTable
from chalicelib.storage.table import Table
from chalicelib.uploading import Uploading
from chalicelib.wiring.checking import check_at_command_line, find_mistakes, server_of
from chalicelib.wiring.fleet import Fleet
from chalicelib.wiring.making import find_digests, has_timer
from chalicelib.wiring.parts import Parts
from chalicelib.wiring.stage import open_assets, open_table, open_vault

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


class Offhook(Fleet):
    """All parts of one running installation."""

    def __init__(
        self,
        parts: Parts,
        *,
        provisioning: Provisioning,
        uploading: Uploading,
        handing: Handing,
    ) -> None:
        super().__init__(parts)
        self.settings = parts.settings
        self.catalog = parts.catalog
        self.trail = parts.trail
        self.layers = parts.layers
        self.gate = parts.gate
        self.assets = parts.assets
        self.provisioning = provisioning
        self.uploading = uploading
        self.handing = handing


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
    sealed = SealedTable(table, seal=seal, name=chosen.table)
    catalog = Catalog(custom=chosen.provisioning.custom_templates_dir)
    trail = Trail(clock=clock)
    records = PhoneRecords(sealed, journal=trail)
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
    brake = Brake(records=records, clock=clock, limit=limit)
    herald = Herald(records=records, clock=clock)
    lookout = Lookout(records=records, builders=catalog, keys=gate, herald=herald, clock=clock)
    door = Door(
        records=records, catalog=catalog, gate=gate, brake=brake, lookout=lookout, clock=clock
    )
    assets = open_assets(chosen, seal, clock)
    return Offhook(
        Parts(
            settings=chosen,
            seal=seal,
            table=sealed,
            catalog=catalog,
            phone_records=records,
            trail=trail,
            layers=layers,
            gate=gate,
            drafter=drafter,
            assigner=assigner,
            assets=assets,
            clock=clock,
            timer=timer,
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
        handing=Handing(
            assets=assets,
            vendors=catalog,
            door=door,
            assigner=assigner,
            layers=layers,
            clock=clock,
        ),
    )


def certificate_rules(catalog: Catalog) -> Callable[[str], CertificateRule | None]:
    """What each vendor puts into client certificates, read once from its pack."""

    @cache
    def rule_of(vendor: str) -> CertificateRule | None:
        pack = catalog.pack(vendor)
        return read_rule(pack.certificate) if pack else None

    return rule_of
