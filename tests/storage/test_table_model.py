"""Do all tables answer as a plain dictionary would, whatever is asked of them?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

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

PARTITIONS = ["P", "p", "P#\u00e9"]
SORTS = ["A", "a", "LINE#2", "LINE#10", "\uff5e", "\U0001f4de", "\x00"]
LISTS = ["L", "\u00e9"]

keys = st.builds(Key, st.sampled_from(PARTITIONS), st.sampled_from(SORTS))
revisions = st.sampled_from(["r1", "r2"])
conditions = st.one_of(
    st.none(), st.builds(Absent), st.builds(Present), st.builds(Unchanged, revisions)
)
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
        entries=draw(st.sampled_from([{}, {"listing": place}])),
        expires_at=draw(st.one_of(st.none(), st.integers(1_800_000_000, 1_800_000_300))),
    )


def key_of(write: Write) -> Key:
    return write.item.key if isinstance(write, Put) else write.key


writes = st.lists(
    st.one_of(
        st.builds(Put, item=items(), when=conditions),
        st.builds(Delete, key=keys, when=conditions),
        st.builds(Check, key=keys, when=conditions.filter(lambda when: when is not None)),
    ),
    max_size=4,
    unique_by=key_of,
)


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


class Comparison(RuleBasedStateMachine):
    """Asks all tables and the model the same."""

    def __init__(self, new_tables: Callable[[Clock], Sequence[Table]]) -> None:
        super().__init__()
        self._clock = Clock()
        self._model = Model(self._clock)
        self._tables = new_tables(self._clock)

    @rule(seconds=st.integers(0, 120))
    def wait(self, seconds: int) -> None:
        self._clock.time += seconds

    @rule(writes=writes)
    def write(self, writes: Sequence[Write]) -> None:
        expected = self._model.write(writes)
        for table in self._tables:
            failed: tuple[int, ...] = ()
            try:
                table.write(*writes)
            except ConditionError as error:
                failed = error.failed
            assert failed == expected

    @rule(wanted=st.lists(keys, max_size=5))
    def get(self, wanted: list[Key]) -> None:
        expected = {key: item for key, item in self._model.alive.items() if key in wanted}
        for table in self._tables:
            assert table.get(wanted) == expected

    @rule(partition=st.sampled_from(PARTITIONS))
    def read(self, partition: str) -> None:
        there = [item for item in self._model.alive.values() if item.key.partition == partition]
        for table in self._tables:
            assert table.read(partition) == sorted(there, key=lambda item: item.key)

    @rule(partition=st.sampled_from(LISTS), limit=st.integers(1, 5))
    def query(self, partition: str, limit: int) -> None:
        expected = self._model.listing(partition)
        for table in self._tables:
            page = table.query("listing", partition, limit=limit)
            found = [*page.items]
            while page.after is not None:
                assert len(page.items) == limit
                page = table.query("listing", partition, limit=limit, after=page.after)
                found += page.items
            assert found == expected

    @rule(partition=st.sampled_from(LISTS), at_most=st.integers(0, 10))
    def count(self, partition: str, at_most: int) -> None:
        expected = min(len(self._model.listing(partition)), at_most)
        for table in self._tables:
            assert table.count("listing", partition, at_most=at_most) == expected


@pytest.mark.usefixtures("wire")
def test_tables_answer_as_a_dictionary_would(tmp_path: Path) -> None:
    numbers = itertools.count()
    opened: list[SqliteTable] = []

    def new_tables(clock: Clock) -> Sequence[Table]:
        name = f"model-{next(numbers)}"
        dynamo = DynamoTable(name, endpoint_url=None, region=REGION, now=clock)
        dynamo.create()
        opened.append(SqliteTable(tmp_path / f"{name}.db", now=clock))
        return [opened[-1], dynamo]

    class ComparisonHere(Comparison):
        """Compares new tables each time."""

        def __init__(self) -> None:
            super().__init__(new_tables)

    run_state_machine_as_test(
        ComparisonHere, settings=settings(max_examples=25, stateful_step_count=25, deadline=None)
    )

    for table in opened:
        table.close()
