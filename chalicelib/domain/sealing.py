"""What do those who keep or check secrets need of a vault?"""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.errors import OffhookError


class SealError(OffhookError):
    """A sealed text cannot be opened, or the keys cannot be used; the text shows neither."""


class Seal(Protocol):
    """Makes secrets unreadable to those who hold a copy of the table.

    `place` says where the sealed text lies: `offhook-dev|EXTENSION#1001|EXTENSION|password`. A
    text opens only at the place for which it was sealed, so that texts cannot be swapped. Places
    stand in error texts.

    Every method raises SealError for keys that cannot be used, and StoreDownError when they cannot
    be fetched.
    """

    def seal(self, text: str, *, place: str) -> str:
        """The text as nobody can read it; different at each call."""

    def open(self, sealed: str, *, place: str) -> str:
        """The text as it was before it was sealed.

        Raises SealError for a text that was changed, never sealed, or sealed with other keys or for
        another place.
        """

    def sign(self, message: bytes, *, purpose: str) -> bytes:
        """32 bytes that only these keys give for this message and purpose; the same each time.

        `purpose` is a word of our own code, never of a request. Compare with
        `hmac.compare_digest`.
        """
