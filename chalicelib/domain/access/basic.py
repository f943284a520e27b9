"""Which user and password does a request give, and are they the expected ones?"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field

_LONGEST = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """A user and a password."""

    user: str
    password: str = field(repr=False)

    def match(self, other: Credentials) -> bool:
        """Are both the same? How long it takes tells nothing of where they differ."""
        same_user = hmac.compare_digest(_encode(self.user), _encode(other.user))
        same_password = hmac.compare_digest(_encode(self.password), _encode(other.password))
        return same_user & same_password


def read_basic(header: str) -> Credentials | None:
    """What an Authorization header of the scheme Basic says (RFC 7617); None for all else."""
    scheme, _, encoded = header[:_LONGEST].partition(" ")
    if len(header) > _LONGEST or scheme.lower() != "basic":
        return None
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    user, colon, password = pair.partition(":")
    return Credentials(user=user, password=password) if colon else None


def _encode(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
