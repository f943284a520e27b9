"""Which text do the bytes of a file say?"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from chalicelib.domain.errors import Flaw, InputError

_LOOKED_AT = 4096
"""So many bytes tell UTF-16 without a mark by the zeros in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """The text; `note` tells what had to be concluded, empty where nothing had."""

    text: str
    note: str = ""


def decode(raw: bytes) -> Decoded:
    """The text of a file in UTF-8, UTF-16 or Windows-1252. Raises InputError for any other."""
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise _bad("is UTF-32; save it as UTF-8")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Decoded(text=_decode(raw, "utf-16", "UTF-16"))
    if guessed := _guess_utf16(raw[:_LOOKED_AT]):
        text = _decode(raw, guessed, "UTF-16")
        return Decoded(text=text, note="the file is read as UTF-16, though it does not say so")
    try:
        return Decoded(text=raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        place = error.start + 1
    if b"\0" in raw:
        raise _bad(f"is no text: byte {raw.index(0) + 1} is zero, and byte {place} is not UTF-8")
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError as error:
        says = f"is neither UTF-8 (byte {place}) nor Windows-1252 (byte {error.start + 1})"
        raise _bad(f"{says}; save it as UTF-8") from error
    note = f"the file is read as Windows-1252, since its byte {place} is not UTF-8"
    return Decoded(text=text, note=note)


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


def _decode(raw: bytes, codec: str, name: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        raise _bad(f"is broken {name} (byte {error.start + 1})") from error


def _bad(says: str) -> InputError:
    return InputError(Flaw(where="file", says=says))
