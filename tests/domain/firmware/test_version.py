"""Which of two versions is the newer one?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.firmware.version import is_newer, is_same, rank_version


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.0.11.9", "1.0.11.85"),
        ("10.1.101.11", "10.1.198.19"),
        ("7.6.2", "7.6.2SR7"),
        ("7.6.2SR6", "7.6.2SR7"),
        ("7.4.8", "7.4.8a"),
        ("6.1.5(a)", "6.1.5(b)"),
        ("V0.6.24", "V0.7.1"),
        ("0.6.24", "V0.7.1"),
        ("sip78xx.11-3-1MPP-201", "sip78xx.11-3-2MPP-1"),
        ("R4_1_3_0_6", "R4_1_4_0_5"),
    ],
)
def test_newer_version(older: str, newer: str) -> None:
    assert is_newer(newer, older)
    assert not is_newer(older, newer)
    assert not is_same(older, newer)


def test_hardware_number_does_not_tell_the_age() -> None:
    assert is_newer("66.86.0.15", "96.85.0.5", first=2)
    assert not is_newer("96.85.0.5", "66.86.0.15", first=2)


@pytest.mark.parametrize(
    ("one", "other"), [("V0.6.24", "0.6.24"), ("1.0.3", "1.00.3"), ("4.1.4.0.5", "4_1_4_0_5")]
)
def test_same_version_in_other_words(one: str, other: str) -> None:
    assert is_same(one, other)


@given(st.text(max_size=100), st.text(max_size=100), st.integers(1, 6))
def test_any_two_texts_have_an_order(one: str, other: str, first: int) -> None:
    a, b = rank_version(one, first=first), rank_version(other, first=first)

    assert (a < b) + (a == b) + (a > b) == 1
