"""What is in the catalogue of firmware: versions of a vendor, and the files of each?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from chalicelib.domain.asset import Asset
from chalicelib.domain.errors import ConflictError, Flaw, InputError
from chalicelib.domain.firmware.news import News, add, newest
from chalicelib.domain.firmware.rollout import Rollout
from chalicelib.domain.firmware.version import FIRMWARE_VERSION
from chalicelib.domain.input import MODEL, VENDOR
from chalicelib.domain.shape import Field, ListOf, Record, Text, Whole

LARGEST_FILE = 1 << 29
MOST_VERSIONS = 60
"""Of one vendor: they lie in one item, which one read brings."""
MOST_FILES = 200
"""Of one vendor, over all versions."""

FILE_NAME = Text(
    max=100,
    pattern=r"[0-9A-Za-z][0-9A-Za-z._-]*",
    says="the name of a file (letters, digits and . _ -)",
)
SHA256 = Text(min=64, max=64, pattern=r"[0-9a-f]{64}", says="a SHA-256 in 64 hex digits, 0-9a-f")

NEW_FIRMWARE = Record(
    {
        "vendor": Field(VENDOR, required=True),
        "version": Field(FIRMWARE_VERSION, required=True, doc="as the phones report it"),
        "models": Field(
            ListOf(MODEL, max=100), default=(), doc="those that the file is for; all when empty"
        ),
        "file_name": Field(FILE_NAME, required=True, doc="as the phones ask for it"),
        "size": Field(Whole(min=1, max=LARGEST_FILE), required=True, doc="in bytes"),
        "sha256": Field(SHA256, required=True, doc="of the file"),
        "notes": Field(Text(max=200), doc="for people"),
    }
)


class FileState(Enum):
    """How far a file has got."""

    AWAITED = "awaiting upload"
    READY = "ready"


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """One file of a version; it is for all models of the vendor when it names none."""

    name: str
    models: tuple[str, ...] = ()
    size: int
    sha256: str
    state: FileState = FileState.AWAITED


@dataclass(frozen=True, kw_only=True, slots=True)
class Firmware:
    """One version of a vendor, with a file for each group of models. Times are in UTC."""

    vendor: str
    version: str
    notes: str | None = None
    files: tuple[File, ...]
    created_at: datetime
    updated_at: datetime

    @property
    def state(self) -> FileState:
        """Ready when every file is."""
        ready = all(file.state is FileState.READY for file in self.files)
        return FileState.READY if ready else FileState.AWAITED

    def file_for(self, model: str) -> File | None:
        """The file that devices of this model take, once it is ready."""
        ready = [file for file in self.files if file.state is FileState.READY]
        own = next((file for file in ready if model in file.models), None)
        return own or next((file for file in ready if not file.models), None)

    def asset_of(self, file: File) -> Asset:
        """Where the file lies. Another content lies elsewhere: nobody can exchange it."""
        key = f"firmware/{self.vendor}/{self.version}/{file.sha256[:16]}/{file.name}"
        return Asset(key=key, size=file.size, sha256=file.sha256)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """All firmware of one vendor, how it is rolled out, and what was changed of both."""

    vendor: str
    firmware: tuple[Firmware, ...] = ()
    rollouts: tuple[Rollout, ...] = field(default=())
    news: tuple[News, ...] = ()

    def find(self, version: str) -> Firmware | None:
        """The version, if it is there."""
        return next((each for each in self.firmware if each.version == version), None)

    def file(self, version: str | None, model: str) -> tuple[Firmware, File] | None:
        """What devices of this model fetch for the version."""
        found = self.find(version) if version else None
        file = found.file_for(model) if found else None
        return (found, file) if found and file else None

    def file_named(
        self, name: str, model: str, version: str | None
    ) -> tuple[Firmware, File] | None:
        """The file that a device asks for.

        Some vendors' files have the same name in every version: then it is that of `version`, which
        the device is to have.
        """
        found = [
            (each, file)
            for each in self.firmware
            if (file := each.file_for(model)) and file.name.lower() == name.lower()
        ]
        wanted = [pair for pair in found if pair[0].version == version]
        return (wanted or found)[0] if wanted or len(found) == 1 else None

    def put(self, firmware: Firmware) -> Shelf:
        """The same with this version in place of the one before. Raises InputError when full."""
        others = [each for each in self.firmware if each.version != firmware.version]
        all_ = (*others, firmware)
        if len(all_) > MOST_VERSIONS or sum(len(each.files) for each in all_) > MOST_FILES:
            says = (
                f"{self.vendor} has {len(self.firmware)} versions; at most {MOST_VERSIONS}, of "
                f"{MOST_FILES} files together, are kept: delete an old one"
            )
            raise InputError(Flaw(where="version", says=says))
        news = [
            News(at=firmware.updated_at, models=file.models, version=firmware.version)
            for file in _find_ready(self.find(firmware.version), firmware)
        ]
        return replace(
            self,
            firmware=tuple(sorted(all_, key=lambda each: each.version)),
            news=add(self.news, *news),
        )

    def take(self, version: str, *, now: datetime) -> Shelf:
        """The same without this version. Raises ConflictError while a rollout brings it."""
        users = [each.id for each in self.rollouts if each.version == version]
        if users:
            says = f"{self.vendor} {version} is rolled out: {', '.join(users)}"
            raise ConflictError(says)
        kept = tuple(each for each in self.firmware if each.version != version)
        return replace(self, firmware=kept, news=add(self.news, News(at=now, version=version)))

    def rollouts_for(self, model: str) -> list[Rollout]:
        """The rollouts of versions that devices of this model can fetch."""
        return [each for each in self.rollouts if self.file(each.version, model)]

    def put_rollout(self, rollout: Rollout) -> Shelf:
        """The same with this rollout in place of the one before."""
        others = tuple(each for each in self.rollouts if each.id != rollout.id)
        news = self._news_of(rollout, rollout.updated_at)
        return replace(self, rollouts=(*others, rollout), news=add(self.news, news))

    def take_rollout(self, id_: str, *, now: datetime) -> Shelf:
        """The same without this rollout."""
        gone = [each for each in self.rollouts if each.id == id_]
        news = [self._news_of(each, now) for each in gone]
        return replace(
            self,
            rollouts=tuple(each for each in self.rollouts if each.id != id_),
            news=add(self.news, *news),
        )

    def _news_of(self, rollout: Rollout, at: datetime) -> News:
        """For the models that can fetch its version; for others it is news when a file is there."""
        found = self.find(rollout.version)
        ready = [each for each in found.files if each.state is FileState.READY] if found else []
        models = rollout.models
        if ready and not models and all(each.models for each in ready):
            models = tuple(sorted({model for each in ready for model in each.models}))
        return News(at=at, models=models, site=rollout.site)

    def changed_at(self, *, model: str, site: str, chosen: str | None) -> datetime | None:
        """When what such devices get was last changed; `chosen` is what their settings name."""
        versions = {each.version for each in self.rollouts if each.concerns(model=model, site=site)}
        return newest(self.news, model=model, site=site, versions={*versions, chosen or ""})


def add_file(
    was: Firmware | None, wanted: Mapping[str, Any], *, vendor: str, now: datetime
) -> tuple[Firmware, File]:
    """The version with the file that NEW_FIRMWARE announces; the same file may be announced anew.

    Raises ConflictError for a file that is ready, and for models that have one.
    """
    file = File(
        name=wanted["file_name"],
        models=tuple(wanted["models"]),
        size=wanted["size"],
        sha256=wanted["sha256"],
    )
    version = wanted["version"]
    others = [each for each in was.files if not _is_same(each, file)] if was else []
    for each in was.files if was else ():
        if _is_same(each, file) and each.state is FileState.READY:
            raise ConflictError(f"{vendor} {version} has {each.name} already: delete it first")
    taken = sorted({model for each in others for model in each.models} & set(file.models))
    if taken or any(not each.models and not file.models for each in others):
        for_whom = ", ".join(taken) or "all models"
        raise ConflictError(f"{vendor} {version} has another file for {for_whom} already")
    firmware = Firmware(
        vendor=vendor,
        version=version,
        notes=wanted["notes"] or (was.notes if was else None),
        files=(*others, file),
        created_at=was.created_at if was else now,
        updated_at=now,
    )
    return firmware, file


def mark_ready(firmware: Firmware, files: Sequence[File], *, now: datetime) -> Firmware:
    """The version, with these files ready."""
    marked = tuple(
        replace(file, state=FileState.READY) if file in files else file for file in firmware.files
    )
    return replace(firmware, files=marked, updated_at=now)


def _find_ready(before: Firmware | None, after: Firmware) -> list[File]:
    """The files that are ready, and were not before."""
    was = before.files if before else ()
    return [file for file in after.files if file.state is FileState.READY and file not in was]


def _is_same(one: File, other: File) -> bool:
    return one.name == other.name and set(one.models) == set(other.models)
