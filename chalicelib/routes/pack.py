"""What does the API say of a vendor: what is supported, how, and by what proof?"""

from __future__ import annotations

from typing import Any

from chalicelib.domain.vendor import FileRule, Model, Pack

_SAID_BEFORE = ("label", "aliases")


def describe_pack(pack: Pack) -> dict[str, Any]:
    """A vendor, as JSON."""
    return {
        "vendor": pack.vendor,
        "label": pack.label,
        "aliases": list(pack.aliases),
        "models": {model.name: _describe_model(model) for model in pack.models.values()},
        "files": [_describe_file(rule) for rule in pack.files],
        "format": pack.format.name,
        "time_zone_form": pack.time_zone_form,
        "codecs": list(pack.codecs),
        "generations": [generation.name for generation in pack.generations],
        "resync_event": None,
        "redirect_service": None,
        "mac_prefixes": [],
        "user_agents": [],
        "option_60": [],
        "notes": [],
        "evidence": {},
        **{name: fact for name, fact in pack.about.items() if name not in _SAID_BEFORE},
    }


def _describe_model(model: Model) -> dict[str, Any]:
    return {
        "label": model.label,
        "aliases": list(model.aliases),
        "lines": model.lines,
        "keys": model.keys,
        "modules": model.modules,
    }


def _describe_file(rule: FileRule) -> dict[str, Any]:
    described: dict[str, Any] = {"name": rule.shape, "kind": rule.kind.value}
    return described | ({"models": list(rule.models)} if rule.models else {})
