"""What do the layers that devices share name, for whom?

They are read where they are kept, by one read, and not remembered: nobody is to be taken back by
what another process has just set.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.firmware.census import Reported
from chalicelib.domain.firmware.named import Named, Settings
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import SERVER_PLACE, Place, place_of_firmware, place_of_model
from chalicelib.domain.site import Site
from chalicelib.domain.standing import Group
from chalicelib.domain.vendor import Pack


class Records(Protocol):
    """Where it is kept what devices share, the catalogue of firmware among it."""

    def shared(self, places: Collection[Place]) -> Mapping[Place, Stored[Any]]: ...


class Vendors(Protocol):
    """What it takes of the catalogue of vendors."""

    @property
    def vendors(self) -> Sequence[str]: ...
    def pack(self, vendor: str) -> Pack | None: ...


class Census(Protocol):
    """Whoever knows which versions the devices report: by vendor, of one site or of all."""

    def counts(self, site: str | None = None) -> Mapping[str, Sequence[Reported]]: ...


Counts = Mapping[str, Sequence[Reported]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """The layers of some groups of devices, and the firmware that there is of some vendors."""

    server: Settings = field(default_factory=dict)
    models: Mapping[tuple[str, str], Settings] = field(default_factory=dict)
    sites: Mapping[str, Site] = field(default_factory=dict)
    shelves: Mapping[str, Shelf] = field(default_factory=dict)

    def named(self, site: str, vendor: str, model: str, own: Settings | None = None) -> Named:
        """What is named for a device of this site and model; `own` is what it has of its own."""
        of_site: list[Settings] = []
        if found := self.sites.get(site):
            of_site = [found.models.get(f"{vendor}/{model}", {}), found.settings]
        of_model = self.models.get((vendor, model), {})
        return Named.by(own or {}, *of_site, of_model, self.server)


def read_places(
    records: Records, groups: Iterable[Group], *, vendors: Iterable[str] = ()
) -> Places:
    """The layers below the devices of these groups, and the firmware of these vendors."""
    groups = list(groups)
    models = {(group.vendor, group.model): None for group in groups}
    sites = {group.site: None for group in groups}
    at_model = {model: place_of_model(*model) for model in models}
    at_site: dict[str, Place] = {site: ("site", site) for site in sites}
    at_vendor = {vendor: place_of_firmware(vendor) for vendor in vendors}
    found = records.shared(
        [SERVER_PLACE, *at_model.values(), *at_site.values(), *at_vendor.values()]
    )
    server = found.get(SERVER_PLACE)
    return Places(
        server=server.value.settings if server else {},
        models={
            model: found[place].value.settings
            for model, place in at_model.items()
            if place in found
        },
        sites={site: found[place].value for site, place in at_site.items() if place in found},
        shelves={name: found[place].value for name, place in at_vendor.items() if place in found},
    )


def group_of(vendor: str, reported: Reported) -> Group:
    """The group that these devices belong to."""
    return Group(site=reported.site, vendor=vendor, model=reported.model)
