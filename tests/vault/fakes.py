"""Keepers and a wrap for the tests, and what may not show in an error."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

from chalicelib.vault.local_file import PlainWrap
from chalicelib.vault.vault import Vault

PLACE = "offhook-dev|EXTENSION#1001|EXTENSION|password"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Memory:
    """Keeps a key ring in memory, and counts how often it was loaded."""

    def __init__(self, blob: bytes | None = None) -> None:
        self.blob = blob
        self.loads = 0

    def load(self) -> bytes | None:
        self.loads += 1
        return self.blob

    def create(self, blob: bytes) -> bool:
        return self._swap(None, blob)

    def replace(self, old: bytes, new: bytes) -> bool:
        return self._swap(old, new)

    def _swap(self, old: bytes | None, new: bytes) -> bool:
        if self.blob != old:
            return False
        self.blob = new
        return True


class Mirror:
    """Wraps by turning the bytes around, and counts how often it unwrapped."""

    def __init__(self) -> None:
        self.unwraps = 0

    def wrap(self, plain: bytes) -> bytes:
        return plain[::-1]

    def unwrap(self, wrapped: bytes) -> bytes:
        self.unwraps += 1
        return wrapped[::-1]


def a_vault(keeper: Memory | None = None) -> Vault:
    return Vault(keeper or Memory(), PlainWrap(), now=lambda: NOON)


def keys_in(blob: bytes) -> list[bytes]:
    """The keys of a ring that is not wrapped."""
    ring = json.loads(blob)
    return [base64.b64decode(text) for text in (ring["signing"], *map(_secret, ring["keys"]))]


def _secret(key: dict[str, str]) -> str:
    return key["secret"]


def spellings(secret: bytes) -> list[str]:
    """How a secret may look in a text."""
    return [
        base64.b64encode(secret).decode(),
        base64.urlsafe_b64encode(secret).decode(),
        secret.hex(),
        repr(secret)[2:-1],
    ]


def all_that_is_in(error: BaseException | None) -> str:
    """The texts of an error, of what it holds, and of the errors that led to it."""
    texts: list[str] = []
    waiting = [error]
    while waiting:
        found = waiting.pop()
        if found is not None:
            texts += [str(found), repr(found), repr(found.args), repr(vars(found))]
            waiting += [found.__cause__, found.__context__]
    return "\n".join(texts)
