"""Are the records of a long JSON text read as those of a short one?"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bulk.record import LONGEST_RECORD, read_records
from chalicelib.domain.errors import InputError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def pieces_of(text: str, size: int) -> Sequence[str]:
    return [text[begin : begin + size] for begin in range(0, len(text), size)]


def refused(text: str, size: int = 7) -> str:
    with pytest.raises(InputError) as caught:
        list(read_records(lambda: pieces_of(text, size)))
    return str(caught.value)


@given(
    st.lists(VALUES, max_size=5),
    st.integers(1, 9),
    st.sampled_from([None, 2]),
)
def test_list_in_pieces(values: list[object], size: int, indent: int | None) -> None:
    text = json.dumps(values, indent=indent)

    found = list(read_records(lambda: pieces_of(text, size)))

    assert [record.value for record in found] == values
    assert [record.place for record in found] == [f"[{index}]" for index in range(len(values))]


@given(st.lists(VALUES, max_size=3), st.lists(VALUES, max_size=3), st.integers(1, 9))
def test_extensions_come_first(devices: list[object], extensions: list[object], size: int) -> None:
    text = json.dumps({"devices": devices, "extensions": extensions}, ensure_ascii=False)

    found = list(read_records(lambda: pieces_of(text, size)))

    assert [record.value for record in found] == [*extensions, *devices]
    assert [record.of for record in found] == ["extensions"] * len(extensions) + ["devices"] * len(
        devices
    )


@given(st.text(alphabet='[]{},:"1ae \\n\\\\', max_size=12), st.integers(1, 5))
def test_any_text_is_read_or_refused(text: str, size: int) -> None:
    try:
        found = [record.value for record in read_records(lambda: pieces_of(text, size))]
    except InputError:
        return

    assert isinstance(json.loads(text), list | dict)
    assert isinstance(json.loads(text), dict) or found == json.loads(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "file: is empty; give a list of objects"),
        ("[1", 'file: is not JSON: the file ends in line 1 where "," should be'),
        ("[1]\n]", 'file: is not JSON: "]" stands in line 2 where the end should be'),
        ('[{}\n{"mac": 1}]', 'file: is not JSON: "{" stands in line 2 where "," should be'),
        ('[\n\n{"mac": tru}]', "[0]: is not JSON: Expecting value (line 3)"),
        ("{1: []}", 'file: is not JSON: "1" stands in line 1 where a name in "quotes" should be'),
        ('{"extension": []}', "extension: is not a known field; known are extensions, devices"),
        ('{"devices": 1}', "devices: 1 is a number, not a list"),
        ('{"devices": [], "devices": []}', "devices: is given twice"),
        ('[{"a": 1, "a": 2}]', "a: is given twice; it begins in line 1"),
        ("7", "file: 7 is a number, not a list of objects"),
        ("[" * 100 + "]" * 100, "[0]: is nested more than 16 deep; it begins in line 1"),
    ],
)
def test_what_is_no_file_of_records(text: str, says: str) -> None:
    assert says in refused(text)


def test_record_without_an_end() -> None:
    text = '[{"name": "' + "x" * (LONGEST_RECORD + 100_000)

    assert refused(text, 64_000) == "[0]: has no end within 4000000 characters"
