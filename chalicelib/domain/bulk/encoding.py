"""Which text do the bytes of a file say?"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.domain.errors import Flaw, InputError

_LOOKED_AT = 4096
"""So many bytes tell UTF-16 without a mark by the zeros in it."""

Chunks = Callable[[], Iterable[bytes]]
"""The bytes of a file from its beginning on, as often as they are asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Encoding:
    """Python's name of it; `note` tells what had to be concluded, empty where nothing had."""

    codec: str
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """The text, and the note on its encoding."""

    text: str
    note: str = ""


def decode(raw: bytes) -> Decoded:
    """The text of a file in UTF-8, UTF-16 or Windows-1252. Raises InputError for any other."""
    found = recognise(lambda: [raw])
    return Decoded(text=raw.decode(found.codec), note=found.note)


def recognise(chunks: Chunks) -> Encoding:
    """Which of those encodings the whole file is in. Raises InputError for any other."""
    beginning = next(iter(chunks()), b"")[:_LOOKED_AT]
    if beginning.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise _bad("is UTF-32; save it as UTF-8")
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _utf16("utf-16", chunks)
    if guessed := _guess_utf16(beginning):
        return _utf16(guessed, chunks, note="the file is read as UTF-16, though it does not say so")
    place = _find_wrong("utf-8", chunks)
    if place is None:
        return Encoding(codec="utf-8-sig")
    if zero := _find_zero(chunks):
        raise _bad(f"is no text: byte {zero} is zero, and byte {place} is not UTF-8")
    if wrong := _find_wrong("cp1252", chunks):
        says = f"is neither UTF-8 (byte {place}) nor Windows-1252 (byte {wrong})"
        raise _bad(f"{says}; save it as UTF-8")
    note = f"the file is read as Windows-1252, since its byte {place} is not UTF-8"
    return Encoding(codec="cp1252", note=note)


def _utf16(codec: str, chunks: Chunks, *, note: str = "") -> Encoding:
    if wrong := _find_wrong(codec, chunks):
        raise _bad(f"is broken UTF-16 (byte {wrong})")
    return Encoding(codec=codec, note=note)


def _find_wrong(codec: str, chunks: Chunks) -> int | None:
    """The first byte, counted from 1, that the encoding cannot have there."""
    decoder = codecs.getincrementaldecoder(codec)()
    read = 0
    try:
        for chunk in chunks():
            read += len(chunk)
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return read - len(error.object) + error.start + 1
    return None


def _find_zero(chunks: Chunks) -> int | None:
    """The first byte, counted from 1, that is zero."""
    read = 0
    for chunk in chunks():
        if b"\0" in chunk:
            return read + chunk.index(0) + 1
        read += len(chunk)
    return None


def _guess_utf16(beginning: bytes) -> str | None:
    """UTF-16 where nearly every second byte is zero, as in a text of western letters."""
    pairs = len(beginning) // 2
    if pairs < 2:  # one zero alone says nothing
        return None
    zeros_first = beginning[0 : pairs * 2 : 2].count(0)
    zeros_second = beginning[1 : pairs * 2 : 2].count(0)
    if zeros_second > 0.7 * pairs and zeros_first < 0.1 * pairs:
        return "utf-16-le"
    if zeros_first > 0.7 * pairs and zeros_second < 0.1 * pairs:
        return "utf-16-be"
    return None


def _bad(says: str) -> InputError:
    return InputError(Flaw(where="file", says=says))
