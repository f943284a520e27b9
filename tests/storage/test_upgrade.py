"""Is everything found in a table that an older Offhook filled?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from chalicelib.domain.mac import Mac
from chalicelib.storage.records import Records
from chalicelib.storage.recount import RecountableTable
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.sqlite_item import read_item
from chalicelib.storage.table import Delete, Item, Put, Table
from chalicelib.storage.upgrade import place_anew, upgrade
from tests.storage.conftest import Clock
from tools.upgrade import renew

OLD = Path(__file__).parent / "old"


@pytest.fixture
def table(tmp_path: Path, clock: Clock) -> SqliteTable:
    """A file as an Offhook wrote it that knew one index."""
    path = tmp_path / "offhook.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((OLD / "schema_1.sql").read_text("utf-8"))
    return SqliteTable(path, now=clock)


def _found(table: SqliteTable, index: str, partition: str, begins: str = "") -> list[str]:
    page = table.query(index, partition, limit=99, begins=begins)
    return [f"{item.key.partition} {item.key.sort}" for item in page.items]


def test_devices_of_an_older_file_are_found_by_the_new_indexes(table: SqliteTable) -> None:
    assert _found(table, "finding", "MODEL", "yealink\x1ft46s\x1f") == [
        "DEVICE#805ec0000001 DEVICE",
        "DEVICE#805ec0000003 DEVICE",
    ]
    assert _found(table, "site_listing", "DEVICE#berlin") == [
        "DEVICE#001565000002 DEVICE",
        "DEVICE#805ec0000003 DEVICE",
    ]
    assert _found(table, "site_finding", "MODEL#berlin", "zip\x1f") == [
        "DEVICE#001565000002 DEVICE"
    ]


def test_lines_of_an_older_file_are_found_by_name_and_number(table: SqliteTable) -> None:
    assert _found(table, "listing", "NAME", "ärzt") == [
        "DEVICE#001565000002 LINE#1",
        "DEVICE#805ec0000003 LINE#1",
    ]
    assert _found(table, "finding", "NUMBER", "1001\x1f") == [
        "DEVICE#805ec0000001 LINE#1",
        "DEVICE#805ec0000003 LINE#2",
    ]
    assert _found(table, "finding", "NUMBER", "line2") == ["DEVICE#805ec0000001 LINE#2"]


def test_other_records_of_an_older_file_are_found_by_site(table: SqliteTable) -> None:
    records = Records(table)

    assert [
        stored.value.number
        for stored in records.list_extensions(limit=9, after=None, site="berlin").values
    ] == ["201"]
    assert [
        stored.value.name
        for stored in records.list_contacts(limit=9, after=None, site="berlin").values
    ] == ["Anna"]
    assert [token.name for token in records.tokens(site="berlin")] == ["cli"]
    assert records.tokens(site="hamburg") == []


def test_records_of_an_older_file_say_what_they_said(table: SqliteTable) -> None:
    with closing(sqlite3.connect(":memory:")) as old:
        old.executescript((OLD / "schema_1.sql").read_text("utf-8"))
        query = "SELECT partition, sort, revision, body FROM items ORDER BY partition, sort"
        before = old.execute(query).fetchall()

    assert table.count("listing", "DEVICE", at_most=9) == 3  # the file is opened, and changed
    with closing(sqlite3.connect(table._path)) as new:  # noqa: SLF001 - nothing else shows the rows
        after = new.execute(query).fetchall()
        assert new.execute("PRAGMA user_version").fetchone() == (4,)
    assert set(before) <= set(after)
    assert sorted(row[:2] for row in set(after) - set(before)) == [
        ("CELL#berlin#yealink/t46s#", "00"),
        ("CELL#berlin#zip/33g#", "00"),
        ("CELL#default#yealink/t46s#", "00"),
        ("DEVICE#001565000002", "STATUS"),
        ("DEVICE#805ec0000001", "LINE#2"),
        ("DEVICE#805ec0000001", "STATUS"),
        ("DEVICE#805ec0000003", "STATUS"),
        ("SITE#berlin", "ROLL#0"),
    ]


def test_devices_of_an_older_file_are_counted(table: SqliteTable) -> None:
    cells = {cell.group: cell.count for cell in Records(table).cells()}

    assert {
        (group.site, group.model): (count.never, dict(count.fetched), dict(count.firmware))
        for group, count in cells.items()
    } == {
        ("berlin", "33g"): (1, {}, {"": 1}),
        ("berlin", "t46s"): (0, {date(2026, 11, 17): 1}, {"66.86.0.15": 1}),
        ("default", "t46s"): (0, {date(2026, 11, 20): 1}, {"66.86.0.15": 1}),
    }
    assert _found(table, "finding", "FIRMWARE", "66.86.0.15\x1f") == [
        "DEVICE#805ec0000001 STATUS",
        "DEVICE#805ec0000003 STATUS",
    ]


def test_members_of_the_sites_of_an_older_file_are_counted(table: SqliteTable) -> None:
    [roll] = [item for item in table.read("SITE#berlin") if item.key.sort.startswith("ROLL")]

    assert roll.body["counts"] == {"API token": 1, "contact": 1, "device": 2, "extension": 1}


def test_table_in_use_is_brought_up_to_date_record_by_record(
    new_table: Callable[[], Table],
) -> None:
    table = new_table()
    for item in _old_items():
        table.write(Put(item=item))

    assert list(upgrade(table, date(2026, 11, 20)))[-1] == 7  # type: ignore[arg-type] # both can be walked
    assert list(upgrade(table, date(2026, 11, 20))) == []  # type: ignore[arg-type]

    assert sum(cell.count.devices for cell in Records(table).cells()) == 3
    assert [
        stored.value.mac.digits
        for stored in Records(table).list_devices(limit=9, after=None, site="berlin").values
    ] == ["001565000002", "805ec0000003"]


def test_what_the_sites_of_a_table_in_use_have_is_counted_at_the_end(
    new_table: Callable[[], RecountableTable],
) -> None:
    table, told = new_table(), list[str]()
    for item in _old_items():
        table.write(Put(item=item))

    renew(table, today=date(2026, 11, 20), tell=told.append)

    assert "\n".join(told) == (
        "7 records brought up to date; all of the table is\n"
        "3 devices; 1 counts were put right:\n"
        "  site berlin: nothing was counted; 1 API token, 1 contact, 2 devices and 1 extension "
        "are there"
    )


def _old_items() -> list[Item]:
    with closing(sqlite3.connect(":memory:")) as old:
        old.executescript((OLD / "schema_1.sql").read_text("utf-8"))
        rows = old.execute("SELECT * FROM whole_items").fetchall()
    return [read_item(row) for row in rows]


def test_devices_of_an_older_table_are_found_by_what_they_name(table: SqliteTable) -> None:
    mac = Mac("805ec0000001")
    records = Records(table)
    was = records.device(mac)
    assert was is not None
    records.save_device(replace(was.value, settings={"key_layout": "desk"}), was=was)
    [naming] = [item for item in table.read(f"DEVICE#{mac}") if item.key.sort == "NAMING"]
    table.write(Delete(key=naming.key))

    lacking = place_anew(table.read(f"DEVICE#{mac}"))

    assert [(item.key, item.entries) for item in lacking] == [(naming.key, naming.entries)]
    table.write(*(Put(item=item) for item in lacking))
    assert place_anew(table.read(f"DEVICE#{mac}")) == []
    assert records.users_of_layout("desk").macs == (mac,)
