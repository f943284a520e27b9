"""Who seals, opens and signs, with keys that are fetched once?"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from chalicelib.domain.errors import ChangedError, StoreDownError
from chalicelib.domain.sealing import SealError
from chalicelib.vault.cipher import Cipher, Sealed, parse_sealed
from chalicelib.vault.derivation import derive_key
from chalicelib.vault.keyring import KeyRing, add_key, new_ring, read_ring, write_ring


class KeyKeeper(Protocol):
    """A place for one wrapped key ring, shared by all processes. Raises StoreDownError."""

    def load(self) -> bytes | None:
        """What was stored last; None when nothing ever was."""

    def create(self, blob: bytes) -> bool:
        """Store the first one; False when somebody else was first."""

    def replace(self, old: bytes, new: bytes) -> bool:
        """Store the new one in place of the old; False when the old one is not there."""


class Wrap(Protocol):
    """Makes a key ring unreadable to those who hold a copy of it. Raises StoreDownError."""

    def wrap(self, plain: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes) -> bytes: ...


class Vault:
    """A Seal whose keys are fetched and unwrapped on first use, and made when there are none."""

    def __init__(
        self,
        keeper: KeyKeeper,
        wrap: Wrap,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._keeper = keeper
        self._wrap = wrap
        self._now = now
        self._lock = threading.Lock()
        self._held: _HeldKeys | None = None
        self._unknown_ids: set[str] = set()

    def seal(self, text: str, *, place: str) -> str:
        return self._keys().newest.seal(text, place=place)

    def open(self, sealed: str, *, place: str) -> str:
        parts = parse_sealed(sealed, where=f"the text at {place!r}")
        return self._cipher(parts).open(parts, place=place)

    def sign(self, message: bytes, *, purpose: str) -> bytes:
        return hmac.digest(self._keys().signing_key(purpose), message, "sha256")

    def is_current(self, sealed: str) -> bool:
        """Whether the newest key has sealed it; else seal it again. Raises SealError as `open`."""
        parts = parse_sealed(sealed, where="the text")
        self._cipher(parts)
        return parts.key_id == self._keys().ring.newest.id

    def rotate(self) -> None:
        """Let a new key seal from now on; what the others have sealed can still be opened.

        Other processes go on to seal with the key before until they meet a text of the new one, or
        end. Raises ChangedError when somebody else rotates at the same time, SealError for a full
        ring.
        """
        with self._lock:
            last = self._fetch()
            longer = add_key(last.ring, self._now())
            self._keeper.replace(last.blob, self._wrap.wrap(write_ring(longer)))
            # Read again, since the answer to the write may have been lost on its way.
            self._held = self._fetch()
            if self._held.ring.newest.id != longer.newest.id:
                raise ChangedError("somebody else rotated the keys at the same time; look again")

    def _keys(self) -> _HeldKeys:
        held = self._held
        if held is None:
            with self._lock:
                held = self._held = self._held or self._fetch()
        return held

    def _cipher(self, sealed: Sealed) -> Cipher:
        held = self._held
        if held is None or sealed.key_id not in held.cipher_by_id:
            held = self._look_for(sealed.key_id)
        if sealed.key_id not in held.cipher_by_id:
            raise SealError(f"{sealed.where} was sealed with a key that is not in our ring")
        return held.cipher_by_id[sealed.key_id]

    def _look_for(self, key_id: str) -> _HeldKeys:
        with self._lock:
            held = self._held
            if held is None or (key_id not in held.cipher_by_id.keys() | self._unknown_ids):
                # Perhaps another process has rotated. A key is stored before it seals its first
                # text, so an id that is not there now never will be: ask once for each.
                held = self._held = self._fetch(create=False)
                if key_id not in held.cipher_by_id:
                    self._unknown_ids.add(key_id)
            return held

    def _fetch(self, *, create: bool = True) -> _HeldKeys:
        blob = self._keeper.load()
        if blob is None and create:
            # Somebody else may be first; what was stored is read and unwrapped before it is used.
            self._keeper.create(self._wrap.wrap(write_ring(new_ring(self._now()))))
            blob = self._keeper.load()
            if blob is None:
                raise StoreDownError("the key ring was stored and is not there; try again")
        if blob is None:
            raise SealError("there is no key ring: it was lost, or nothing was ever sealed here")
        if self._held is not None and self._held.blob == blob:
            return self._held
        return _HeldKeys(blob, read_ring(self._wrap.unwrap(blob)))


class _HeldKeys:
    """The keys of one ring, ready for use."""

    def __init__(self, blob: bytes, ring: KeyRing) -> None:
        self.blob = blob
        self.ring = ring
        self.cipher_by_id = {key.id: Cipher(key) for key in ring.keys}
        self.newest = self.cipher_by_id[ring.newest.id]
        self._signing_key_by_purpose: dict[str, bytes] = {}

    def signing_key(self, purpose: str) -> bytes:
        if purpose not in self._signing_key_by_purpose:
            key = derive_key(self.ring.signing, f"offhook sign {purpose}")
            self._signing_key_by_purpose[purpose] = key
        return self._signing_key_by_purpose[purpose]
