"""Does the data file keep what was acknowledged, and fail in words that help?"""

from __future__ import annotations

import fcntl
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib.domain.errors import ConditionError, StoreDownError
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Delete, Item, Key, Put, Unchanged
from tests.storage.conftest import Clock
from tests.storage.data_file import HERE, an_item, fill, names, start


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


# The file


def test_file_untouched_until_first_use(table: SqliteTable, path: Path) -> None:
    assert not path.parent.exists()

    table.read("P")

    assert path.exists()


def test_file_and_folder_are_private(table: SqliteTable, path: Path) -> None:
    table.write(Put(item=an_item()))

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {
        "offhook.db": 0o600,
        "offhook.db-shm": 0o600,
        "offhook.db-wal": 0o600,
        "offhook.db.lock": 0o600,
    }


def test_items_outlive_the_table(new_sqlite: Callable[[], SqliteTable]) -> None:
    first = new_sqlite()
    first.write(Put(item=an_item()))
    first.close()

    assert new_sqlite().get([HERE]) == {HERE: an_item()}


def test_closed_table_opens_again(table: SqliteTable) -> None:
    table.write(Put(item=an_item()))
    table.close()

    assert table.get([HERE]) == {HERE: an_item()}


def test_file_of_newer_schema_is_refused_and_kept(whole_file: Path, table: SqliteTable) -> None:
    connection = sqlite3.connect(whole_file)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    content = whole_file.read_bytes()

    with pytest.raises(StoreDownError) as caught:
        table.read("P0")

    assert str(caught.value) == (
        f"the data file {whole_file} was written by a newer Offhook (schema 9, this one knows 4): "
        "update Offhook, or choose another OFFHOOK_STATE_DIR"
    )
    assert whole_file.read_bytes() == content


# Trouble that is not in the file


def test_folder_that_cannot_be_made(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    table = SqliteTable(tmp_path / "file" / "offhook.db", now=clock)

    with pytest.raises(StoreDownError, match="check that this user may write to the file"):
        table.read("P")


def test_folder_in_place_of_the_file(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "offhook.db"
    path.mkdir()
    table = SqliteTable(path, now=clock)

    with pytest.raises(StoreDownError, match="check that this user may write to the file"):
        table.read("P")

    assert names(path) == ["offhook.db", "offhook.db.lock"]


def test_disk_that_takes_no_more(whole_file: Path, clock: Clock) -> None:
    program = """
import resource
from chalicelib.domain.errors import StoreDownError
table.read("P0")
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
for number in range(100):
    try:
        put("MORE", f"{number:02}", text="x" * 1000)
    except StoreDownError as error:
        print(error)
        break
    print(number)
"""

    said = start(whole_file, program).communicate(timeout=60)[0].splitlines()

    table = SqliteTable(whole_file, now=clock)
    assert said[-1].endswith(": the disk fails to read or write; check it and make room")
    assert [str(int(item.key.sort)) for item in table.read("MORE")] == said[:-1]
    assert len(table.read("P3")) == 100
    assert not [name for name in names(whole_file) if "broken" in name]
    table.close()


@pytest.fixture
def other_writer(whole_file: Path) -> Iterator[sqlite3.Connection]:
    """Another process's connection, in the middle of a write."""
    connection = sqlite3.connect(whole_file, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


@pytest.mark.usefixtures("other_writer")
def test_locked_file_delays_no_more_than_the_bound(whole_file: Path, table: SqliteTable) -> None:
    table.read("P0")
    began = time.monotonic()

    with pytest.raises(StoreDownError, match="another process keeps it locked"):
        table.write(Put(item=an_item()), within=0.2)

    assert 0.1 < time.monotonic() - began < 1.0
    assert not [name for name in names(whole_file) if "broken" in name]


def test_file_that_another_process_is_opening(whole_file: Path, table: SqliteTable) -> None:
    began = time.monotonic()
    with whole_file.with_name("offhook.db.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(StoreDownError, match="another process is opening the data file"):
            table.write(Put(item=an_item()), within=0.2)

    assert 0.1 < time.monotonic() - began < 1.0
    table.write(Put(item=an_item()), within=2.0)


@pytest.mark.usefixtures("other_writer")
def test_locked_file_can_be_read(table: SqliteTable) -> None:
    assert len(table.read("P0")) == 100


def test_write_waits_for_another_process(
    table: SqliteTable, other_writer: sqlite3.Connection
) -> None:
    threading.Timer(0.3, lambda: other_writer.execute("COMMIT")).start()

    table.write(Put(item=an_item()))

    assert table.get([HERE]) == {HERE: an_item()}


def test_busy_thread_delays_another_no_more_than_the_bound(
    table: SqliteTable, other_writer: sqlite3.Connection
) -> None:
    waiting = threading.Thread(target=lambda: table.write(Put(item=an_item())))
    waiting.start()
    time.sleep(0.2)
    began = time.monotonic()

    with pytest.raises(StoreDownError, match=r"is busy|keeps it locked"):
        table.write(Delete(key=HERE), within=0.1)

    took = time.monotonic() - began
    other_writer.execute("COMMIT")
    waiting.join()
    assert took < 0.8
    assert table.get([HERE]) == {HERE: an_item()}


# Many at once


COUNT_UP = """
for _ in range(50):
    while True:
        found = table.get([Key("COUNTER", "1")]).get(Key("COUNTER", "1"))
        number = found.body["number"] if found else 0
        when = Unchanged(found.revision) if found else Absent()
        try:
            put("COUNTER", "1", f"{sys.argv[2]}-{number}", when, number=number + 1)
        except ConditionError:
            continue
        break
"""


def test_processes_count_together(path: Path, table: SqliteTable) -> None:
    processes = [start(path, COUNT_UP, str(number)) for number in range(2)]
    for process in processes:
        process.communicate(timeout=60)

    assert [process.returncode for process in processes] == [0, 0]
    assert table.get([Key("COUNTER", "1")])[Key("COUNTER", "1")].body == {"number": 100}


def test_threads_count_together(table: SqliteTable) -> None:
    table.write(Put(item=Item(key=HERE, body={"number": 0}, revision="")))

    def count_up(name: str) -> None:
        done = 0
        while done < 20:
            found = table.get([HERE])[HERE]
            number = found.body["number"] + 1
            item = Item(key=HERE, body={"number": number}, revision=f"{name}-{number}")
            try:
                table.write(Put(item=item, when=Unchanged(found.revision)))
            except ConditionError:
                continue
            done += 1

    threads = [threading.Thread(target=count_up, args=(str(number),)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert table.get([HERE])[HERE].body == {"number": 100}


def test_killed_process_loses_no_acknowledged_write(path: Path, table: SqliteTable) -> None:
    program = """
for number in range(1_000_000):
    put("WRITTEN", f"{number:07}")
    print(f"{number:07}", flush=True)
"""
    writer = start(path, program)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(200)]

    writer.kill()

    acknowledged += writer.stdout.read().split()
    writer.communicate(timeout=60)
    found = [item.key.sort for item in table.read("WRITTEN")]
    assert len(acknowledged) >= 200
    assert found[: len(acknowledged)] == acknowledged
    assert len(found) - len(acknowledged) <= 1
    assert not [name for name in names(path) if "broken" in name]


# Expired items


def rows(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    found = [row[0] for row in connection.execute("SELECT partition FROM items ORDER BY 1")]
    found += [f"entry of {row[0]}" for row in connection.execute("SELECT partition FROM entries")]
    connection.close()
    return found


def test_expired_items_leave_the_file_with_a_later_write(
    table: SqliteTable, path: Path, clock: Clock
) -> None:
    table.write(Put(item=an_item(Key("STAYS", "1"))))
    brief = Item(
        key=Key("GOES", "1"),
        body={},
        revision="1",
        entries={"listing": ("L", "1")},
        expires_at=1_800_000_010,
    )
    table.write(Put(item=brief))
    clock.time = 1_800_000_020.0
    table.write(Put(item=an_item(Key("SOON", "1"))))
    assert rows(path) == ["GOES", "SOON", "STAYS", "entry of GOES"]
    clock.time = 1_800_000_060.0

    table.write(Put(item=an_item(Key("LATER", "1"))))

    assert rows(path) == ["LATER", "SOON", "STAYS"]
