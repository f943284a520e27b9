"""How does the OpenSSL of this Python encrypt and decrypt with AES-256-GCM?

Python has loaded it for `hashlib` and shows none of its ciphers, so they are called through ctypes.
docs/decisions/0004-sealing.md says why. Both load with the first text. A Python that hides its
OpenSSL has the package `cryptography` do it, which is there on one's own machine, not on Lambda.

https://docs.openssl.org/3.0/man3/EVP_EncryptInit/#aead-interface
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any

from chalicelib.domain.sealing import SealError
from chalicelib.vault.cipher import Aead, TagError

TAG_BYTES = 16

_ENCRYPT, _DECRYPT = 1, 0
_GET_TAG, _SET_TAG = 0x10, 0x11  # EVP_CTRL_AEAD_GET_TAG, EVP_CTRL_AEAD_SET_TAG

_HANDLE, _BYTES, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
# Each function's result, then its arguments; they are the same in OpenSSL 1.1, 3 and LibreSSL.
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "EVP_aes_256_gcm": (_HANDLE, []),
    "EVP_CIPHER_CTX_new": (_HANDLE, []),
    "EVP_CIPHER_CTX_free": (None, [_HANDLE]),
    "EVP_CipherInit_ex": (_INT, [_HANDLE, _HANDLE, _HANDLE, _BYTES, _BYTES, _INT]),
    "EVP_CipherUpdate": (_INT, [_HANDLE, _HANDLE, _HANDLE, _BYTES, _INT]),
    "EVP_CIPHER_CTX_ctrl": (_INT, [_HANDLE, _INT, _INT, _HANDLE]),
    "EVP_CipherFinal_ex": (_INT, [_HANDLE, _HANDLE, _HANDLE]),
    "ERR_clear_error": (None, []),
}

# Where OpenSSL writes how much it wrote, and what is left at the end: in GCM as much as it gets,
# and nothing. Nobody reads it.
_LENGTH = ctypes.byref(ctypes.c_int())
_NO_REST = ctypes.create_string_buffer(TAG_BYTES)


def aes_gcm(key: bytes) -> Aead:
    """AES-256-GCM under a key of 32 bytes. Raises SealError when nothing here can do it."""
    try:
        return Gcm(key)
    except SealError:
        try:
            return Borrowed(key)
        except ImportError:
            pass
        raise


class Gcm:
    """Encrypts and decrypts under one key of 32 bytes, with nonces of 12; from any thread."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:  # OpenSSL would read on, past the end.
            raise ValueError(f"a key of {len(key)} bytes")
        self._key = key
        self._openssl = load_openssl()
        self._idle: list[int] = []
        """Contexts that hold the key, and that no text is in: as many as threads at a time."""

    def encrypt(self, nonce: bytes, text: bytes, associated: bytes) -> bytes:
        """The encrypted text, then its tag."""
        tag = ctypes.create_string_buffer(TAG_BYTES)
        context = self._take_context()
        try:
            encrypted = self._run(context, nonce, text, associated, _ENCRYPT)
            _insist(self._openssl.EVP_CipherFinal_ex(context, _NO_REST, _LENGTH))
            _insist(self._openssl.EVP_CIPHER_CTX_ctrl(context, _GET_TAG, TAG_BYTES, tag))
        except BaseException:
            self._drop(context)
            raise
        self._idle.append(context)
        return encrypted + tag.raw

    def decrypt(self, nonce: bytes, encrypted: bytes, associated: bytes) -> bytes:
        """The text that was encrypted. Raises TagError."""
        text, tag = encrypted[:-TAG_BYTES], encrypted[-TAG_BYTES:]
        if len(tag) != TAG_BYTES:
            raise TagError
        context = self._take_context()
        try:
            decrypted = self._run(context, nonce, text, associated, _DECRYPT)
            _insist(self._openssl.EVP_CIPHER_CTX_ctrl(context, _SET_TAG, TAG_BYTES, tag))
            _insist(self._openssl.EVP_CipherFinal_ex(context, _NO_REST, _LENGTH), TagError)
        except BaseException:
            self._drop(context)
            raise
        self._idle.append(context)
        return decrypted

    def __del__(self) -> None:
        for context in self.__dict__.pop("_idle", ()):
            self._openssl.EVP_CIPHER_CTX_free(context)

    def _take_context(self) -> int:
        """One that holds the key. To give it the key takes as long as to seal a password."""
        try:
            return self._idle.pop()
        except IndexError:
            pass
        context = self._openssl.EVP_CIPHER_CTX_new()
        if context is None:
            raise _failure()
        gcm = self._openssl.EVP_aes_256_gcm()
        if self._openssl.EVP_CipherInit_ex(context, gcm, None, self._key, None, _ENCRYPT) != 1:
            self._drop(context)
            raise _failure()
        return context

    def _drop(self, context: int) -> None:
        self._openssl.EVP_CIPHER_CTX_free(context)
        # What it left there would be taken for a failure of the thread's next TLS call.
        self._openssl.ERR_clear_error()

    def _run(
        self, context: int, nonce: bytes, text: bytes, associated: bytes, direction: int
    ) -> bytes:
        """The text the other way round, as long as it was; nothing is proved of it yet."""
        if len(nonce) != 12:  # as above
            raise ValueError(f"a nonce of {len(nonce)} bytes")
        openssl, size = self._openssl, len(text)
        result = ctypes.create_string_buffer(size or 1)
        _insist(openssl.EVP_CipherInit_ex(context, None, None, None, nonce, direction))
        if associated:
            _insist(openssl.EVP_CipherUpdate(context, None, _LENGTH, associated, len(associated)))
        if text:
            _insist(openssl.EVP_CipherUpdate(context, result, _LENGTH, text, size))
        return result.raw[:size]


class Borrowed:
    """The same by the package `cryptography`. Raises ImportError when it is not installed."""

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._aead = AESGCM(key)

    def encrypt(self, nonce: bytes, text: bytes, associated: bytes) -> bytes:
        return self._aead.encrypt(nonce, text, associated)

    def decrypt(self, nonce: bytes, encrypted: bytes, associated: bytes) -> bytes:
        """The text that was encrypted. Raises TagError."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._aead.decrypt(nonce, encrypted, associated)
        except InvalidTag as error:
            raise TagError from error


class OpenSsl:
    """The functions that we call, with their types. ValueError when the library has not all."""

    EVP_aes_256_gcm: Callable[..., int]
    EVP_CIPHER_CTX_new: Callable[..., int | None]
    EVP_CIPHER_CTX_free: Callable[..., None]
    EVP_CipherInit_ex: Callable[..., int]
    EVP_CipherUpdate: Callable[..., int]
    EVP_CIPHER_CTX_ctrl: Callable[..., int]
    EVP_CipherFinal_ex: Callable[..., int]
    ERR_clear_error: Callable[..., None]

    def __init__(self, library: ctypes.PyDLL) -> None:
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)


@functools.cache
def load_openssl() -> OpenSsl:
    """The OpenSSL that this Python uses itself. Raises SealError when there is no way to it."""
    import _hashlib

    # A symbol is looked up in the module and in what it is linked to: so it is the OpenSSL that is
    # loaded already, wherever that lies. A Python that has it built in may hide it: the system's.
    places = (getattr(_hashlib, "__file__", None), "libcrypto.so.3", "libcrypto.so.1.1")
    for place in places:
        try:
            # PyDLL keeps Python's lock: to give it up takes as long as to seal a password.
            return OpenSsl(ctypes.PyDLL(place))
        except (OSError, AttributeError):
            continue
    raise SealError(
        "the OpenSSL of this Python cannot be called, and neither the system's nor the package "
        "`cryptography` is there: use a Python that is linked to it "
        "(docs/decisions/0004-sealing.md)"
    )


def _failure() -> SealError:
    return SealError("OpenSSL does not encrypt with AES-256-GCM; is it out of memory?")


def _insist(done: int, otherwise: Callable[[], Exception] = _failure) -> None:
    if done != 1:
        raise otherwise()
