"""Is the word of our CloudFront taken, and nobody else's?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access.certificate import Certificate
from chalicelib.domain.access.front import Front, read_front

SECRET = "s" * 32
HEADERS = {
    "offhook-front": SECRET,
    "cloudfront-viewer-address": "198.51.100.10:46532",
    "cloudfront-viewer-cert-present": "1",
    "cloudfront-viewer-cert-subject": "CN=001565123456",
    "cloudfront-viewer-cert-issuer": "CN=Example CA",
}


def test_our_front_is_believed() -> None:
    assert read_front(HEADERS, SECRET) == Front(
        "198.51.100.10", Certificate("CN=001565123456", "CN=Example CA")
    )


@pytest.mark.parametrize("given_secret", ["", "s", "S" * 32, "s" * 33, "\ud800"])
def test_wrong_secret_is_not_believed(given_secret: str) -> None:
    assert read_front(HEADERS | {"offhook-front": given_secret}, SECRET) is None


def test_headers_without_the_secret_are_not_believed() -> None:
    headers = {name: value for name, value in HEADERS.items() if name != "offhook-front"}

    assert read_front(headers, SECRET) is None


@pytest.mark.parametrize("secret", ["", "s" * 31])
def test_secret_that_is_not_set_or_short_is_never_matched(secret: str) -> None:
    assert read_front(HEADERS | {"offhook-front": secret}, secret) is None


@pytest.mark.parametrize("present", ["0", "", "true"])
def test_viewer_without_a_certificate_has_none(present: str) -> None:
    front = read_front(HEADERS | {"cloudfront-viewer-cert-present": present}, SECRET)

    assert front == Front("198.51.100.10", None)


@pytest.mark.parametrize("said", ["2001:db8::1:46532", "[2001:db8::1]:46532"])
def test_ipv6_address_is_read_without_its_port(said: str) -> None:
    front = read_front(HEADERS | {"cloudfront-viewer-address": said}, SECRET)

    assert front is not None
    assert front.address == "2001:db8::1"


@given(st.dictionaries(st.sampled_from(sorted(HEADERS)), st.text()), st.text())
def test_any_headers_are_answered(headers: dict[str, str], secret: str) -> None:
    read_front(headers, secret)
