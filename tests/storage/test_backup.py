"""Does a backup hold every item, and does a restore bring every one back?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError, StoreDownError
from chalicelib.storage.backup import backup, restore
from chalicelib.storage.backup_file import item_from_json, item_to_json, write_line
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Item, Key, Put
from chalicelib.storage.walk import Stretch, walk
from tests.storage.conftest import Clock

AnyTable = DynamoTable | SqliteTable


def some(number: int, *, content: str = "") -> Item:
    """An item with everything that an item can have; each third one expires."""
    return Item(
        key=Key(f"DEVICE#{number:04d}", "DEVICE"),
        body={"number": number, "sealed": f"s1.0a1b2c3d.{number}{content}", "ümlaut": "\u2028é"},
        revision=f"{number:016x}",
        entries={"listing": ("DEVICE", f"{number:04d}")} if number % 2 else {},
        expires_at=1_900_000_000 if number % 3 == 0 else None,
    )


def fill(table: AnyTable, count: int) -> list[Item]:
    """Put so many items into the table."""
    items = [some(number) for number in range(count)]
    for item in items:  # one by one: moto's transactions copy the whole table
        table.write(Put(item=item))
    return items


def content(table: AnyTable) -> list[Item]:
    """All items, in the order of their keys."""
    items = [item for stretch in walk(table) for item in stretch.items]
    return sorted(items, key=lambda item: item.key)


def ignore(done: int, total: int | None) -> None:
    """Show no progress."""


@pytest.fixture
def target(tmp_path: Path, clock: Clock) -> SqliteTable:
    """An empty table of the other kind, or the same."""
    return SqliteTable(tmp_path / "target" / "offhook.db", now=clock)


def test_restore_into_an_empty_table_brings_every_item_back(
    table: AnyTable, target: SqliteTable, tmp_path: Path, clock: Clock
) -> None:
    items = fill(table, 612)
    file = tmp_path / "backup.jsonl"

    count = backup(table, file, name="offhook-prod", progress=ignore)
    done = restore(file, target, now=clock, progress=ignore)

    assert count == 612
    assert (done.written, done.there_already, done.expired) == (612, 0, 0)
    assert content(target) == content(table) == items


def test_restored_items_are_found_by_their_index(
    table: AnyTable, target: SqliteTable, tmp_path: Path, clock: Clock
) -> None:
    fill(table, 10)
    file = tmp_path / "backup.jsonl"
    backup(table, file, name="offhook-prod", progress=ignore)

    restore(file, target, now=clock, progress=ignore)

    whole = table.query("listing", "DEVICE", limit=10)
    assert target.query("listing", "DEVICE", limit=10) == whole


def test_sqlite_is_restored_into_dynamodb(
    new_sqlite: Callable[[], SqliteTable],
    new_dynamo: Callable[[], DynamoTable],
    tmp_path: Path,
    clock: Clock,
) -> None:
    """How one machine's data moves to AWS."""
    source, goal = new_sqlite(), new_dynamo()
    items = fill(source, 250)
    file = tmp_path / "backup.jsonl"
    backup(source, file, name="offhook-local", progress=ignore)

    restore(file, goal, now=clock, progress=ignore)

    assert content(goal) == items


def test_empty_table_has_a_backup_too(
    table: AnyTable, target: SqliteTable, tmp_path: Path, clock: Clock
) -> None:
    file = tmp_path / "backup.jsonl"

    backup(table, file, name="offhook-prod", progress=ignore)
    done = restore(file, target, now=clock, progress=ignore)

    assert (done.written, content(target)) == (0, [])


def test_sealed_text_stays_as_it_is_in_the_file(table: AnyTable, tmp_path: Path) -> None:
    fill(table, 1)
    file = tmp_path / "backup.jsonl"

    backup(table, file, name="offhook-prod", progress=ignore)

    line = json.loads(file.read_bytes().splitlines()[1])
    assert line["item"]["body"]["sealed"] == "s1.0a1b2c3d.0"
    assert file.stat().st_mode & 0o777 == 0o600


class Failing:
    """A table that goes away after some stretches."""

    def __init__(self, table: AnyTable, *, after: int) -> None:
        self._table = table
        self._left = after

    def walk(self, *, limit: int, after: Key | None = None) -> Stretch:
        if not self._left:
            raise StoreDownError("gone")
        self._left -= 1
        return self._table.walk(limit=limit, after=after)


@pytest.mark.parametrize("torn", [0, 1, 7, 400])
def test_interrupted_backup_goes_on_where_it_stopped(
    torn: int,
    table: AnyTable,
    target: SqliteTable,
    tmp_path: Path,
    clock: Clock,
) -> None:
    items = fill(table, 55)
    file = tmp_path / "backup.jsonl"
    failing = Failing(table, after=3)
    with pytest.raises(StoreDownError):
        backup(failing, file, name="offhook-prod", progress=ignore, stretch=10)
    file.write_bytes(file.read_bytes()[: -torn or None])
    met: list[int] = []

    count = backup(
        Failing(table, after=5),
        file,
        name="offhook-prod",
        progress=lambda done, _: met.append(done),
        stretch=10,
    )

    assert count == 55
    assert met[0] > 10
    restore(file, target, now=clock, progress=ignore)
    assert content(target) == items


def test_interrupted_restore_is_run_again(
    table: AnyTable, target: SqliteTable, tmp_path: Path, clock: Clock
) -> None:
    items = fill(table, 150)
    file = tmp_path / "backup.jsonl"
    backup(table, file, name="offhook-prod", progress=ignore)
    target.write(*(Put(item=item) for item in items[:70]))

    done = restore(file, target, now=clock, progress=ignore)

    assert (done.written, done.there_already) == (80, 70)
    assert content(target) == items


def test_newer_record_is_not_overwritten(
    table: AnyTable, target: SqliteTable, tmp_path: Path, clock: Clock
) -> None:
    fill(table, 3)
    file = tmp_path / "backup.jsonl"
    backup(table, file, name="offhook-prod", progress=ignore)
    newer = some(1, content="newer")
    target.write(Put(item=newer))

    done = restore(file, target, now=clock, progress=ignore)

    assert list(done.differing) == [newer.key]
    assert target.get([newer.key]) == {newer.key: newer}


def test_expired_item_stays_away(
    table: AnyTable, target: SqliteTable, tmp_path: Path, clock: Clock
) -> None:
    fill(table, 3)
    file = tmp_path / "backup.jsonl"
    backup(table, file, name="offhook-prod", progress=ignore)
    clock.time = 1_900_000_000.0

    done = restore(file, target, now=clock, progress=ignore)

    assert (done.written, done.expired) == (2, 1)


def test_whole_backup_is_not_written_over(table: AnyTable, tmp_path: Path) -> None:
    file = tmp_path / "backup.jsonl"
    backup(table, file, name="offhook-prod", progress=ignore)
    before = file.read_bytes()

    with pytest.raises(InputError, match="is a whole backup already: name another file"):
        backup(table, file, name="offhook-prod", progress=ignore)

    assert file.read_bytes() == before


def test_backup_of_another_table_is_not_continued(table: AnyTable, tmp_path: Path) -> None:
    file = tmp_path / "backup.jsonl"
    with pytest.raises(StoreDownError):
        backup(Failing(table, after=0), file, name="offhook-dev", progress=ignore)

    with pytest.raises(InputError, match="is a backup of offhook-dev, not of offhook-prod"):
        backup(table, file, name="offhook-prod", progress=ignore)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda lines: lines[:-1], "ends too early"),
        (lambda lines: [lines[0], *lines[2:]], "line 3: the items are not those of the backup"),
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], "are not those of the backup"),
        (lambda lines: [lines[0], b"{\n", *lines[1:]], "line 2: this is no backup of Offhook's"),
        (lambda lines: lines[1:], "this is no backup, or one of a newer Offhook"),
        (lambda _: [], "ends too early"),
    ],
)
def test_spoiled_file_writes_nothing(
    spoil: Callable[[list[bytes]], list[bytes]],
    says: str,
    new_sqlite: Callable[[], SqliteTable],
    target: SqliteTable,
    tmp_path: Path,
    clock: Clock,
) -> None:
    table = new_sqlite()
    fill(table, 2)
    file = tmp_path / "backup.jsonl"
    backup(table, file, name="offhook-local", progress=ignore)
    file.write_bytes(b"".join(spoil(file.read_bytes().splitlines(keepends=True))))

    with pytest.raises(InputError, match=says):
        restore(file, target, now=clock, progress=ignore)

    assert content(target) == []


def test_progress_tells_how_many_of_how_many(
    new_sqlite: Callable[[], SqliteTable], target: SqliteTable, tmp_path: Path, clock: Clock
) -> None:
    table, file = new_sqlite(), tmp_path / "backup.jsonl"
    fill(table, 150)
    told: list[tuple[int, int | None]] = []
    backup(table, file, name="offhook-local", progress=lambda *numbers: told.append(numbers))

    restore(file, target, now=clock, progress=lambda *numbers: told.append(numbers))

    assert told == [(150, None), (100, 150), (150, 150)]


TEXT = st.text(min_size=1, max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    key=st.builds(Key, TEXT, TEXT),
    body=st.dictionaries(st.text(), JSON),
    revision=TEXT,
    place=st.none() | st.tuples(TEXT, TEXT),
    expires_at=st.none() | st.integers(0, 2**53),
)
def test_item_comes_back_from_its_line(
    key: Key,
    body: dict[str, object],
    revision: str,
    place: tuple[str, str] | None,
    expires_at: int | None,
) -> None:
    entries = {"listing": place} if place else {}
    item = Item(key=key, body=body, revision=revision, entries=entries, expires_at=expires_at)

    line = write_line({"item": item_to_json(item)})

    assert line.count(b"\n") == 1
    assert item_from_json(json.loads(line)["item"]) == item
