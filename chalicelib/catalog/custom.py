"""How do custom templates add models and vendors, or take the place of built-in templates?"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from chalicelib.catalog.text import read_text
from chalicelib.domain.errors import Flaw, TemplateError
from chalicelib.domain.format import FORMATS
from chalicelib.domain.vendor import FileKind, FileRule, Model, Pack, Template

_CUSTOM_NAME = re.compile(r"([a-z0-9]+)_([a-z0-9][a-z0-9._-]*)\.template")
# Blanks, comments and statements of the template language, which write nothing, then a `<`.
_XML_BEGIN = re.compile(r"(?>\s+|\{#(?>.*?#\})|\{%(?>.*?%\}))*+<", re.DOTALL)
_XML, _KEY_VALUE = FORMATS["xml"], FORMATS["key_value"]
_FILES_OF_ANY_VENDOR = ("{mac}.cfg", "cfg{mac}.cfg")


def lay_over(packs: dict[str, Pack], folder: Path) -> None:
    """Add the custom templates in `folder`. Raises TemplateError with what is wrong with any."""
    flaws: list[Flaw] = []
    path_by_model: dict[tuple[str, str], Path] = {}
    for path in _find_templates(folder):
        try:
            named = _lay_one_over(packs, path)
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


def _lay_one_over(packs: dict[str, Pack], path: Path) -> tuple[str, str]:
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
    source = read_text(path)
    form = _XML if _begins_as_xml(source) else pack.format if pack else _KEY_VALUE
    template = Template(name=path.name, path=str(path), source=source, format=form)
    if pack is None:
        pack = _new_vendor(vendor)
    model = pack.models.get(name) or next(
        (model for model in pack.models.values() if name in model.aliases), None
    )
    if model is None:
        model = Model(name=name, label=name, aliases=(), template=template, facts={})
    models = {**pack.models, model.name: replace(model, template=template)}
    packs[vendor] = replace(pack, models=dict(sorted(models.items())))
    return vendor, model.name


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
            for shape in _FILES_OF_ANY_VENDOR
        ),
    )


def _begins_as_xml(source: str) -> bool:
    """Whether the first thing that the template writes is a `<`."""
    return _XML_BEGIN.match(source) is not None
