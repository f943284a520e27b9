"""How do custom templates add models and vendors, or take the place of built-in templates?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from chalicelib.catalog.digests import digest_of
from chalicelib.catalog.text import read_text
from chalicelib.domain.errors import Flaw, TemplateError
from chalicelib.domain.format import FORMATS
from chalicelib.domain.vendor import FileKind, FileRule, Model, Pack, Template

FILES_OF_ANY_VENDOR = ("{mac}.cfg", "cfg{mac}.cfg")
"""What the phones of a vendor ask for that exists only as custom templates."""

_CUSTOM_NAME = re.compile(r"([a-z0-9]+)_([a-z0-9][a-z0-9._-]*)\.template")
# Blanks, comments and statements of the template language, which write nothing, then a `<`.
_XML_BEGIN = re.compile(r"(?>\s+|\{#(?>.*?#\})|\{%(?>.*?%\}))*+<", re.DOTALL)
_XML, _KEY_VALUE = FORMATS["xml"], FORMATS["key_value"]


class _Custom(NamedTuple):
    """A custom template by its file's name."""

    vendor: str
    model: str
    path: Path


class CustomTemplates:
    """The custom templates in a folder, if there is one.

    Its methods raise TemplateError with what is wrong with any file's name, and `lay_over` with
    what is wrong with the files of that vendor.
    """

    def __init__(self, folder: Path | None, *, vendor_by_name: Mapping[str, str]) -> None:
        """`vendor_by_name` are the built-in vendors, with their aliases."""
        self._folder = folder
        self._vendor_by_name = vendor_by_name

    @property
    def vendors(self) -> set[str]:
        """The vendors that they are for."""
        return set(self._by_vendor)

    @property
    def digests(self) -> Mapping[str, str]:
        """The digest of each vendor's custom templates. Reads all of them."""
        return {
            vendor: digest_of(custom.path for custom in customs)
            for vendor, customs in self._by_vendor.items()
        }

    def lay_over(self, vendor: str, pack: Pack | None) -> Pack:
        """The pack with the custom templates of its vendor; without a pack, a new vendor."""
        flaws: list[Flaw] = []
        path_by_model: dict[str, Path] = {}
        for custom in self._by_vendor.get(vendor, ()):
            try:
                pack, model = _lay_one_over(pack, custom)
            except TemplateError as error:
                flaws += error.flaws
            else:
                other = path_by_model.setdefault(model, custom.path)
                if other is not custom.path:
                    says = f"is for the same model as {other.name}; keep one of the two"
                    flaws.append(Flaw(where=str(custom.path), says=says))
        if flaws or pack is None:
            raise TemplateError(*flaws)
        return pack

    @cached_property
    def _by_vendor(self) -> Mapping[str, Iterable[_Custom]]:
        found: dict[str, list[_Custom]] = {}
        flaws = []
        for path in _find_templates(self._folder) if self._folder else ():
            named = _CUSTOM_NAME.fullmatch(path.name)
            if named is None:
                says = (
                    "must be named vendor_model.template, in lower case, such as "
                    "zip_t57w.template; rename the file"
                )
                flaws.append(Flaw(where=str(path), says=says))
            else:
                vendor = self._vendor_by_name.get(named[1], named[1])
                found.setdefault(vendor, []).append(_Custom(vendor, named[2], path))
        if flaws:
            raise TemplateError(*flaws)
        return found


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


def _lay_one_over(pack: Pack | None, custom: _Custom) -> tuple[Pack, str]:
    """Add the template as a model, or in place of a built-in model's; also gives that model."""
    source = read_text(custom.path)
    form = _XML if _begins_as_xml(source) else pack.format if pack else _KEY_VALUE
    template = Template(name=custom.path.name, path=str(custom.path), source=source, format=form)
    pack = pack or _new_vendor(custom.vendor)
    model = pack.models.get(custom.model) or next(
        (model for model in pack.models.values() if custom.model in model.aliases), None
    )
    if model is None:
        model = Model(
            name=custom.model, label=custom.model, aliases=(), template=template, facts={}
        )
    models = {**pack.models, model.name: replace(model, template=template)}
    return replace(pack, models=dict(sorted(models.items()))), model.name


def _new_vendor(vendor: str) -> Pack:
    return Pack(
        vendor=vendor,
        label=vendor,
        aliases=(),
        format=_KEY_VALUE,
        time_zone_form=None,
        codecs={},
        models={},
        files=tuple(
            FileRule(vendor=vendor, shape=shape, kind=FileKind.DEVICE)
            for shape in FILES_OF_ANY_VENDOR
        ),
    )


def _begins_as_xml(source: str) -> bool:
    """Whether the first thing that the template writes is a `<`."""
    return _XML_BEGIN.match(source) is not None
