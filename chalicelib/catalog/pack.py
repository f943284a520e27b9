"""What does the folder of one vendor pack hold?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.catalog.text import read_text
from chalicelib.domain.boot import Boot, SentUserAgent
from chalicelib.domain.format import FORMATS, Format
from chalicelib.domain.pace import Timer
from chalicelib.domain.vendor import FileKind, FileRule, Generation, Model, Pack, Template

_TOLD = (
    "label",
    "aliases",
    "recognised_models",
    "evidence",
    "mac_prefixes",
    "user_agents",
    "option_60",
    "redirect_service",
    "resync_event",
    "boot",
    "certificate",
    "version_field",
    "resync",
    "notes",
)
"""What a pack says of itself to people, beside its models and files."""


def load_pack(folder: Path, facts: Mapping[str, Any]) -> Pack:
    """The pack with these facts.

    Its folder holds the templates, `NAME.template`, and the parts that they include,
    `_NAME.template`.
    """
    templates = _Templates(folder, facts["vendor"], FORMATS[facts["format"]])
    return Pack(
        vendor=facts["vendor"],
        label=facts["label"],
        aliases=tuple(facts.get("aliases", ())),
        format=FORMATS[facts["format"]],
        time_zone_form=facts.get("time_zone_form"),
        codecs=facts.get("codecs", {}),
        models={
            name: _read_model(name, model, templates) for name, model in facts["models"].items()
        },
        files=tuple(_read_rule(facts["vendor"], rule, templates) for rule in facts["files"]),
        codes=facts.get("codes", {}),
        time_zones=facts.get("time_zones", {}),
        generations=tuple(
            Generation(name=each["name"], field=each.get("field", 1), up_to=each.get("up_to"))
            for each in facts.get("generations", ())
        ),
        parameters=tuple(facts.get("parameters", ())),
        repeated_parameters=tuple(facts.get("repeated_parameters", ())),
        refused_parameters=tuple(facts.get("refused_parameters", ())),
        boot=_read_boot(facts),
        certificate=_read_values(facts, "certificate"),
        version_field=facts.get("version_field", {}).get("value", 1),
        timer=Timer(**_read_values(facts, "resync")) if "resync" in facts else None,
        about={name: facts[name] for name in _TOLD if name in facts},
    )


class _Templates:
    """The templates of one folder, each read once."""

    def __init__(self, folder: Path, vendor: str, form: Format) -> None:
        self._folder = folder
        self._vendor = vendor
        self._form = form
        self._read: dict[tuple[str, str], Template] = {}
        self._parts = {
            path.stem[1:]: read_text(path) for path in sorted(folder.glob("_*.template"))
        }

    def get(self, name: str, form: Format | None = None) -> Template:
        form = form or self._form
        template = self._read.get((name, form.name))
        if template is None:
            at = self._folder / f"{name}.template"
            template = self._read[name, form.name] = Template(
                name=f"{self._vendor}/{name}",
                path=str(at),
                source=read_text(at),
                format=form,
                parts=self._parts,
            )
        return template


def _read_boot(facts: Mapping[str, Any]) -> Boot:
    values = _read_values(facts, "boot")
    return Boot(
        user_agents=tuple(
            SentUserAgent(text=each["value"], models=tuple(each.get("models", ())))
            for each in facts.get("boot", {}).get("user_agents", ())
        ),
        tries=values.get("tries"),
        retry_seconds=values.get("retry_seconds"),
        absent_is_failure=values.get("absent_is_failure"),
        follows_redirects=values.get("follows_redirects"),
        tls=tuple(values.get("tls", ())),
        uploads_by=tuple(values.get("uploads_by", ())),
    )


def _read_values(facts: Mapping[str, Any], block: str) -> dict[str, Any]:
    """The facts of a block whose every fact has its own source, without the sources."""
    facts_of_block = facts.get(block, {})
    return {name: fact["value"] for name, fact in facts_of_block.items() if "value" in fact}


def _read_model(name: str, model: Mapping[str, Any], templates: _Templates) -> Model:
    form = FORMATS[model["format"]] if "format" in model else None
    return Model(
        name=name,
        label=model["label"],
        aliases=tuple(model.get("aliases", ())),
        template=templates.get(model["template"], form),
        facts=model.get("facts", {}),
        lines=model.get("lines"),
        keys=model.get("keys"),
        modules=model.get("modules"),
        time_zone_form=model.get("time_zone_form"),
        time_zones=model.get("time_zones", {}),
    )


def _read_rule(vendor: str, rule: Mapping[str, Any], templates: _Templates) -> FileRule:
    form = FORMATS[rule["format"]] if "format" in rule else None
    return FileRule(
        vendor=vendor,
        shape=rule["name"].lower(),
        kind=FileKind(rule["kind"]),
        models=tuple(rule.get("models", ())),
        template=templates.get(rule["template"], form) if "template" in rule else None,
        keeps=rule.get("keeps", False),
        at_boot=rule.get("at_boot", True),
    )
