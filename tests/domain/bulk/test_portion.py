"""Do the portions of a file bring in what the file would?"""

from __future__ import annotations

import json

import pytest

from chalicelib.domain.bulk.claim import Claim
from chalicelib.domain.bulk.file import read_file
from chalicelib.domain.bulk.portion import LeftOut, Portion, cut_records, cut_sheet
from chalicelib.domain.bulk.record import read_records
from chalicelib.domain.bulk.sheet import read_csv
from chalicelib.domain.errors import Flaw, InputError


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
    records = read_records(lambda: [json.dumps(value)])

    portions = list(cut_records(records, most_bytes=20))

    assert [portion.text for portion in portions] == texts
    assert [portion.places for portion in portions] == places
    for portion in portions:
        assert len(read_file(portion.text.encode(), "json").rows) == len(portion.places)


FIRST = "mac,extension,name,password\n001565123456,1001,Ann,one\n001565123457,1002,Bob,two\n"


class Doubles:
    """Says of one place that it is a double, and remembers all that it was asked."""

    def __init__(self, double: str) -> None:
        self.double = double
        self.asked: list[tuple[str, int, Claim]] = []

    def find(self, claim: Claim, place: str, part: int) -> list[Flaw]:
        self.asked.append((place, part, claim))
        return [Flaw(where="mac_address", says="is that of row 2 already")] * (place == self.double)


def test_row_that_an_earlier_portion_has_is_left_out() -> None:
    doubles = Doubles("row 3")

    portions = list(cut_sheet(read_csv(FIRST), most_bytes=60, doubles=doubles))

    assert [portion.text for portion in portions] == [
        "mac,extension,name,password\r\n001565123456,1001,Ann,one\r\n",
        "mac,extension,name,password\r\n",
    ]
    assert portions[1].left_out == (
        LeftOut(
            after=0,
            told={
                "place": "row 3",
                "outcome": "refused",
                "mac_address": "001565123457",
                "extension_number": "1002",
                "errors": [
                    {
                        "field": "mac_address",
                        "message": "is that of row 2 already",
                        "column": "mac",
                    }
                ],
            },
        ),
    )
    assert doubles.asked == [
        (
            place,
            part,
            Claim(
                mac=mac,
                number=number,
                given={"name": name, "password": password},
                lines=(number,),
            ),
        )
        for place, part, mac, number, name, password in [
            ("row 2", 0, "001565123456", "1001", "Ann", "one"),
            ("row 3", 1, "001565123457", "1002", "Bob", "two"),
        ]
    ]


def test_records_are_looked_at_for_doubles_too() -> None:
    value = [{"mac": "00:15:65:12:34:56"}, {"mac_address": "00-15-65-12-34-57"}, "x"]
    doubles = Doubles("[1]")

    [portion] = cut_records(read_records(lambda: [json.dumps(value)]), doubles=doubles)

    assert json.loads(portion.text) == [value[0], "x"]
    assert portion.places == ("[0]", "[2]")
    assert [(each.after, each.told["mac_address"]) for each in portion.left_out] == [
        (1, "001565123457")
    ]
    assert portion.size == 3


def test_portion_tells_which_extensions_it_needs() -> None:
    text = "mac,extension,line 2,name\n001565123456,1001,1002,\n,1002,,Bob\n,1003,,Cy\n"

    [portion] = cut_sheet(read_csv(text))

    assert portion.needs == ("1001",)


def test_header_in_the_middle_is_no_row() -> None:
    [portion] = cut_sheet(read_csv("mac,name\n1,a\nmac,name\n2,b\n"))

    assert portion.text == "mac,name\r\n1,a\r\n2,b\r\n"
    assert portion.places == ("row 2", "row 4")


@pytest.mark.parametrize(
    ("portion", "message", "said"),
    [
        (
            Portion(text="", places=("row 7", "row 9")),
            "is that of row 3 already",
            "is that of row 9 already",
        ),
        (
            Portion(text="", places=("[5]", "[6]")),
            "is not what [0] says of the same extension",
            "is not what [5] says of the same extension",
        ),
        (
            Portion(text="", places=("extensions[4]", "devices[0]", "devices[1]"), extensions=1),
            '"1" is what extensions[0] gives, and that is refused: x',
            '"1" is what extensions[4] gives, and that is refused: x',
        ),
        (
            Portion(text="", places=("extensions[4]", "devices[0]", "devices[1]"), extensions=1),
            "is that of devices[1] already",
            "is that of devices[1] already",
        ),
        (Portion(text="", places=("row 7",)), '"row 2" is no name', '"row 2" is no name'),
        (Portion(text="", places=("row 7",)), "is that of row 99 already", None),
    ],
)
def test_messages_speak_of_the_whole_file(portion: Portion, message: str, said: str | None) -> None:
    assert portion.say_places(message) == (said or message)


def test_header_alone_is_looked_at() -> None:
    assert list(cut_sheet(read_csv("mac,name\n"))) == []
    with pytest.raises(InputError, match="neither a column mac"):
        list(cut_sheet(read_csv("hello\n")))
