"""What is remembered of a device that was not let in, and of how many at most?

A sighting takes one of a fixed number of places, so no flood of made-up MAC addresses makes more of
them than there are places. Which places these are follows from the network that it came from, so
that no place is everybody's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.mac import Mac

GROUPS = 128
"""Networks share so many groups of places."""

PLACES = 512
"""How many sightings a group holds: all in all 65,536."""

MOST_OF_A_SOURCE = 256
"""How many of them may come from one network: a site of 250 phones behind one address."""

KEPT = timedelta(days=7)
"""So long after it was last seen a device is forgotten."""

GIVEN_UP = timedelta(hours=1)
"""A device that was not seen for so long makes room for another one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """A device that asked and was not let in. Times are in UTC.

    All of it but `source` and `address` is the client's word. `site` is the one whose key it
    showed. `is_registered`: it is known, but showed too little.
    """

    mac: Mac
    source: str
    address: str
    user_agent: str
    vendor: str | None
    model: str | None
    version: str | None
    site: str | None
    is_registered: bool
    reason: str
    first_at: datetime
    last_at: datetime
    count: int


def group_of(source: str) -> int:
    """Which group of places the sightings of this network take."""
    return _spread(source) % GROUPS


def find_place(taken: Mapping[int, Sighting], mac: Mac, source: str, now: datetime) -> int | None:
    """The place for a device in the group of its network; None while there is none.

    It is its own, or a free one, or that of a device that seems to have given up. A network has
    the same few places whoever counts, so that processes which know nothing of each other keep the
    bound, too.
    """
    start = _spread(source)
    places = [(start + step) % PLACES for step in range(MOST_OF_A_SOURCE)]
    # All of them are looked at, so that the time is the same for each device.
    place_by_mac = {
        each.mac: place
        for place in places
        if (each := taken.get(place)) is not None and each.source == source
    }
    if mac in place_by_mac:
        return place_by_mac[mac]
    # Each device begins elsewhere, so that processes which write at once seldom meet.
    first = _spread(str(mac)) % len(places)
    free = next((place for place in places[first:] + places[:first] if place not in taken), None)
    if free is not None:
        return free
    stalest = min(places, key=lambda place: taken[place].last_at)
    return stalest if now - taken[stalest].last_at >= GIVEN_UP else None


def _spread(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
