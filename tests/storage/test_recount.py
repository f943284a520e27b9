"""Are counts right after a recount, whatever they were, and whoever fetched meanwhile?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.device import Device, Fetch
from chalicelib.domain.errors import ConditionError, StoreDownError
from chalicelib.domain.extension import Extension, Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.site import Site
from chalicelib.domain.standing import Group
from chalicelib.domain.tally import Count
from chalicelib.storage.backup import backup, restore
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.records import Records
from chalicelib.storage.recount import Recounted, recount
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.standing_item import cell_item, cell_key
from chalicelib.storage.table import Delete, Item, Key, Put
from chalicelib.storage.walk import walk
from tests.storage.conftest import Clock

AnyTable = DynamoTable | SqliteTable

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOON.date()
MACS = [Mac(f"00156500000{number}") for number in range(6)]
ZIP = Group(site="default", vendor="zip", model="33g")
SITE = Site(name="berlin", label="Berlin", created_at=NOON, updated_at=NOON)
BERLIN = replace(ZIP, site="berlin")


def fill(table: AnyTable) -> Records:
    """Four phones in the default site and two in Berlin; the first three have fetched."""
    records = Records(table, sleep=lambda _: None)
    records.save_site(SITE, was=None)
    records.save_extension(
        Extension(
            number="1001",
            name="Desk",
            password="a secret",
            origin=Origin.API,
            created_at=NOON,
            updated_at=NOON,
        ),
        was=None,
    )
    for number, mac in enumerate(MACS):
        device = Device(
            mac=mac,
            vendor="zip",
            model="33g",
            site="berlin" if number > 3 else "default",
            lines=({"extension_number": "1001"},),
            origin=Origin.API,
            created_at=NOON,
            updated_at=NOON,
        )
        records.save_device(device, was=None)
    for mac in MACS[:3]:
        note(records, mac)
    return records


def note(records: Records, mac: Mac, *, at: datetime = NOON) -> None:
    found = records.dossier(mac)
    assert found is not None
    fetch = Fetch(
        at=at,
        file=f"{mac}.cfg",
        address="192.0.2.7",
        user_agent="ZIP",
        etag="0" * 32,
        version="47.80",
    )
    records.note(found, fetch)


def counts(table: AnyTable) -> dict[Group, Count]:
    return {cell.group: cell.count for cell in Records(table).cells()}


RIGHT = {
    ZIP: Count(never=1, fetched={TODAY: 3}, fresh={TODAY: 3}, firmware={"47.80": 3, "": 1}),
    BERLIN: Count(never=2, firmware={"": 2}),
}


def spoil(table: AnyTable, group: Group, count: Count | None, *, part: int = 0) -> None:
    key = cell_key(group, part)
    item = cell_item(group, count, part) if count else None
    table.write(Put(item=item) if item else Delete(key=key))


def once(table: AnyTable, **more: Any) -> Recounted:  # noqa: ANN401 - arguments of recount
    return recount(table, today=TODAY, sleep=lambda _: None, **more)


@pytest.fixture
def table(new_table: Callable[[], AnyTable]) -> AnyTable:
    return new_table()


def test_counts_that_are_right_stay_as_they_are(table: AnyTable) -> None:
    fill(table)
    before = content(table)

    done = once(table)

    assert (done.devices, done.differences) == (6, [])
    assert done.says == "6 devices, all counted right"
    assert content(table) == before
    assert counts(table) == RIGHT


def test_counts_that_are_wrong_or_gone_are_put_right(table: AnyTable) -> None:
    fill(table)
    gone = replace(ZIP, model="37g")
    spoil(table, ZIP, Count(never=-3, fetched={TODAY: 40}))
    spoil(table, ZIP, Count(failing=7, firmware={"1.0": 7}), part=9)
    spoil(table, BERLIN, None)
    spoil(table, gone, Count(never=2, firmware={"": 2}))

    done = once(table)

    assert counts(table) == RIGHT
    assert done.says == (
        "6 devices; 3 counts were put right:\n"
        "  berlin zip/33g: 0 devices were counted, 2 are there\n"
        "  default zip/33g: 44 devices were counted, 4 are there\n"
        "  default zip/37g: 2 devices were counted, 0 are there"
    )
    assert once(table).differences == []


def test_other_states_of_as_many_devices_are_told(table: AnyTable) -> None:
    fill(table)
    spoil(table, BERLIN, Count(failing=2, firmware={"": 2}))

    assert [str(each) for each in once(table).differences] == [
        "berlin zip/33g: 2 devices, of which some stood otherwise than counted"
    ]


def test_changes_after_a_recount_are_counted(table: AnyTable) -> None:
    records = fill(table)
    spoil(table, ZIP, Count(never=9))
    once(table)

    note(records, MACS[3])  # by a process that remembers the count as it was
    note(records, MACS[3], at=NOON + timedelta(days=1))

    assert counts(table)[ZIP].fetched == {TODAY: 3, TODAY + timedelta(days=1): 1}
    assert once(table).differences == []


class Busy:
    """A table in which others write during each walk and before each look at a count."""

    def __init__(self, table: AnyTable, act: Callable[[], None]) -> None:
        self._table = table
        self._act = act

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a method of the table
        return getattr(self._table, name)

    def walk(self, **arguments: Any) -> Any:  # noqa: ANN401 - as the table
        found = self._table.walk(**arguments)
        self._act()
        return found

    def get(self, keys: Sequence[Key], *, within: float | None = None) -> Mapping[Key, Item]:
        found = self._table.get(keys, within=within)
        self._act()
        return found


def test_device_that_fetches_meanwhile_is_counted_once(table: AnyTable) -> None:
    records = fill(table)
    spoil(table, ZIP, Count(never=9))
    days = iter(range(1, 4))

    def act() -> None:
        for day in days:
            note(records, MACS[day], at=NOON + timedelta(days=day))
            return

    done = once(Busy(table, act))  # type: ignore[arg-type] # a table, by what it gets

    assert [each.found.devices for each in done.differences if each.group == ZIP] == [4]
    assert sum(count.devices for count in counts(table).values()) == 6
    assert once(table).differences == []


def test_group_that_is_never_quiet_is_held(table: AnyTable) -> None:
    """Whoever would change its count while it is held meets a collision, and a phone does not."""
    records = fill(table)
    spoil(table, ZIP, Count(never=9))
    fetches = iter(range(1, 1000))
    turns = cycle([True, True, False])

    def act() -> None:
        if next(turns):
            note(records, MACS[0], at=NOON + timedelta(days=next(fetches)))

    def sleep(_: float) -> None:
        at = NOON + timedelta(days=next(fetches))
        note(records, MACS[1], at=at)
        assert next(fetch.at for fetch in records.fetches(phone)) == at

    found = records.device(MACS[1])
    assert found is not None
    phone = found.value
    busy: Any = Busy(table, act)
    done = recount(busy, today=TODAY, sleep=sleep)

    assert [each.found.devices for each in done.differences] == [4]
    assert counts(table)[ZIP].devices == 4
    note(records, MACS[1], at=NOON + timedelta(days=90))
    assert counts(table)[ZIP].fetched[date(2027, 2, 18)] == 1
    assert once(table).differences == []


def test_administrator_is_told_to_try_again_while_a_count_is_held(table: AnyTable) -> None:
    records = fill(table)
    was = records.device(MACS[0])
    assert was is not None

    def sleep(_: float) -> None:
        with pytest.raises(StoreDownError):
            records.save_device(replace(was.value, settings={"language": "de"}), was=was)

    def act() -> None:
        if next(first, None) is not None:
            note(records, MACS[1], at=NOON + timedelta(days=1))

    first = iter([1])
    busy: Any = Busy(table, act)
    recount(busy, today=TODAY, sleep=sleep)

    records.save_device(replace(was.value, settings={"language": "de"}), was=was)
    assert once(table).differences == []


def test_hold_of_a_recount_that_was_killed_ends(table: AnyTable) -> None:
    records = fill(table)

    class KilledError(Exception):
        pass

    def die(_: float) -> None:
        raise KilledError

    def act() -> None:
        note(records, MACS[1], at=NOON + timedelta(days=1))

    busy: Any = Busy(table, act)
    with pytest.raises(KilledError):
        recount(busy, today=TODAY, now=lambda: 0.0, sleep=die)  # it would have ended long ago

    note(records, MACS[0], at=NOON + timedelta(days=3))

    assert counts(table)[ZIP].fetched[TODAY + timedelta(days=3)] == 1
    assert once(table).differences == []


def test_counts_that_others_write_again_and_again(table: AnyTable) -> None:
    fill(table)

    class Restless(Busy):
        def write(self, *writes: Any, **more: Any) -> None:  # noqa: ANN401, ARG002 - as the table
            raise ConditionError([0])

    spoil(table, ZIP, Count(never=9))
    restless: Any = Restless(table, lambda: None)
    with pytest.raises(StoreDownError, match=r"count of default zip/33g again and again"):
        once(restless)


def test_restore_into_an_empty_table_gives_a_right_summary(
    table: AnyTable, tmp_path: Path, clock: Clock
) -> None:
    """Though the backup was made while phones fetched, so that its counts are of other moments."""
    records = fill(table)
    file = tmp_path / "backup.jsonl"
    cells = [item for item in content(table) if item.key.partition.startswith("CELL#")]
    note(records, MACS[3])
    for item in cells:
        table.write(Put(item=item))  # read before, while the device was read after
    backup(table, file, name="offhook", progress=lambda done, total: None)  # noqa: ARG005
    empty = SqliteTable(tmp_path / "other" / "offhook.sqlite3", now=clock)

    restore(file, empty, now=clock, progress=lambda done, total: None)  # noqa: ARG005
    before = counts(empty)
    recount(empty, today=TODAY)

    assert before[ZIP].never == 1
    assert counts(empty) == {
        ZIP: Count(fetched={TODAY: 4}, fresh={TODAY: 4}, firmware={"47.80": 4}),
        BERLIN: Count(never=2, firmware={"": 2}),
    }


def content(table: AnyTable) -> list[Item]:
    items = [item for stretch in walk(table) for item in stretch.items]
    return sorted(items, key=lambda item: item.key)
