"""Which keys are there, and how are they written down?"""

from __future__ import annotations

import base64
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.sealing import SealError
from chalicelib.vault.derivation import KEY_BYTES

KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)

MAX_KEYS = 32
"""A ring of so many keys still fits into the 4096 bytes that KMS encrypts at once."""

_FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class DataKey:
    """A key that seals."""

    id: str
    secret: bytes = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyRing:
    """All keys, oldest first: the newest one seals, each one opens what it has sealed.

    The signing key stays the same for good: the addresses of the phones are made with it.
    """

    keys: tuple[DataKey, ...]
    signing: bytes = field(repr=False)

    @property
    def newest(self) -> DataKey:
        return self.keys[-1]


def new_ring(now: datetime) -> KeyRing:
    """A ring with one data key and a signing key, both random."""
    return add_key(KeyRing(keys=(), signing=secrets.token_bytes(KEY_BYTES)), now)


def add_key(ring: KeyRing, now: datetime) -> KeyRing:
    """The ring with a new key, which seals from then on. Raises SealError for a full ring."""
    if len(ring.keys) >= MAX_KEYS:
        raise SealError(f"the key ring is full: it holds {MAX_KEYS} keys, and none may be lost")
    taken = {key.id for key in ring.keys}
    key_id = secrets.token_hex(4)
    while key_id in taken:
        key_id = secrets.token_hex(4)
    key = DataKey(id=key_id, secret=secrets.token_bytes(KEY_BYTES), created_at=now)
    return replace(ring, keys=(*ring.keys, key))


def write_ring(ring: KeyRing) -> bytes:
    keys = [
        {
            "id": key.id,
            "secret": _from_bytes(key.secret),
            "created_at": key.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        }
        for key in ring.keys
    ]
    written = {"format": _FORMAT, "signing": _from_bytes(ring.signing), "keys": keys}
    return json.dumps(written, separators=(",", ":")).encode()


def read_ring(written: bytes) -> KeyRing:
    """The ring that was written. Raises SealError, which shows nothing of it."""
    try:
        ring = _to_ring(json.loads(written))
    except (ValueError, KeyError, TypeError, AttributeError):
        ring = None
    # Raised out here, since those errors hold what they could not read: that is, keys.
    if ring is None:
        raise SealError(
            "the key ring cannot be read: it is damaged, wrapped in another way, or was written by "
            "a newer Offhook"
        )
    return ring


def _to_ring(written: dict[str, Any]) -> KeyRing | None:
    keys = tuple(
        DataKey(
            id=key["id"],
            secret=_to_bytes(key["secret"]),
            created_at=datetime.fromisoformat(key["created_at"]),
        )
        for key in written["keys"]
    )
    ring = KeyRing(keys=keys, signing=_to_bytes(written["signing"]))
    ids = [key.id for key in keys]
    is_sound = (
        written["format"] == _FORMAT
        and 0 < len(set(ids)) == len(ids)
        and all(map(KEY_ID.fullmatch, ids))
        and all(len(secret) == KEY_BYTES for secret in (ring.signing, *(k.secret for k in keys)))
    )
    return ring if is_sound else None


def _from_bytes(secret: bytes) -> str:
    return base64.b64encode(secret).decode("ascii")


def _to_bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
