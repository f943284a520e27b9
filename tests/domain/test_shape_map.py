"""Does a map, a patch, a code or anything at all take what is right, and refuse the rest?"""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.shape import (
    Anything,
    Code,
    Field,
    ListOf,
    MapOf,
    Record,
    Shape,
    Text,
    Whole,
)

NAMES = MapOf(Text(max=5), name=r"[a-z.]{1,5}", says="a short name", max=2)
SITE = Record(
    {
        "name": Field(Text(), required=True),
        "vlan": Field(Record({"phone": Field(Whole(min=1, max=9)), "pc": Field(Text())})),
        "hosts": Field(ListOf(Text(), max=2)),
        "raw": Field(NAMES),
    }
)


def complaints(shape: Shape[Any], value: object, where: str = "") -> list[str]:
    with pytest.raises(InputError) as caught:
        shape.read(value, where)
    return [str(flaw) for flaw in caught.value.flaws]


@pytest.mark.parametrize("value", [{}, {"a": "1"}, {"a.b": "", "c": "x"}])
def test_map_takes_any_names_of_its_pattern(value: dict[str, str]) -> None:
    names = MapOf(Text(max=5, min=0), name=r"[a-z.]{1,5}", says="a short name", max=2)

    assert names.read(value) == value


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([], ["raw: is a list, not an object"]),
        (None, ["raw: is null, not an object"]),
        ("a", ['raw: "a" is a text, not an object']),
        ({"a": "1", "b": "2", "c": "3"}, ["raw: has 3 fields; at most 2 are allowed"]),
        ({"A": "1", "": "2"}, ['raw: "A" is not a short name', 'raw: "" is not a short name']),
        ({"a\n": "1"}, ['raw: "a\\n" is not a short name']),
        ({"a": 1}, ["raw.a: 1 is a number, not a text"]),
        ({"a": None}, ["raw.a: is null, not a text"]),
        ({"a.b": "123456"}, ['raw."a.b": "123456" has 6 characters; at most 5 are allowed']),
        ({1: "1"}, ["raw: 1 is not a short name"]),
    ],
)
def test_map_tells_what_is_wrong(value: object, says: list[str]) -> None:
    assert complaints(NAMES, value, "raw") == says


def test_map_describes_itself() -> None:
    assert NAMES.schema() == {
        "type": "object",
        "propertyNames": {"pattern": "^(?:[a-z.]{1,5})$"},
        "additionalProperties": NAMES.value.schema(),
        "maxProperties": 2,
    }


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"vlan": None},
        {"vlan": {"phone": None}},
        {"vlan": {}},
        {"raw": {"a": None}},
        {"name": None, "hosts": ("x",)},
    ],
)
def test_patch_keeps_what_is_sent_and_adds_nothing(change: dict[str, Any]) -> None:
    assert SITE.patch().read(change) == change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"nmae": "x"},
            ['nmae: is not a known field; known are name, vlan, hosts, raw; did you mean "name"?'],
        ),
        ({"vlan": {"phone": 10}}, ["vlan.phone: 10 is not a whole number from 1 to 9"]),
        ({"hosts": [None]}, ["hosts[0]: is null, not a text"]),
        ({"raw": {"a": 1}}, ["raw.a: 1 is a number, not a text"]),
        ([], ["is a list, not an object"]),
    ],
)
def test_patch_tells_what_is_wrong(change: object, says: list[str]) -> None:
    assert complaints(SITE.patch(), change) == says


def test_patch_describes_nulls_and_requires_nothing() -> None:
    schema = SITE.patch().schema()

    assert "required" not in schema
    assert schema["properties"]["name"]["anyOf"][1] == {"type": "null"}
    vlan = schema["properties"]["vlan"]["anyOf"][0]
    assert vlan["properties"]["phone"]["anyOf"][1] == {"type": "null"}
    raw = schema["properties"]["raw"]["anyOf"][0]
    assert raw["additionalProperties"]["anyOf"][1] == {"type": "null"}


@pytest.mark.parametrize("value", ["", "pcmu", 0, -1, 45])
def test_code_is_a_text_or_a_whole_number(value: str | int) -> None:
    assert Code().read(value) == value


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (True, ["code: true is a boolean, not a text or a whole number"]),
        (None, ["code: is null, not a text or a whole number"]),
        (1.5, ["code: 1.5 is a number, not a text or a whole number"]),
        ("abcdef", ['code: "abcdef" has 6 characters; at most 5 are allowed']),
    ],
)
def test_code_refuses_the_rest(value: object, says: list[str]) -> None:
    assert complaints(Code(max=5), value, "code") == says


@pytest.mark.parametrize("value", [False, 0, "", [], {}, {"a": [1]}])
def test_anything_is_taken_as_it_is(value: object) -> None:
    assert Anything().read(value) == value


def test_anything_is_not_null() -> None:
    assert complaints(Anything(), None, "fact") == ["fact: is null, not a value"]
