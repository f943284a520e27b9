"""Has this source guessed too often?

Each process counts the misses of a source for itself and writes its count out now and then, so
that hits cost nothing and no item is hot.
"""

from __future__ import annotations

import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.access.brake import Limit, Tally, retry_after
from chalicelib.domain.access.network import source_of
from chalicelib.domain.errors import StoreError

_LOG = logging.getLogger("offhook")
_MOST_SOURCES = 10_000
"""How many sources a process remembers; the longest quiet one is forgotten first."""


class MissRecords(Protocol):
    """Where the processes tell each other what they counted."""

    def tell_misses(self, source: str, window: int, process: str, count: int, until: int) -> None:
        """Keep the count of one process until a Unix time."""

    def hear_misses(self, source: str, window: int, process: str) -> Sequence[int]:
        """The counts of all other processes."""


class Brake:
    """Counts misses per source network."""

    def __init__(
        self, *, records: MissRecords, clock: Callable[[], datetime], limit: Limit | None = None
    ) -> None:
        self._records = records
        self._clock = clock
        self._limit = limit or Limit()
        self._process = secrets.token_hex(8)
        self._tally_by_source: OrderedDict[str, Tally] = OrderedDict()

    def is_on(self, address: str) -> bool:
        """Is the source of this address over the limit?"""
        tally = self._tally_by_source.get(source_of(address))
        return tally is not None and tally.turn(self._clock(), self._limit).is_over(self._limit)

    def count(self, address: str) -> None:
        """One more miss. Never fails: a store that is down must not change the answer."""
        source, now = source_of(address), self._clock()
        tally = self._tally_by_source.get(source) or Tally(window=self._limit.window_at(now))
        tally = tally.count(now, self._limit)
        if tally.is_due(self._limit):
            tally = self._share(source, tally)
        self._tally_by_source[source] = tally
        self._tally_by_source.move_to_end(source)
        if len(self._tally_by_source) > _MOST_SOURCES:
            self._tally_by_source.popitem(last=False)

    def retry_after(self) -> int:
        """The seconds until a source that is over the limit may ask again."""
        return retry_after(self._clock(), self._limit)

    def _share(self, source: str, tally: Tally) -> Tally:
        until = self._limit.ends_at(tally.window)
        try:
            self._records.tell_misses(source, tally.window, self._process, tally.own, until)
            return tally.hear(self._records.hear_misses(source, tally.window, self._process))
        except StoreError as error:
            _LOG.warning("misses of %s are not shared: %s", source, error)
            return tally
