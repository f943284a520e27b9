"""How are a device's last fetches kept in one small item?

Each text stands once in the item, in `texts`, however many fetches say it. `log` has a line of
numbers for each fetch, the newest first: its time, and the places of its texts. So a fetch that
says nothing new, as most do, adds a line and leaves the others as they are. The item is written at
each fetch, and stays below two kilobytes in most cases. Two fetches at the same time may lose one
of them; nothing but this list depends on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    row, oldest = _row_of(fetch), int((fetch.at - KEPT).timestamp() * 1000)
    created_at = from_time(device.created_at)
    if before is not None and before["device_created_at"] != created_at:
        before = None
    added = _add(row, before, oldest) if before else None
    texts, log = added or _write(_merge(row, before, oldest))
    body = {
        # Tells a device that was removed and registered anew from the one that fetched.
        "device_created_at": created_at,
        # All in the form of texts, so that nobody looks for secrets among many parts at each fetch.
        "texts": texts,
        "log": log,
        "kept": _to_json(kept),
    }
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
    if not body or "texts" not in body or not _is_of(device, body):
        return {}
    kept: dict[str, str] = json.loads(body["kept"])
    return kept


def _is_of(device: Device, body: Body) -> bool:
    found: str = body["device_created_at"]
    return found == from_time(device.created_at)


_Row = Sequence[Any]
"""Time and texts of a fetch: file, address, agent, ETag, version, told, failure."""


def _add(row: _Row, before: Body, oldest: int) -> tuple[str, str] | None:
    """Texts and log with a line more; None where more of them changes than that."""
    texts = json.loads(before.get("texts", "[]"))
    if row[-1] or any(text not in texts for text in row[1:]):
        return None
    log: str = _line(row, texts.index) + before["log"]
    last = log.rfind("\n", 0, -1) + 1
    if int(log[last:].partition(" ")[0]) < oldest:
        return None
    return before["texts"], log[:last] if log.count("\n") > MOST else log


def _merge(row: _Row, before: Body | None, oldest: int) -> list[_Row]:
    """A fetch and those before it, as far as they are kept."""
    rows = [row, *(_rows(before) if before else ())]
    rows = [row for row in rows[:MOST] if row[0] >= oldest]
    if rows[0][-1] and not any(not row[-1] for row in rows) and before:
        # What it fetched last is not forgotten by failures.
        rows[-1:] = [row for row in _rows(before) if not row[-1]][:1] or rows[-1:]
    return rows


def _write(rows: Sequence[_Row]) -> tuple[str, str]:
    """Texts and log of all these fetches."""
    places: dict[str | None, int] = {}
    log = "".join(_line(row, lambda text: places.setdefault(text, len(places))) for row in rows)
    return _to_json(list(places)), log


def _to_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _line(row: _Row, place_of: Callable[[str | None], int]) -> str:
    return f"{row[0]} {' '.join(str(place_of(text)) for text in row[1:])}\n"


def _rows(body: Body) -> Iterator[_Row]:
    if "texts" in body:
        texts = json.loads(body["texts"])
        for line in body["log"].splitlines():
            at, *places = map(int, line.split(" "))
            yield [at, *(texts[place] for place in places)]
    elif "log" in body:  # as one text of JSON
        texts, log = json.loads(body["log"])
        for at, *places in log:
            yield [at, *(texts[place] for place in places)]
    else:
        yield _row_of_old(body)


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
