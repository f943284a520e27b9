"""Do the extensions that a portion is lent come in as the file gives them?"""

from __future__ import annotations

import json

import pytest

from chalicelib.domain.bulk.entry import GivenExtension
from chalicelib.domain.bulk.file import read_file
from chalicelib.domain.bulk.lending import lend_records, lend_rows
from chalicelib.domain.bulk.portion import Portion
from chalicelib.domain.bulk.preset import PRESETS

GIVEN = {"number": "1001", "name": "=Ann", "password": "Geheim-1", "site": "berlin"}
EXTENSION = GivenExtension(number="1001", name="=Ann", password="Geheim-1", site="berlin")


@pytest.mark.parametrize(
    ("text", "preset", "row"),
    [
        ("mac,extension,name,password,site\r\n", None, ",1001,'=Ann,Geheim-1,berlin\r\n"),
        (
            "Number,FirstName,LastName,AuthPassword,MAC_0,site\r\n",
            "3cx",
            "1001,'=Ann,,Geheim-1,,berlin\r\n",
        ),
    ],
)
def test_rows_of_a_sheet(text: str, preset: str | None, row: str) -> None:
    chosen = PRESETS[preset] if preset else None

    lent = lend_rows(Portion(text=text, places=()), [GIVEN], chosen)

    assert lent.text == text + row
    [entry] = [read_file(lent.text.encode(), "csv", preset).entry(0)]
    assert (entry.extension, entry.device, entry.flaws) == (EXTENSION, None, ())


def test_columns_that_a_sheet_has_not_are_left_out() -> None:
    lent = lend_rows(Portion(text='"e\next",extension\r\n', places=()), [GIVEN], None)

    assert lent.text == '"e\next",extension\r\n,1001\r\n'


@pytest.mark.parametrize("preset", [None, "yeastar"])
@pytest.mark.parametrize(
    "value",
    [
        [],
        [{"mac": "001565123456"}],
        {"extensions": [], "devices": []},
        {"extensions": [{"number": "1"}], "devices": [{"mac": "001565123456"}]},
    ],
)
def test_records(value: object, preset: str | None) -> None:
    chosen = PRESETS[preset] if preset else None
    portion = Portion(text=json.dumps(value), places=())
    before = len(read_file(portion.text.encode(), "json", preset).rows)

    lent = lend_records(portion, [GIVEN, {"number": "1002"}], chosen)

    file = read_file(lent.text.encode(), "json", preset)
    assert len(file.rows) == before + 2
    assert file.entry(before).extension == EXTENSION
    assert file.entry(before).flaws == ()
    number = file.entry(before + 1).extension
    assert number is not None
    assert number.number == "1002"
