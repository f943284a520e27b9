"""What does a CloudFront in front of us say of the viewer, if it is ours?

Anybody can send these headers. They count only beside a secret that our distribution adds.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.access.certificate import Certificate

SECRET_HEADER = "offhook-front"  # noqa: S105 - the header's name
SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Front:
    """The viewer, as our CloudFront distribution saw it."""

    address: str
    certificate: Certificate | None


def read_front(headers: Mapping[str, str], secret: str) -> Front | None:
    """What the headers say of the viewer; None unless they carry the secret.

    `headers` finds lower-case names. A secret that is not set, or short, is never matched.
    """
    if len(secret) < SHORTEST_SECRET:
        return None
    given = headers.get(SECRET_HEADER, "")
    if not hmac.compare_digest(_encode(given), _encode(secret)):
        return None
    # "198.51.100.10:46532": whatever follows the last colon is the port.
    address = headers.get("cloudfront-viewer-address", "").rpartition(":")[0].strip("[]")
    return Front(address=address, certificate=_read_certificate(headers))


def _read_certificate(headers: Mapping[str, str]) -> Certificate | None:
    if headers.get("cloudfront-viewer-cert-present") != "1":
        return None
    subject = headers.get("cloudfront-viewer-cert-subject", "")
    issuer = headers.get("cloudfront-viewer-cert-issuer", "")
    return Certificate(subject, issuer) if subject and issuer else None


def _encode(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
