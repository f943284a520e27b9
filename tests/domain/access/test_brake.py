"""Is a source braked that guesses, and left alone when its phones only try again?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access.brake import Limit, Tally, retry_after

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIMIT = Limit()
SMALL = Limit(misses=10, seconds=60, step=4)

moments = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)


def counted(misses: int, limit: Limit) -> Tally:
    tally = Tally(window=limit.window_at(NOON))
    for _ in range(misses):
        tally = tally.count(NOON, limit)
    return tally


def test_busy_site_that_boots_twice_in_an_hour_stays_just_under_the_limit() -> None:
    phones, optional_files, tries, boots = 250, 3, 6, 2

    tally = counted(phones * optional_files * tries * boots - 1, LIMIT)

    assert not tally.is_over(LIMIT)


def test_next_miss_is_over_the_limit() -> None:
    assert counted(9000, LIMIT).is_over(LIMIT)


def test_others_count_too() -> None:
    tally = counted(4, SMALL).hear([3, 3])

    assert tally.is_over(SMALL)


def test_count_is_written_out_at_every_step_only() -> None:
    due = [misses for misses in range(12) if counted(misses, SMALL).is_due(SMALL)]

    assert due == [4, 8]


def test_over_the_limit_nothing_is_counted_or_written_any_more() -> None:
    tally = counted(1000, SMALL)

    assert tally.own == 10


def test_new_window_begins_at_nothing() -> None:
    tally = counted(10, SMALL).hear([100])

    turned = tally.turn(NOON + timedelta(seconds=60), SMALL)

    assert (turned.own, turned.others) == (0, 0)
    assert not turned.is_over(SMALL)


def test_same_window_keeps_its_tally() -> None:
    tally = counted(3, SMALL)

    assert tally.turn(NOON + timedelta(seconds=59), SMALL) == tally


def test_late_news_of_others_never_lowers_the_count() -> None:
    assert counted(1, SMALL).hear([6, 6]).hear([5]).others == 12


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, 60), (0.5, 60), (1, 59), (59, 1), (59.9, 1), (60, 60)]
)
def test_source_may_come_again_when_the_window_ends(seconds: float, expected: int) -> None:
    assert retry_after(NOON + timedelta(seconds=seconds), SMALL) == expected


@given(moments, st.integers(1, 100_000))
def test_after_the_wait_a_braked_source_is_free(now: datetime, seconds: int) -> None:
    limit = Limit(misses=1, seconds=seconds)
    tally = Tally(window=limit.window_at(now)).count(now, limit)

    wait = retry_after(now, limit)

    assert tally.is_over(limit)
    assert 1 <= wait <= seconds
    assert not tally.turn(now + timedelta(seconds=wait), limit).is_over(limit)


@given(st.lists(st.integers(0, 7), max_size=300), st.integers(1, 10), st.integers(1, 60))
def test_processes_that_share_counts_stop_a_source_within_what_they_have_not_written(
    misses: list[int], step: int, allowed: int
) -> None:
    """Eight processes, each asked at random: what gets past is bounded by the unwritten counts."""
    limit = Limit(misses=allowed, seconds=60, step=step)
    tallies = [Tally(window=limit.window_at(NOON)) for _ in range(8)]
    written = [0] * 8
    passed = writes = 0

    for process in misses:
        tally = tallies[process]
        if tally.is_over(limit):
            continue
        passed += 1
        tally = tally.count(NOON, limit)
        if tally.is_due(limit):
            writes += 1
            written[process] = tally.own
            tally = tally.hear(count for i, count in enumerate(written) if i != process)
        tallies[process] = tally

    assert passed <= allowed + 8 * step
    assert writes <= passed // step
