"""Can a text be printed on one line?"""

from __future__ import annotations

import unicodedata

_LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")

# The same rule for JSON Schema; it leaves lone surrogates and far non-characters to the program.
PRINTABLE_PATTERN = (
    r"^(?!\s)[^\u0000-\u001F\u007F-\u009F\u2028\u2029\uFDD0-\uFDEF\uFFFE\uFFFF]*(?<!\s)$"
)


def why_unprintable(text: str, *, strict: bool = True) -> str:
    """What is wrong with the first bad character, or nothing; not `strict`: surrogates only."""
    is_plain = text.isascii() and text.isprintable()  # as most texts are: no need to look closer
    for position, character in enumerate("" if is_plain else text, start=1):
        complaint = _complaint(character)
        if complaint and (strict or _is_surrogate(character)):
            return f"holds {complaint} (U+{ord(character):04X}) as character {position}"
    if strict and text != text.lstrip():
        return "begins with a blank"
    if strict and text != text.rstrip():
        return "ends with a blank"
    return ""


def _complaint(character: str) -> str:
    if character in _LINE_BREAKS:
        return "a line break"
    if character == "\t":
        return "a tab"
    if unicodedata.category(character) == "Cc":
        return "a control character"
    if _is_surrogate(character):
        return "half of a surrogate pair"
    if ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF:
        return "a code that is not a character"
    return ""


def _is_surrogate(character: str) -> bool:
    return 0xD800 <= ord(character) <= 0xDFFF
