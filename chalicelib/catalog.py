"""Which vendors and models there are: finds and loads the vendor packs and custom templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from chalicelib.domain.errors import Flaw, InputError, TemplateError
from chalicelib.domain.format import FORMATS, Format
from chalicelib.domain.timezone import (
    TimeZone,
    TimeZoneTable,
    find_time_zone,
    read_time_zone_table,
)
from chalicelib.domain.vendor import FileKind, FileRule, Model, Pack, Template

BUILT_IN = Path(__file__).parent / "templates"

_LARGEST_TEMPLATE = 256 * 1024  # bytes
_CUSTOM_NAME = re.compile(r"([a-z0-9]+)_([a-z0-9][a-z0-9._-]*)\.template")
# Blanks, comments and statements of the template language, which write nothing, then a `<`.
_XML_BEGIN = re.compile(r"(?>\s+|\{#(?>.*?#\})|\{%(?>.*?%\}))*+<", re.DOTALL)
_XML, _KEY_VALUE = FORMATS["xml"], FORMATS["key_value"]
_FILES_OF_ANY_VENDOR = ("{mac}.cfg", "cfg{mac}.cfg")


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
            folder.parent.name: _load_pack(folder)
            for folder in sorted(self._built_in.glob("*/vendor.yml"))
        }
        if self._custom:
            _lay_all_over(packs, self._custom)
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


def _load_pack(path: Path) -> Pack:
    facts = _read_yaml(path)
    vendor, form = facts["vendor"], FORMATS[facts["format"]]
    folder = path.parent

    def template(name: str) -> Template:
        path = folder / f"{name}.template"
        source = _read_text(path)
        return Template(name=f"{vendor}/{name}", path=str(path), source=source, format=form)

    return Pack(
        vendor=vendor,
        label=facts["label"],
        aliases=tuple(facts.get("aliases", ())),
        format=form,
        time_zone_form=facts.get("time_zone_form"),
        codecs=facts.get("codecs", {}),
        models={
            name: Model(
                name=name,
                label=model["label"],
                aliases=tuple(model.get("aliases", ())),
                template=template(model["template"]),
                facts=model.get("facts", {}),
            )
            for name, model in facts["models"].items()
        },
        files=tuple(
            FileRule(
                vendor=vendor,
                shape=rule["name"],
                kind=FileKind(rule["kind"]),
                model=rule.get("model"),
                template=template(rule["template"]) if "template" in rule else None,
            )
            for rule in facts["files"]
        ),
    )


def _lay_all_over(packs: dict[str, Pack], folder: Path) -> None:
    """Add the custom templates in `folder`. Raises TemplateError with what is wrong with any."""
    flaws: list[Flaw] = []
    path_by_model: dict[tuple[str, str], Path] = {}
    for path in _find_templates(folder):
        try:
            named = _lay_over(packs, path)
        except TemplateError as error:
            flaws += error.flaws
        else:
            other = path_by_model.setdefault(named, path)
            if other is not path:
                says = f"is for the same model as {other.name}; keep one of the two"
                flaws.append(Flaw(where=str(path), says=says))
    if flaws:
        raise TemplateError(*flaws)


def _find_templates(folder: Path) -> list[Path]:
    """What is meant to be a template, also where an editor or a system changed the name."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        says = (
            f"cannot be read as a folder: {error.strerror}; see provisioning.custom_templates_dir"
        )
        raise TemplateError(Flaw(where=str(folder), says=says)) from error
    return [
        path
        for path in paths
        if path.name.lower().endswith((".template", ".template.txt"))
        and not path.name.startswith(".")
    ]


def _lay_over(packs: dict[str, Pack], path: Path) -> tuple[str, str]:
    """Add the custom template at `path` as a model, or in place of a built-in model's template."""
    named = _CUSTOM_NAME.fullmatch(path.name)
    if named is None:
        says = (
            "must be named vendor_model.template, in lower case, such as zip_t57w.template; "
            "rename the file"
        )
        raise TemplateError(Flaw(where=str(path), says=says))
    vendor, name = named.groups()
    vendor = next((p.vendor for p in packs.values() if vendor in p.aliases), vendor)
    pack = packs.get(vendor)
    source = _read_text(path)
    form = _XML if _begins_as_xml(source) else pack.format if pack else _KEY_VALUE
    template = Template(name=path.name, path=str(path), source=source, format=form)
    if pack is None:
        pack = _new_vendor(vendor, form)
    model = pack.models.get(name) or next(
        (model for model in pack.models.values() if name in model.aliases), None
    )
    if model is None:
        model = Model(name=name, label=name, aliases=(), template=template, facts={})
    models = {**pack.models, model.name: replace(model, template=template)}
    packs[vendor] = replace(pack, models=dict(sorted(models.items())))
    return vendor, model.name


def _new_vendor(vendor: str, form: Format) -> Pack:
    return Pack(
        vendor=vendor,
        label=vendor,
        aliases=(),
        format=form,
        time_zone_form=None,
        codecs={},
        models={},
        files=tuple(
            FileRule(vendor=vendor, shape=shape, kind=FileKind.DEVICE, model=None, template=None)
            for shape in _FILES_OF_ANY_VENDOR
        ),
    )


def _begins_as_xml(source: str) -> bool:
    """Whether the first thing that the template writes is a `<`."""
    return _XML_BEGIN.match(source) is not None


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TemplateError(
            Flaw(where=str(path), says=f"cannot be read: {error.strerror}")
        ) from error
    if len(raw) > _LARGEST_TEMPLATE:
        says = f"has {len(raw)} bytes; at most {_LARGEST_TEMPLATE} are allowed"
        raise TemplateError(Flaw(where=str(path), says=says))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start + 1} is {raw[error.start]:#04x}"
        says = f"is not UTF-8: {found}; save the file as UTF-8"
        raise TemplateError(Flaw(where=str(path), says=says)) from error


def _read_yaml(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    facts: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    return facts
