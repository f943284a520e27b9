"""What is noted of a fetch, what does it use up, and who is told?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.access.admission import Effect
from chalicelib.domain.access.state import AccessState
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.device import Dossier, Fetch
from chalicelib.domain.errors import ChangedError, StoreError
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Change, Stored
from chalicelib.domain.request import FetchRequest

_LONGEST_REASON = 500  # characters


class NoteRecords(Protocol):
    """What noting needs of a store."""

    def note(
        self,
        dossier: Dossier,
        fetch: Fetch,
        access: Change[AccessState] | None = None,
        *,
        text: str | None = ...,
        shared_at: datetime | None = ...,
    ) -> None: ...
    def spend(
        self,
        dossier: Dossier,
        fetch: Fetch,
        access: Change[AccessState],
        *,
        text: str | None = ...,
        shared_at: datetime | None = ...,
    ) -> None: ...
    def save_access(self, mac: Mac, access: Change[AccessState]) -> Stored[AccessState]: ...


class Herald(Protocol):
    """Whoever has webhooks told. It never fails, and bounds its time."""

    def hear(
        self, answer: Answer, request: FetchRequest, dossier: Dossier, version: str | None
    ) -> None: ...


class Noting:
    """Remembers fetches."""

    def __init__(
        self, *, records: NoteRecords, herald: Herald, clock: Callable[[], datetime]
    ) -> None:
        self._records = records
        self._herald = herald
        self._clock = clock

    def use_up(
        self, answer: Answer, request: FetchRequest, dossier: Dossier, effect: Effect
    ) -> Answer:
        """Store what handing out a file of the device other than a config file changes.

        Raises ChangedError and StoreDownError where it uses up one fetch of the window.
        """
        if request.looks_only or not answer.etag or not effect or dossier.access is None:
            return answer
        if request.rehearsal is not None:
            return answer
        change = Change(dossier.access, effect.on(dossier.access.value))
        try:
            self._records.save_access(dossier.device.mac, change)
        except (StoreError, ChangedError) as error:
            if effect.spends:
                raise
            return replace(answer, note_failure=str(error))
        return answer

    def note(
        self,
        answer: Answer,
        request: FetchRequest,
        dossier: Dossier,
        effect: Effect,
        *,
        version: str | None,
        text: str | None,
        shared_at: datetime | None,
    ) -> Answer:
        """Remember the fetch of a config file, and have webhooks told.

        `shared_at` is when what the file shares with others was last changed. Raises ChangedError
        and StoreDownError where the fetch uses up one of the device's window. A rehearsal leaves
        everything as it was.
        """
        if request.rehearsal is not None:
            return answer
        fetch = Fetch(
            at=self._clock(),
            file=request.file,
            address=request.address,
            user_agent=request.user_agent,
            etag=answer.etag,
            version=version,
            told=answer.told,
            failure=answer.reason[:_LONGEST_REASON] if answer.outcome is Outcome.FAILED else "",
        )
        # A file that could not be written uses up nothing.
        change = None if fetch.failure else _change_of(dossier, effect)
        told = {"text": text, "shared_at": shared_at}
        answer = self._store(answer, dossier, fetch, change, told, spends=bool(effect.spends))
        self._herald.hear(answer, request, dossier, version)
        return answer

    def _store(
        self,
        answer: Answer,
        dossier: Dossier,
        fetch: Fetch,
        change: Change[AccessState] | None,
        told: Mapping[str, Any],
        *,
        spends: bool,
    ) -> Answer:
        """Remember the fetch, and what it changed of the device's access.

        Best effort, a phone is answered whether this works or not; but for a fetch that uses up
        one of the device's window. Raises ChangedError and StoreDownError for that one alone.
        """
        if spends and change is not None:
            self._records.spend(dossier, fetch, change, **told)
            return answer
        try:
            self._records.note(dossier, fetch, change, **told)
        except (StoreError, ChangedError) as error:
            return replace(answer, note_failure=str(error))
        return answer


def _change_of(dossier: Dossier, effect: Effect) -> Change[AccessState] | None:
    """What the fetch changes of the device's access, if anything."""
    if not effect or dossier.access is None:
        return None
    return Change(dossier.access, effect.on(dossier.access.value))
