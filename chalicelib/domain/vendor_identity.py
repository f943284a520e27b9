"""By what does a vendor's pack say that its phones are recognised?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.pattern import Pattern

_MODEL = "{model}"
_PREFIX_SIZES = (6, 7, 9)
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
_SEPARATORS_OF_MAC = str.maketrans("", "", ":-.")
_SEPARATORS_OF_NAME = str.maketrans("", "", " -_")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """A shape of text that only this vendor's phones send.

    `model` names the model that always sends it, or holds {model} and completes what was read.
    """

    pattern: Pattern
    examples: tuple[str, ...]
    model: str | None

    @property
    def fixed_model(self) -> str | None:
        """The model that always sends it, if it is the sign of one model."""
        return self.model if self.model and _MODEL not in self.model else None

    def complete(self, read: str | None) -> str | None:
        """The model in the phone's words, from what the pattern read of it."""
        if read and self.model and not self.fixed_model:
            return self.model.replace(_MODEL, read)
        return read


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSign:
    """A file that these models ask for, all when empty; `shape` is as `read_file_name` gives it.

    A file that is not `served` says less than one that is.
    """

    shape: str
    models: tuple[str, ...]
    served: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorIdentity:
    """All by which one vendor's phones are recognised. MAC prefixes are bare, in lower case."""

    vendor: str
    names: tuple[str, ...]
    user_agents: tuple[Sign, ...]
    option_60: tuple[Sign, ...]
    mac_prefixes: tuple[str, ...]
    files: tuple[FileSign, ...]
    model_by_name: Mapping[str, str]
    """The model by each of its names and aliases, squashed."""

    def find_model(self, name: str) -> str | None:
        """The model of this name or alias, whatever its case, blanks, hyphens and underscores."""
        return self.model_by_name.get(squash(name))


def squash(name: str) -> str:
    """A model's name without what phones and people write differently."""
    return name.translate(_SEPARATORS_OF_NAME).lower()


def read_vendor_identity(facts: Mapping[str, Any]) -> VendorIdentity:
    """What vendor.yml says of recognising; other keys are left alone.

    Raises InputError with every flaw.
    """
    flaws: list[Flaw] = []
    models = {**facts.get("models", {}), **facts.get("recognised_models", {})}
    model_by_name = _read_models(models, flaws)
    identity = VendorIdentity(
        vendor=facts["vendor"],
        names=(facts["vendor"], *facts.get("aliases", ())),
        user_agents=_read_signs(facts, "user_agents", flaws),
        option_60=_read_signs(facts, "option_60", flaws),
        mac_prefixes=_read_prefixes(facts.get("mac_prefixes", ()), flaws),
        files=tuple(map(_read_file, facts.get("files", ()))),
        model_by_name=model_by_name,
    )
    flaws += _find_strangers(identity)
    if flaws:
        raise InputError(*flaws)
    return identity


def _read_models(models: Mapping[str, Any], flaws: list[Flaw]) -> dict[str, str]:
    model_by_name: dict[str, str] = {}
    for model, facts in models.items():
        for name in (model, *(facts or {}).get("aliases", ())):
            other = model_by_name.setdefault(squash(name), model)
            if other != model:
                flaws.append(Flaw(where=f"models.{model}", says=f'"{name}" also means {other}'))
    return model_by_name


def _read_signs(facts: Mapping[str, Any], key: str, flaws: list[Flaw]) -> tuple[Sign, ...]:
    signs = []
    for place, sign in enumerate(facts.get(key, ())):
        try:
            pattern = Pattern(sign["pattern"])
        except ValueError as error:
            flaws.append(Flaw(where=f"{key}[{place}].pattern", says=str(error)))
        else:
            examples = tuple(sign.get("examples", ()))
            signs.append(Sign(pattern=pattern, examples=examples, model=sign.get("model")))
    return tuple(signs)


def _read_prefixes(prefixes: Sequence[object], flaws: list[Flaw]) -> tuple[str, ...]:
    read = []
    for place, prefix in enumerate(prefixes):
        digits = str(prefix).translate(_SEPARATORS_OF_MAC).lower()
        if len(digits) in _PREFIX_SIZES and _HEX.fullmatch(digits):
            read.append(digits)
        else:
            says = f'"{prefix}" is not a MAC prefix (6, 7 or 9 hex digits)'
            flaws.append(Flaw(where=f"mac_prefixes[{place}]", says=says))
    return tuple(read)


def _read_file(rule: Mapping[str, Any]) -> FileSign:
    models = [rule["model"]] if "model" in rule else rule.get("models", ())
    served = rule.get("kind") != "absent"
    return FileSign(shape=rule["name"].lower(), models=tuple(models), served=served)


def _find_strangers(identity: VendorIdentity) -> Iterator[Flaw]:
    """A flaw for each fixed model that `models` does not list."""
    fixed: dict[str, list[Sequence[str | None]]] = {
        "user_agents": [(sign.fixed_model,) for sign in identity.user_agents],
        "option_60": [(sign.fixed_model,) for sign in identity.option_60],
        "files": [file.models for file in identity.files],
    }
    for key, entries in fixed.items():
        for place, models in enumerate(entries):
            for model in models:
                if model and identity.find_model(model) is None:
                    says = f'"{model}" is not among the models'
                    yield Flaw(where=f"{key}[{place}].model", says=says)
