"""What is worked on in place of a device that is not there?

Whoever asks for a device that does not exist waits as long as for one that does, so that the time
tells nothing. This is the shape of most devices: they have one line, and have fetched. What a
device holds beyond that takes its time only where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.device import Device, Fetch, Line
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.storage import item as items
from chalicelib.storage.table import Item

_MAC = Mac("000000000000")
_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_DEVICE = Device(
    mac=_MAC,
    vendor="decoy",
    model="decoy",
    lines=({"extension_number": "1001"},),
    origin=Origin.API,
    created_at=_TIME,
    updated_at=_TIME,
)
_LINE = Line(
    position=1,
    number="1001",
    name="Decoy",
    password="of nobody's phone",  # noqa: S106
    updated_at=_TIME,
)

_FETCH = Fetch(
    at=_TIME, file="000000000000.cfg", address="192.0.2.1", user_agent="Decoy 1.0", etag="0" * 32
)

DECOY_FETCH = items.fetch_item(_DEVICE, _FETCH)

DECOY: Sequence[Item] = (
    items.access_item(_MAC, AccessState.begin(_TIME).arm(_TIME, seconds=1, count=1)),
    items.device_item(_DEVICE),
    items.line_item(_DEVICE, _LINE),
    DECOY_FETCH,
)
"""The items of a device's partition; the last is what a new device lacks."""
