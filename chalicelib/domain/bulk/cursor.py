"""Where does an import go on, so that nobody but us can say it?

A cursor is bound to the file and to all that was asked for with it: the same request continues,
another one does not.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable

from chalicelib.domain.errors import Flaw, InputError

_FORM = re.compile(r"(?P<next>[1-9][0-9]{0,7})-(?P<mark>[a-z2-7]{26})")
_MARK_BYTES = 16


class Cursors:
    """Writes and reads cursors; `sign` gives bytes that only we can."""

    def __init__(self, sign: Callable[[bytes], bytes]) -> None:
        self._sign = sign

    def write(self, index: int, *, raw: bytes, asked: str) -> str:
        """The cursor to the row of this index."""
        return f"{index}-{self._mark(index, raw, asked)}"

    def read(self, text: str | None, *, raw: bytes, asked: str) -> int:
        """The row to go on with, the first without a cursor. Raises InputError."""
        if text is None:
            return 0
        found = _FORM.fullmatch(text)
        if found is not None:
            index = int(found["next"])
            if hmac.compare_digest(found["mark"], self._mark(index, raw, asked)):
                return index
        says = "is not one that an import of this very file gave, with the same parameters"
        raise InputError(Flaw(where="cursor", says=says))

    def _mark(self, index: int, raw: bytes, asked: str) -> str:
        digest = hashlib.sha256(raw).hexdigest()
        signed = self._sign(f"{index}|{digest}|{asked}".encode())[:_MARK_BYTES]
        return base64.b32encode(signed).decode().rstrip("=").lower()
