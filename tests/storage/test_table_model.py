"""Do all tables answer as a plain dictionary would, whatever is asked of them?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import ConditionError
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import (
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
from tests.storage.conftest import REGION, Clock

# Few keys, so that the writes meet each other.
PARTITIONS = ["P", "\u00e9"]
SORTS = ["a", "LINE#2", "LINE#10", "\uff5e", "\U0001f4de\x00"]
LISTS = ["L", "\u00e9"]

KEYS = [Key(partition, sort) for partition in PARTITIONS for sort in SORTS]

keys = st.sampled_from(KEYS)
revisions = st.sampled_from(["r1", "r2"])
conditions = st.one_of(st.builds(Unchanged, revisions), st.builds(Present), st.builds(Absent))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts
)
bodies = st.dictionaries(texts, st.one_of(values, st.lists(values, max_size=2)), max_size=3)


@st.composite
def items(draw: st.DrawFn) -> Item:
    key = draw(keys)
    rank = draw(st.sampled_from(["1", "10", "2", "\u00e9"]))
    # Its own place for each item: tables may order items of one place as they like.
    place = (draw(st.sampled_from(LISTS)), f"{rank} {key.partition} {key.sort}")
    return Item(
        key=key,
        body=draw(bodies),
        revision=draw(revisions),
        entries=draw(st.sampled_from([{"listing": place}, {"listing": place}, {}])),
        expires_at=draw(st.sampled_from([None, None, None, 1_800_000_060, 1_800_000_120])),
    )


def key_of(write: Write) -> Key:
    return write.item.key if isinstance(write, Put) else write.key


puts = st.builds(Put, item=items())
beginnings = st.lists(puts, min_size=6, max_size=len(KEYS), unique_by=key_of)
writes = st.lists(
    st.one_of(
        puts,
        st.builds(Put, item=items(), when=conditions),
        st.builds(Delete, key=keys, when=st.one_of(st.none(), conditions)),
        st.builds(Check, key=keys, when=conditions),
    ),
    min_size=1,
    max_size=3,
    unique_by=key_of,
)
waits = st.sampled_from([30, 59, 60])
steps = st.one_of(*[writes] * 5, waits)


class Model:
    """What a table is to do, in the fewest words."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._item_by_key: dict[Key, Item] = {}

    @property
    def alive(self) -> dict[Key, Item]:
        return {
            key: item
            for key, item in self._item_by_key.items()
            if item.expires_at is None or item.expires_at > self._clock.time
        }

    def write(self, writes: Sequence[Write]) -> tuple[int, ...]:
        """The positions of the conditions that fail; writes where there are none."""
        failed = [n for n, write in enumerate(writes) if not self._holds(key_of(write), write.when)]
        for write in [] if failed else writes:
            if isinstance(write, Delete):
                self._item_by_key.pop(write.key, None)
            if isinstance(write, Put):
                self._item_by_key[write.item.key] = write.item
        return tuple(failed)

    def _holds(self, key: Key, when: Condition | None) -> bool:
        match when, self.alive.get(key):
            case None, _:
                return True
            case Absent(), found:
                return found is None
            case Present(), found:
                return found is not None
            case Unchanged(revision), found:
                return found is not None and found.revision == revision
        raise AssertionError(when)

    def listing(self, partition: str) -> list[Item]:
        listed = [
            item
            for item in self.alive.values()
            if item.entries.get("listing", ("", ""))[0] == partition
        ]
        return sorted(listed, key=lambda item: item.entries["listing"][1])


@pytest.mark.usefixtures("wire")
def test_tables_answer_as_a_dictionary_would(tmp_path: Path) -> None:
    clock = Clock()
    sqlite = SqliteTable(tmp_path / "model.db", now=clock)
    dynamo = DynamoTable("model", endpoint_url=None, region=REGION, now=clock)
    dynamo.create()

    @settings(max_examples=9, deadline=None)
    @given(beginnings, st.lists(steps, min_size=8, max_size=15))
    def compare(beginning: list[Write], steps: list[list[Write] | int]) -> None:
        model = Model(clock)
        clock.time = Clock().time
        for table in (sqlite, dynamo):
            table.write(*(Delete(key=key) for key in KEYS))
        for step in [beginning, *steps]:
            if isinstance(step, int):
                clock.time += step
            else:
                expected = model.write(step)
                assert [_write(table, step) for table in (sqlite, dynamo)] == [expected] * 2
            for table in (sqlite, dynamo):
                _compare(table, model)

    compare()
    sqlite.close()


def _write(table: Table, writes: Sequence[Write]) -> tuple[int, ...]:
    """The positions of the conditions that failed."""
    try:
        table.write(*writes)
    except ConditionError as error:
        return error.failed
    return ()


def _compare(table: Table, model: Model) -> None:
    alive = model.alive
    assert table.get(KEYS) == alive
    for partition in PARTITIONS:
        there = [alive[key] for key in sorted(alive) if key.partition == partition]
        assert table.read(partition) == there
    for partition in LISTS:
        listing = model.listing(partition)
        assert _walk(table, partition) == listing
        assert table.count("listing", partition, at_most=3) == min(len(listing), 3)


def _walk(table: Table, partition: str) -> list[Item]:
    """The items of a list, fetched in pages of two."""
    pages = [table.query("listing", partition, limit=2)]
    while pages[-1].after is not None:
        assert len(pages[-1].items) == 2
        pages.append(table.query("listing", partition, limit=2, after=pages[-1].after))
    assert pages[-1].items or len(pages) == 1
    return [item for page in pages for item in page.items]
