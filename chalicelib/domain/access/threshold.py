"""What of a device decides whether its phone is let in?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.device import Dossier


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """As much of a device as is looked at before it is known who asks.

    It is as large for every device, and no secret was opened for it.
    """

    site: str
    vendor: str
    access: AccessState
    enter: Callable[[], Dossier]
    """All that the device's files are made from, for one who was let in."""
