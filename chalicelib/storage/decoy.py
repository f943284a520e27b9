"""What is looked at in place of a device that is not there?

Whoever asks for a device that does not exist waits as long as for one that does, so that the time
tells nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.device import Device
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.storage import item as items
from chalicelib.storage.opened import OpenedItems
from chalicelib.storage.sealed import FieldOpener

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


DECOY = OpenedItems(
    (
        items.access_item(_MAC, AccessState.begin(_TIME).arm(_TIME, seconds=1, count=1)),
        items.device_item(_DEVICE),
    ),
    FieldOpener("decoy", lambda text, _: text),
)
"""What is looked at of a device's partition, before anybody is let in."""
