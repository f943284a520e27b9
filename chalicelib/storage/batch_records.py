"""How are many records changed at once: read ahead, and written in few transactions?"""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cached_property

from chalicelib.domain.errors import ChangedError, ConditionError, Flaw, InputError
from chalicelib.domain.mac import Mac
from chalicelib.domain.sighting import Sighting
from chalicelib.storage import item as items
from chalicelib.storage.batch import BatchTable
from chalicelib.storage.cells import PARTS, Counter, Part
from chalicelib.storage.keeping import Journal
from chalicelib.storage.records import Records
from chalicelib.storage.roll import PARTS as ROLL_PARTS
from chalicelib.storage.roll import Roll, roll_key
from chalicelib.storage.table import Key, Table

_MOST_SIGHTINGS = 500
"""So many, of each kind, are read at once."""


class BatchRecords(Records):
    """Records whose changes wait, see `batch.py`. For one thread, and a short while."""

    def __init__(self, table: Table, *, journal: Journal | None = None) -> None:
        self._batch = BatchTable(table)
        self._part = _choose_part()
        self._roll_part = random.randrange(ROLL_PARTS)  # noqa: S311 - no secret
        super().__init__(self._batch, journal=journal)

    def fetch(self, *, macs: Iterable[Mac], numbers: Iterable[str], sites: Iterable[str]) -> None:
        """Read all that a change of these devices, extensions and sites looks at."""
        keys: list[Key] = []
        for mac in macs:
            keys += (items.device_key(mac), items.fetch_key(mac), items.access_key(mac))
            keys.append(items.status_key(mac))
        for number in numbers:
            keys += (items.extension_key(number), items.placements_key(number))
        for site in sites:
            keys += (items.site_key(site), roll_key(site, self._roll_part))
        self._batch.fetch(keys)

    def sightings_of(self, mac: Mac) -> list[Sighting]:
        """Where a device was seen and not let in, the latest first.

        As it was when this was first asked: all rows together cost two reads instead of two each,
        unless too many devices were seen.
        """
        if self._sightings is None:
            return super().sightings_of(mac)
        return self._sightings.get(mac, [])

    def drop(self) -> None:
        """Forget the changes since the last `keep`."""
        self._batch.drop()

    def keep(self) -> None:
        """Let the changes wait for the next `flush`: all of them or none will be made."""
        self._batch.keep()

    @property
    def fits(self) -> bool:
        """Whether the changes that wait and those since are one transaction."""
        return self._batch.fits

    @property
    def is_too_large(self) -> bool:
        """Whether the changes since the last `keep` are more than one transaction."""
        return self._batch.is_too_large

    def flush(self) -> None:
        """Make the changes that were kept, all of them or none.

        Raises ChangedError, InputError for what is too large, and StoreDownError; then all that
        waits and all that was read is forgotten.
        """
        try:
            self._batch.flush()
        except ConditionError as error:
            self._part = _choose_part()
            self._roll_part = random.randrange(ROLL_PARTS)  # noqa: S311 - no secret
            raise ChangedError("somebody else changed it; try again") from error
        except ValueError as error:
            raise InputError(Flaw(where="", says="is more than a record can hold")) from error

    @cached_property
    def _sightings(self) -> dict[Mac, list[Sighting]] | None:
        return self.all_sightings(at_most=_MOST_SIGHTINGS)

    def _counter(self) -> Counter:
        return _OnePartCounter(self._batch, self._part)

    def _roll(self) -> Roll:
        return Roll(self._batch, part=self._roll_part)


class _OnePartCounter(Counter):
    """Writes all marks into one part: those of a batch become one write for each group."""

    def __init__(self, table: Table, part: int) -> None:
        super().__init__(table, {})
        self._own = part

    def _part(self, last: Part | None) -> int:  # noqa: ARG002 - as the parent's
        return self._own


def _choose_part() -> int:
    """A part of the counts that phones do not begin with, so that they do not meet the batch."""
    return random.randrange(1, PARTS)  # noqa: S311 - no secret
