"""How a value is written into a config file so that it cannot become anything but a value.

Each file format owns one `escape`. The renderer applies it to every value, never the author of a
template. What a format cannot write is refused: where it is entered, and again here. `read` gives
back the parameters of a file, for checks and for people.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.domain.errors import InexpressibleError
from chalicelib.domain.parameters import (
    Parameter,
    read_colon,
    read_key_value,
    read_modules,
    read_quoted,
    read_set,
    read_xml,
)

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """A file format.

    `escape` raises InexpressibleError for what the format cannot write; `read` raises ValueError
    for a text that is not of the format. `names` is what a parameter may be called. `newline` ends
    every line of a file.
    """

    name: str
    content_type: str
    escape: Callable[[str], str]
    read: Callable[[str], list[Parameter]]
    newline: str = "\n"
    names: re.Pattern[str] = re.compile(r"[^=#\s][^=#\r\n]*")

    def can_name(self, name: str) -> bool:
        """Whether a parameter of a file may be called so."""
        return self.names.fullmatch(name) is not None


def escape_key_value(value: str) -> str:
    """A value of `key = value` text: the rest of the line, as it stands.

    The phone trims blanks at both ends, and takes `%NULL%` for "clear this parameter".
    Source: ZIP 33G log of firmware 47.80.132.4; Yealink guides.
    """
    _refuse_unprintable(value)
    _refuse_blank_ends(value)
    if value == "%NULL%":
        raise InexpressibleError("must not be %NULL%, which tells the phone to clear the value")
    return value


def escape_xml(value: str) -> str:
    """A value of an XML element or attribute.

    Two hyphens would end a comment that the value may stand in, so one of them is spelled out.
    """
    if not value.isprintable():
        _refuse_unprintable(value)
    # A chain is faster than a table, and hands out a text without anything special as it is.
    return (
        value.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&apos;")
        .replace("--", "-&#45;")
    )


def escape_colon(value: str) -> str:
    """A value of `name: value` text, where `#` begins a comment and quotes keep it from doing so.

    Source: Mitel 6800 series administrator guide; a quote inside of quotes has no spelling.
    """
    _refuse_unprintable(value)
    if '"' in value:
        raise InexpressibleError('must not hold a double quote (")')
    if "#" in value or ";" in value or value != value.strip():
        return f'"{value}"'
    return value


def escape_modules(value: str) -> str:
    """A value of `Name  :value` text: the rest of the line, as it stands.

    Whether a phone trims blanks is not known, so none may stand at an end.
    """
    _refuse_unprintable(value)
    _refuse_blank_ends(value)
    return value


def escape_quoted(value: str) -> str:
    """A value between the quotes of `NAME="value"`; no spelling of a quote inside is documented.

    Source: Panasonic KX-HDV230 administrator guide 2.4.
    """
    _refuse_unprintable(value)
    if '"' in value:
        raise InexpressibleError('must not hold a double quote (")')
    return value


def _refuse_unprintable(value: str) -> None:
    # Almost every value is plainly printable, which Python tells faster.
    if not value.isprintable() and _UNPRINTABLE.search(value):
        raise InexpressibleError("must not hold a line break or another control character")


def _refuse_blank_ends(value: str) -> None:
    if value != value.strip():
        raise InexpressibleError("must not begin or end with a blank")


FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        Format(name="key_value", content_type=_TEXT, escape=escape_key_value, read=read_key_value),
        Format(
            name="colon",
            content_type=_TEXT,
            escape=escape_colon,
            read=read_colon,
            names=re.compile(r"[^:#\s][^:#\r\n]*"),
        ),
        Format(
            name="quoted",
            content_type=_TEXT,
            escape=escape_quoted,
            read=read_quoted,
            newline="\r\n",
            names=re.compile(r"[0-9A-Za-z_@-]+"),
        ),
        Format(
            name="modules",
            content_type=_TEXT,
            escape=escape_modules,
            read=read_modules,
            newline="\r\n",
            names=re.compile(r"[^:<>\s][^:<>\r\n]*"),
        ),
        Format(
            name="set",
            content_type=_TEXT,
            escape=escape_quoted,
            read=read_set,
            names=re.compile(r"[0-9A-Za-z_]+"),
        ),
        Format(
            name="xml",
            content_type="application/xml; charset=utf-8",
            escape=escape_xml,
            read=read_xml,
            names=re.compile(r"[A-Za-z_][0-9A-Za-z_.@-]*"),
        ),
    )
}
