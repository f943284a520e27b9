"""What does the folder of one vendor pack hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chalicelib.catalog.text import read_text
from chalicelib.domain.format import FORMATS
from chalicelib.domain.vendor import FileKind, FileRule, Model, Pack, Template


def load_pack(path: Path) -> Pack:
    """The pack whose facts stand in the vendor.yml at `path`."""
    facts = _read_yaml(path)
    vendor, form = facts["vendor"], FORMATS[facts["format"]]
    folder = path.parent

    def template(name: str) -> Template:
        at = folder / f"{name}.template"
        return Template(name=f"{vendor}/{name}", path=str(at), source=read_text(at), format=form)

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


def _read_yaml(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    facts: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    return facts
