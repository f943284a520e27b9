"""Where does a list go on, so that nobody but us can say it?

A cursor is bound to its list and to all that was asked for with it: the same list goes on, another
one does not.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping

from chalicelib.domain.errors import Flaw, InputError

_MARK_BYTES = 16
_LONGEST = 8192


class Bookmarks:
    """Writes and reads the cursors of lists; `sign` gives bytes that only we can."""

    def __init__(self, sign: Callable[[bytes], bytes]) -> None:
        self._sign = sign

    def write(self, after: str, *, path: str, asked: Mapping[str, str]) -> str:
        """The cursor that leads on from a place of the list at this path."""
        place = after.encode()
        return base64.urlsafe_b64encode(self._mark(place, path, asked) + place).decode().rstrip("=")

    def read(self, cursor: str | None, *, path: str, asked: Mapping[str, str]) -> str | None:
        """The place to go on from; None without a cursor. Raises InputError."""
        if cursor is None:
            return None
        try:
            padded = cursor[:_LONGEST] + "=" * (-len(cursor) % 4)
            raw = base64.b64decode(padded, altchars=b"-_", validate=True)
            mark, place = raw[:_MARK_BYTES], raw[_MARK_BYTES:]
            if hmac.compare_digest(mark, self._mark(place, path, asked)):
                return place.decode()
        except ValueError:
            pass  # not base64, or no text: not ours
        says = "is not one that the Link header of this list gave"
        raise InputError(Flaw(where="cursor", says=says))

    def _mark(self, place: bytes, path: str, asked: Mapping[str, str]) -> bytes:
        told = repr((path, sorted(asked.items()))).encode("utf-8", "backslashreplace")
        return self._sign(len(told).to_bytes(4, "big") + told + place)[:_MARK_BYTES]
