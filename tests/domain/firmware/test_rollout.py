"""Which version does a rollout give, to whom, and when?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.firmware.decision import decide, foresee
from chalicelib.domain.firmware.rollout import (
    WINDOW,
    Rollout,
    Window,
    read_window,
    tell_window,
)
from chalicelib.domain.mac import Mac

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
SATURDAY_NOON = datetime(2026, 11, 28, 12, 0)  # noqa: DTZ001 - by the device's own clock
ALL = Rollout(
    id="yealink-1", vendor="yealink", version="96.86.0.75", created_at=NOW, updated_at=NOW
)
NIGHT = Window(start=22 * 60, end=4 * 60, days=("fri",))
MAC = Mac("805ec0123456")
MACS = [Mac(f"805ec0{number:06x}") for number in range(0, 200_000, 97)]


def given_to(
    *rollouts: Rollout,
    mac: Mac = MAC,
    site: str = "default",
    model: str = "t46s",
    at: datetime = SATURDAY_NOON,
    held: tuple[str, ...] = (),
    chosen: str | None = "96.85.0.5",
) -> str | None:
    decision = decide(
        rollouts, mac=mac, model=model, site=site, local=at, held=held, chosen=chosen, first=2
    )
    return decision.version


def test_rollout_for_all_gives_its_version() -> None:
    assert given_to(ALL) == "96.86.0.75"


def test_no_rollout_leaves_what_was_chosen() -> None:
    assert given_to() == "96.85.0.5"
    assert given_to(chosen=None) is None


@pytest.mark.parametrize(
    "rollout",
    [
        replace(ALL, site="berlin"),
        replace(ALL, models=("t54w",)),
        replace(ALL, paused=True),
        replace(ALL, percent=0),
        replace(ALL, window=NIGHT),
    ],
)
def test_rollout_that_does_not_give(rollout: Rollout) -> None:
    assert given_to(rollout) == "96.85.0.5"


@pytest.mark.parametrize(
    "rollout",
    [replace(ALL, paused=True), replace(ALL, percent=0), replace(ALL, window=NIGHT)],
)
def test_device_keeps_what_a_rollout_gave_it(rollout: Rollout) -> None:
    assert given_to(rollout, held=("96.86.0.75",)) == "96.86.0.75"


def test_device_keeps_what_it_reports_in_other_words() -> None:
    assert given_to(replace(ALL, paused=True), held=("54.86.0.75",)) == "96.86.0.75"


def test_newer_version_is_not_taken_back() -> None:
    refusing, allowing = (replace(ALL, allow_downgrade=each) for each in (False, True))
    held = ("54.87.0.1",)

    assert given_to(ALL, held=held, chosen=None) is None
    assert given_to(refusing, held=held, chosen=None) is None
    assert given_to(allowing, held=held, chosen=None) == "96.86.0.75"


@pytest.mark.parametrize("chosen", [None, "96.87.0.1", "96.88.0.1"])
def test_device_that_goes_ahead_of_its_rollout_is_passed_over(chosen: str | None) -> None:
    """It was told the version of the rollout, and has got a newer one by hand since."""
    held = ("96.87.0.1", "96.86.0.75")

    assert given_to(ALL, held=held, chosen=chosen) == chosen
    assert given_to(replace(ALL, allow_downgrade=True), held=held, chosen=chosen) == "96.86.0.75"


def test_device_on_its_way_to_a_newer_version_is_not_called_back() -> None:
    """It was told that, and still reports the version of another rollout, which comes first."""
    berlin = replace(ALL, id="yealink-2", site="berlin", version="96.85.0.9")
    held = ("96.85.0.9", "96.85.0.9", "96.86.0.75")

    assert given_to(ALL, berlin, site="berlin", held=held) == "96.86.0.75"


def test_device_that_is_passed_over_is_not_thrown_further_back() -> None:
    """Its own rollout has ended, and the settings name what is older than the next one."""
    held = ("96.87.0.1",)

    assert given_to(ALL, held=held) == "96.86.0.75"
    assert given_to(replace(ALL, paused=True), held=held) == "96.85.0.5"
    assert given_to(ALL, held=held, chosen="96.86.0.99") == "96.86.0.99"


def test_device_of_another_site_does_not_keep_it() -> None:
    assert given_to(replace(ALL, site="berlin"), held=("96.86.0.75",)) == "96.85.0.5"


def test_rollout_for_the_site_comes_before_those_for_all() -> None:
    own = replace(ALL, id="yealink-0", site="berlin", version="96.87.0.1", created_at=NOW)

    assert given_to(own, ALL, site="berlin") == "96.87.0.1"
    assert given_to(own, ALL, site="paris") == "96.86.0.75"


def test_device_outside_the_newer_rollouts_percentage_gets_the_older_one() -> None:
    newer = replace(
        ALL, id="yealink-2", version="96.87.0.1", percent=0, created_at=NOW.replace(hour=13)
    )

    assert given_to(ALL, newer) == "96.86.0.75"
    assert given_to(ALL, replace(newer, percent=100)) == "96.87.0.1"


VERSIONS = st.sampled_from(["96.84.0.1", "96.85.0.1", "96.86.0.1", "96.87.0.1", "96.88.0.1"])
ROLLOUTS = st.lists(
    st.builds(
        lambda number, **chosen: replace(
            ALL, id=f"yealink-{number}", created_at=NOW.replace(minute=number), **chosen
        ),
        number=st.integers(0, 59),
        version=VERSIONS,
        site=st.sampled_from([None, "default", "berlin"]),
        models=st.sampled_from([(), ("t46s",), ("t54w",)]),
        percent=st.sampled_from([0, 50, 100]),
        paused=st.booleans(),
        window=st.sampled_from([None, NIGHT]),
        allow_downgrade=st.sampled_from([None, False, True]),
    ),
    max_size=4,
)


@given(ROLLOUTS, VERSIONS, st.none() | VERSIONS, st.sampled_from(MACS), st.booleans())
def test_what_a_device_is_told_was_foreseen(
    rollouts: list[Rollout],
    held: str,
    chosen: str | None,
    mac: Mac,
    by_night: bool,
) -> None:
    at = datetime(2026, 11, 27, 23, 0) if by_night else SATURDAY_NOON  # noqa: DTZ001

    told = given_to(*rollouts, mac=mac, at=at, held=(held,), chosen=chosen)
    foreseen = foresee(rollouts, model="t46s", site="default", held=held, chosen=chosen, first=2)

    assert told is None or told in foreseen


@given(ROLLOUTS, VERSIONS, st.none() | VERSIONS, st.sampled_from(MACS))
def test_pause_of_all_rollouts_leaves_each_device_what_it_was_told(
    rollouts: list[Rollout], held: str, chosen: str | None, mac: Mac
) -> None:
    told = given_to(*rollouts, mac=mac, held=(held,), chosen=chosen)
    paused = [replace(each, paused=True, percent=0) for each in rollouts]

    holds = (held, told) if told else (held,)
    assert given_to(*paused, mac=mac, held=holds, chosen=chosen) == told


@pytest.mark.parametrize("percent", [1, 5, 25, 50, 90])
def test_percentage_of_many_devices(percent: int) -> None:
    rollout = replace(ALL, percent=percent)

    share = sum(rollout.includes(mac) for mac in MACS) / len(MACS) * 100

    assert share == pytest.approx(percent, abs=3)


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, (1 << 24) - 1))
def test_greater_percentage_only_adds_devices(one: int, other: int, tail: int) -> None:
    mac = Mac(f"805ec0{tail:06x}")
    smaller, greater = sorted((one, other))

    if replace(ALL, percent=smaller).includes(mac):
        assert replace(ALL, percent=greater).includes(mac)


def test_no_device_at_0_and_each_at_100_percent() -> None:
    assert not any(replace(ALL, percent=0).includes(mac) for mac in MACS)
    assert all(replace(ALL, percent=100).includes(mac) for mac in MACS)


def test_another_version_has_other_first_devices() -> None:
    one, other = replace(ALL, percent=10), replace(ALL, percent=10, version="96.87.0.1")

    first = [mac for mac in MACS if one.includes(mac)]

    assert sum(other.includes(mac) for mac in first) < len(first) / 2


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-27T21:59", False),
        ("2026-11-27T22:00", True),
        ("2026-11-28T03:59", True),
        ("2026-11-28T04:00", False),
        ("2026-11-27T02:00", False),
        ("2026-11-28T23:00", False),
    ],
)
def test_window_over_midnight_belongs_to_the_day_it_begins(at: str, is_open: bool) -> None:
    assert NIGHT.is_open(datetime.fromisoformat(at)) is is_open


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-28T11:59", False),
        ("2026-11-28T12:00", True),
        ("2026-11-28T12:30", False),
        ("2026-11-27T12:10", False),
    ],
)
def test_window_within_a_day(at: str, is_open: bool) -> None:
    window = Window(start=12 * 60, end=12 * 60 + 30, days=("sat", "sun"))

    assert window.is_open(datetime.fromisoformat(at)) is is_open


def test_window_is_told_as_it_was_read() -> None:
    told = {"from": "22:00", "to": "04:30", "days": ["mon", "fri"]}

    assert tell_window(read_window(WINDOW.read(told))) == told
    assert read_window(None) is None
    assert tell_window(None) is None
