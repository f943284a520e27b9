"""Does a device's access change as it should?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access.state import AccessState

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
FRESH = AccessState(generation=5, oldest=5)

states = st.builds(
    lambda oldest, newer, left, awaited, armed: AccessState(
        generation=oldest + newer,
        oldest=oldest,
        armed_until=NOW + timedelta(seconds=armed) if armed else None,
        armed_left=left,
        awaited=awaited,
    ),
    st.integers(1, 10),
    st.integers(0, 3),
    st.integers(0, 3),
    st.booleans(),
    st.integers(-2, 2),
)


def test_registered_device_is_not_armed_and_has_one_url() -> None:
    state = AccessState.begin(NOW)

    assert not state.is_armed(NOW)
    assert state.opens_by(state.generation)
    assert not state.opens_by(state.generation - 1)


def test_device_that_is_registered_again_does_not_get_its_old_url_back() -> None:
    before = AccessState.begin(NOW)

    after = AccessState.begin(NOW + timedelta(seconds=1))

    assert not after.opens_by(before.generation)


def test_window_ends_with_its_time() -> None:
    state = FRESH.arm(NOW, seconds=60, count=2)

    assert state.is_armed(NOW + timedelta(seconds=59))
    assert not state.is_armed(NOW + timedelta(seconds=60))


def test_window_ends_with_its_count() -> None:
    state = FRESH.arm(NOW, seconds=60, count=2)

    assert state.spend().is_armed(NOW)
    assert not state.spend().spend().is_armed(NOW)


def test_window_stays_24_hours_and_12_fetches_unless_said_otherwise() -> None:
    state = FRESH.arm(NOW)

    assert state.armed_until == NOW + timedelta(hours=24)
    assert state.armed_left == 12


def test_own_url_that_was_used_closes_the_device_to_the_site_key() -> None:
    state = FRESH.arm(NOW)

    confirmed = state.confirm(5)

    assert state.awaits_contact(NOW)
    assert not confirmed.awaits_contact(NOW)
    assert confirmed.is_armed(NOW)


def test_all_urls_since_the_last_one_used_stay_good_over_several_rotations() -> None:
    state = FRESH.rotate().rotate()

    assert [generation for generation in range(10) if state.opens_by(generation)] == [5, 6, 7]


def test_url_that_was_used_ends_those_before_it_only() -> None:
    state = FRESH.rotate().rotate().confirm(6)

    assert [generation for generation in range(10) if state.opens_by(generation)] == [6, 7]


def test_revocation_ends_all_urls_and_the_window() -> None:
    state = FRESH.arm(NOW).rotate().revoke()

    assert [generation for generation in range(10) if state.opens_by(generation)] == [7]
    assert not state.is_armed(NOW)
    assert not state.awaits_contact(NOW)


@given(states, st.integers(-1, 15))
def test_confirming_the_same_url_twice_changes_nothing_more(
    state: AccessState, generation: int
) -> None:
    once = state.confirm(generation)

    assert once.confirm(generation) == once
    assert state.is_news(generation) == (once != state)


@given(states, st.integers(-1, 15), st.integers(-1, 15))
def test_no_url_comes_back_to_life(state: AccessState, used: int, dead: int) -> None:
    for after in (
        state.confirm(used),
        state.rotate(),
        state.revoke(),
        state.arm(NOW),
        state.spend(),
        state.disarm(),
    ):
        if dead <= state.generation and not state.opens_by(dead):
            assert not after.opens_by(dead)


@given(states)
def test_the_newest_url_is_always_good(state: AccessState) -> None:
    for after in (state.rotate(), state.revoke(), state.confirm(state.generation), state.spend()):
        assert after.opens_by(after.generation)


@given(states)
def test_fetches_left_never_fall_below_nothing(state: AccessState) -> None:
    assert state.spend().armed_left >= 0
