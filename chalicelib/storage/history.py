"""How are a device's last fetches kept in one small item?

Each text stands once in the item, however many fetches say it: a row holds the time and the places
of its texts. The item is written anew at each fetch, so it stays below two kilobytes in most cases.
Two fetches at the same time may lose one of them; nothing but this list depends on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.device import Device, Fetch
from chalicelib.storage.item import fetch_key, from_time, new_item, to_time
from chalicelib.storage.table import Item

MOST = 20
KEPT = timedelta(days=30)

MOST_TEXTS = 8
"""Of so many files of a device the text that was fetched last is kept."""

Body = Mapping[str, Any]


def history_item(
    device: Device, fetch: Fetch, before: Body | None, *, kept: Mapping[str, str]
) -> Item:
    """The item after a fetch. `kept` is the ETag of each file whose text is kept."""
    rows = [_row_of(fetch), *(_rows(before) if before and _is_of(device, before) else ())]
    oldest = int((fetch.at - KEPT).timestamp() * 1000)
    rows = [row for row in rows[:MOST] if row[0] >= oldest]
    if rows[0][-1] and not any(not row[-1] for row in rows) and before:
        # What it fetched last is not forgotten by failures.
        rows[-1:] = [row for row in _rows(before) if not row[-1]][:1] or rows[-1:]
    places: dict[str | None, int] = {}
    body = {
        # Tells a device that was removed and registered anew from the one that fetched.
        "device_created_at": from_time(device.created_at),
        "log": "",
        "kept": dict(kept),
    }
    log = [[row[0], *(places.setdefault(text, len(places)) for text in row[1:])] for row in rows]
    # One text, so that nobody looks for secrets among a hundred numbers at each fetch.
    body["log"] = json.dumps([list(places), log], separators=(",", ":"), ensure_ascii=False)
    return new_item(fetch_key(device.mac), body)


def last_fetch(device: Device, body: Body) -> Fetch | None:
    """The last fetch without a failure; None when there is none of this very device."""
    if not _is_of(device, body):
        return None
    return next((_fetch_of(row) for row in _rows(body) if not row[-1]), None)


def all_fetches(device: Device, body: Body) -> list[Fetch]:
    """All that is kept of this very device, the newest first."""
    return [_fetch_of(row) for row in _rows(body)] if _is_of(device, body) else []


def kept_etags(device: Device, body: Body | None) -> dict[str, str]:
    """The ETag of each file whose text is kept."""
    return dict(body.get("kept", {})) if body and _is_of(device, body) else {}


def _is_of(device: Device, body: Body) -> bool:
    found: str = body["device_created_at"]
    return found == from_time(device.created_at)


_Row = Sequence[Any]


def _rows(body: Body) -> Iterator[_Row]:
    """Time and texts of each fetch: file, address, agent, ETag, version, told, failure."""
    if "log" not in body:
        yield _row_of_old(body)
        return
    texts, log = json.loads(body["log"])
    for row in log:
        yield [row[0], *(texts[at] for at in row[1:])]


def _row_of(fetch: Fetch) -> _Row:
    return [
        int(fetch.at.timestamp() * 1000),
        fetch.file,
        fetch.address,
        fetch.user_agent,
        fetch.etag,
        fetch.version,
        fetch.told,
        fetch.failure,
    ]


def _row_of_old(body: Body) -> _Row:
    """That of an item which an older Offhook wrote: it kept the last fetch alone."""
    texts = [body[name] for name in ("file", "address", "user_agent", "etag", "version")]
    return [int(to_time(body["at"]).timestamp() * 1000), *texts, None, ""]


def _fetch_of(row: _Row) -> Fetch:
    at, file, address, user_agent, etag, version, told, failure = row
    return Fetch(
        at=datetime.fromtimestamp(at // 1000, UTC) + timedelta(milliseconds=at % 1000),
        file=file,
        address=address,
        user_agent=user_agent,
        etag=etag,
        version=version,
        told=told,
        failure=failure,
    )
