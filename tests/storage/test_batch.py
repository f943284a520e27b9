"""Does a batch leave the table as if each write had been made at once, or untouched?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import ConditionError, StoreDownError
from chalicelib.storage.batch import BatchTable
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import (
    MAX_WRITES,
    Absent,
    Check,
    Condition,
    Delete,
    Item,
    Key,
    Present,
    Put,
    Table,
    Unchanged,
    Write,
)

KEYS = [Key("A", "1"), Key("A", "2"), Key("B", "1")]


def item(key: Key, revision: str, **body: Any) -> Item:  # noqa: ANN401 - any JSON
    return Item(key=key, body=body, revision=revision)


@pytest.fixture
def table(tmp_path: Path) -> SqliteTable:
    return SqliteTable(tmp_path / "table", now=lambda: 1.0)


def test_writes_are_seen_at_once_and_made_at_the_flush(table: SqliteTable) -> None:
    batch = BatchTable(table)

    batch.write(Put(item=item(KEYS[0], "r1", n=1), when=Absent()))
    batch.keep()

    assert batch.get(KEYS) == {KEYS[0]: item(KEYS[0], "r1", n=1)}
    assert batch.read("A") == [item(KEYS[0], "r1", n=1)]
    assert table.get(KEYS) == {}
    batch.flush()
    assert table.get(KEYS) == {KEYS[0]: item(KEYS[0], "r1", n=1)}


def test_dropped_step_leaves_those_before_it(table: SqliteTable) -> None:
    batch = BatchTable(table)
    batch.write(Put(item=item(KEYS[0], "r1")))
    batch.keep()

    batch.write(Put(item=item(KEYS[0], "r2"), when=Unchanged("r1")), Put(item=item(KEYS[1], "r3")))
    batch.drop()

    assert batch.get(KEYS) == {KEYS[0]: item(KEYS[0], "r1")}
    batch.flush()
    assert list(table.get(KEYS)) == [KEYS[0]]


def test_condition_fails_at_once(table: SqliteTable) -> None:
    table.write(Put(item=item(KEYS[0], "r0")))
    batch = BatchTable(table)
    batch.write(Delete(key=KEYS[0]))

    with pytest.raises(ConditionError) as caught:
        batch.write(Put(item=item(KEYS[1], "r1")), Check(key=KEYS[0], when=Present()))

    assert caught.value.failed == (1,)
    assert batch.get([KEYS[1]]) == {}


def test_somebody_else_was_there_first(table: SqliteTable) -> None:
    """What was only looked at counts, too."""
    table.write(Put(item=item(KEYS[0], "r0")))
    batch = BatchTable(table)
    batch.write(
        Check(key=KEYS[0], when=Unchanged("r0")), Put(item=item(KEYS[1], "r1"), when=Absent())
    )
    batch.keep()
    table.write(Put(item=item(KEYS[0], "theirs")))

    with pytest.raises(ConditionError):
        batch.flush()

    assert batch.get(KEYS) == {KEYS[0]: item(KEYS[0], "theirs")}
    batch.flush()
    assert list(table.get(KEYS)) == [KEYS[0]]


def test_open_step_goes_on_after_a_flush(table: SqliteTable) -> None:
    """It was to take the place of what waited."""
    batch = BatchTable(table)
    batch.write(Put(item=item(KEYS[0], "r1"), when=Absent()))
    batch.write(Put(item=item(KEYS[1], "r2"), when=Absent()))
    batch.keep()
    batch.write(Put(item=item(KEYS[0], "r3"), when=Unchanged("r1")), Delete(key=KEYS[1]))

    batch.flush()
    batch.keep()
    batch.flush()

    assert table.get(KEYS) == {KEYS[0]: item(KEYS[0], "r3")}


def test_size_of_a_transaction(table: SqliteTable) -> None:
    batch = BatchTable(table)
    keys = [Key("A", f"{number}") for number in range(MAX_WRITES)]
    sizes = []

    def look() -> None:
        sizes.append((batch.fits, batch.is_too_large))

    batch.write(*(Put(item=item(key, "r")) for key in keys))
    batch.keep()
    look()
    batch.write(Put(item=item(keys[0], "again")))
    look()
    batch.write(Put(item=item(Key("A", "more"), "r")))
    look()
    batch.write(*(Put(item=item(Key("B", key.sort), "r")) for key in keys))
    look()

    assert sizes == [(True, False), (True, False), (False, False), (False, True)]


def test_bytes_of_a_transaction(table: SqliteTable) -> None:
    batch = BatchTable(table)
    fits = []
    for number in range(6):
        body = {"text": "x" * 390_000} if number % 2 else {"texts": ["x" * 390_000]}
        batch.write(Put(item=item(Key("A", f"{number}"), "r", **body)))
        fits.append(batch.fits)

    assert fits == [True, True, True, True, True, False]


def test_bytes_of_what_is_kept_and_written_again(table: SqliteTable) -> None:
    """A record that is written again counts once; what was flushed counts no more."""
    batch = BatchTable(table)
    fits = []

    for number in (0, 0, 0, 1, 2, 3, 4, 5, 5):
        batch.write(Put(item=item(Key("A", f"{number}"), "r", text="x" * 390_000)))
        fits.append(batch.fits)
        if number == 4:
            batch.keep()
            batch.flush()
        batch.keep()
    assert fits == [True] * 9

    for number in (6, 7, 8, 9):
        batch.write(Put(item=item(Key("A", f"{number}"), "r", text="x" * 390_000)))
        fits.append(batch.fits)
        batch.keep()
    assert fits[9:] == [True, True, True, True]

    batch.write(Put(item=item(Key("A", "10"), "r", text="x" * 390_000)))
    assert not batch.fits


CONDITIONS = st.sampled_from([None, Absent(), Present()])
STEPS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["put", "delete", "check", "put as seen"]),
            st.sampled_from(KEYS),
            CONDITIONS,
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda write: write[1],
    ),
    max_size=8,
)


@given(steps=STEPS, ends=st.lists(st.sampled_from(["keep", "drop", "flush"]), max_size=8))
@settings(deadline=None, max_examples=150)
def test_batch_is_as_writes_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], ends: list[str]
) -> None:
    """The steps that were kept are in the table, in their order; each failed where it would."""
    folder = tmp_path_factory.mktemp("batch")
    plain = SqliteTable(folder / "plain", now=lambda: 1.0)
    below = SqliteTable(folder / "below", now=lambda: 1.0)
    batch = BatchTable(below)
    for number, step in enumerate(steps):
        writes = [to_write(plain, f"r{number}", *part) for part in step]
        end = ends[number] if number < len(ends) else "keep"
        failed = try_to_write(batch, writes)
        if end == "drop":
            batch.drop()
            continue
        assert failed == try_to_write(plain, writes)
        batch.keep()
        assert batch.get(KEYS) == plain.get(KEYS)
        if end == "flush":
            batch.flush()
            assert below.get(KEYS) == plain.get(KEYS)
    batch.flush()
    assert below.get(KEYS) == plain.get(KEYS)
    assert [*below.read("A")] == [*batch.read("A")] == [*plain.read("A")]
    plain.close()
    below.close()


def to_write(
    table: Table, revision: str, what: str, key: Key, condition: Condition | None
) -> Write:
    if what == "put as seen":
        found = table.get([key]).get(key)
        condition = Unchanged(found.revision) if found else Absent()
    if what == "check":
        return Check(key=key, when=condition or Present())
    if what == "delete":
        return Delete(key=key, when=condition)
    return Put(item=item(key, revision), when=condition)


def try_to_write(table: Table, writes: list[Write]) -> tuple[int, ...]:
    try:
        table.write(*writes)
    except ConditionError as error:
        return error.failed
    return ()


class Down:
    """A table that is down."""

    def __init__(self, table: Table) -> None:
        self.get, self.read = table.get, table.read
        self.query, self.count = table.query, table.count

    def write(self, *writes: Write, within: float | None = None) -> None:
        raise StoreDownError(f"{len(writes)} writes within {within}")


def test_failed_flush_forgets_what_was_kept(table: SqliteTable) -> None:
    batch = BatchTable(Down(table))
    batch.write(Put(item=item(KEYS[0], "r1")))
    batch.keep()

    with pytest.raises(StoreDownError):
        batch.flush()

    assert batch.get(KEYS) == {}
    batch.flush()
