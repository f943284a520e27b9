"""How is a phone answered: which file and device is asked for, and is it let in?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain.access.admission import Entry
from chalicelib.domain.access.token import DeviceToken, SiteToken
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.errors import ChangedError
from chalicelib.domain.file_name import find_placeholder, read_file_name
from chalicelib.domain.mac import Mac
from chalicelib.domain.request import FetchRequest, Visit
from chalicelib.provisioning.common_file import CommonDrafter, CommonFiles, CommonRules
from chalicelib.provisioning.noting import Herald, NoteRecords, Noting
from chalicelib.provisioning.own import (
    Directory,
    Gate,
    Layers,
    OwnDrafter,
    OwnFiles,
    OwnRules,
    Uploads,
)
from chalicelib.provisioning.serving import advise, refuse_name

_TRIES = 3
"""How often a fetch is decided anew because another one of the device came in between."""


class FetchRecords(NoteRecords, Uploads, Protocol):
    """What answering needs of a store."""


class FileRules(CommonRules, OwnRules, Protocol):
    """What answering needs of the catalogue."""

    def vendors_asking_for(self, shape: str) -> Sequence[str]: ...


class Drafter(CommonDrafter, OwnDrafter, Protocol):
    """What answering needs of whoever writes the files."""


class Door(Protocol):
    """What answering needs of whoever lets phones in."""

    def read_token(self, visit: Visit) -> DeviceToken | SiteToken | None: ...
    def let_in(self, visit: Visit, mac: Mac) -> Entry | Answer: ...


class Provisioning:
    """Answers phones."""

    def __init__(
        self,
        *,
        records: FetchRecords,
        catalog: FileRules,
        drafter: Drafter,
        layers: Layers,
        directory: Directory,
        door: Door,
        gate: Gate,
        herald: Herald,
        clock: Callable[[], datetime],
    ) -> None:
        self._catalog = catalog
        self._door = door
        self._common = CommonFiles(catalog=catalog, drafter=drafter)
        self._own = OwnFiles(
            uploads=records,
            catalog=catalog,
            drafter=drafter,
            layers=layers,
            directory=directory,
            gate=gate,
            noting=Noting(records=records, herald=herald, clock=clock),
            clock=clock,
        )

    def answer(self, request: FetchRequest) -> Answer:
        """The answer to one request. Raises StoreDownError when the device cannot be read.

        A phone that takes its provisioning URL for a folder is answered all the same, and the
        log tells the installer what to mend.
        """
        answer = self._answer(request)
        placeholder = next(filter(None, map(find_placeholder, request.folders)), None)
        if placeholder and not answer.reason:
            return replace(answer, reason=advise(placeholder))
        return answer

    def _answer(self, request: FetchRequest) -> Answer:
        asked = read_file_name(request.file)
        if asked is None:
            return refuse_name(request.file)
        vendors = self._catalog.vendors_asking_for(asked.shape)
        if not vendors:
            return Answer(
                outcome=Outcome.UNKNOWN_FILE,
                mac=asked.mac,
                seen=self._catalog.identify(request.user_agent),
                reason="no vendor's phones ask for a file of this name",
            )
        token = self._door.read_token(request)
        mac = asked.mac or (token.mac if isinstance(token, DeviceToken) else None)
        if mac is None or (asked.mac is None and not self._is_own(asked.shape, vendors)):
            return self._common.answer(request, asked.shape, vendors, token)
        return self._answer_own(request, asked.shape, mac)

    def _is_own(self, shape: str, vendors: Sequence[str]) -> bool:
        """Whether a file without a MAC address in its name is a device's own for some vendor."""
        return any(
            rule.kind.is_own for vendor in vendors for rule in self._catalog.rules(shape, vendor)
        )

    def _answer_own(self, request: FetchRequest, shape: str, mac: Mac) -> Answer:
        """Let the phone in and hand its file out; anew when others were in between."""
        for _ in range(_TRIES):
            entry = self._door.let_in(request, mac)
            if isinstance(entry, Answer):
                return entry
            try:
                return self._own.hand_out(request, shape, entry.dossier, entry.effect)
            except ChangedError:
                continue
        reason = "other fetches of the device came in between"
        return Answer(outcome=Outcome.REFUSED, mac=mac, reason=reason)
