"""Do the portions of a file bring in what the file would?"""

from __future__ import annotations

import json

import pytest

from chalicelib.domain.bulk.file import read_file
from chalicelib.domain.bulk.portion import cut_records, cut_sheet
from chalicelib.domain.bulk.sheet import read_csv
from chalicelib.domain.errors import InputError


def test_sheet_in_portions() -> None:
    text = 'mac,name\r\n001565123456,"a\nb"\r\n\r\n001565123457,c\r\n001565123458,\'=1\r\n'

    portions = list(cut_sheet(read_csv(text), most_bytes=50))

    assert [portion.text for portion in portions] == [
        'mac,name\r\n001565123456,"a\nb"\r\n001565123457,c\r\n',
        "mac,name\r\n001565123458,'=1\r\n",
    ]
    assert [portion.places for portion in portions] == [("row 2", "row 4"), ("row 5",)]


def test_row_that_is_too_large_goes_alone() -> None:
    portions = list(cut_sheet(read_csv("mac,name\n1,aaaaaaaaaa\n2,b\n"), most_bytes=10))

    assert [portion.places for portion in portions] == [("row 2",), ("row 3",)]


def test_headerless_sheet_gets_its_header() -> None:
    [portion] = cut_sheet(read_csv("00:15:65:12:34:56,1001,zip,33g\n"))

    assert portion.text == "mac,extension,vendor,model\r\n00:15:65:12:34:56,1001,zip,33g\r\n"
    assert portion.places == ("row 1",)


@pytest.mark.parametrize(
    ("value", "texts", "places"),
    [
        (
            [{"mac": "1"}, {"mac": "2"}],
            ['[{"mac": "1"}]', '[{"mac": "2"}]'],
            [("[0]",), ("[1]",)],
        ),
        (
            {"devices": [{"mac": "1"}], "extensions": [{"number": "1"}]},
            [
                '{"extensions": [{"number": "1"}], "devices": []}',
                '{"extensions": [], "devices": [{"mac": "1"}]}',
            ],
            [("extensions[0]",), ("devices[0]",)],
        ),
        ([], [], []),
    ],
)
def test_records_in_portions(
    value: object, texts: list[str], places: list[tuple[str, ...]]
) -> None:
    portions = list(cut_records(value, most_bytes=20))

    assert [portion.text for portion in portions] == texts
    assert [portion.places for portion in portions] == places
    for portion in portions:
        assert len(read_file(portion.text.encode(), "json").rows) == len(portion.places)


@pytest.mark.parametrize("value", [7, "x", {"devices": 1}, None])
def test_what_is_no_file_of_records(value: object) -> None:
    with pytest.raises(InputError):
        list(cut_records(value))

    assert json.dumps(value)
