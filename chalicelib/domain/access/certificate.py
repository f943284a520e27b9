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
from typing import Any

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
_FIELD = "CN"
"""Where the MAC address stands, unless the policy or the vendor says otherwise."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The names in a client certificate, as text."""

    subject: str
    issuer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateRule:
    """Which issuers count, and which field of the subject holds the MAC address.

    The words of `generic` stand in the subject of a certificate that many phones share.
    """

    field: str | None = None
    issuers: tuple[Name, ...] = ()
    generic: tuple[str, ...] = ()


_NO_RULE = CertificateRule()


def read_certificate(said: object) -> Certificate | None:
    """What API Gateway says in `requestContext.identity.clientCert`."""
    if not isinstance(said, Mapping):
        return None
    subject, issuer = said.get("subjectDN"), said.get("issuerDN")
    if not isinstance(subject, str) or not isinstance(issuer, str):
        return None
    return Certificate(subject, issuer)


def read_rule(facts: Mapping[str, Any]) -> CertificateRule | None:
    """The rule that a vendor pack's facts make; None when it tells none.

    An issuer whose name cannot be read pins nothing.
    """
    if not facts:
        return None
    issuers = (read_name(text) for text in facts.get("issuers", ()))
    return CertificateRule(
        field=facts.get("field"),
        issuers=tuple(name for name in issuers if name is not None),
        generic=tuple(word.casefold() for word in facts.get("generic", ())),
    )


def join(policy: CertificateRule | None, vendor: CertificateRule | None) -> CertificateRule:
    """What holds: what the policy says, and the vendor's where it says nothing."""
    policy, vendor = policy or _NO_RULE, vendor or _NO_RULE
    return CertificateRule(
        field=policy.field or vendor.field,
        issuers=policy.issuers or vendor.issuers,
        generic=vendor.generic,
    )


def why_unproved(certificate: Certificate | None, rule: CertificateRule, mac: Mac) -> str:
    """Why the certificate does not prove that the device is `mac`; empty when it does."""
    if certificate is None:
        return "no client certificate was given"
    if not rule.issuers:
        return "neither the policy nor the vendor names an issuer of client certificates"
    if not _is_pinned(certificate.issuer, rule.issuers):
        return "the client certificate is of another issuer"
    subject = read_name(certificate.subject)
    if subject is None:
        return "the subject of the client certificate cannot be read"
    return _why_other_device(subject, rule, mac)


@lru_cache(maxsize=64)  # there are few issuers, and each fetch of a site names one of them
def _is_pinned(text: str, pinned: tuple[Name, ...]) -> bool:
    issuer = read_name(text)
    return issuer is not None and any(issuer.is_same(name) for name in pinned)


def _why_other_device(subject: Name, rule: CertificateRule, mac: Mac) -> str:
    said = "\n".join(subject.all_values()).casefold()
    if any(word in said for word in (_GENERIC, *rule.generic)):
        return "the client certificate is a generic one that many phones share"
    field = rule.field or _FIELD
    values = subject.values(field)
    if len(values) != 1:
        return f"the client certificate's subject has {len(values)} fields {field}, not one"
    found = [match.group() for match in _MAC.finditer(values[0])]
    if len(found) != 1:
        return f"the client certificate's {field} holds {len(found)} MAC addresses, not one"
    if Mac.parse(found[0]) != mac:
        return "the client certificate is of another device"
    return ""
