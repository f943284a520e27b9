"""Which device or site is a secret URL for, and did we write it?

    d001565123456-6925a3b0-qy3…   the own URL of one device
    sberlin-6925a3b0-m4t…         the key of a site, for first contact

A token says in plain text what it is for, and carries 128 bits of a signature over just that. So
it needs no look-up, and writing it again gives the same text. Its letters have no case and no
look-alikes of 0 and 1 in the signature, because people type them on a phone's keypad.
See docs/decisions/0005-url-tokens.md.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from chalicelib.domain.access.site import SITE
from chalicelib.domain.mac import Mac

HIGHEST_GENERATION = 16**10 - 1

_SIGNATURE_BYTES = 16
_PURPOSE = b"offhook url token 1\x00"  # the same key signs other things, never these bytes
_LONGEST = 128
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_SHIFTS = range(120, -1, -10)
_DEVICE = re.compile(r"d(?P<mac>[0-9a-f]{12})-(?P<generation>[1-9a-f][0-9a-f]{0,9})-[a-z2-7]{26}")
_SITE = re.compile(
    rf"s(?P<site>{SITE.pattern})-(?P<generation>[1-9a-f][0-9a-f]{{0,9}})-[a-z2-7]{{26}}"
)


@dataclass(frozen=True, slots=True)
class DeviceToken:
    """What the own URL of a device says. A rotation raises the generation."""

    mac: Mac
    generation: int


@dataclass(frozen=True, slots=True)
class SiteToken:
    """What the key of a site says."""

    site: str
    generation: int


class Tokens:
    """Writes and reads the tokens of URLs under one key.

    `sign` is a keyed signature such as HMAC-SHA-256, of 16 bytes or more.
    """

    def __init__(self, sign: Callable[[bytes], bytes]) -> None:
        if len(sign(_PURPOSE)) < _SIGNATURE_BYTES:
            raise ValueError("a signature has fewer than 128 bits")
        self._sign = sign

    def write_device(self, token: DeviceToken) -> str:
        return self._seal(f"d{token.mac}-{_write_generation(token.generation)}")

    def write_site(self, token: SiteToken) -> str:
        SITE.read(token.site, "site")
        return self._seal(f"s{token.site}-{_write_generation(token.generation)}")

    def read(self, text: str) -> DeviceToken | SiteToken | None:
        """What a token of ours says, in any case of letters; None for every other text."""
        if len(text) > _LONGEST or not text.isascii():
            return None
        lowered = text.lower()
        claim = _read_claim(lowered)
        if claim is None:
            return None
        expected = self._seal(lowered.rpartition("-")[0])
        return claim if hmac.compare_digest(lowered, expected) else None

    def _seal(self, claim: str) -> str:
        signature = self._sign(_PURPOSE + claim.encode())[:_SIGNATURE_BYTES]
        return f"{claim}-{_spell(signature)}"


def _spell(signature: bytes) -> str:
    """16 bytes in base 32 (RFC 4648) without padding; several times as fast as `base64` does."""
    number = int.from_bytes(signature) << 2  # 128 bits fill 26 letters of 5 bits but for two
    pairs = _pairs()
    return "".join([pairs[number >> shift & 1023] for shift in _SHIFTS])


@cache
def _pairs() -> list[str]:
    """All pairs of letters, by the 10 bits that they stand for."""
    return [first + second for first in _LETTERS for second in _LETTERS]


def _read_claim(text: str) -> DeviceToken | SiteToken | None:
    """What a text says of itself, whoever wrote it."""
    if found := _DEVICE.fullmatch(text):
        return DeviceToken(Mac(found["mac"]), int(found["generation"], 16))
    if (found := _SITE.fullmatch(text)) and len(found["site"]) <= SITE.max:
        return SiteToken(found["site"], int(found["generation"], 16))
    return None


def _write_generation(generation: int) -> str:
    if not 1 <= generation <= HIGHEST_GENERATION:
        raise ValueError(f"{generation} is not a generation from 1 to {HIGHEST_GENERATION}")
    return f"{generation:x}"
