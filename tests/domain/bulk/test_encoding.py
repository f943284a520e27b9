"""Which encodings are read, and what is said of the others?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bulk.encoding import Chunks, decode, recognise
from chalicelib.domain.errors import InputError

TEXT = "mac,name\r\n001565123456,Jürgen €\r\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_that_says_what_it_is(codec: str) -> None:
    found = decode(TEXT.encode(codec))

    assert found.text == TEXT
    assert found.note == ""


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(codec: str) -> None:
    found = decode(TEXT.encode(codec))

    assert found.text == TEXT
    assert found.note == "the file is read as UTF-16, though it does not say so"


def test_windows_1252() -> None:
    found = decode(TEXT.encode("cp1252"))

    assert found.text == TEXT
    assert found.note == "the file is read as Windows-1252, since its byte 25 is not UTF-8"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (TEXT.encode("utf-32"), "file: is UTF-32; save it as UTF-8"),
        (b"\xff\xfea\x00b", "file: is broken UTF-16 (byte 5)"),
        (
            b"mac\x81",
            "file: is neither UTF-8 (byte 4) nor Windows-1252 (byte 4); save it as UTF-8",
        ),
        (b"PK\x03\x04\xff\x00\x00", "file: is no text: byte 6 is zero, and byte 5 is not UTF-8"),
    ],
)
def test_what_cannot_be_read(raw: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(raw)

    assert str(caught.value) == says


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        found = decode(raw)
    except InputError:
        return
    assert isinstance(found.text, str)


@given(st.binary(max_size=40), st.integers(4, 9))
def test_chunks_are_recognised_as_the_whole(raw: bytes, size: int) -> None:
    """But for the beginning, which has to be in the first chunk."""
    raw = b"abcd" + raw
    chunks = [raw[begin : begin + size] for begin in range(0, len(raw), size)]

    assert _found(lambda: chunks) == _found(lambda: [raw])


def _found(chunks: Chunks) -> object:
    try:
        return recognise(chunks)
    except InputError as error:
        return str(error)
