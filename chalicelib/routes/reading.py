"""What does a request of the API say: its body, its conditions, its page of a list?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from chalice.app import Request

from chalicelib import wiring
from chalicelib.domain.chosen import Join, merge, overlay
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.json_text import parse_json
from chalicelib.domain.mac import Mac
from chalicelib.domain.shape import Field, Flag, Record
from chalicelib.domain.wording import not_a, path_to, shown
from chalicelib.fleet.records import Expected, NoneYet
from chalicelib.routes.guard import scope
from chalicelib.routes.request import ETAG

NULLS = ("nulls",)
"""The parameter of every PATCH of settings."""

NULL_DOC = "null takes a setting back, or, with nulls=keep, unsets what is inherited"
"""What a null does in such a PATCH."""

PAGE = ("limit", "cursor")
"""The parameters of every list."""

DOWNGRADE = {
    "allow_downgrade": Field(Flag(), default=False, doc="though devices have a newer firmware")
}
"""The field by which a change of settings says that devices may go back to an older firmware."""

MOST_LISTED = 5000
"""How many records a list holds when no limit is asked for: what fits into a Lambda answer."""

LARGEST_PAGE = 500
"""How many records of a list may be asked for at once."""

_LONGEST_MAC = 32
_LARGEST_BODY = 64 * 1024  # bytes
_UNKNOWN_PARAMETER = "is not a known parameter; known are {}"
_MOST_NAMED = 20
_ETAG_LIST = re.compile(rf"\s*{ETAG.pattern}\s*(?:,\s*{ETAG.pattern}\s*)*")


def read_body(
    request: Request,
    shape: Record,
    *,
    partial: bool = False,
    also: Callable[[Mapping[str, Any]], Iterable[Flaw]] = lambda _: (),
) -> dict[str, Any]:
    """What the shape reads in the body. Raises InputError with everything that is wrong with it.

    `also` finds what only the use case knows, so that it is told beside the shape's flaws. What
    the shape could not read is None there.
    """
    found, flaws = shape.examine(read_json(request), partial=partial)
    if flaws or found is None:
        raise InputError(*flaws, *also(found or {}))
    return found


def read_json(request: Request) -> dict[str, Any]:
    """The JSON object in the body as it was sent. Raises InputError."""
    raw = _raw(request)
    if not raw:
        raise _bad("body", "is empty; send a JSON object")
    if len(raw) > _LARGEST_BODY:
        raise _bad("body", f"has {len(raw)} bytes; at most {_LARGEST_BODY} are allowed")
    value = _parse_json(raw)
    if not isinstance(value, dict):
        raise _bad("body", not_a("a JSON object", value))
    return value


def read_nothing(request: Request) -> None:
    """Raise InputError for a body that says something, where there is nothing to say."""
    given = list(read_json(request)) if _raw(request) else []
    says = "is not a known field; none is taken here"
    if given:
        raise InputError(
            *(Flaw(where=path_to("", name), says=says) for name in given[:_MOST_NAMED])
        )


def read_mac(text: str) -> Mac:
    """The MAC address in a path. Raises InputError."""
    spelled = unquote(text)
    if len(spelled) > _LONGEST_MAC:
        raise _bad("mac_address", f"{shown(spelled)} is not a MAC address (12 hex digits)")
    try:
        return Mac.parse(spelled)
    except ValueError as error:
        raise _bad("mac_address", f"{shown(spelled)} {error}") from error


def read_expected(request: Request) -> Expected:
    """What If-Match and If-None-Match insist on; None without them. Raises InputError."""
    header = request.headers.get("if-match")
    none = request.headers.get("if-none-match")
    if none is not None:
        return _read_none_yet(none, also=header)
    if header is None:
        return None
    if header.strip() == "*":
        return frozenset("*")
    if not _ETAG_LIST.fullmatch(header):
        raise _bad("If-Match", f"{shown(header)} is neither * nor a list of ETags in quotes")
    # RFC 9110 section 13.1.1: a weak ETag never matches here.
    return frozenset(tag for weak, tag in ETAG.findall(header) if not weak)


def read_join(request: Request) -> Join:
    """What a null in the settings of a PATCH does: take back, or unset with `nulls=keep`.

    Raises InputError.
    """
    query: Mapping[str, str] = request.query_params or {}
    word = query.get("nulls")
    if word is None:
        return merge
    if word != "keep":
        raise _bad("nulls", f"{shown(word)} is not keep")
    return overlay


def _read_none_yet(header: str, *, also: str | None) -> NoneYet:
    if header.strip() != "*":
        says = f"{shown(header)} is not *, which is all that a change can insist on"
        raise _bad("If-None-Match", says)
    if also is not None:
        raise _bad("If-None-Match", "cannot be given beside If-Match")
    return NoneYet()


def read_page(request: Request, *, also: Sequence[str] = ()) -> tuple[int, str | None]:
    """How many records of a list are asked for, and from where on. Raises InputError.

    `also` are the further parameters that the list has.
    """
    query: Mapping[str, str] = request.query_params or {}
    unknown = sorted(query.keys() - {*PAGE, *also})
    if unknown:
        says = _UNKNOWN_PARAMETER.format(", ".join((*also, *PAGE)))
        flaws = (Flaw(where=path_to("", name), says=says) for name in unknown[:_MOST_NAMED])
        raise InputError(*flaws)
    asked = {name: text for name, text in query.items() if name not in PAGE}
    after = read_cursor(request, query.get("cursor"), asked)
    if "limit" not in query:
        return MOST_LISTED, after
    return read_most(query, "limit", most=LARGEST_PAGE), after


def read_most(query: Mapping[str, str], name: str, *, most: int) -> int:
    """How many are asked for, `most` where nobody says. Raises InputError."""
    text = query.get(name, str(most))
    if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise _bad(name, f"{shown(text)} is not a whole number from 1 to {most}")
    return int(text)


def read_cursor(request: Request, cursor: str | None, asked: Mapping[str, str]) -> str | None:
    """Where the list that is asked for so is to go on. Raises InputError."""
    return wiring.offhook().bookmarks.read(
        cursor, path=request.path, asked={**asked, **_of_caller(request)}
    )


def read_flag(query: Mapping[str, str], name: str) -> bool:
    """Whether a parameter says 1; 0 is the same as none. Raises InputError for anything else."""
    word = query.get(name, "0")
    if word not in ("0", "1"):
        raise _bad(name, f"{shown(word)} is not 1 or 0")
    return word == "1"


def write_cursor(request: Request, after: str, asked: Mapping[str, str]) -> str:
    """The cursor by which the list that was asked for so goes on."""
    return wiring.offhook().bookmarks.write(
        after, path=request.path, asked={**asked, **_of_caller(request)}
    )


def _of_caller(request: Request) -> dict[str, str]:
    """What a cursor is bound to besides: whoever sees one site has cursors of that site."""
    return {" scope": scope(request) or ""}


def _raw(request: Request) -> str | bytes:
    try:
        raw: str | bytes = request.raw_body
    except UnicodeEncodeError as error:
        raise _bad("body", "is not UTF-8") from error
    return raw


def _parse_json(raw: str | bytes) -> object:
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad("body", f"is not UTF-8 (byte {error.start + 1})") from error
    return parse_json(text, "body")


def _bad(where: str, says: str) -> InputError:
    return InputError(Flaw(where=where, says=says))
