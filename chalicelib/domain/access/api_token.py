"""What is a bearer token of the API, and what is kept of it?

"oh_", 27 letters and digits of secret, 6 of a checksum over all before. By the prefix and the
checksum a scanner tells a leaked token from noise, and a mistyped one costs no look-up. Kept is its
SHA-256: a secret of 160 random bits needs no salt and no slow hash.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access.role import Grant, Role
from chalicelib.domain.access.site import SITE
from chalicelib.domain.shape import Field, Flag, Record, Text, Whole

ENTROPY_BYTES = 20

_PREFIX = "oh_"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET_LENGTH = 27  # 62**27 > 2**160
_CHECKSUM_LENGTH = 6
_TOKEN = re.compile(rf"{_PREFIX}[0-9A-Za-z]{{{_SECRET_LENGTH + _CHECKSUM_LENGTH}}}")
_ID_LENGTH = 12
_LONGEST_HEADER = 200
_NOTED_SECONDS = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiToken:
    """What is kept of a token. Times are in UTC."""

    digest: str = field(repr=False)
    name: str
    grant: Grant
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None

    @property
    def id(self) -> str:
        """What lists show and a deletion names: the beginning of the digest, of no use to enter."""
        return self.digest[:_ID_LENGTH]

    def is_good(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at

    def is_use_news(self, now: datetime) -> bool:
        """Is this use worth a write? The last use is kept to the hour."""
        if self.last_used_at is None:
            return True
        return now - self.last_used_at >= timedelta(seconds=_NOTED_SECONDS)


NEW_API_TOKEN = Record(
    {
        "name": Field(Text(max=100), required=True, doc="What the token is for."),
        "role": Field(Text(choices=tuple(role.value for role in Role)), required=True),
        "reveal": Field(Flag(), default=False, doc="May it see secrets?"),
        "site": Field(SITE, nullable=True, doc="The only site that it is for."),
        "expires_in_days": Field(
            Whole(min=1, max=3650),
            nullable=True,
            default=365,
            doc="null: it never expires.",
        ),
    }
)


def create_api_token(
    wanted: Mapping[str, Any], *, entropy: bytes, now: datetime
) -> tuple[str, ApiToken]:
    """The token to hand over once, and what to keep of it. `wanted` was read by NEW_API_TOKEN.

    `entropy` are 20 bytes of a generator made for secrets.
    """
    text = write_api_token(entropy)
    days = wanted["expires_in_days"]
    return text, ApiToken(
        digest=_digest(text),
        name=wanted["name"],
        grant=Grant(role=Role(wanted["role"]), reveals=wanted["reveal"], site=wanted["site"]),
        created_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )


def write_api_token(entropy: bytes) -> str:
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"{len(entropy)} bytes were given for a secret of {ENTROPY_BYTES}")
    body = _PREFIX + _write_number(int.from_bytes(entropy), _SECRET_LENGTH)
    return body + _checksum(body)


def read_api_token(text: str) -> str | None:
    """The digest by which a token is found, or None when it cannot be one; never raises."""
    if not _TOKEN.fullmatch(text):
        return None
    body, checksum = text[:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    return _digest(text) if _checksum(body) == checksum else None


def read_bearer(header: str) -> str | None:
    """The same for an Authorization header of the scheme Bearer (RFC 6750)."""
    scheme, _, text = header[:_LONGEST_HEADER].partition(" ")
    return read_api_token(text.strip(" ")) if scheme.lower() == "bearer" else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _checksum(body: str) -> str:
    return _write_number(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def _write_number(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
