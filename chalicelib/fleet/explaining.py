"""Which files would a device get now, why, and how do they differ from what it has?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.cascade import Given
from chalicelib.domain.device import Device, Dossier
from chalicelib.domain.difference import compare, compare_veiled
from chalicelib.domain.draft import Circumstances, Draft
from chalicelib.domain.errors import (
    ConflictError,
    InexpressibleError,
    InputError,
    TemplateError,
)
from chalicelib.domain.file_name import MAC, read_file_name
from chalicelib.domain.firmware.assignment import firmware_folder
from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor import FileRule
from chalicelib.fleet.records import Scope, Trail, is_hidden, missing

VEILED = "********"
"""Stands in place of a secret."""


class DossierRecords(Protocol):
    """Where devices are kept, and what each has fetched last."""

    def last_texts(self, device: Device) -> Mapping[str, Any]: ...
    def save_told(self, was: Any, *, told: Set[int], at: datetime) -> None: ...  # noqa: ANN401 - a Fetched
    def dossier(self, mac: Mac) -> Dossier | None: ...
    def write_trail(self) -> None: ...


class Fetched(Protocol):
    """The text of a file as a device has fetched it last. See `storage/texts.py`."""

    @property
    def text(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def told(self) -> Set[int]: ...
    @property
    def told_at(self) -> datetime | None: ...


class Drafter(Protocol):
    """Who writes the files."""

    def files(self, device: Device) -> Sequence[FileRule]: ...
    def explain(self, dossier: Dossier, circumstances: Circumstances) -> Sequence[Given]: ...
    def device_file(
        self,
        dossier: Dossier,
        rule: FileRule,
        circumstances: Circumstances,
        *,
        veiled: str | None = ...,
    ) -> Draft: ...


class Gate(Protocol):
    """Who knows the URLs."""

    def own_folder(self, dossier: Dossier) -> str | None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownFile:
    """A file as the device would get it, or with its secrets veiled.

    The ETag is told with the whole text only: it is a checksum, by which a secret in the text could
    be guessed. `diff` is None where it was not asked for, or the device has not fetched the file.
    """

    name: str
    content_type: str
    text: str
    etag: str | None
    diff: str | None = None


class Explaining:
    """Shows what devices get."""

    def __init__(
        self,
        *,
        records: DossierRecords,
        drafter: Drafter,
        gate: Gate,
        trail: Trail,
        clock: Callable[[], datetime],
    ) -> None:
        self._clock = clock
        self._records = records
        self._drafter = drafter
        self._gate = gate
        self._trail = trail

    def settings(self, mac: Mac, *, scope: Scope = None) -> tuple[Device, Sequence[Given]]:
        """The device and each of its settings, with who gave it. Raises NotFoundError."""
        dossier = self._find(mac, scope)
        circumstances = self._circumstances(dossier, "", "", None)
        return dossier.device, self._drafter.explain(dossier, circumstances)

    def device(self, mac: Mac, *, scope: Scope = None) -> Device:
        """The device. Raises NotFoundError."""
        return self._find(mac, scope).device

    def files(
        self,
        mac: Mac,
        *,
        host: str,
        base_url: str,
        reveals: bool,
        diff: bool = False,
        scope: Scope = None,
    ) -> list[ShownFile]:
        """The device's own files, as it would get them by this host and URL.

        Without `reveals` they are written with veiled secrets. Raises NotFoundError, ConflictError
        where they cannot be written, and ChangedError where the device fetches in that moment.
        """
        dossier = self._find(mac, scope)
        folder = self._gate.own_folder(dossier)
        whole = self._circumstances(dossier, host, base_url, folder)
        hidden = self._circumstances(dossier, host, base_url, folder and f"p/{VEILED}/")
        fetched = self._records.last_texts(dossier.device) if diff else {}
        found = []
        for rule in self._drafter.files(dossier.device):
            draft = self._draft(dossier, rule, whole)
            shown = draft if reveals else self._veiled(dossier, rule, hidden)
            name = rule.shape.replace(MAC, mac.digits)
            before = _find_last(fetched, rule)
            told = None
            if before is not None and reveals:
                told = compare(before.text, draft.text, name)
            elif before is not None:
                told = self._compare_veiled(dossier, before, draft.text, shown.text, name)
            found.append(
                ShownFile(
                    name=name,
                    content_type=draft.content_type,
                    text=shown.text,
                    etag=_etag(draft.text) if reveals else None,
                    diff=told,
                )
            )
        if reveals:
            with self._trail.change("files of device", mac, None, {"revealed": True}):
                self._records.write_trail()
        return found

    def _draft(self, dossier: Dossier, rule: FileRule, circumstances: Circumstances) -> Draft:
        try:
            return self._drafter.device_file(dossier, rule, circumstances)
        except TemplateError:
            raise
        except (InputError, InexpressibleError) as error:
            mac = dossier.device.mac
            raise ConflictError(f"the files of device {mac} cannot be written: {error}") from error

    def _compare_veiled(
        self, dossier: Dossier, before: Fetched, whole: str, veiled: str, name: str
    ) -> str:
        """How the text differs, without a secret; what that tells of them is remembered first."""
        last = dossier.last_fetch
        is_past = before.told_at is None or (last is not None and last.at > before.told_at)
        known = frozenset() if is_past else before.told
        found = compare_veiled(before.text, whole, veiled, name, mark=VEILED, told=known)
        if not found.lines <= known:
            self._records.save_told(before, told=known | found.lines, at=self._clock())
        return found.diff

    def _circumstances(
        self, dossier: Dossier, host: str, base_url: str, folder: str | None
    ) -> Circumstances:
        last = dossier.last_fetch
        return Circumstances(
            host=host,
            version=last.version if last else None,
            provisioning_url=f"{base_url}/{folder}" if folder else "",
            firmware_folder=f"{base_url}/{firmware_folder(folder, dossier.device.mac)}",
            moment=self._clock(),
        )

    def _veiled(self, dossier: Dossier, rule: FileRule, circumstances: Circumstances) -> Draft:
        lines = tuple(replace(line, password=VEILED) for line in dossier.lines)
        veiled = replace(dossier, lines=lines)
        return self._drafter.device_file(veiled, rule, circumstances, veiled=VEILED)

    def _find(self, mac: Mac, scope: Scope) -> Dossier:
        found = self._records.dossier(mac)
        if found is None or is_hidden(found.device.site, scope):
            raise missing("device", mac)
        return found


def _find_last(fetched: Mapping[str, Fetched], rule: FileRule) -> Fetched | None:
    """The last text of the rule's file, by whatever spelling of its name."""
    texts = (each for file, each in fetched.items() if _is(file, rule))
    return max(texts, key=lambda each: each.at, default=None)


def _is(fetched: str, rule: FileRule) -> bool:
    """Whether that name, in whatever spelling of the MAC address, is one of the rule."""
    asked = read_file_name(fetched)
    return asked is not None and asked.shape == rule.shape


def _etag(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
