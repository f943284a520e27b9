"""Does a shape take what is right, and say exactly what is wrong?"""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError
from chalicelib.domain.shape import Field, Flag, ListOf, Parsed, Record, Shape, Text, Whole


def parse_pair(text: str) -> tuple[str, str]:
    first, second = text.split("/")
    return first, second


PHONE = Record(
    {
        "mac": Field(Text(pattern="[0-9a-f]{12}", says="a MAC address"), required=True),
        "line": Field(Whole(min=1, max=6), default=1),
        "note": Field(Text(), nullable=True),
        "password": Field(Text(max=8, pattern="[a-z0-9]+", says="letters", secret=True)),
    }
)
FLEET = Record(
    {
        "enabled": Field(Flag(), default=True),
        "phones": Field(ListOf(PHONE, max=3), default=()),
        "pair": Field(Parsed(parse=parse_pair, says="a pair such as a/b")),
    }
)


def complaints(shape: Shape[Any], value: object, where: str = "") -> list[str]:
    with pytest.raises(InputError) as caught:
        shape.read(value, where)
    return [str(flaw) for flaw in caught.value.flaws]


def test_record_is_read_with_defaults_for_what_is_absent() -> None:
    value = {"phones": [{"mac": "001565123456", "note": None}], "pair": "a/b"}

    found = FLEET.read(value)

    assert found == {
        "enabled": True,
        "phones": ({"mac": "001565123456", "line": 1, "note": None, "password": None},),
        "pair": ("a", "b"),
    }


def test_every_flaw_is_told_in_document_order() -> None:
    value = {
        "pair": "a",
        "phones": [
            {"line": 7, "mac": "00:15:65"},
            {"note": "x", "mcc": "001565123456"},
            "001565123456",
        ],
        "enabled": "yes",
    }

    assert complaints(FLEET, value) == [
        'pair: "a" is not a pair such as a/b',
        "phones[0].line: 7 is not a whole number from 1 to 6",
        'phones[0].mac: "00:15:65" is not a MAC address',
        (
            "phones[1].mcc: is not a known field; known are mac, line, note, password; "
            'did you mean "mac"?'
        ),
        "phones[1].mac: is required",
        'phones[2]: "001565123456" is a text, not an object',
        'enabled: "yes" is a text, not a boolean (true or false)',
    ]


def test_flaws_of_a_part_carry_the_path_they_were_read_at() -> None:
    assert complaints(PHONE, {}, "provisioning.devices[2]") == [
        "provisioning.devices[2].mac: is required"
    ]


def test_flaw_of_the_whole_has_no_path() -> None:
    assert complaints(FLEET, []) == ["is a list, not an object"]


def test_partial_read_gives_only_what_is_present() -> None:
    found = PHONE.read({"note": None}, partial=True)

    assert found == {"note": None}


def test_partial_read_still_checks_what_is_present() -> None:
    with pytest.raises(InputError) as caught:
        PHONE.read({"line": 0, "lines": 1}, partial=True)

    assert [flaw.where for flaw in caught.value.flaws] == ["line", "lines"]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "is null, not a text"),
        (True, "true is a boolean, not a text"),
        (1001, "1001 is a number, not a text"),
        (1.5, "1.5 is a number, not a text"),
        (10**100, "a very large number is a number, not a text"),
        (["a"], "is a list, not a text"),
        ({"a": 1}, "is an object, not a text"),
        (b"a", '"bytes" is a value that JSON does not have, not a text'),
    ],
)
def test_text_names_both_types_when_the_type_is_wrong(value: object, says: str) -> None:
    assert complaints(Text(), value) == [says]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", '"" has 0 characters; at least 1 must be given'),
        ("123456789", '"123456789" has 9 characters; at most 8 are allowed'),
        ("a\nb", '"a\\nb" holds a line break (U+000A) as character 2'),
        ("a\x85b", '"a\\u0085b" holds a line break (U+0085) as character 2'),
        ("a\u2028b", '"a\\u2028b" holds a line break (U+2028) as character 2'),
        ("a\u2029b", '"a\\u2029b" holds a line break (U+2029) as character 2'),
        ("a\tb", '"a\\tb" holds a tab (U+0009) as character 2'),
        ("\x00", '"\\u0000" holds a control character (U+0000) as character 1'),
        ("\x9f", '"\\u009f" holds a control character (U+009F) as character 1'),
        ("\ud800", '"\\ud800" holds half of a surrogate pair (U+D800) as character 1'),
        ("\ufffe", '"\\ufffe" holds a code that is not a character (U+FFFE) as character 1'),
        ("\ufdd0", '"\\ufdd0" holds a code that is not a character (U+FDD0) as character 1'),
        (
            "\U0001ffff",
            '"\\ud83f\\udfff" holds a code that is not a character (U+1FFFF) as character 1',
        ),
        (" a", '" a" begins with a blank'),
        ("a\u00a0", '"a\\u00a0" ends with a blank'),
    ],
)
def test_text_that_does_not_print_on_one_line_is_refused(value: str, says: str) -> None:
    assert complaints(Text(max=8), value) == [says]


@pytest.mark.parametrize("value", ["Zoë Ünal", "内線", "\u202eabc", "a \U0001f600", "a b"])
def test_text_of_any_language_is_taken(value: str) -> None:
    assert Text(max=8).read(value) == value


def test_text_that_need_not_print_may_hold_line_breaks_but_no_surrogates() -> None:
    shape = Text(printable=False)

    assert shape.read(" a\nb ") == " a\nb "
    assert complaints(shape, "a\n\udc00") == [
        '"a\\n\\udc00" holds half of a surrogate pair (U+DC00) as character 3'
    ]


def test_text_outside_its_choices_is_told_the_choices() -> None:
    assert complaints(Text(choices=("sqlite", "dynamodb")), "mysql", "store") == [
        'store: "mysql" is not one of sqlite, dynamodb'
    ]


def test_long_value_is_cut_in_the_message() -> None:
    assert complaints(Text(max=70), "x" * 90) == [
        f'"{"x" * 60}…" has 90 characters; at most 70 are allowed'
    ]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "password: has 0 characters; at least 1 must be given"),
        ("hunter22hunter22", "password: has 16 characters; at most 8 are allowed"),
        ("HUNTER2", "password: is not letters"),
        ("h\tnter", "password: holds a tab (U+0009) as character 2"),
        (4711, "password: is a number, not a text"),
    ],
)
def test_secret_never_stands_in_the_message(value: object, says: str) -> None:
    assert complaints(PHONE, {"mac": "001565123456", "password": value}) == [says]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (0, "0 is not a whole number from 1 to 6"),
        (7.0, "7 is not a whole number from 1 to 6"),
        (1.5, "1.5 is a number, not a whole number"),
        (math.nan, "nan is a number, not a whole number"),
        (math.inf, "inf is a number, not a whole number"),
        (True, "true is a boolean, not a whole number"),
        ("5", '"5" is a text, not a whole number'),
        (None, "is null, not a whole number"),
    ],
)
def test_whole_refuses_what_is_not_a_whole_number_in_its_range(value: object, says: str) -> None:
    assert complaints(Whole(min=1, max=6), value) == [says]


def test_whole_takes_a_number_with_a_zero_fraction_as_json_schema_does() -> None:
    assert Whole(min=1, max=6).read(5.0) == 5


@pytest.mark.parametrize(("value"), [1, 0, "true", None])
def test_flag_takes_no_word_or_number_for_a_boolean(value: object) -> None:
    assert "not a boolean (true or false)" in complaints(Flag(), value)[0]


def test_list_that_is_too_long_is_told_its_bounds() -> None:
    assert complaints(ListOf(Flag(), max=2, min=1), [True] * 3) == [
        "has 3 items; 1 to 2 are allowed"
    ]


def test_text_that_is_too_long_never_reaches_the_parser() -> None:
    seen: list[str] = []

    told = complaints(Parsed(parse=seen.append, says="short", max=3), "abcd")

    assert told == ['"abcd" is not short']
    assert seen == []


def test_null_in_a_field_that_is_not_nullable_is_refused() -> None:
    assert complaints(PHONE, {"mac": None}) == ["mac: is null, not a text"]


def test_names_of_unknown_fields_are_quoted_where_they_are_not_plain() -> None:
    assert complaints(Record({"a": Field(Flag())}), {"x\ny": 1, 5: 2}) == [
        '"x\\ny": is not a known field; known are a',
        "5: is not a known field; known are a",
    ]


def test_very_many_unknown_fields_are_counted_instead_of_listed() -> None:
    found = complaints(Record({"a": Field(Flag())}), {f"x{i}": 1 for i in range(1000)})

    assert len(found) == 21
    assert found[-1] == "has 980 more fields that are not known"


def test_examine_keeps_what_could_be_read_in_its_place() -> None:
    found, flaws = FLEET.examine({"phones": [{"mac": "x"}, {"mac": "001565123456"}]})

    assert found is not None
    assert [phone["mac"] for phone in found["phones"]] == [None, "001565123456"]
    assert [flaw.where for flaw in flaws] == ["phones[0].mac"]


def test_schema_describes_what_is_taken() -> None:
    assert PHONE.schema() == {
        "type": "object",
        "properties": {
            "mac": {
                "type": "string",
                "minLength": 1,
                "maxLength": 200,
                "pattern": "^(?:[0-9a-f]{12})$",
                "description": "a MAC address",
            },
            "line": {"type": "integer", "minimum": 1, "maximum": 6, "default": 1},
            "note": {
                "anyOf": [
                    {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 200,
                        "pattern": r"^(?!\s)[^\u0000-\u001F\u007F-\u009F\u2028\u2029"
                        r"\uFDD0-\uFDEF\uFFFE\uFFFF]*(?<!\s)$",
                    },
                    {"type": "null"},
                ]
            },
            "password": {
                "type": "string",
                "minLength": 1,
                "maxLength": 8,
                "pattern": "^(?:[a-z0-9]+)$",
                "description": "letters",
                "format": "password",
                "writeOnly": True,
            },
        },
        "additionalProperties": False,
        "required": ["mac"],
    }


def test_schema_of_lists_choices_flags_and_parsed_values() -> None:
    shape = Record(
        {
            "a": Field(ListOf(Text(choices=("x", "y")), max=2), default=(), doc="Which."),
            "b": Field(Flag(), default=False),
            "c": Field(Parsed(parse=parse_pair, says="a pair", max=9, pattern="[^/]+/[^/]+")),
        }
    )

    assert shape.schema()["properties"] == {
        "a": {
            "type": "array",
            "items": {"type": "string", "enum": ["x", "y"]},
            "minItems": 0,
            "maxItems": 2,
            "default": [],
            "description": "Which.",
        },
        "b": {"type": "boolean", "default": False},
        "c": {
            "type": "string",
            "maxLength": 9,
            "description": "a pair",
            "pattern": "^(?:[^/]+/[^/]+)$",
        },
    }


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["enabled", "phones", "pair", "mac", "password"]) | st.text(), inner
        )
    ),
    max_leaves=20,
)


@given(value=any_json)
def test_nothing_but_input_error_comes_out_of_any_value(value: object) -> None:
    try:
        FLEET.read(value)
    except InputError as error:
        told = str(error)
    else:
        told = "nothing"

    assert told
    assert told.isprintable()


@given(password=st.text(st.characters(codec="utf-8"), min_size=9).map(lambda text: "§" + text))
def test_no_secret_stands_in_any_message(password: str) -> None:
    told = " ".join(complaints(PHONE, {"mac": "001565123456", "password": password}))

    assert "§" not in told


@given(text=st.text(st.characters(exclude_categories=())))
def test_text_that_is_taken_stands_on_one_line_and_can_be_encoded(text: str) -> None:
    try:
        found = Text().read(text)
    except InputError:
        return

    assert found.splitlines() == [found]
    assert found.encode().decode() == found == found.strip()
