"""Which addresses may be called that somebody else has named?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.outside import why_not_called

ON_THE_INTERNET = ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"]
AT_HOME = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.14",
    "::1",
    "fd12:3456::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
]
NEVER = [
    "169.254.169.254",
    "169.254.170.2",
    "::ffff:169.254.169.254",
    "fe80::1",
    "0.0.0.0",  # noqa: S104 - an example
    "::",
    "224.0.0.1",
    "239.1.2.3",
    "ff02::1",
    "255.255.255.255",
    "240.0.0.1",
    "100.64.0.1",
    "::ffff:100.64.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "::7f00:1",
    "2001:db8::1",
    "fec0::1",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "100.100.100.200",
    "::ffff:100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", ON_THE_INTERNET)
@pytest.mark.parametrize("is_at_home", [False, True])
def test_address_on_the_internet(address: str, *, is_at_home: bool) -> None:
    assert why_not_called(address, is_at_home=is_at_home) == ""


@pytest.mark.parametrize("address", AT_HOME)
def test_address_inside_is_called_at_home_only(address: str) -> None:
    assert why_not_called(address, is_at_home=True) == ""
    assert why_not_called(address, is_at_home=False) == "is not on the internet"


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("is_at_home", [False, True])
def test_address_that_is_never_called(address: str, *, is_at_home: bool) -> None:
    assert why_not_called(address, is_at_home=is_at_home) != ""


@given(
    st.one_of(
        *(
            st.ip_addresses(network=network)
            for network in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.64.0.0/10")
        )
    )
)
def test_metadata_services_are_never_called(address: object) -> None:
    for text in (str(address), f"::ffff:{address}" if "." in str(address) else str(address)):
        assert why_not_called(text, is_at_home=True) != ""


@given(
    st.one_of(
        *(
            st.ip_addresses(network=network)
            for network in (
                "10.0.0.0/8",
                "127.0.0.0/8",
                "172.16.0.0/12",
                "192.168.0.0/16",
                "fc00::/7",
            )
        )
    )
)
def test_private_networks_are_not_called_from_the_cloud(address: object) -> None:
    assert why_not_called(str(address), is_at_home=False) != ""
