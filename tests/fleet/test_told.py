"""Is each change told in the very write that makes it, and nothing that did not happen?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.access.trail import Trail
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import ChangedError, ConditionError, StoreDownError
from chalicelib.fleet.contacts import Contacts
from chalicelib.storage.records import Records
from chalicelib.storage.table import Put, Table, Write
from tests.fleet.writer import Interrupted

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = "2026-01-01"
WANTED = {"name": "Reception", "numbers": ("+4930123",), "site": None}


class Teller:
    """A use case whose writes and trail can be watched."""

    def __init__(self, table: Table) -> None:
        self.table = Watched(table)
        self.trail = Trail(clock=lambda: NOW)
        self.records = Records(self.table, journal=self.trail, sleep=lambda _: None)
        self.contacts = Contacts(records=self.records, clock=lambda: NOW, trail=self.trail)

    def told(self) -> list[tuple[str, str, str]]:
        entries = self.records.list_entries(DAY, limit=50, after=None).values
        return sorted((entry.who, entry.kind, entry.action) for entry in entries)


class Watched(Interrupted):
    """Notes the kinds of items of each write.

    A write fails while `broken`, and the next `collisions` are over what nobody asked about.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.broken = False
        self.collisions = 0
        self.written: list[list[str]] = []

    def write(self, *writes: Write, within: float | None = None) -> None:
        if self.broken:
            raise StoreDownError("throttled")
        if self.collisions:
            self.collisions -= 1
            raise ConditionError((1,))
        super().write(*writes, within=within)
        keys = [each.item.key if isinstance(each, Put) else each.key for each in writes]
        self.written.append(sorted(key.partition.partition("#")[0] for key in keys))


@pytest.fixture
def teller(new_table: Callable[[], Table]) -> Teller:
    return Teller(new_table())


def entries_of(teller: Teller) -> Sequence[AuditEntry]:
    return teller.records.list_entries(DAY, limit=50, after=None).values


def test_change_and_its_line_are_one_write(teller: Teller) -> None:
    with teller.trail.asked_by("alice", address="192.0.2.1", action="POST /api/contacts"):
        teller.contacts.create(WANTED)

    assert teller.table.written == [["AUDIT", "CONTACT"]]
    [entry] = entries_of(teller)
    told = {"name": "Reception", "numbers": ["+4930123"], "site": "default"}
    assert (entry.at, entry.who, entry.address) == (NOW, "alice", "192.0.2.1")
    assert (entry.action, entry.kind) == ("POST /api/contacts", "contact")
    assert (entry.old, entry.new) == (None, told)


def test_change_that_was_not_made_is_not_told(teller: Teller) -> None:
    made = teller.contacts.create(WANTED)
    rival = replace(made.value, name="Lobby")
    other = Records(teller.table)
    teller.table.before_next_writes(lambda: other.save_contact(rival, was=made))

    with pytest.raises(ChangedError), teller.trail.asked_by("bob"):
        teller.contacts.remove(made.value.id)

    assert [who for who, _, _ in teller.told()] == ["offhook"]
    assert teller.contacts.show(made.value.id).value.name == "Lobby"


def test_change_without_a_line_is_not_made(teller: Teller) -> None:
    teller.table.broken = True

    with pytest.raises(StoreDownError), teller.trail.asked_by("bob"):
        teller.contacts.create(WANTED)

    teller.table.broken = False
    assert teller.told() == []
    assert teller.contacts.list(limit=9, after=None).values == []


def test_failed_change_is_not_told_of_the_next_caller(teller: Teller) -> None:
    teller.table.broken = True
    with pytest.raises(StoreDownError), teller.trail.asked_by("bob"):
        teller.contacts.create(WANTED)
    teller.table.broken = False

    with teller.trail.asked_by("carol"):
        teller.contacts.create(WANTED)

    assert teller.told() == [("carol", "contact", "")]


def test_change_that_is_tried_again_is_told_once(teller: Teller) -> None:
    teller.table.collisions = 2

    teller.contacts.create(WANTED)

    assert teller.told() == [("offhook", "contact", "")]
    assert teller.table.written == [["AUDIT", "CONTACT"]]


def test_change_that_nobody_writes_is_a_mistake_of_ours(teller: Teller) -> None:
    change = teller.trail.change("contact", "a", None, None)

    with pytest.raises(RuntimeError, match="tells of the change of contact a"), change:
        pass

    assert teller.trail.pending() == ()
