"""What becomes of a file that a phone writes: a log, or what its user changed?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain.access.admission import Entry
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.device import Device
from chalicelib.domain.evidence import Evidence as Identity
from chalicelib.domain.file_name import read_file_name
from chalicelib.domain.mac import Mac
from chalicelib.domain.request import UploadRequest, Visit
from chalicelib.domain.upload import LARGEST_UPLOAD, Upload
from chalicelib.domain.vendor import FileKind, FileRule


class UploadRecords(Protocol):
    """What receiving needs of a store."""

    def keep_upload(self, device: Device, upload: Upload) -> bool: ...


class FileRules(Protocol):
    """What receiving needs of the catalogue."""

    def vendors_asking_for(self, shape: str) -> Sequence[str]: ...
    def rules(self, shape: str, vendor: str) -> Sequence[FileRule]: ...
    def identify(self, user_agent: str, *, first: str | None = None) -> Identity: ...


class Door(Protocol):
    """What receiving needs of whoever lets phones in."""

    def let_in(self, visit: Visit, mac: Mac) -> Entry | Answer: ...


class Uploading:
    """Receives what phones write."""

    def __init__(
        self,
        *,
        records: UploadRecords,
        catalog: FileRules,
        door: Door,
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._catalog = catalog
        self._door = door
        self._clock = clock

    def receive(self, request: UploadRequest) -> Answer:
        """What becomes of one file. Raises StoreDownError when it cannot be kept.

        Only a device that is known may write, and only the files that its model is known to write.
        It shows the same proofs as for a fetch; nothing of its window is used up, since it is
        handed nothing.
        """
        if request.body is not None and len(request.body) > LARGEST_UPLOAD:
            reason = f"it has {len(request.body)} bytes; at most {LARGEST_UPLOAD} are taken"
            return Answer(outcome=Outcome.TOO_LARGE, reason=reason)
        asked = read_file_name(request.file)
        if asked is None or asked.mac is None or not self._catalog.vendors_asking_for(asked.shape):
            reason = "no vendor's phones write a file of this name"
            return Answer(outcome=Outcome.UNKNOWN_FILE, reason=reason)
        entry = self._door.let_in(request, asked.mac)
        if isinstance(entry, Answer):
            return entry
        device = entry.dossier.device
        blank = Answer(
            outcome=Outcome.RECEIVED,
            mac=device.mac,
            vendor=device.vendor,
            model=device.model,
            seen=self._catalog.identify(request.user_agent, first=device.vendor),
        )
        rule = self._find_rule(asked.shape, device)
        if rule is None:
            reason = f"{device.vendor} {device.model} does not write this file"
            return replace(blank, outcome=Outcome.UNKNOWN_FILE, reason=reason)
        return self._receive(request, rule, device, blank)

    def _receive(
        self, request: UploadRequest, rule: FileRule, device: Device, blank: Answer
    ) -> Answer:
        if not rule.keeps:
            return replace(blank, reason="it is not kept")
        try:
            text = request.body.decode() if request.body is not None else None
        except UnicodeDecodeError:
            text = None
        if text is None:
            return replace(blank, outcome=Outcome.UNREADABLE, reason="it is not text in UTF-8")
        upload = Upload(name=rule.shape, text=text, at=self._clock())
        if not self._records.keep_upload(device, upload):
            reason = "the device was removed meanwhile"
            return replace(blank, outcome=Outcome.UNKNOWN_DEVICE, reason=reason)
        return replace(blank, outcome=Outcome.KEPT)

    def _find_rule(self, shape: str, device: Device) -> FileRule | None:
        rules = self._catalog.rules(shape, device.vendor)
        return next(
            (
                rule
                for rule in rules
                if rule.kind is FileKind.UPLOAD and rule.serves(device.vendor, device.model)
            ),
            None,
        )
