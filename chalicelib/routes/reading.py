"""What does a request of the API say: its body, its conditions, its page of a list?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import unquote

from chalice.app import Request

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.mac import Mac
from chalicelib.domain.shape import Record

MOST_LISTED = 5000
"""How many records a list holds when no limit is asked for: what fits into a Lambda answer."""

_LARGEST_BODY = 64 * 1024  # bytes
_LARGEST_PAGE = 500
_ETAGS = re.compile(r'\s*(?:W/)?"[^"]*"\s*(?:,\s*(?:W/)?"[^"]*"\s*)*')
_STRONG_ETAG = re.compile(r'(?<!W/)"([^"]*)"')


def read_body(request: Request, shape: Record, *, partial: bool = False) -> dict[str, Any]:
    """The JSON object in the body. Raises InputError with everything that is wrong with it."""
    try:
        raw = request.raw_body
    except UnicodeEncodeError as error:
        raise _bad("", "the body is not UTF-8") from error
    if not raw:
        raise _bad("", "the body is empty; send a JSON object")
    if len(raw) > _LARGEST_BODY:
        raise _bad("", f"the body has {len(raw)} bytes; at most {_LARGEST_BODY} are allowed")
    try:
        value = json.loads(raw, parse_constant=_refuse_constant, object_pairs_hook=_refuse_twins)
    except UnicodeDecodeError as error:
        raise _bad("", "the body is not UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise _bad("", f"the body is not JSON: {error.msg} ({where})") from error
    except RecursionError as error:
        raise _bad("", "the body is nested too deeply") from error
    return shape.read(value, partial=partial)


def read_mac(text: str) -> Mac:
    """The MAC address in a path. Raises InputError."""
    spelled = unquote(text)
    try:
        return Mac.parse(spelled)
    except ValueError as error:
        raise _bad("mac_address", f"{json.dumps(spelled[:40])} {error}") from error


def read_expected(request: Request) -> frozenset[str] | None:
    """The revisions in If-Match; None without that header. Raises InputError."""
    header = request.headers.get("if-match")
    if header is None:
        return None
    if header.strip() == "*":
        return frozenset("*")
    if not _ETAGS.fullmatch(header):
        raise _bad("If-Match", f"{json.dumps(header[:80])} is neither * nor a list of ETags")
    return frozenset(_STRONG_ETAG.findall(header))


def read_known_etags(request: Request) -> frozenset[str]:
    """The ETags in If-None-Match, weak or strong; none when it is missing or garbled."""
    header = request.headers.get("if-none-match", "")
    if header.strip() == "*":
        return frozenset("*")
    return frozenset(re.findall(r'"([^"]*)"', header))


def read_page(request: Request) -> tuple[int, str | None]:
    """How many records of a list are asked for, and from where on. Raises InputError."""
    query: Mapping[str, str] = request.query_params or {}
    unknown = sorted(query.keys() - {"limit", "cursor"})
    if unknown:
        raise _bad(unknown[0], "is not a known parameter; known are limit, cursor")
    limit = query.get("limit")
    if limit is None:
        return MOST_LISTED, query.get("cursor")
    if not re.fullmatch("[0-9]{1,9}", limit) or not 1 <= int(limit) <= _LARGEST_PAGE:
        says = f"{json.dumps(limit[:40])} is not a whole number from 1 to {_LARGEST_PAGE}"
        raise _bad("limit", says)
    return int(limit), query.get("cursor")


def _refuse_constant(name: str) -> NoReturn:
    raise _bad("", f"the body is not JSON: {name} is not a number")


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise _bad(twin[:64], "is given twice")
    return found


def _bad(where: str, says: str) -> InputError:
    return InputError(Flaw(where=where, says=says))
