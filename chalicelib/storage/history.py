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
from functools import cached_property
from typing import Any

from chalicelib.domain.device import Device, Fetch
from chalicelib.storage.item import fetch_key, from_time, new_item, to_time
from chalicelib.storage.table import Item

MOST = 20
KEPT = timedelta(days=30)
_KEPT_MS = KEPT // timedelta(milliseconds=1)

MOST_TEXTS = 8
"""Of so many files of a device the text that was fetched last is kept."""

Body = Mapping[str, Any]
_BLANK: Body = {"texts": "[]", "log": "", "kept": "{}"}


class History:
    """The last fetches of one very device, as they stand in the body of its item.

    Of a device that was removed and registered anew it holds nothing that was before.
    """

    def __init__(self, device: Device, body: Body | None) -> None:
        self._mac = device.mac
        self._created_at = from_time(device.created_at)
        is_of_it = body is not None and body["device_created_at"] == self._created_at
        self._body = body if body and is_of_it else _BLANK

    @property
    def last(self) -> Fetch | None:
        """The last fetch without a failure."""
        return next((_fetch_of(row) for row in self._rows() if not row[-1]), None)

    @property
    def all(self) -> list[Fetch]:
        """All that is kept, the newest first."""
        return [_fetch_of(row) for row in self._rows()]

    def keeps(self, file: str, etag: str) -> bool:
        """Whether the text that is kept of a file has this ETag."""
        # Most names and all ETags stand in JSON as they are: that alone needs no reading.
        return f'"{file}":"{etag}"' in self._kept or self.kept.get(file) == etag

    @property
    def kept(self) -> dict[str, str]:
        """The ETag of each file whose text is kept."""
        kept: dict[str, str] = json.loads(self._kept)
        return kept

    @property
    def _kept(self) -> str:
        text: str = self._body["kept"] if "texts" in self._body else "{}"
        return text

    @cached_property
    def _texts(self) -> list[str | None]:
        texts: list[str | None] = json.loads(self._body.get("texts", "[]"))
        return texts

    def after(self, fetch: Fetch, *, keeps: bool = False) -> Item:
        """The item after a fetch; `keeps` where the text of the file is kept, too."""
        row = _row_of(fetch)
        oldest = row[0] - _KEPT_MS
        texts, log = self._add(row, oldest) or _write(self._merge(row, oldest))
        body = {
            "device_created_at": self._created_at,
            # All in the form of texts, so that nobody looks for secrets among many small parts.
            "texts": texts,
            "log": log,
            "kept": _to_json({**self.kept, fetch.file: fetch.etag}) if keeps else self._kept,
        }
        return new_item(fetch_key(self._mac), body)

    def _add(self, row: _Row, oldest: int) -> tuple[str, str] | None:
        """Texts and log with a line more; None where more of them changes than that."""
        if row[-1]:
            return None
        try:
            log: str = _line(row, self._texts.index) + self._body["log"]
        except ValueError:  # it says something new
            return None
        last = log.rfind("\n", 0, -1) + 1
        if int(log[last:].partition(" ")[0]) < oldest:
            return None
        return self._body["texts"], log[:last] if log.count("\n") > MOST else log

    def _merge(self, row: _Row, oldest: int) -> list[_Row]:
        """A fetch and those before it, as far as they are kept."""
        rows = [each for each in [row, *self._rows()][:MOST] if each[0] >= oldest]
        if row[-1] and all(each[-1] for each in rows):
            # What it fetched last is not forgotten by failures.
            rows[-1:] = [each for each in self._rows() if not each[-1]][:1] or rows[-1:]
        return rows

    def _rows(self) -> Iterator[_Row]:
        if "texts" in self._body:
            for line in self._body["log"].splitlines():
                at, *places = map(int, line.split(" "))
                yield [at, *(self._texts[place] for place in places)]
        elif "log" in self._body:  # as one text of JSON
            texts, log = json.loads(self._body["log"])
            for at, *places in log:
                yield [at, *(texts[place] for place in places)]
        else:
            yield _row_of_old(self._body)


_Row = Sequence[Any]
"""Time and texts of a fetch: file, address, agent, ETag, version, told, failure."""


def _write(rows: Sequence[_Row]) -> tuple[str, str]:
    """Texts and log of all these fetches."""
    places: dict[str | None, int] = {}
    log = "".join(_line(row, lambda text: places.setdefault(text, len(places))) for row in rows)
    return _to_json(list(places)), log


_to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def _line(row: _Row, place_of: Callable[[str | None], int]) -> str:
    return f"{row[0]} {' '.join([str(place_of(text)) for text in row[1:]])}\n"


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
