"""What of the table does a process remember for a minute?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.edition import Edition
from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.pace import Pace
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import Layout, Place, SharedSettings
from chalicelib.domain.site import Site

SECONDS = 60.0
"""How long a process goes by what it last read."""

_RENEWED_AFTER = 30.0
"""So old may be what is read again in passing, when something has to be read anyhow."""

_MOST_AT_ONCE = 100
"""So much is read by one request to DynamoDB."""

Shared = Site | SharedSettings | Layout | Shelf | Pace | Edition


@dataclass(slots=True)
class Known:
    """What was last read of a place, and when by the timer."""

    since: float
    found: Stored[Shared] | None
    was_used: bool = False


class Memory:
    """Remembers places."""

    def __init__(
        self,
        read: Callable[[Collection[Place]], Mapping[Place, Stored[Shared]]],
        *,
        timer: Callable[[], float],
        on_change: Callable[[], None],
    ) -> None:
        """`read` brings places from the table; `on_change` hears that some are to be read anew."""
        self._read_anew = read
        self._timer = timer
        self._on_change = on_change
        self._known: dict[Place, Known] = {}

    def find(self, place: Place) -> Stored[Shared] | None:
        """What is at the place. Raises StoreDownError."""
        known = self._known.get(place)
        if known is None or _is_old(known, self._timer(), SECONDS):
            [known] = self.find_all([place])
        known.was_used = True
        return known.found

    def find_all(self, places: Sequence[Place]) -> list[Known]:
        """What is known of all these places, by one read at most. Raises StoreDownError."""
        now = self._timer()
        known = {place: self._known.get(place) for place in places}
        lacking = [
            place for place, each in known.items() if each is None or _is_old(each, now, SECONDS)
        ]
        if lacking:
            read = self._read(lacking, now)
            known |= {place: read[place] for place in lacking}
        found = [each for each in known.values() if each]
        for each in found:
            each.was_used = True
        return found

    def forget(self, place: Place) -> None:
        """Read the place anew when it is next asked for."""
        self._known.pop(place, None)
        self._on_change()

    def _read(self, lacking: Sequence[Place], now: float) -> dict[Place, Known]:
        """Read what is lacking, and what will soon be and was in use; forget the rest of that."""
        wanted = dict.fromkeys(lacking)
        for place, known in list(self._known.items()):
            if not _is_old(known, now, _RENEWED_AFTER):
                continue
            if known.was_used and len(wanted) < _MOST_AT_ONCE:
                wanted[place] = None
            elif _is_old(known, now, SECONDS):
                self._known.pop(place, None)
        self._on_change()
        found = self._read_anew(list(wanted))
        read = {place: Known(now, found.get(place)) for place in wanted}
        self._known.update(read)
        return read


def _is_old(known: Known, now: float, seconds: float) -> bool:
    return now - known.since >= seconds
