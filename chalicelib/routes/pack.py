"""What does the API say of a vendor: what is supported, how, and by what proof?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.domain.vendor import FileKind, FileRule, Model, Pack

_SAID_BEFORE = ("label", "aliases")
_ANSWERS = {
    FileKind.DEVICE: "the device's own file",
    FileKind.COMMON: "the same file for all",
    FileKind.EMPTY: "200 without a body",
    FileKind.ABSENT: "404 without a body",
    FileKind.UPLOAD: "a PUT is taken and dropped",
    FileKind.PHONEBOOK: "the contacts",
}
_KEPT = "a PUT is kept and given back to the device"


ZonesBeyond = Callable[[Model | None], Sequence[str] | None]


def describe_pack(pack: Pack, *, zones_beyond: ZonesBeyond) -> dict[str, Any]:
    """A vendor, as JSON; `zones_beyond` has the time zones that it, or a model, cannot be told."""
    return {
        "vendor": pack.vendor,
        "label": pack.label,
        "aliases": list(pack.aliases),
        "models": {
            model.name: _describe_model(model, pack.boot.user_agent(model.name), zones_beyond)
            for model in pack.models.values()
        },
        "recognised_models": {},
        "files": [_describe_file(rule) for rule in pack.files],
        "format": pack.format.name,
        "time_zone_form": pack.time_zone_form,
        "time_zones_beyond": zones_beyond(None),
        "codecs": list(pack.codecs),
        "generations": [generation.name for generation in pack.generations],
        "resync_event": None,
        "redirect_service": None,
        "mac_prefixes": [],
        "user_agents": [],
        "option_60": [],
        "notes": [],
        "address": {},
        "boot": {},
        "certificate": {},
        "version_field": {},
        "resync": {},
        "evidence": {},
        **{name: fact for name, fact in pack.about.items() if name not in _SAID_BEFORE},
    }


def _describe_model(
    model: Model, user_agent: str | None, zones_beyond: ZonesBeyond
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "label": model.label,
        "aliases": list(model.aliases),
        "lines": model.lines,
        "keys": model.keys,
        "modules": model.modules,
        "user_agent": user_agent,
    }
    if model.time_zone_form:
        described["time_zone_form"] = model.time_zone_form
        described["time_zones_beyond"] = zones_beyond(model)
    return described


def _describe_file(rule: FileRule) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": rule.shape,
        "kind": rule.kind.value,
        "at_boot": rule.at_boot,
        "answer": _KEPT if rule.keeps else _ANSWERS[rule.kind],
    }
    return described | ({"models": list(rule.models)} if rule.models else {})
