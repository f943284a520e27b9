"""What does a phone get, and what does the log say about it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from chalicelib.domain.evidence import Evidence
from chalicelib.domain.mac import Mac


class Outcome(Enum):
    """How a request of a phone ended."""

    SERVED = "served"
    NOT_MODIFIED = "not_modified"
    ABSENT = "absent"
    """A file that is optional, and not there."""
    RECEIVED = "received"
    """An upload that was read and dropped."""
    KEPT = "kept"
    """An upload that the device will get back."""
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    UNKNOWN_FILE = "unknown_file"
    UNKNOWN_DEVICE = "unknown_device"
    REFUSED = "refused"
    BRAKED = "braked"
    PLACEHOLDER = "placeholder"
    FAILED = "failed"
    MOVED = "moved"
    """It lies elsewhere, and the phone is sent there."""
    NEEDS_RELAY = "needs_relay"
    """It lies elsewhere, and the phone is not known to follow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the phone gets, and what the log says about it.

    `told` is the firmware version that a file tells the phone to have. A firmware has `content` in
    place of a `body`, or lies at a `location`, which is a secret. `vendor` and `model` are what the
    phone is registered as; `seen` is what it says of itself.
    """

    outcome: Outcome
    body: str = ""
    content: bytes | None = field(default=None, repr=False)
    location: str = field(default="", repr=False)
    content_type: str = ""
    etag: str = ""
    told: str | None = None
    mac: Mac | None = None
    vendor: str = ""
    model: str = ""
    seen: Evidence = field(default_factory=Evidence)
    reason: str = ""
    note_failure: str = ""
    retry_after: int = 0
