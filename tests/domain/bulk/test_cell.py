"""Do cells survive a spreadsheet, and run nothing in it?"""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.bulk.cell import FORMULA, guard, unguard
from chalicelib.domain.bulk.sheet import read_csv
from chalicelib.domain.bulk.writing import write_csv

ANY_TEXT = st.text(st.characters(), max_size=40)
TEMPTING = st.lists(st.sampled_from([*FORMULA, "'", '"', ",", ";", "\n", "x"]), max_size=6).map(
    "".join
)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+4930123", "'+4930123"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=x", "''=x"),
        ("'quoted'", "'quoted'"),
        ("1001", "1001"),
        ("", ""),
    ],
)
def test_cell_of_a_text(text: str, cell: str) -> None:
    assert guard(text) == cell
    assert unguard(cell) == text


def test_number_with_a_plus_that_a_person_typed_stays() -> None:
    assert unguard("+4930123") == "+4930123"


@given(ANY_TEXT | TEMPTING)
@example("''=")
@example("\ud800=")
def test_any_text_comes_back_and_is_no_formula(text: str) -> None:
    cell = guard(text)

    assert unguard(cell) == text
    assert cell[:1] not in {*FORMULA}


@given(st.lists(st.lists(ANY_TEXT | TEMPTING, min_size=2, max_size=4), min_size=1, max_size=4))
def test_rows_come_back_from_csv(rows: list[list[str]]) -> None:
    text = write_csv([["mac", "extension", "name", "x"], *rows])

    read = list(csv.reader(io.StringIO(text, newline="")))[1:]

    assert [[unguard(cell) for cell in row] for row in read] == rows
    found = [row.cells for row in read_csv(text).rows]
    assert found == [tuple(row) for row in read if any(cell.strip() for cell in row)]
