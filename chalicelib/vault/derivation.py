"""Which key serves which purpose?"""

from __future__ import annotations

import hashlib
import hmac

KEY_BYTES = 32


def derive_key(secret: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose: HKDF-SHA256 without a salt (RFC 5869).

    One round of the standard library's HMAC is all that 32 bytes need.
    """
    extracted = hmac.digest(bytes(hashlib.sha256().digest_size), secret, "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")
