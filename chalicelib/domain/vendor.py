"""What Offhook knows of a vendor: its models, its files, and how it writes things."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from chalicelib.domain.boot import Boot
from chalicelib.domain.format import Format
from chalicelib.domain.pace import Timer


class FileKind(Enum):
    """What a file of a boot sequence is for, and so who may have it."""

    DEVICE = "device"
    """One of the device's own files: its extension, its password."""
    COMMON = "common"
    """The same for every device of a model or vendor; holds no secret, so anybody may have it."""
    EMPTY = "empty"
    """Answered by an empty file, since the vendor's phones insist on one."""
    ABSENT = "absent"
    """Answered by 404, as the vendor's phones expect of a file that is optional."""
    UPLOAD = "upload"
    """Written by the phone: logs, what its user changed."""
    PHONEBOOK = "phonebook"
    """The contacts, for one device."""

    @property
    def is_own(self) -> bool:
        """Whether only the device itself may have it."""
        return self in (FileKind.DEVICE, FileKind.PHONEBOOK, FileKind.UPLOAD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """The text that becomes a config file. `path` is for people: where to mend it.

    `parts` are the texts that it may include, by name; two templates of a name have the same.
    """

    name: str
    path: str
    source: str = field(repr=False)
    format: Format
    parts: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRule:
    """A file name that a vendor's phones ask for.

    `models` are those that ask for it, all when empty. A device's file without a template of its
    own is made from the model's. An upload that Offhook `keeps` is given back to the device. A file
    that is not asked for `at_boot` is one that a setting, another file or an installer names.
    """

    vendor: str
    shape: str
    kind: FileKind
    models: tuple[str, ...] = ()
    template: Template | None = None
    keeps: bool = False
    at_boot: bool = True

    def serves(self, vendor: str, model: str) -> bool:
        """Whether devices of this model ask for the file."""
        return vendor == self.vendor and (not self.models or model in self.models)


@dataclass(frozen=True, kw_only=True, slots=True)
class Generation:
    """A generation of firmware that writes some things differently.

    It holds versions whose `field`-th number (1 is the first) is at most `up_to`; the newest
    generation has no bound.
    """

    name: str
    field: int
    up_to: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """One model of a vendor.

    `lines`, `keys` and `modules` are how many it has, None where nobody knows. `facts` are what
    the vendor's templates want to know of it. A time zone form of its own, with its codes, takes
    the place of the pack's.
    """

    name: str
    label: str
    aliases: tuple[str, ...]
    template: Template
    facts: Mapping[str, Any]
    lines: int | None = None
    keys: int | None = None
    modules: int | None = None
    time_zone_form: str | None = None
    time_zones: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """One vendor.

    `codecs` maps a codec's standard name to the vendor's code for it. `codes` does the same for
    other neutral values: by field (`transport`, `dtmf`, `language`, `key`, `boolean`, ...), then
    by value. `time_zones` are the vendor's codes by IANA name, for the time zone forms that look
    zones up. `parameters` are the names that the vendor's files may hold, in tiny patterns; of
    these `repeated_parameters` may stand several times in one file. `certificate` says what stands
    in the client certificates of its phones: `field`, `issuers` and `generic`, as far as they are
    known. `version_field` is the first number of a firmware version that tells its age, and `timer`
    what phones can be told of when to look; None where they only look when they start. `about` is
    what the pack says of itself to people.
    """

    vendor: str
    label: str
    aliases: tuple[str, ...]
    format: Format
    time_zone_form: str | None
    codecs: Mapping[str, str | int]
    models: Mapping[str, Model]
    files: tuple[FileRule, ...]
    codes: Mapping[str, Mapping[str, str | int]] = field(default_factory=dict)
    time_zones: Mapping[str, str | int] = field(default_factory=dict)
    generations: tuple[Generation, ...] = ()
    parameters: tuple[str, ...] = ()
    repeated_parameters: tuple[str, ...] = ()
    refused_parameters: tuple[str, ...] = ()
    boot: Boot = field(default_factory=Boot)
    certificate: Mapping[str, Any] = field(default_factory=dict)
    version_field: int = 1
    timer: Timer | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def code(self, name: str, value: str) -> str | int | None:
        """The vendor's code for a neutral value; None where the vendor has none."""
        if name == "boolean" and name not in self.codes:
            return int(value == "true")
        return self.codes.get(name, {}).get(value)

    def time_zone_facts(self, model: Model | None) -> tuple[str | None, Mapping[str, str | int]]:
        """The form in which a model wants its time zone, and the codes for it."""
        if model and model.time_zone_form:
            return model.time_zone_form, model.time_zones
        return self.time_zone_form, self.time_zones

    @property
    def newest_generation(self) -> str | None:
        """The generation of today's firmware."""
        return next((g.name for g in self.generations if g.up_to is None), None)

    def generation_of(self, version: str | None) -> str | None:
        """The generation of a firmware version as phones report it, such as 96.86.0.75."""
        numbers = re.findall(r"[0-9]+", version or "")
        for generation in self.generations:
            if generation.up_to is None or len(numbers) < generation.field:
                continue
            if int(numbers[generation.field - 1][:9]) <= generation.up_to:
                return generation.name
        return self.newest_generation
