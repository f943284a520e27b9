"""Does a client certificate prove that the request comes from this very device?

Whoever ended the TLS connection has checked the chain against its trust store. What is left: the
certificate is of the right issuer, it is not the one that a vendor puts into many phones, and it
names the device.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.domain.access.distinguished_name import Name, read_name
from chalicelib.domain.mac import Mac

# A MAC address that stands apart: part of a longer number it would be a coincidence.
_MAC = re.compile(
    r"""
    (?<![0-9a-f]) [0-9a-f]{12} (?![0-9a-f])
    | (?<![0-9a-f]) (?<![0-9a-f][:.\-])
      (?: [0-9a-f]{2} (?: ([:._\- ]) [0-9a-f]{2} ) (?: \1 [0-9a-f]{2} ){4}
        | [0-9a-f]{4} (?: ([:.\-]) [0-9a-f]{4} ) (?: \2 [0-9a-f]{4} )
        | [0-9a-f]{6} [:.\-] [0-9a-f]{6}
      )
      (?! [:.\-]? [0-9a-f] )
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

# Phones without a certificate of their own send one that they all share. Cisco's says
# "OU=cisco.com, L=ciscogeneric, S=ciscogeneric" (SPA100/200 provisioning guide, p. 43).
_GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The names in a client certificate, as text."""

    subject: str
    issuer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateRule:
    """Which issuers count, and which field of the subject holds the MAC address."""

    field: str
    issuers: tuple[Name, ...]


def read_certificate(said: object) -> Certificate | None:
    """What API Gateway says in `requestContext.identity.clientCert`."""
    if not isinstance(said, Mapping):
        return None
    subject, issuer = said.get("subjectDN"), said.get("issuerDN")
    if not isinstance(subject, str) or not isinstance(issuer, str):
        return None
    return Certificate(subject, issuer)


def why_unproved(certificate: Certificate | None, rule: CertificateRule | None, mac: Mac) -> str:
    """Why the certificate does not prove that the device is `mac`; empty when it does."""
    if certificate is None:
        return "no client certificate was given"
    if rule is None:
        return "neither the policy nor the vendor names an issuer of client certificates"
    if not _is_pinned(certificate.issuer, rule.issuers):
        return "the client certificate is of another issuer"
    subject = read_name(certificate.subject)
    if subject is None:
        return "the subject of the client certificate cannot be read"
    return _why_other_device(subject, rule.field, mac)


@lru_cache(maxsize=64)  # there are few issuers, and each fetch of a site names one of them
def _is_pinned(text: str, pinned: tuple[Name, ...]) -> bool:
    issuer = read_name(text)
    return issuer is not None and any(issuer.is_same(name) for name in pinned)


def _why_other_device(subject: Name, field: str, mac: Mac) -> str:
    if _GENERIC in "\n".join(subject.all_values()).casefold():
        return "the client certificate is a generic one that many phones share"
    values = subject.values(field)
    if len(values) != 1:
        return f"the client certificate's subject has {len(values)} fields {field}, not one"
    found = [match.group() for match in _MAC.finditer(values[0])]
    if len(found) != 1:
        return f"the client certificate's {field} holds {len(found)} MAC addresses, not one"
    if Mac.parse(found[0]) != mac:
        return "the client certificate is of another device"
    return ""
