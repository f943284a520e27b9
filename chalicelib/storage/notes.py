"""How is it noted that a device has fetched, in one write and without making its phone wait?

Most notes are one small item. When the note changes how the device stands (once a day, or when its
files have changed), the standing, its mark in the count and the text of the file go along in one
transaction: all of it or none. Where that meets others, the fetch is noted alone, and the next one
makes up for the rest.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.device import Device, Dossier, Fetch
from chalicelib.domain.errors import ChangedError, ConditionError, StoreDownError
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Change
from chalicelib.domain.tally import Mark
from chalicelib.storage import item as items
from chalicelib.storage.history import MOST_TEXTS, History
from chalicelib.storage.standing_item import status_item
from chalicelib.storage.standings import StandingRecords, blank_standing
from chalicelib.storage.table import Absent, Check, Item, Present, Put, Unchanged, Write
from chalicelib.storage.texts import text_item

_SECONDS = 0.25
_TRIES = 2
"""How often a note tries to bring along what it changes."""


class NoteRecords(StandingRecords):
    """The fetches of all devices."""

    def note(
        self,
        dossier: Dossier,
        fetch: Fetch,
        access: Change[AccessState] | None = None,
        *,
        text: str | None = None,
        shared_at: datetime | None = None,
    ) -> None:
        """Remember the fetch as the device's last, and what it changed of its access, if anything.

        `text` is the file's where it is known, `shared_at` when what it shares with others was
        last changed. Within a bound of time: raises StoreDownError when it could not be done in
        time. A change of access that comes too late is not made, and the fetch not noted: raises
        ChangedError.
        """
        note = _Note(dossier, fetch, access, text=text, shared_at=shared_at)
        self._write_note(note, within=_SECONDS)

    def spend(
        self,
        dossier: Dossier,
        fetch: Fetch,
        access: Change[AccessState],
        *,
        text: str | None = None,
        shared_at: datetime | None = None,
    ) -> None:
        """The same where the fetch must not be answered unless it is stored."""
        note = _Note(dossier, fetch, access, text=text, shared_at=shared_at)
        self._write_note(note, within=None)

    def last_fetches(self, devices: Sequence[Device]) -> dict[Mac, Fetch]:
        """The last fetch of each of these devices that has fetched."""
        found = self._table.get([items.fetch_key(device.mac) for device in devices])
        fetches = {
            device.mac: History(device, item.body).last
            for device in devices
            if (item := found.get(items.fetch_key(device.mac)))
        }
        return {mac: fetch for mac, fetch in fetches.items() if fetch}

    def fetches(self, device: Device) -> list[Fetch]:
        """The device's last fetches, the newest first."""
        item = self._get(items.fetch_key(device.mac))
        return History(device, item.body).all if item else []

    def _write_note(self, note: _Note, *, within: float | None) -> None:
        deadline = None if within is None else time.monotonic() + within
        counter = self._counter()
        for _ in range(_TRIES if note.brings_more else 0):
            try:
                writes: list[Write] = [
                    *note.main_writes(whole=True),
                    *note.more_writes(),
                    *counter.writes(
                        note.deltas, note.today, may_guess=True, within=_left(deadline)
                    ),
                ]
                self._table.write(*writes, within=_left(deadline))
            except ConditionError as error:
                _raise_if_main(error, note)
                if not note.may_bring_more(error):
                    break
            except (StoreDownError, ValueError):
                break
            else:
                counter.written(writes)
                return
        try:
            self._table.write(*note.main_writes(whole=False), within=_left(deadline))
        except ConditionError as error:
            _raise_if_main(error, note)
            raise


class _Note:
    """What is to be written of one fetch."""

    def __init__(
        self,
        dossier: Dossier,
        fetch: Fetch,
        access: Change[AccessState] | None,
        *,
        text: str | None,
        shared_at: datetime | None,
    ) -> None:
        self.fetch = fetch
        self.access = access
        self._device = dossier.device
        trace = dossier.trace
        self._history = trace if isinstance(trace, History) else History(dossier.device, None)
        self._was = dossier.standing
        old = (
            dossier.standing.value
            if dossier.standing
            else blank_standing(dossier.device, dossier.lines, dossier.last_fetch)
        )
        self._now = old.after(fetch, shared_at=shared_at)
        self._is_news = self._was is None or self._now != old
        self._text = self._text_item(text)

    @property
    def brings_more(self) -> bool:
        return self._is_news or self._text is not None

    @property
    def today(self) -> date:
        """The day of the fetch, in UTC."""
        return self.fetch.at.astimezone(UTC).date()

    @property
    def deltas(self) -> list[tuple[Mark, int]]:
        new, old = Mark.of(self._now), Mark.of(self._was.value) if self._was else None
        if not self._is_news or new == old:
            return []
        return [(new, 1)] if old is None else [(old, -1), (new, 1)]

    def main_writes(self, *, whole: bool) -> list[Write]:
        """The fetch, and what it changed of the access; `whole` with the text that was kept."""
        writes: list[Write] = []
        if self.access is not None:
            item = items.access_item(self._device.mac, self.access.new)
            writes.append(Put(item=item, when=Unchanged(self.access.was.revision)))
        item = self._history.after(self.fetch, keeps=whole and self._text is not None)
        writes.append(Put(item=item))
        return writes

    def more_writes(self) -> list[Write]:
        """How the device stands, and the text of the file; none of it of a device that is gone."""
        writes: list[Write] = []
        if self._is_news:
            when = Unchanged(self._was.revision) if self._was else Absent()
            writes.append(Put(item=status_item(self._device.mac, self._now), when=when))
        if not self._is_news or self._was is None:
            # What is kept of how it stands goes with the device, so the condition on it does else.
            writes.append(Check(key=items.device_key(self._device.mac), when=Present()))
        if self._text is not None:
            writes.append(Put(item=self._text))
        return writes

    def may_bring_more(self, error: ConditionError) -> bool:
        """Whether only a part of a count was in the way, so that another one may do."""
        return min(error.failed) >= len(self.main_writes(whole=False)) + len(self.more_writes())

    def _text_item(self, text: str | None) -> Item | None:
        file = self.fetch.file
        if text is None or self.fetch.failure:
            return None
        if self._history.keeps(file, self.fetch.etag):
            return None
        kept = self._history.kept
        if file not in kept and len(kept) >= MOST_TEXTS:
            return None
        return text_item(self._device, self.fetch, text)


def _raise_if_main(error: ConditionError, note: _Note) -> None:
    if note.access is not None and 0 in error.failed:
        raise ChangedError("another fetch of the device came in between") from error


def _left(deadline: float | None) -> float | None:
    """The seconds that are left, but never none: a table takes no bound of 0."""
    return None if deadline is None else max(deadline - time.monotonic(), 0.01)
