"""What becomes of a data file that is broken?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.domain.errors import ConditionError, StoreDownError
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Absent, Item, Key, Put
from tests.storage.conftest import Clock
from tests.storage.data_file import HERE, an_item, fill, names, start, write_and_be_killed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the tables of `new_sqlite` lie."""
    return tmp_path / "state" / "offhook.db"


@pytest.fixture
def table(new_sqlite: Callable[[], SqliteTable]) -> SqliteTable:
    return new_sqlite()


@pytest.fixture
def whole_file(path: Path, clock: Clock) -> Path:
    return fill(path, clock)


def overwrite(path: Path, start: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * length)


def truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "no database": lambda path: overwrite(path, 0, 100),
    "all but the end": lambda path: overwrite(path, 0, 15_000),
    "a page": lambda path: overwrite(path, 3 * 4096, 4096),
    "the schema": lambda path: overwrite(path, 100, 3900),
    "cut": truncate,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_broken_file_is_set_aside(
    whole_file: Path,
    table: SqliteTable,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    damage(whole_file)

    assert table.read("P0") == []
    table.write(Put(item=an_item()))

    assert table.get([HERE]) == {HERE: an_item()}
    assert (whole_file.parent / "offhook.db.broken-1").exists()
    assert [(record.name, record.levelno) for record in caplog.records] == [
        ("offhook", logging.ERROR)
    ]
    assert caplog.messages[0].startswith(f"the data file {whole_file} is broken (")
    assert caplog.messages[0].endswith(
        "): it was set aside as offhook.db.broken-1 and a new, empty one was begun; "
        "docs/storage.md says how to get its records back"
    )


def test_broken_files_do_not_replace_each_other(whole_file: Path, table: SqliteTable) -> None:
    overwrite(whole_file, 0, 100)
    table.read("P")
    table.close()
    overwrite(whole_file, 0, 100)

    table.read("P")

    assert [name for name in names(whole_file) if "broken" in name] == [
        "offhook.db.broken-1",
        "offhook.db.broken-2",
    ]


def test_broken_file_takes_its_log_along(whole_file: Path, table: SqliteTable) -> None:
    """The log may hold writes that never got into the file."""
    write_and_be_killed(whole_file)
    log = whole_file.with_name("offhook.db-wal").read_bytes()
    overwrite(whole_file, 3 * 4096, 4096)

    table.read("P")

    aside = whole_file.parent / "offhook.db.broken-1"
    assert b"LATE" in log
    assert aside.with_name("offhook.db.broken-1-wal").read_bytes() == log
    assert aside.with_name("offhook.db.broken-1-shm").exists()


def test_file_is_whole_again_after_kill(whole_file: Path, table: SqliteTable) -> None:
    write_and_be_killed(whole_file)

    assert [item.key.sort for item in table.read("LATE")] == ["1"]
    assert len(table.read("P0")) == 100


def test_file_that_breaks_in_use(
    path: Path, table: SqliteTable, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(60):  # more than SQLite keeps in memory
        key = Key(f"P{number:02}", "1")
        table.write(Put(item=Item(key=key, body={"a": "x" * 100_000}, revision="1")))
    table.close()
    table.read("P00")
    overwrite(path, 4096, path.stat().st_size - 4096)

    with pytest.raises(StoreDownError, match="is broken; the next use sets it aside"):
        table.read("P59")
    assert table.read("P59") == []

    assert "was set aside as offhook.db.broken-1" in caplog.text


def test_several_processes_meet_a_broken_file(whole_file: Path, clock: Clock) -> None:
    overwrite(whole_file, 0, 100)
    program = 'put("WRITER", sys.argv[2])'

    writers = [start(whole_file, program, str(number)) for number in range(4)]
    for writer in writers:
        writer.communicate(timeout=60)

    table = SqliteTable(whole_file, now=clock)
    assert [item.key.sort for item in table.read("WRITER")] == ["0", "1", "2", "3"]
    assert [name for name in names(whole_file) if "broken" in name] == ["offhook.db.broken-1"]
    table.close()


def test_file_that_another_process_set_aside(
    whole_file: Path, new_sqlite: Callable[[], SqliteTable]
) -> None:
    one, two = new_sqlite(), new_sqlite()
    one.read("P0")
    whole_file.rename(whole_file.with_name("offhook.db.broken-1"))
    two.write(Put(item=an_item(revision="two")))

    with pytest.raises(ConditionError):
        one.write(Put(item=an_item(revision="one"), when=Absent()))

    assert one.get([HERE]) == {HERE: an_item(revision="two")}
    assert new_sqlite().get([HERE]) == {HERE: an_item(revision="two")}
