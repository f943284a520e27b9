"""Is what belongs to a site counted right after a recount, whatever was counted of it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import InUseError, StoreDownError
from chalicelib.domain.site import Site
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.records import Records
from chalicelib.storage.recount import Recounted, recount
from chalicelib.storage.roll import PARTS, members_in, roll_item, roll_key
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Delete, Put
from chalicelib.storage.walk import walk
from tests.fleet.test_site_race import BERLIN, KINDS
from tests.storage.test_standing import a_device, an_extension

AnyTable = DynamoTable | SqliteTable

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PARIS = Site(name="paris", label="Paris", created_at=NOW, updated_at=NOW)
ALL = {
    "API token": 1,
    "contact": 1,
    "device": 1,
    "extension": 1,
    "layout": 1,
    "rollout": 1,
    "webhook": 1,
}


@pytest.fixture
def table(new_table: Callable[[], AnyTable]) -> AnyTable:
    return new_table()


@pytest.fixture
def records(table: AnyTable) -> Records:
    """One record of each kind in Berlin, nothing in Paris."""
    records = Records(table, sleep=lambda _: None)
    for site in (BERLIN, PARIS):
        records.save_site(site, was=None)
    records.save_extension(an_extension(), was=None)
    records.save_device(a_device(site="berlin"), was=None)
    for come, _ in KINDS.values():
        come(records)
    return records


def rolls(table: AnyTable, site: str = "berlin") -> Mapping[str, int]:
    return members_in(table.get([roll_key(site, part) for part in range(PARTS)]).values())


def forget_rolls(table: AnyTable) -> None:
    """Have the table as one that was filled before there were rolls."""
    for site in ("berlin", "paris"):
        table.write(*(Delete(key=roll_key(site, part)) for part in range(PARTS)))


def once(table: AnyTable) -> Recounted:
    return recount(table, today=NOW.date(), sleep=lambda _: None)


def test_rolls_that_are_right_stay_as_they_are(table: AnyTable, records: Records) -> None:
    assert records.site("berlin")
    before = content(table)

    done = once(table)

    assert (done.sites, content(table)) == ([], before)
    assert rolls(table) == ALL


def test_members_from_before_there_were_rolls_are_counted(
    table: AnyTable, records: Records
) -> None:
    assert records.site("berlin")
    forget_rolls(table)

    done = once(table)

    assert (rolls(table), rolls(table, "paris")) == (ALL, {})
    assert done.says == (
        "1 devices; 1 counts were put right:\n"
        "  site berlin: nothing was counted; 1 API token, 1 contact, 1 device, 1 extension, "
        "1 layout, 1 rollout and 1 webhook are there"
    )
    assert once(table).sites == []


@pytest.mark.parametrize("is_recounted", [False, True])
def test_member_that_takes_the_place_of_one_from_before_keeps_the_site(
    table: AnyTable, records: Records, monkeypatch: pytest.MonkeyPatch, *, is_recounted: bool
) -> None:
    """Where the index lags behind: without a recount the one that left makes up for the new one."""
    forget_rolls(table)
    if is_recounted:
        once(table)
    contact, site = records.contact("c1"), records.site("berlin")
    assert contact is not None
    assert site is not None
    records.remove_contact(contact)
    KINDS["contact"][0](records)
    monkeypatch.setattr(table, "count", lambda *_, at_most: 0)  # noqa: ARG005 - as the table

    with pytest.raises(InUseError) as raised:
        records.remove_site(site, now=NOW)

    assert ("1 contact" in str(raised.value)) is is_recounted


def test_rolls_that_are_wrong_or_in_many_parts_are_put_right(
    table: AnyTable, records: Records
) -> None:
    for part in range(PARTS):
        item = roll_item("berlin", part, {"device": part, "contact": -1}, NOW.isoformat())
        table.write(Put(item=item))
    table.write(Put(item=roll_item("paris", 3, {"device": 2, "extension": 1}, None)))

    done = once(table)

    assert done.says == (
        "1 devices; 2 counts were put right:\n"
        "  site berlin: -8 contacts and 28 devices were counted; 1 API token, 1 contact, 1 device, "
        "1 extension, 1 layout, 1 rollout and 1 webhook are there\n"
        "  site paris: 2 devices and 1 extension were counted; nothing is there"
    )
    assert (rolls(table), rolls(table, "paris")) == (ALL, {})
    [site] = [stored for stored in [records.site("paris")] if stored]
    records.remove_site(site, now=NOW + timedelta(days=1))


class Busy:
    """A table to which others write at the end of each walk."""

    def __init__(self, table: AnyTable, act: Callable[[], None]) -> None:
        self._table = table
        self._act = act

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a method of the table
        return getattr(self._table, name)

    def walk(self, **arguments: Any) -> Any:  # noqa: ANN401 - as the table
        found = self._table.walk(**arguments)
        self._act()
        return found


def test_record_that_comes_meanwhile_is_counted_once(table: AnyTable, records: Records) -> None:
    forget_rolls(table)
    numbers = iter(range(2001, 2003))

    def act() -> None:
        for number in numbers:
            records.save_extension(an_extension(f"{number}", site="berlin"), was=None)
            return

    busy: Any = Busy(table, act)
    once(busy)

    assert rolls(table) == {**ALL, "extension": 3}


def test_site_to_which_records_come_again_and_again(table: AnyTable, records: Records) -> None:
    forget_rolls(table)
    numbers = iter(range(2001, 3000))

    def act() -> None:
        records.save_extension(an_extension(f"{next(numbers)}", site="berlin"), was=None)

    busy: Any = Busy(table, act)
    with pytest.raises(StoreDownError, match="come to site berlin or leave it again and again"):
        once(busy)


def test_site_that_is_removed_meanwhile_leaves_no_roll(table: AnyTable, records: Records) -> None:
    table.write(Put(item=roll_item("paris", 0, {"device": 2}, None)))
    site = records.site("paris")
    assert site is not None

    def act() -> None:
        if records.site("paris"):
            records.remove_site(site, now=NOW + timedelta(days=1))

    busy: Any = Busy(table, act)
    done = once(busy)

    assert done.sites == []
    assert table.read("SITE#paris") == []


def content(table: AnyTable) -> list[Any]:
    found = [item for stretch in walk(table) for item in stretch.items]
    return sorted(found, key=lambda item: item.key)
