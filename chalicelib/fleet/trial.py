"""Can devices be given these settings, which more than one of them will have?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from chalicelib.domain.cascade import MODEL, SERVER, SITE, SITE_MODEL, Layer, cascade
from chalicelib.domain.chosen import find_missing
from chalicelib.domain.errors import Flaw, InexpressibleError, InputError
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.profile import SETTINGS
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import SERVER_PLACE, Place, place_of_model
from chalicelib.domain.site import Site
from chalicelib.domain.tally import Cell
from chalicelib.domain.timezone import TimeZone
from chalicelib.domain.vendor import Model, Pack
from chalicelib.domain.wording import path_to, shown

Settings = Mapping[str, Any]

_MOST_MODELS = 50
"""So many models of a site's devices are tried out."""


class Vendors(Protocol):
    """What it takes of the catalogue."""

    @property
    def vendors(self) -> Sequence[str]: ...
    def pack(self, vendor: str) -> Pack | None: ...
    def find(self, vendor: str, model: str) -> tuple[Pack, Model]: ...
    def time_zone(self, name: str, *, where: str = ...) -> TimeZone: ...


class Drafter(Protocol):
    """What it takes of whoever writes the files."""

    def examine_layers(
        self, vendor: str, model: str, layers: Sequence[Layer], own: Layer, *, site: str
    ) -> Sequence[str]: ...


class Records(Protocol):
    """Where it is kept what devices share."""

    def shared(self, places: Collection[Place]) -> Mapping[Place, Stored[Any]]: ...


class Census(Protocol):
    """Who counts the devices of a site, by model."""

    def cells(self, site: str | None = None) -> Sequence[Cell]: ...


class Trial:
    """Tries settings out. Its methods raise InputError, and return what would be lost, in words."""

    def __init__(
        self, *, records: Records, vendors: Vendors, drafter: Drafter, census: Census
    ) -> None:
        self._records = records
        self._vendors = vendors
        self._drafter = drafter
        self._census = census

    def name_of(self, model: str, where: str) -> tuple[str, str]:
        """The vendor and the model that `yealink/t46s` means. Raises InputError."""
        vendor, slash, name = model.partition("/")
        if not slash:
            says = f"{shown(model)} is not a vendor and a model, such as zip/33g"
            raise InputError(Flaw(where=where, says=says))
        try:
            pack, found = self._vendors.find(vendor, name)
        except InputError as error:
            flaws = (Flaw(where=where, says=flaw.says) for flaw in error.flaws)
            raise InputError(*flaws) from error
        return pack.vendor, found.name

    def try_server(self, settings: Settings) -> list[str]:
        """What is to be set for all devices."""
        own = Layer(SERVER, settings)
        self._refuse(settings, [own], "settings")
        used = self._models_of(None) if settings else []
        if settings and not used:
            return self._try_anywhere([own], own, DEFAULT_SITE)
        stored = self._records.shared([place_of_model(*each) for each in used])
        warnings: list[str] = []
        for vendor, model in used:
            below = _layer(MODEL, stored.get(place_of_model(vendor, model)), f"{vendor}/{model}")
            warnings += self._try(vendor, model, [own, below], own, DEFAULT_SITE, "")
        return list(dict.fromkeys(warnings))

    def try_model(self, vendor: str, model: str, settings: Settings) -> list[str]:
        """What is to be set for the devices of a model."""
        self._refuse_zone(settings, "settings")
        stored = self._records.shared([SERVER_PLACE])
        own = Layer(MODEL, settings, f"{vendor}/{model}")
        layers = [_layer(SERVER, stored.get(SERVER_PLACE)), own]
        return list(self._drafter.examine_layers(vendor, model, layers, own, site=DEFAULT_SITE))

    def try_site(self, site: Site) -> list[str]:
        """What is to be set for the devices of a site, and for some models of it."""
        names = [self.name_of(name, f"models.{shown(name)}") for name in site.models]
        used = self._models_of(site.name) if site.settings else []
        models = list(dict.fromkeys([*names, *used]))
        places = [SERVER_PLACE, *(place_of_model(*each) for each in models)]
        stored = self._records.shared(places)
        server = _layer(SERVER, stored.get(SERVER_PLACE))
        at = Layer(SITE, site.settings, site.name)
        self._refuse(site.settings, [server, at], "settings")
        warnings: list[str] = []
        if site.settings and not used:
            warnings = self._try_anywhere([server, at], at, site.name)
        for vendor, model in models:
            named = f"{vendor}/{model}"
            where = path_to("models", named)
            settings = site.models.get(named, {})
            below = _layer(MODEL, stored.get(place_of_model(vendor, model)), named)
            special = Layer(SITE_MODEL, settings, f"{site.name} for {named}")
            layers = [server, below, at, special]
            if settings:
                self._refuse_zone(settings, where)
                warnings += self._try(vendor, model, layers, special, site.name, where)
            if (vendor, model) in used:
                warnings += self._try(vendor, model, layers, at, site.name, "")
        return list(dict.fromkeys(warnings))

    def _models_of(self, site: str | None) -> list[tuple[str, str]]:
        groups = (cell.group for cell in self._census.cells(site))
        return sorted({(group.vendor, group.model) for group in groups})[:_MOST_MODELS]

    def _try_anywhere(self, layers: Sequence[Layer], own: Layer, site: str) -> list[str]:
        """Try the layers where there is no device yet: told is what no vendor at all can do.

        The first vendor that can do all of it ends the search, so it is mostly a short one.
        """
        lost: dict[str, str] | None = None
        refused: InputError | None = None
        for vendor in self._vendors.vendors:
            pack = self._vendors.pack(vendor)
            if pack is None or not pack.models:
                continue
            try:
                told = self._try(vendor, next(iter(pack.models)), layers, own, site, "")
            except InputError as error:
                refused = refused or error
                continue
            found = {text.partition(":")[0]: text for text in told}
            lost = {at: said for at, said in (lost or found).items() if at in found}
            if not lost:
                return []
        if lost is None and refused is not None:
            raise refused
        return [f"{said} (as with every vendor)" for said in (lost or {}).values()]

    def _try(
        self, vendor: str, model: str, layers: Sequence[Layer], own: Layer, site: str, where: str
    ) -> list[str]:
        """Try the layers with one model; what is told of its own settings is told at `where`."""
        named = "" if where else f" (for {vendor}/{model})"
        try:
            lost = self._drafter.examine_layers(vendor, model, layers, own, site=site)
        except InputError as error:
            flaws = [
                Flaw(where=_moved(flaw.where, where), says=f"{flaw.says}{named}")
                for flaw in error.flaws
            ]
            raise InputError(*flaws) from error
        return [_moved(each, where) for each in lost]

    def _refuse(self, settings: Settings, layers: Sequence[Layer], where: str) -> None:
        self._refuse_zone(settings, where)
        missing = [
            Flaw(where=".".join((where, *path)), says="is required")
            for path in find_missing(SETTINGS, cascade(layers))
            if path[0] in settings
        ]
        if missing:
            raise InputError(*missing)

    def _refuse_zone(self, settings: Settings, where: str) -> None:
        """Raise InputError for a time zone that nobody knows, or that has no lasting rule."""
        zone = settings.get("timezone")
        if zone is None:
            return
        place = f"{where}.timezone"
        try:
            self._vendors.time_zone(zone, where=place)
        except InexpressibleError as error:
            raise InputError(Flaw(where=place, says=str(error))) from error


def _layer(name: str, stored: Stored[Any] | None, of: str = "") -> Layer:
    return Layer(name, stored.value.settings if stored else {}, of)


def _moved(text: str, where: str) -> str:
    """The same with its path below `where`."""
    return f"{where}{text.removeprefix('settings')}" if where else text
