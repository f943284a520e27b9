"""What must a request show before a device's files are handed out?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from chalicelib.domain.access.basic import Credentials
from chalicelib.domain.access.certificate import CertificateRule
from chalicelib.domain.access.distinguished_name import parse_name
from chalicelib.domain.access.network import Network, parse_network
from chalicelib.domain.errors import Flaw
from chalicelib.domain.shape import Field, ListOf, Parsed, Record, Shape, Text
from chalicelib.domain.wording import path_to


class Requirement(Enum):
    """One thing that must hold."""

    OPEN = "open"
    """The device is registered; its MAC address is enough."""
    WINDOW = "window"
    """The device is armed."""
    TOKEN = "token"  # noqa: S105 - the word in config.yml
    """The URL is the device's own, or the site key's while the device is awaited."""
    BASIC = "basic"
    """The request gives the user and the password."""
    CERTIFICATE = "certificate"
    """The client certificate is the device's own."""
    NETWORKS = "networks"
    """The request comes from one of the networks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """Requirements that must all hold, and what they need to know."""

    requirements: tuple[Requirement, ...]
    networks: tuple[Network, ...] = ()
    basic: Credentials | None = field(default=None, repr=False)
    certificate: CertificateRule | None = None
    """What it says stands instead of the vendor's."""


def default_policy(stage: str) -> Policy:
    """The policy where nobody has chosen one: closed, but for a stage on one's own machine."""
    only = Requirement.OPEN if stage == "local" else Requirement.TOKEN
    return Policy(requirements=(only,))


# They stand in URLs, such as https://user:password@host/, of phones that take no escapes there.
_CREDENTIALS = Record(
    {
        "user": Field(
            Text(
                max=32,
                pattern=r"[A-Za-z0-9._-]+",
                says="a user name (1 to 32 letters, digits or . _ -)",
            ),
            required=True,
        ),
        "password": Field(
            Text(
                min=16,
                max=64,
                pattern=r"[A-Za-z0-9._~-]+",
                says="made of letters, digits and . _ ~ - only",
                secret=True,
            ),
            required=True,
        ),
    }
)
_CERTIFICATE = Record(
    {
        "field": Field(
            Text(
                max=40,
                pattern=r"[A-Za-z][A-Za-z0-9-]*|[0-9]+(\.[0-9]+)+",
                says="a field of a distinguished name, such as CN, ST or SERIALNUMBER",
            ),
            nullable=True,
            doc="The field of the subject that holds the MAC address. "
            "Where none is given: the vendor's, or CN where the vendor's is not known.",
        ),
        "issuers": Field(
            ListOf(
                Parsed(
                    parse=parse_name,
                    says='a distinguished name, such as "CN=Example CA,O=Example"',
                    max=500,
                ),
                min=1,
                max=20,
            ),
            required=True,
            doc="Who may have issued it. Any of them will do.",
        ),
    }
)
_NETWORKS = ListOf(
    Parsed(
        parse=parse_network,
        says="a network such as 192.0.2.0/24 or 2001:db8::/32, without bits of an address in it",
        max=50,
    ),
    min=1,
    max=200,
)
_RECORD = Record(
    {
        "policy": Field(
            ListOf(
                Text(choices=tuple(requirement.value for requirement in Requirement)),
                min=1,
                max=len(Requirement),
            ),
            required=True,
            doc="All of these must hold.",
        ),
        "networks": Field(_NETWORKS, nullable=True),
        "basic": Field(_CREDENTIALS, nullable=True),
        "certificate": Field(_CERTIFICATE, nullable=True, doc="Instead of the vendor's rule."),
    }
)
_NEEDING_DETAILS = ("networks", "basic")
_WITH_DETAILS = (*_NEEDING_DETAILS, "certificate")
_BESIDE_OPEN = ("open", "networks")


@dataclass(frozen=True)
class PolicyShape(Shape[Policy]):
    """The section `access` of config.yml and of a site."""

    def examine(self, value: object, where: str = "") -> tuple[Policy | None, list[Flaw]]:
        found, flaws = _RECORD.examine(value, where)
        if found is None or flaws:
            return None, flaws
        flaws = _contradictions(found, where)
        return (None if flaws else _build(found)), flaws

    def schema(self) -> dict[str, Any]:
        return _RECORD.schema()


ACCESS = PolicyShape()


def _contradictions(found: Mapping[str, Any], where: str) -> list[Flaw]:
    words: tuple[str, ...] = found["policy"]
    at_policy = path_to(where, "policy")
    flaws = [
        Flaw(where=at_policy, says=f'holds "{word}" twice')
        for word in dict.fromkeys(words)
        if words.count(word) > 1
    ]
    if "open" in words:
        flaws += [
            Flaw(where=at_policy, says=f'"open" cannot stand beside "{word}"')
            for word in dict.fromkeys(words)
            if word not in _BESIDE_OPEN
        ]
    for word in _WITH_DETAILS:
        if word in words and found[word] is None and word in _NEEDING_DETAILS:
            says = f'is required, because {at_policy} holds "{word}"'
            flaws.append(Flaw(where=path_to(where, word), says=says))
        if word not in words and found[word] is not None:
            says = f'has no effect, because {at_policy} does not hold "{word}"'
            flaws.append(Flaw(where=path_to(where, word), says=says))
    return flaws


def _build(found: Mapping[str, Any]) -> Policy:
    certificate = found["certificate"]
    return Policy(
        requirements=tuple(Requirement(word) for word in found["policy"]),
        networks=found["networks"] or (),
        basic=Credentials(**found["basic"]) if found["basic"] else None,
        certificate=CertificateRule(**certificate) if certificate else None,
    )
