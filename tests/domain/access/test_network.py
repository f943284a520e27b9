"""Is an address found in the networks that hold it, and counted for the right source?"""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access.network import is_within, parse_network, source_of

NETWORKS = (parse_network("192.0.2.0/24"), parse_network("2001:db8:1::/48"))


@pytest.mark.parametrize(
    "address",
    ["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.7", "::ffff:c000:207", "2001:DB8:1:ff::1"],
)
def test_address_inside_is_within(address: str) -> None:
    assert is_within(address, NETWORKS)


@pytest.mark.parametrize(
    "address",
    ["192.0.3.0", "192.0.1.255", "::192.0.2.7", "2001:db8:2::1", "::ffff:192.0.3.1"],
)
def test_address_outside_is_not_within(address: str) -> None:
    assert not is_within(address, NETWORKS)


@pytest.mark.parametrize(
    "address",
    ["", " ", "192.0.2.1 ", "192.0.2.1:5060", "192.0.2", "192.0.2.01", "192.0.2.1, 192.0.2.2"],
)
def test_what_is_no_address_is_within_nothing(address: str) -> None:
    assert not is_within(address, NETWORKS)


def test_no_networks_hold_nothing() -> None:
    assert not is_within("192.0.2.1", ())


def test_link_local_address_is_found_whatever_its_zone() -> None:
    assert is_within("fe80::1%eth0", (parse_network("fe80::/10"),))


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        (" 192.0.2.7 ", "192.0.2.7/32"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
    ],
)
def test_network_is_read(text: str, network: str) -> None:
    assert str(parse_network(text)) == network


@pytest.mark.parametrize(
    "text",
    ["", "192.0.2.1/24", "192.0.2.0/33", "lan", "0.0.0.0/0", "::/0", "::ffff:0:0/96", "192.0.2"],
)
def test_network_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_network(text)


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:22ff:1:2:3:4", "2001:db8:1:2200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", "unknown"),
        ("unknown", "unknown"),
        ("192.0.2.1:5060", "unknown"),
    ],
)
def test_source_is_the_network_around_the_address(address: str, source: str) -> None:
    assert source_of(address) == source


@given(st.ip_addresses())
def test_every_address_is_within_its_own_source(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert is_within(str(address), (parse_network(source_of(str(address))),))


@given(st.ip_addresses(v=4))
def test_mapped_address_is_the_same_as_the_plain_one(address: ipaddress.IPv4Address) -> None:
    assert source_of(f"::ffff:{address}") == source_of(str(address))


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(source_of(text), str)
    assert is_within(text, NETWORKS) in (True, False)
