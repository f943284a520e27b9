"""How a value is written into a config file so that it cannot become anything but a value.

Each file format owns one `escape`. The renderer applies it to every value, never the author of a
template. What a format cannot write is refused: where it is entered, and again here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.domain.errors import InexpressibleError

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_XML = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"},
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """A file format. `escape` raises InexpressibleError for what the format cannot write."""

    name: str
    content_type: str
    escape: Callable[[str], str]


def escape_key_value(value: str) -> str:
    """A value of `key = value` text: the rest of the line, as it stands.

    The phone trims blanks at both ends, and takes `%NULL%` for "clear this parameter".
    Source: ZIP 33G log of firmware 47.80.132.4; Yealink guides.
    """
    _refuse_unprintable(value)
    if value != value.strip():
        raise InexpressibleError("must not begin or end with a blank")
    if value == "%NULL%":
        raise InexpressibleError("must not be %NULL%, which tells the phone to clear the value")
    return value


def escape_xml(value: str) -> str:
    """A value of an XML element or attribute.

    Two hyphens would end a comment that the value may stand in, so one of them is spelled out.
    """
    _refuse_unprintable(value)
    return value.translate(_XML).replace("--", "-&#45;")


def _refuse_unprintable(value: str) -> None:
    if _UNPRINTABLE.search(value):
        raise InexpressibleError("must not hold a line break or another control character")


FORMATS: Mapping[str, Format] = {
    "key_value": Format(
        name="key_value", content_type="text/plain; charset=utf-8", escape=escape_key_value
    ),
    "xml": Format(name="xml", content_type="application/xml; charset=utf-8", escape=escape_xml),
}
