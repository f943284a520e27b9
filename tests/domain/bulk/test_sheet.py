"""Which rows are in a CSV text, and what is said of one that is hostile?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.domain.bulk.sheet import MOST_ROWS, Sheet, make_sheet, read_csv
from chalicelib.domain.errors import InputError


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [row.cells for row in sheet.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_header_tells_the_delimiter(delimiter: str) -> None:
    text = f'mac{delimiter}name\r\n1{delimiter}"a{delimiter};,\tb"\r\n'

    sheet = read_csv(text)

    assert sheet.header == ("mac", "name")
    assert cells(sheet) == [("1", f"a{delimiter};,\tb")]


def test_rows_do_not_change_the_delimiter() -> None:
    sheet = read_csv("mac,name\n1,a;b;c;d\n")

    assert cells(sheet) == [("1", "a;b;c;d")]


def test_quoted_header_does_not_mislead() -> None:
    assert read_csv('"a;b;c",mac\n1,2\n').header == ("a;b;c", "mac")


def test_line_of_excel_tells_the_delimiter() -> None:
    sheet = read_csv("sep=;\r\nmac;name\r\n1;a\r\n")

    assert sheet.header == ("mac", "name")
    assert [(row.number, row.cells) for row in sheet.rows] == [(3, ("1", "a"))]


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    text = 'mac,name\r\n\r\n1,"two\r\nlines"\r\n,\r\n2,b'

    found = [(row.number, row.line, row.cells) for row in read_csv(text).rows]

    assert found == [(3, 3, ("1", "two\r\nlines")), (5, 6, ("2", "b"))]


def test_rows_of_the_product_document_need_no_header() -> None:
    sheet = read_csv("00:15:65:12:34:56,1001,zip,33g\n00:15:65:12:34:57,1002,zip,33g\n")

    assert sheet.header == ("mac", "extension", "vendor", "model")
    assert [row.number for row in sheet.rows] == [1, 2]


def test_byte_order_mark_is_no_part_of_the_header() -> None:
    assert read_csv("\ufeffmac,name\n").header == ("mac", "name")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "file: is empty; give a header and rows"),
        ("\r\n , \r\n", "file: is empty; give a header and rows"),
        ('mac,name\n1,"open', "file: line 2 cannot be read: unexpected end of data"),
        ('mac,name\n1,"a"b\n', "file: line 2 cannot be read: ',' expected after '\"'"),
        (
            "mac,name\n1," + "x" * 131_073,
            "file: line 2 cannot be read: field larger than field limit (131072)",
        ),
        ("a," * 300 + "mac\n", "row 1: has 301 columns; at most 300 are allowed"),
    ],
)
def test_text_that_is_no_sheet(text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        list(read_csv(text).rows)

    assert str(caught.value) == says


def test_one_row_too_many() -> None:
    def rows() -> Iterator[tuple[int, list[str]]]:
        yield 1, ["mac"]
        for line in range(2, MOST_ROWS + 3):
            yield line, ["1"]

    with pytest.raises(InputError, match="row 1000002: is one too many; at most 1000000 rows"):
        for _ in make_sheet(rows()).rows:
            pass


def test_cell_of_a_hundred_megabytes_is_refused_before_it_is_whole() -> None:
    with pytest.raises(InputError, match="field larger than field limit"):
        list(read_csv('mac,name\n1,"' + "x" * 100_000_000).rows)


def test_cell_of_another_spreadsheet_is_bounded_too() -> None:
    with pytest.raises(InputError, match="row 2: has a cell of 131073 characters; at most 131072"):
        list(make_sheet([(1, ["mac"]), (2, ["x" * 131_073])]).rows)


def test_zeros_are_for_the_row_to_refuse() -> None:
    assert cells(read_csv("mac,name\n1,a\0b\n")) == [("1", "a\0b")]
