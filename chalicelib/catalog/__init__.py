"""Which vendors and models are there, and which files do their phones ask for?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from chalicelib.catalog.custom import lay_over
from chalicelib.catalog.pack import load_pack
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.timezone import (
    TimeZone,
    TimeZoneTable,
    find_time_zone,
    read_time_zone_table,
)
from chalicelib.domain.vendor import FileRule, Model, Pack

BUILT_IN = Path(__file__).parents[1] / "templates"


class Catalog:
    """The built-in vendor packs, with the custom templates laid over them."""

    def __init__(self, *, built_in: Path = BUILT_IN, custom: Path | None = None) -> None:
        self._built_in = built_in
        self._custom = custom

    @cached_property
    def packs(self) -> Mapping[str, Pack]:
        """All packs by vendor, in alphabetical order.

        Raises TemplateError when a custom template has a wrong name or cannot be read.
        """
        packs = {
            path.parent.name: load_pack(path)
            for path in sorted(self._built_in.glob("*/vendor.yml"))
        }
        if self._custom:
            lay_over(packs, self._custom)
        return dict(sorted(packs.items()))

    def custom_models(self) -> Iterator[tuple[Pack, Model]]:
        """The models whose template is a custom one."""
        for pack in self.packs.values():
            for model in pack.models.values():
                if self._custom and Path(model.template.path).parent == self._custom:
                    yield pack, model

    def pack(self, vendor: str) -> Pack | None:
        """The pack that this name or alias means, in any case."""
        return self._pack_by_name.get(vendor.strip().lower())

    def find(self, vendor: str, model: str) -> tuple[Pack, Model]:
        """The pack and model that these names or aliases mean, in any case.

        Raises InputError with the field at fault and what is allowed.
        """
        pack = self.pack(vendor)
        if pack is None:
            known = ", ".join(self.packs)
            says = f'"{vendor}" is not a supported vendor; supported are {known}'
            raise InputError(Flaw(where="vendor", says=says))
        wanted = model.strip().lower()
        for candidate in pack.models.values():
            if wanted == candidate.name or wanted in candidate.aliases:
                return pack, candidate
        known = ", ".join(pack.models)
        says = f'"{model}" is not a model of {pack.vendor}; supported are {known}'
        raise InputError(Flaw(where="model", says=says))

    def rules(self, shape: str) -> Sequence[FileRule]:
        """The file rules of all vendors for this shape of a file name."""
        return self._rules_by_shape.get(shape, ())

    def time_zone(self, name: str, *, where: str = "timezone") -> TimeZone:
        """The rule of an IANA time zone.

        Raises InputError for a name that is no zone, and for a zone without a lasting rule.
        """
        return find_time_zone(self._time_zones, name, where=where)

    @cached_property
    def _pack_by_name(self) -> Mapping[str, Pack]:
        return {name: pack for pack in self.packs.values() for name in (pack.vendor, *pack.aliases)}

    @cached_property
    def _rules_by_shape(self) -> Mapping[str, Sequence[FileRule]]:
        rules: dict[str, list[FileRule]] = {}
        for pack in self.packs.values():
            for rule in pack.files:
                rules.setdefault(rule.shape, []).append(rule)
        return rules

    @cached_property
    def _time_zones(self) -> TimeZoneTable:
        path = self._built_in / "timezones.json"
        return read_time_zone_table(json.loads(path.read_text("utf-8")))
