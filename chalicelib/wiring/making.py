"""Of what does this process make files, beside the records?"""

from __future__ import annotations

import hashlib

from chalicelib import VERSION
from chalicelib.catalog import Catalog
from chalicelib.catalog.digests import TIME_ZONES
from chalicelib.domain.access.policy import Requirement
from chalicelib.domain.edition import CONFIG, OFFHOOK, Digests, pack_of
from chalicelib.settings import Settings


def find_digests(chosen: Settings, catalog: Catalog) -> Digests:
    """A digest of each part, by what a message calls it."""
    by_vendor = dict(catalog.digests)
    zones = by_vendor.pop(TIME_ZONES, "")
    return {
        CONFIG: _digest_config(chosen),
        OFFHOOK: f"{VERSION} {zones}",
        **{pack_of(vendor): digest for vendor, digest in by_vendor.items()},
    }


def has_timer(catalog: Catalog, vendor: str) -> bool:
    """Whether the vendor's phones can be told how often to look for a new file."""
    pack = catalog.pack(vendor)
    return pack is not None and pack.timer is not None


def _digest_config(chosen: Settings) -> str:
    """Of what files take from config.yml: its extensions and devices are records."""
    server = chosen.server
    said = (
        server.name,
        server.sip_host,
        server.sip_port,
        server.timezone,
        server.ntp_servers,
        server.codecs,
        # A file tells the device's own URL where phones are to come by it.
        Requirement.TOKEN in chosen.policy.requirements,
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
