"""Do the looks of a fleet stay below the rate, and do files change only at a step?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.mac import Mac
from chalicelib.domain.pace import (
    FILES_A_LOOK,
    HIGHEST_LEVEL,
    LONGEST,
    Looks,
    Timer,
    choose_level,
    peak,
    set_pace,
)

MINUTES = Timer()
HOURS = Timer(unit=60, least=60)
AT_LEAST_AN_HOUR = Timer(least=61)
WITH_JITTER = Timer(jitter=1440)
TIMERS = {"a": MINUTES, "b": HOURS, "c": AT_LEAST_AN_HOUR, "d": WITH_JITTER}
FACTOR = 2
"""How far chance may take the fullest minute above the target."""
FACTOR_OF_ROUNDS = 2.5
"""The same over several rounds: those of a vendor that counts in hours may meet in an hour."""


def macs(number: int, seed: int = 1) -> Iterator[Mac]:
    """Phones of one prefix, in no order."""
    chance = random.Random(seed)  # noqa: S311 - phones of a test
    return (Mac(f"805ec0{tail:06x}") for tail in chance.sample(range(1 << 24), number))


def busiest_minute(number: int, timer: Timer, level: int, *, rounds: int) -> int:
    """The most fetches in a minute, when all phones start at the same moment."""
    chance = random.Random(2)  # noqa: S311 - delays of a test
    fetches: Counter[int] = Counter()
    for mac in macs(number):
        looks = set_pace(mac, timer, level=level)
        minute = 0
        for _ in range(rounds):
            minute += looks.interval + (chance.randrange(looks.jitter) if looks.jitter else 0)
            fetches[minute] += FILES_A_LOOK
    return max(fetches.values())


@pytest.mark.parametrize("timer", TIMERS.values(), ids=TIMERS)
@pytest.mark.parametrize("number", [10, 100, 1000, 1601, 10_000, 100_000])
def test_fleet_that_starts_at_once_stays_below_the_rate(number: int, timer: Timer) -> None:
    level = choose_level(number, rate=20)

    busiest = busiest_minute(number, timer, level, rounds=4)

    assert busiest <= 20 * 60 * FACTOR_OF_ROUNDS


def test_a_million_phones_that_start_at_once_stay_below_the_rate() -> None:
    level = choose_level(1_000_000, rate=20)

    busiest = busiest_minute(1_000_000, MINUTES, level, rounds=1)

    assert busiest <= 20 * 60 * FACTOR


@settings(max_examples=40, deadline=None)
@given(
    number=st.integers(10, 20_000),
    rate=st.integers(2, 100),
    name=st.sampled_from(sorted(TIMERS)),
)
def test_any_fleet_that_starts_at_once_stays_below_the_rate(
    number: int, rate: int, name: str
) -> None:
    level = choose_level(number, rate=rate)

    busiest = busiest_minute(number, TIMERS[name], level, rounds=1)

    assert busiest <= rate * 60 * FACTOR


def test_rounds_do_not_pile_up() -> None:
    first = busiest_minute(5000, MINUTES, 1, rounds=1)

    assert busiest_minute(5000, MINUTES, 1, rounds=40) <= first * 1.3


@given(number=st.integers(10, 1_000_000), rate=st.integers(1, 1000))
def test_peak_is_what_was_aimed_at(number: int, rate: int) -> None:
    level = choose_level(number, rate=rate)

    found = peak({"a": number}, TIMERS, level=level)

    assert found <= rate or level == HIGHEST_LEVEL


@given(number=st.integers(10, 1_000_000), rate=st.integers(1, 1000), was=st.integers(0, 6))
def test_one_phone_more_changes_the_level_only_at_a_step(number: int, rate: int, was: int) -> None:
    before = choose_level(number, rate=rate, was=was)

    after = choose_level(number + 1, rate=rate, was=before)

    assert after in (before, before + 1)
    if after != before:
        # And one phone less does not bring it back.
        assert choose_level(number, rate=rate, was=after) == after


def test_steps_for_the_usual_rate() -> None:
    steps = [
        devices
        for devices in range(0, 1_800_000, 100)
        if choose_level(devices + 100, rate=20) != choose_level(devices, rate=20)
    ]

    assert steps == [1600, 6400, 25_600, 102_400, 409_600, 1_638_400]


def test_fleet_that_shrinks_goes_back_late() -> None:
    levels = [choose_level(devices, rate=20, was=1) for devices in (1601, 1600, 1121, 1120, 10)]

    assert levels == [1, 1, 1, 0, 0]


def test_small_fleet_looks_once_a_day() -> None:
    found = [set_pace(mac, MINUTES, level=0) for mac in macs(100)]

    assert {looks.interval for looks in found} == {1440, 1441, 1442, 1443}
    assert {looks.jitter for looks in found} == {None}


def test_device_looks_as_often_as_before() -> None:
    mac = Mac("805ec0123456")

    assert set_pace(mac, MINUTES, level=3) == set_pace(mac, MINUTES, level=3)
    assert set_pace(mac, MINUTES, level=3) == Looks(interval=1496)


def test_vendor_with_a_jitter_spreads_by_itself() -> None:
    found = {set_pace(mac, WITH_JITTER, level=3) for mac in macs(50)}

    assert found == {Looks(interval=1440, jitter=256)}


def test_vendor_with_a_short_jitter_spreads_the_rest_by_device() -> None:
    found = {set_pace(mac, Timer(jitter=60), level=3) for mac in macs(500)}

    assert {looks.jitter for looks in found} == {60}
    assert min(looks.interval for looks in found) >= 1440
    assert 1600 < max(looks.interval for looks in found) < 1440 + 256 - 60


@given(
    level=st.integers(0, HIGHEST_LEVEL),
    unit=st.sampled_from([1, 60]),
    least=st.integers(5, 1440),
    room=st.integers(60, LONGEST),
    jitter=st.sampled_from([0, 30, 1440]),
    tail=st.integers(0, (1 << 24) - 1),
)
def test_vendors_limits_are_kept(
    level: int, unit: int, least: int, room: int, jitter: int, tail: int
) -> None:
    timer = Timer(unit=unit, least=least, most=least + room, jitter=jitter)

    looks = set_pace(Mac(f"805ec0{tail:06x}"), timer, level=level)

    assert least <= looks.interval <= min(least + room, LONGEST)
    assert looks.interval % unit == 0
    assert (looks.jitter or 0) <= jitter


def test_peak_counts_only_phones_that_look_by_themselves() -> None:
    found = peak({"a": 400, "b": 400, "unknown": 10_000}, TIMERS, level=0)

    assert found == pytest.approx(2 * 400 * 3 / 240)
