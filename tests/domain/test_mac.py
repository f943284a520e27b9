"""Is a MAC address read in every spelling, and nothing else?"""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.mac import Mac

DIGITS = st.text("0123456789abcdef", min_size=12, max_size=12)


def group(digits: str, size: int, separator: str) -> str:
    return separator.join(digits[at : at + size] for at in range(0, 12, size))


@pytest.mark.parametrize(
    "text",
    [
        "001565abcdef",
        "001565ABCDEF",
        "00:15:65:ab:cd:ef",
        "00-15-65-AB-CD-EF",
        "00.15.65.ab.cd.ef",
        "00_15_65_ab_cd_ef",
        "00 15 65 ab cd ef",
        "0015.65AB.CDEF",
        "0015:65ab:cdef",
        "001565-abcdef",
        "  00:15:65:ab:cd:ef\n",
    ],
)
def test_mac_is_read_in_the_spellings_that_people_and_phones_use(text: str) -> None:
    mac = Mac.parse(text)

    assert mac.digits == "001565abcdef"


@given(
    digits=DIGITS,
    size=st.sampled_from([2, 4, 6, 12]),
    separator=st.sampled_from(":.-_ "),
    upper=st.lists(st.booleans(), min_size=17, max_size=17),
)
def test_mac_is_the_same_in_any_grouping_case_and_separator(
    digits: str, size: int, separator: str, upper: list[bool]
) -> None:
    spelled = group(digits, size, separator)
    text = "".join(
        character.upper() if high else character
        for character, high in zip(spelled, upper, strict=False)
    )

    mac = Mac.parse(text)

    assert mac == Mac(digits)


@given(st.text() | st.text("0123456789abcdefABCDEF:.-_ ", max_size=20))
@example("٠٠١٥٦٥١٢٣٤٥٦")
@example("001565abcde\u0131")  # a letter that turns into another when its case is ignored
@example("00:15:65:12:34:56" * 10_000)
def test_any_other_text_gives_value_error_and_nothing_else(text: str) -> None:
    try:
        mac = Mac.parse(text)
    except ValueError as error:
        complaint = str(error)
        assert complaint == "is not a MAC address (12 hex digits)"
    else:
        assert re.fullmatch("[0-9a-f]{12}", mac.digits)
        assert mac.digits == re.sub("[^0-9a-f]", "", text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00:15:65",
        "001565abcdeg",
        "001565abcdef0",
        "00:15:65:ab:cd-ef",
        "00:15:65:ab:cd:e",
        "0:15:65:ab:cd:ef",
        "00::15:65:ab:cd:ef",
        "0015.65abcdef",
        "{mac}",
    ],
)
def test_what_only_resembles_a_mac_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a MAC address"):
        Mac.parse(text)


def test_prefix_is_the_first_six_digits() -> None:
    mac = Mac.parse("00:15:65:ab:cd:ef")

    assert mac.prefix == "001565"
