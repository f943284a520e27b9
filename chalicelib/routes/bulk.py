"""`/api/provisioning/import` and `/export`: files of many devices and extensions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from chalice import Blueprint, Response
from chalice.app import Request

from chalicelib import wiring
from chalicelib.domain.access.role import Permission
from chalicelib.domain.bulk.preset import FORMS
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.wording import path_to, shown
from chalicelib.routes.address import read_origin
from chalicelib.routes.edge import remember
from chalicelib.routes.guard import identify, scope, serves
from chalicelib.routes.problem import file_answer, ok
from chalicelib.routes.reading import LARGEST_PAGE, PAGE, read_flag, read_most, read_page
from chalicelib.routes.request import read_bytes
from chalicelib.routes.writing import next_page

bulk = Blueprint(__name__)

LARGEST_FILE = 4 * 1024 * 1024
"""In bytes. Lambda takes an event of 6 MB, in which quotes and line breaks are written as two."""

MOST_ROWS = 200_000
"""In such a file: so many can be looked through in a second or two."""

_LARGEST_ANSWER = 1_500_000
"""In characters, of up to four bytes: Lambda gives 6 MB back."""

_MEDIA_TYPES = ("application/json", "text/csv", "text/plain")
_CSV = "text/csv; charset=utf-8"
_RESERVE = 3.0
_SHORTEST = 1.0
_USUAL = 6.0
"""Seconds: what is left of Lambda's time when an import stops, and its own least and usual time."""

_FLAGS = ("dry_run", "generate", "sites", "allow_downgrade")


@serves(
    bulk,
    "/api/provisioning/import",
    "POST",
    Permission.CHANGE_DEVICES,
    parameters=("format", "preset", *_FLAGS, "rows", "cursor"),
    media_types=_MEDIA_TYPES,
)
def import_file() -> Response:
    from chalicelib.domain.bulk.file import read_file
    from chalicelib.fleet.bulk import MOST_TOLD
    from chalicelib.fleet.bulk_row import Wishes
    from chalicelib.routes.bulk_answer import tell_import

    request = bulk.current_request
    query = _read_query(request, ("format", "preset", *_FLAGS, "rows", "cursor"))
    form = _read_form(request, query)
    flags = {name: read_flag(query, name) for name in _FLAGS}
    caller = identify(request)
    caller.require(Permission.CHANGE_EXTENSIONS, caller.grant.site)
    if flags["sites"]:
        caller.require(Permission.CHANGE_SITES, caller.grant.site)
    raw = _read_file(request)
    offhook = wiring.ready()
    asked = json.dumps([form, query.get("preset"), flags, caller.grant.site])
    start = offhook.cursors.read(query.get("cursor"), raw=raw, asked=asked)
    file = read_file(raw, form, query.get("preset"), most_rows=MOST_ROWS)
    progress = offhook.bulk.bring_in(
        file,
        Wishes(
            dry_run=flags["dry_run"],
            generate=flags["generate"],
            make_sites=flags["sites"],
            allow_downgrade=flags["allow_downgrade"],
        ),
        start=start,
        seconds=_time_for(request),
        most=read_most(query, "rows", most=MOST_TOLD),
        scope=caller.grant.site,
    )
    cursor = None
    if progress.next is not None:
        cursor = offhook.cursors.write(progress.next, raw=raw, asked=asked)
    elif not flags["dry_run"]:
        offhook.pacing.follow(within=0)
    answer = tell_import(file, progress, dry_run=flags["dry_run"]) | {"cursor": cursor}
    remember(request, rows=str(len(progress.reports)))
    return ok(answer)


@serves(
    bulk,
    "/api/provisioning/export",
    "GET",
    Permission.READ_DEVICES,
    parameters=("format", "secrets", *PAGE),
)
def export_file() -> Response:
    from chalicelib.routes.bulk_answer import write_page

    request = bulk.current_request
    query = _read_query(request, ("format", "secrets", *PAGE))
    limit, after = read_page(request, also=("format", "secrets"))
    form = _one_of(FORMS, query.get("format", "json"), "format")
    secrets = read_flag(query, "secrets")
    caller = identify(request)
    caller.require(Permission.READ_EXTENSIONS, caller.grant.site)
    if secrets:
        caller.require(Permission.REVEAL_SECRETS, caller.grant.site)
    offhook = wiring.ready()
    limit = min(limit, LARGEST_PAGE)
    while True:
        page = offhook.export.page(limit=limit, after=after, scope=scope(request))
        text = write_page(page, form, secrets=secrets, begins=after is None)
        if len(text) <= _LARGEST_ANSWER or limit == 1:
            break
        limit //= 2
    if secrets:
        offhook.export.reveal(page, scope=scope(request))
    origin = read_origin(request, offhook.settings)
    more = {"format": form} | ({"secrets": "1"} if secrets else {})
    headers = next_page(request, origin, page.after, limit, **more)
    if form == "json":
        return file_answer(text, "application/json", headers=headers)
    named = {"Content-Disposition": 'attachment; filename="offhook.csv"'}
    return file_answer(text, _CSV, headers={**named, **headers})


def _read_query(request: Request, known: tuple[str, ...]) -> Mapping[str, str]:
    query: Mapping[str, str] = request.query_params or {}
    says = f"is not a known parameter; known are {', '.join(known)}"
    flaws = [Flaw(where=path_to("", name), says=says) for name in query if name not in known]
    if flaws:
        raise InputError(*flaws)
    return query


def _read_form(request: Request, query: Mapping[str, str]) -> str:
    """What the file is: as `format` says, else as its Content-Type does."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    usual = "json" if media_type == "application/json" else "csv"
    return _one_of(FORMS, query.get("format", usual), "format")


def _one_of(words: tuple[str, ...], word: str, where: str) -> str:
    if word not in words:
        raise InputError(Flaw(where=where, says=f"{shown(word)} is not one of {', '.join(words)}"))
    return word


def _read_file(request: Request) -> bytes:
    raw = read_bytes(request)
    if raw is None:
        raise InputError(Flaw(where="file", says="is not UTF-8"))
    if len(raw) > LARGEST_FILE:
        says = f"has {len(raw)} bytes; at most {LARGEST_FILE} are allowed at once"
        raise InputError(Flaw(where="file", says=f"{says}: send it in parts, each with the header"))
    return raw


def _time_for(request: Request) -> float:
    """How many seconds there are before Lambda would end the request."""
    left: Callable[[], int] | None = getattr(
        request.lambda_context, "get_remaining_time_in_millis", None
    )
    return _USUAL if left is None else max(_SHORTEST, left() / 1000 - _RESERVE)
