"""What Offhook knows of a vendor: its models, its files, and how it writes things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from chalicelib.domain.format import Format


class FileKind(Enum):
    """What a file of a boot sequence is for."""

    DEVICE = "device"
    """The device's own file: its extension, its password."""
    COMMON = "common"
    """The same for every device of a model; holds no secret, so anybody may have it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """The text that becomes a config file. `path` is for people: where to mend it."""

    name: str
    path: str
    source: str = field(repr=False)
    format: Format


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRule:
    """A file name that a vendor's phones ask for. `model` is set where the name tells the model."""

    vendor: str
    shape: str
    kind: FileKind
    model: str | None
    template: Template | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """One model of a vendor. `facts` are what the vendor's templates want to know of it."""

    name: str
    label: str
    aliases: tuple[str, ...]
    template: Template
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """One vendor. `codecs` maps a codec's standard name to the vendor's code for it."""

    vendor: str
    label: str
    aliases: tuple[str, ...]
    format: Format
    time_zone_form: str | None
    codecs: Mapping[str, str | int]
    models: Mapping[str, Model]
    files: tuple[FileRule, ...]
