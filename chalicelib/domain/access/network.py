"""Is an address in these networks, and for which source of misses does it count?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Network = IPv4Network | IPv6Network

UNKNOWN_SOURCE = "unknown"

_MAPPED_BITS = 96  # ::ffff:0:0/96 holds the IPv4 addresses (RFC 4291, 2.5.5.2)
_SOURCE_BITS = {4: 24, 6: 56}


def parse_network(text: str) -> Network:
    """Read a network such as 192.0.2.0/24; a lone address is a network of one.

    Raises ValueError for anything else, and for a network of all addresses, which restricts
    nothing.
    """
    network = ip_network(text.strip())
    mapped = (
        network.network_address.ipv4_mapped
        if isinstance(network, IPv6Network) and network.prefixlen >= _MAPPED_BITS
        else None
    )
    if mapped is not None:
        network = IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))
    if network.prefixlen == 0:
        raise ValueError("holds every address")
    return network


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Is the address in one of the networks? What is no address is in none."""
    found = _parse_address(address)
    return found is not None and any(found in network for network in networks)


@lru_cache(maxsize=1024)  # the phones of a site come from one address, again and again
def source_of(address: str) -> str:
    """The network that counts as one source of misses; what is no address is one source too."""
    found = _parse_address(address)
    if found is None:
        return UNKNOWN_SOURCE
    bits = _SOURCE_BITS[found.version]
    rest = found.max_prefixlen - bits
    return f"{type(found)(int(found) >> rest << rest)}/{bits}"


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        return found.ipv4_mapped or IPv6Address(int(found))  # without the zone of a link
    return found
