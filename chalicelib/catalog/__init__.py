"""Which vendors and models are there, and which files do their phones ask for?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from chalicelib.catalog.custom import FILES_OF_ANY_VENDOR, CustomTemplates
from chalicelib.catalog.digests import TIME_ZONES, read_digests
from chalicelib.catalog.facts import Facts
from chalicelib.catalog.pack import load_pack
from chalicelib.domain.errors import Flaw, InputError, TemplateError
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.identity import Identifier
from chalicelib.domain.mac import Mac
from chalicelib.domain.time_forms import FORMS
from chalicelib.domain.timezone import (
    TimeZone,
    TimeZoneError,
    TimeZoneTable,
    find_time_zone,
    read_time_zone_table,
)
from chalicelib.domain.vendor import FileRule, Model, Pack
from chalicelib.domain.vendor_identity import read_vendor_identity

BUILT_IN = Path(__file__).parents[1] / "templates"


class Catalog:
    """The built-in vendor packs, with the custom templates laid over them.

    A pack is loaded when it is asked for. Every method raises TemplateError when a custom template
    has a wrong name, and those that load its vendor's pack when it cannot be read.
    """

    def __init__(self, *, built_in: Path = BUILT_IN, custom: Path | None = None) -> None:
        self._built_in = built_in
        self._custom_folder = custom
        self._facts = Facts(built_in)
        self._loaded: dict[str, Pack] = {}
        self._identifiers: dict[str, Identifier] = {}
        self._zones_beyond = lru_cache(maxsize=64)(self._find_zones_beyond)
        # Phones of one model and firmware mostly say the same.
        self._identify = lru_cache(maxsize=256)(self._identify_anew)

    @cached_property
    def vendors(self) -> Sequence[str]:
        """All vendors, in alphabetical order."""
        return sorted({*self._facts.entries, *self._custom.vendors})

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Of what each vendor's files are made, and of the time zones under their file's name."""
        found = dict(read_digests(self._built_in))
        for vendor, custom in self._custom.digests.items():
            found[vendor] = f"{found.get(vendor, '')}+{custom}"
        return found

    @property
    def packs(self) -> Mapping[str, Pack]:
        """All packs by vendor. Raises TemplateError with what is wrong with any template."""
        flaws: list[Flaw] = []
        packs = {}
        for vendor in self.vendors:
            try:
                packs[vendor] = self._load(vendor)
            except TemplateError as error:
                flaws += error.flaws
        if flaws:
            raise TemplateError(*flaws)
        return packs

    def custom_models(self) -> Iterator[tuple[Pack, Model]]:
        """The models whose template is a custom one."""
        for pack in self.packs.values():
            for model in pack.models.values():
                if self._custom_folder and Path(model.template.path).parent == self._custom_folder:
                    yield pack, model

    def pack(self, vendor: str) -> Pack | None:
        """The pack that this name or alias means, in any case."""
        named = self._vendor_by_name.get(vendor.strip().lower())
        return self._load(named) if named else None

    def named(self, vendor: str) -> Pack:
        """The same. Raises InputError with what is supported."""
        pack = self.pack(vendor)
        if pack is None:
            known = ", ".join(self.vendors)
            says = f'"{vendor}" is not a supported vendor; supported are {known}'
            raise InputError(Flaw(where="vendor", says=says))
        return pack

    def find(self, vendor: str, model: str) -> tuple[Pack, Model]:
        """The pack and model that these names or aliases mean, in any case.

        Raises InputError with the field at fault and what is allowed.
        """
        pack = self.named(vendor)
        wanted = model.strip().lower()
        found = _model_of(pack, wanted)
        if found is not None:
            return pack, found
        known = ", ".join(pack.models) or "none"
        says = f'"{model}" is not a model of {pack.vendor}; supported are {known}'
        if _is_recognised(wanted, pack):
            says = (
                f'"{model}" is only recognised: no file of it can be written, '
                "unless a template adds one"
            )
        raise InputError(Flaw(where="model", says=says))

    def find_model(self, model: str) -> tuple[Pack, Model]:
        """The only model that has this name or alias, whoever built it. Raises InputError."""
        wanted = model.strip().lower()
        found = [
            (pack, candidate)
            for pack in self.packs.values()
            if (candidate := _model_of(pack, wanted)) is not None
        ]
        if len(found) == 1:
            return found[0]
        says = f'"{model}" is not a model of any vendor'
        if found:
            makers = " and ".join(pack.vendor for pack, _ in found)
            says = f'"{model}" is a model of {makers}; say the vendor, too'
        raise InputError(Flaw(where="model", says=says))

    def vendors_asking_for(self, shape: str) -> Sequence[str]:
        """The vendors whose phones ask for a file of this shape."""
        return self._vendors_by_shape.get(shape, ())

    def rules(self, shape: str, vendor: str) -> Sequence[FileRule]:
        """The file rules of one vendor for this shape of a file name."""
        pack = self.pack(vendor)
        return [rule for rule in pack.files if rule.shape == shape] if pack else []

    def identify(self, user_agent: str, *, first: str | None = None) -> Evidence:
        """What a User-Agent says of the phone.

        The vendor to ask `first` spares loading all others, where the phone is one of its own.
        """
        return self._identify(user_agent, first) if user_agent else Evidence()

    def identify_mac(self, mac: Mac) -> Evidence:
        """Who built the device, by its MAC prefix."""
        return self.identifier.identify_mac(mac)

    @cached_property
    def identifier(self) -> Identifier:
        """By what all vendors' phones are recognised."""
        return Identifier(
            [read_vendor_identity(self._facts.read(vendor)) for vendor in self._facts.entries]
        )

    def time_zone(self, name: str, *, where: str = "timezone") -> TimeZone:
        """The rule of an IANA time zone.

        Raises InputError for a name that is no zone, and TimeZoneError for a zone without a
        lasting rule.
        """
        return find_time_zone(self._time_zones, name, where=where)

    def zones_beyond(self, pack: Pack, model: Model | None = None) -> Sequence[str] | None:
        """The IANA time zones that its phones cannot be told; None where they are told none."""
        form, codes = pack.time_zone_facts(model)
        return self._zones_beyond(form, tuple(codes.items())) if form else None

    def _find_zones_beyond(self, form: str, codes: tuple[tuple[str, str | int], ...]) -> list[str]:
        code_by_name = dict(codes)
        beyond = set(self._time_zones.reason_by_irregular_name)
        for name in self._time_zones.rule_by_name:
            try:
                FORMS[form](self.time_zone(name), code_by_name)
            except TimeZoneError:
                beyond.add(name)
        return sorted(beyond)

    def _load(self, vendor: str) -> Pack:
        pack = self._loaded.get(vendor)
        if pack is None:
            built_in = None
            if vendor in self._facts.entries:
                built_in = load_pack(self._built_in / vendor, self._facts.read(vendor))
            pack = self._loaded[vendor] = self._custom.lay_over(vendor, built_in)
        return pack

    def _identify_anew(self, user_agent: str, first: str | None) -> Evidence:
        if first and first in self._facts.entries:
            found = self._identifier_of(first).identify_user_agent(user_agent)
            if found.vendor:
                return found
        return self.identifier.identify_user_agent(user_agent)

    def _identifier_of(self, vendor: str) -> Identifier:
        found = self._identifiers.get(vendor)
        if found is None:
            identity = read_vendor_identity(self._facts.read(vendor))
            found = self._identifiers[vendor] = Identifier([identity])
        return found

    @cached_property
    def _custom(self) -> CustomTemplates:
        return CustomTemplates(self._custom_folder, vendor_by_name=self._built_in_by_name)

    @cached_property
    def _built_in_by_name(self) -> Mapping[str, str]:
        return {
            name: vendor
            for vendor, entry in self._facts.entries.items()
            for name in (vendor, *entry.aliases)
        }

    @cached_property
    def _vendor_by_name(self) -> Mapping[str, str]:
        return {**{vendor: vendor for vendor in self.vendors}, **self._built_in_by_name}

    @cached_property
    def _vendors_by_shape(self) -> Mapping[str, Sequence[str]]:
        vendors: dict[str, list[str]] = {}
        for vendor in self.vendors:
            entry = self._facts.entries.get(vendor)
            for shape in entry.shapes if entry else FILES_OF_ANY_VENDOR:
                vendors.setdefault(shape, []).append(vendor)
        return vendors

    @cached_property
    def _time_zones(self) -> TimeZoneTable:
        path = self._built_in / TIME_ZONES
        return read_time_zone_table(json.loads(path.read_text("utf-8")))


def _model_of(pack: Pack, wanted: str) -> Model | None:
    """The model of the pack that this name or alias means, in lower case."""
    models = pack.models.values()
    return next((each for each in models if wanted in (each.name, *each.aliases)), None)


def _is_recognised(model: str, pack: Pack) -> bool:
    """Whether the pack knows the model by what it sends alone."""
    known = pack.about.get("recognised_models", {})
    return any(model in (name, *facts.get("aliases", ())) for name, facts in known.items())
