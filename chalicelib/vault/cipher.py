"""What does a sealed text look like, and how does one data key seal and open it?

    s1.<key id>.<nonce of 12 bytes, then ciphertext with its tag of 16 bytes: base64url>

AES-256-GCM; the place is the associated data. The cipher loads with the first text.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from chalicelib.domain.sealing import SealError
from chalicelib.vault.derivation import derive_key
from chalicelib.vault.keyring import DataKey

_VERSION = "s1"
_PURPOSE = "offhook s1 seal"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_TO_STANDARD = str.maketrans("-_", "+/")
_SHAPE = re.compile(rf"{_VERSION}\.([0-9a-f]{{8}})\.([A-Za-z0-9_-]+)", re.ASCII)


class TagError(Exception):
    """The text, its nonce, its associated data or the key is not that of the encryption."""


class Aead(Protocol):
    """Encrypts and decrypts under one key, with nonces of 12 bytes; from any thread."""

    def encrypt(self, nonce: bytes, text: bytes, associated: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, encrypted: bytes, associated: bytes, /) -> bytes:
        """The text that was encrypted. Raises TagError."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The parts of a sealed text; `where` names it in error texts."""

    where: str
    key_id: str
    content: bytes = field(repr=False)


def parse_sealed(text: str, *, where: str) -> Sealed:
    """Take a sealed text apart. Raises SealError, which shows nothing of the text."""
    found = _SHAPE.fullmatch(text)
    if found is not None:
        content = _from_base64(found[2])
        if len(content) >= _NONCE_BYTES + _TAG_BYTES and _is_usual(content, found[2]):
            return Sealed(where, found[1], content)
    raise SealError(f"{where} is not a sealed one")


class Cipher:
    """Seals and opens with one data key."""

    def __init__(self, key: DataKey) -> None:
        self._key = key

    def seal(self, text: str, *, place: str) -> str:
        # 96 random bits: two texts of one key share a nonce with less than 2^-32 until it has
        # sealed 2^32 of them (NIST SP 800-38D, 8.3).
        nonce = secrets.token_bytes(_NONCE_BYTES)
        content = nonce + self._gcm.encrypt(nonce, _to_utf8(text), _to_utf8(place))
        return f"{_VERSION}.{self._key.id}.{_to_base64(content)}"

    def open(self, sealed: Sealed, *, place: str) -> str:
        nonce, rest = sealed.content[:_NONCE_BYTES], sealed.content[_NONCE_BYTES:]
        try:
            opened = self._gcm.decrypt(nonce, rest, _to_utf8(place))
        except TagError as error:
            raise SealError(
                f"{sealed.where} was changed after it was sealed, or sealed for another place"
            ) from error
        return opened.decode("utf-8", "surrogatepass")

    @cached_property
    def _gcm(self) -> Aead:
        from chalicelib.vault.gcm import aes_gcm

        return aes_gcm(derive_key(self._key.secret, _PURPOSE))


def _to_utf8(text: str) -> bytes:
    # Any text can be sealed: an error of encoding would hold the text. Input is refused elsewhere.
    return text.encode("utf-8", "surrogatepass")


def _to_base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _from_base64(text: str) -> bytes:
    # No content is spelled in 4n + 1 characters.
    if len(text) % 4 == 1:
        return b""
    return binascii.a2b_base64(text.translate(_TO_STANDARD) + "=" * (-len(text) % 4))


def _is_usual(content: bytes, text: str) -> bool:
    """Whether the content is spelled as we do, so that no character can be changed.

    Only what is left after the last three bytes, and four characters, has several spellings.
    """
    return _to_base64(content[len(content) // 3 * 3 :]) == text[len(text) // 4 * 4 :]
