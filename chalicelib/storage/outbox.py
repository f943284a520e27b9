"""How are events kept until all who want them were told?

    partition                                   sort     index entry
    OUTBOX#adoption_needed#001565123456#day     EVENT    listing: OUTBOX, due_at.key

An event that was told to all stays for a while without its entry, so that the same does not happen
twice. Whoever tells one takes it first, by putting off when it is due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.errors import ChangedError, ConditionError
from chalicelib.domain.record import Stored
from chalicelib.domain.webhook import Course, Event, EventKind
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.keeping import Keeping
from chalicelib.storage.table import Absent, Item, Key, Put, Unchanged

SECONDS = 0.25
"""How long a phone may be kept waiting for the note of an event."""

KEPT = timedelta(days=3)

_OUTBOX = "OUTBOX"
_MOST_TAKEN = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An event and how far it is told to each webhook; `event` is None where it is unreadable."""

    key: str
    event: Event | None
    course_by_webhook: Mapping[str, Course] = field(default_factory=dict)


class OutboxRecords(Keeping):
    """The events of one installation that are to be told."""

    def put_event(self, key: str, event: Event) -> bool:
        """Have the event told, unless one of this key is known; says whether it is new.

        Within a bound of time: raises StoreDownError.
        """
        item = _item(Entry(key=key, event=event), event.at)
        try:
            self._table.write(Put(item=item, when=Absent()), within=SECONDS)
        except ConditionError:
            return False
        return True

    def due_events(self, now: datetime) -> Sequence[Stored[Entry]]:
        """The next events that are due, the longest waiting first."""
        page = self._table.query(place.LISTING, _OUTBOX, limit=_MOST_TAKEN)
        until = items.from_time(now)
        return [
            Stored(_to_entry(each), each.revision)
            for each in page.items
            if each.entries[place.LISTING][1].partition(place.END)[0] <= until
        ]

    def put_off(self, was: Stored[Entry], until: datetime | None) -> Stored[Entry]:
        """Have the event told again, and by others, at this time, or never when None.

        Raises ChangedError when somebody else took it.
        """
        found = self._get(_key(was.value.key))
        if found is None or found.revision != was.revision:
            raise ChangedError("somebody else took the event")
        item = items.new_item(
            found.key,
            found.body,
            _entries(was.value.key, until),
            expires_at=found.expires_at,
        )
        return self._save(item, was)

    def save_courses(
        self, was: Stored[Entry], courses: Mapping[str, Course], due_at: datetime | None
    ) -> None:
        """Store how far the event is told to each webhook. Raises ChangedError."""
        entry = replace(was.value, course_by_webhook=courses)
        self._save(_item(entry, due_at), was)

    def _save(self, item: Item, was: Stored[Entry]) -> Stored[Entry]:
        try:
            self._table.write(Put(item=item, when=Unchanged(was.revision)))
        except ConditionError as error:
            raise ChangedError("somebody else took the event") from error
        return Stored(was.value, item.revision)


def _key(key: str) -> Key:
    return Key(f"{_OUTBOX}#{key}", "EVENT")


def _entries(key: str, due_at: datetime | None) -> Mapping[str, tuple[str, str]]:
    if due_at is None:
        return {}
    return place.entries(listing=(_OUTBOX, place.join(items.from_time(due_at), key)))


def _item(entry: Entry, due_at: datetime | None) -> Item:
    event = entry.event
    if event is None:
        raise ValueError(f"{entry.key} is unreadable and can only be put off")
    body = {
        "id": event.id,
        "kind": event.kind.value,
        "at": items.from_time(event.at),
        "site": event.site,
        "data": dict(event.data),
        "is_silent": event.is_silent,
        "courses": {
            id_: {
                "attempts": course.attempts,
                "next_at": items.from_time(course.next_at) if course.next_at else None,
            }
            for id_, course in entry.course_by_webhook.items()
        },
    }
    expires_at = int((event.at + KEPT).timestamp())
    return items.new_item(_key(entry.key), body, _entries(entry.key, due_at), expires_at=expires_at)


def _to_entry(item: Item) -> Entry:
    key = item.key.partition.partition("#")[2]
    try:
        return _read_entry(key, item.body)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Entry(key=key, event=None)


def _read_entry(key: str, body: Mapping[str, Any]) -> Entry:
    event = Event(
        id=body["id"],
        kind=EventKind(body["kind"]),
        at=items.to_time(body["at"]),
        site=body["site"],
        data=body["data"],
        is_silent=body["is_silent"],
    )
    courses = {
        id_: Course(
            attempts=course["attempts"],
            next_at=items.to_time(course["next_at"]) if course["next_at"] else None,
        )
        for id_, course in body["courses"].items()
    }
    return Entry(key=key, event=event, course_by_webhook=courses)
