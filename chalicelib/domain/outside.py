"""May we call this address, that somebody else has named?

A webhook's address is the operator's word, and its DNS answer is anybody's. What is inside our own
network, this machine, and the cloud's metadata service must not be reached by it.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_UNICAST = IPv6Network("2000::/3")
"""All that is given out of IPv6; what lies outside is local, mapped, translated or reserved."""

_TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))
"""Teredo and 6to4: there is an IPv4 address inside."""

_METADATA = (
    # EC2's, with its DNS, time and pod identity: docs.aws.amazon.com, "Instance metadata".
    IPv6Network("fd00:ec2::/32"),
    IPv6Network("fd20:ce::254/128"),  # Google's
    IPv4Network("100.100.100.200/32"),  # Alibaba's
    IPv4Network("192.0.0.192/32"),  # Oracle's
    IPv4Network("168.63.129.16/32"),  # Azure's
)
"""Where clouds tell a machine its secrets, beside the link-local 169.254.169.254."""


def why_literal_not_called(host: str, *, is_at_home: bool) -> str:
    """The same for a host of an address, which may be a name: of that the DNS decides later."""
    try:
        ip_address(host)
    except ValueError:
        return ""
    return why_not_called(host, is_at_home=is_at_home)


def why_not_called(address: str, *, is_at_home: bool) -> str:
    """What speaks against calling the address; nothing when it may be called.

    `is_at_home`: Offhook runs on its operator's own machine, whose network may be called.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return "is no address"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if any(found in network for network in _METADATA):
        return "is that of a cloud's metadata service"
    if found.is_multicast or found.is_unspecified or found.is_link_local:
        return "is no address of one machine on the internet"
    if is_at_home and (found.is_loopback or _is_private(found)):
        return ""
    if not found.is_global or not _is_given_out(found):
        return "is not on the internet"
    return ""


def _is_private(address: IPv4Address | IPv6Address) -> bool:
    """Is it of a network at home, such as 192.168.1.0/24 or fd00::/8?"""
    if isinstance(address, IPv4Address):
        return address.is_private and not address.is_reserved
    return address in IPv6Network("fc00::/7")


def _is_given_out(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not address.is_reserved
    return address in _UNICAST and not any(address in tunnel for tunnel in _TUNNELS)
