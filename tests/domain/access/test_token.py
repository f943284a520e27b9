"""Do we know our own tokens again, and no others?"""

from __future__ import annotations

import hashlib
import hmac
import re
import string
from base64 import b32encode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.access.site import SITE
from chalicelib.domain.access.token import (
    HIGHEST_GENERATION,
    DeviceToken,
    SiteToken,
    Tokens,
)
from chalicelib.domain.errors import InputError
from chalicelib.domain.mac import Mac

MAC = Mac("001565123456")


def signed_under(key: bytes) -> Tokens:
    return Tokens(lambda text: hmac.digest(key, text, hashlib.sha256))


TOKENS = signed_under(b"a key of thirty-two bytes, or so")

macs = st.from_regex(r"[0-9a-f]{12}", fullmatch=True).map(Mac)
generations = st.integers(1, HIGHEST_GENERATION)
sites = st.from_regex(SITE.pattern or "", fullmatch=True).filter(lambda s: len(s) <= SITE.max)
devices = st.builds(DeviceToken, macs, generations)
site_tokens = st.builds(SiteToken, sites, generations)


def write(token: DeviceToken | SiteToken) -> str:
    if isinstance(token, DeviceToken):
        return TOKENS.write_device(token)
    return TOKENS.write_site(token)


def test_device_token_is_always_the_same_text() -> None:
    written = TOKENS.write_device(DeviceToken(MAC, 0x6925A3B0))

    assert written == "d001565123456-6925a3b0-uf7qgqlj67mku3pp2nd3thqsja"


def test_site_token_is_always_the_same_text() -> None:
    written = TOKENS.write_site(SiteToken("berlin-2", 1))

    assert written == "sberlin-2-1-2jnkxuzh2nhvnasyg3jqcbjw3q"


@given(devices | site_tokens)
def test_every_token_is_read_as_it_was_written(token: DeviceToken | SiteToken) -> None:
    assert TOKENS.read(write(token)) == token


@given(devices | site_tokens)
def test_every_token_is_plain(token: DeviceToken | SiteToken) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", write(token))


@given(devices | site_tokens)
def test_every_token_fits_into_a_url_field_of_128_characters(
    token: DeviceToken | SiteToken,
) -> None:
    longest_address = "https://abcdefghij.execute-api.ap-southeast-1.amazonaws.com/api/p/"

    assert len(f"{longest_address}{write(token)}/") <= 130  # 128 at today's generations


def test_longest_site_key_of_this_century_fits_into_128_characters() -> None:
    longest_address = "https://abcdefghij.execute-api.ap-southeast-1.amazonaws.com/api/p/"

    token = TOKENS.write_site(SiteToken("s" * SITE.max, 0xF4865700))

    assert len(f"{longest_address}{token}/") == 128


@given(devices | site_tokens)
def test_token_typed_in_capitals_is_read(token: DeviceToken | SiteToken) -> None:
    assert TOKENS.read(write(token).upper()) == token


@given(devices | site_tokens, st.data())
def test_token_with_one_character_changed_is_not_read(
    token: DeviceToken | SiteToken, data: st.DataObject
) -> None:
    text = write(token)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase + string.digits + "-_"))
    assume(letter != text[at])

    assert TOKENS.read(text[:at] + letter + text[at + 1 :]) is None


@given(devices | site_tokens)
def test_token_under_another_key_is_not_read(token: DeviceToken | SiteToken) -> None:
    assert signed_under(b"another key").read(write(token)) is None


@given(devices, devices)
def test_signature_of_one_device_is_no_good_for_another(
    one: DeviceToken, other: DeviceToken
) -> None:
    assume(one != other)
    claim = write(one).rpartition("-")[0]
    signature = write(other).rpartition("-")[2]

    assert TOKENS.read(f"{claim}-{signature}") is None


@given(st.text() | st.text(alphabet="ds-0123456789abcdef\x00\n\u212a\ud800", max_size=200))
def test_other_text_is_not_read_and_does_no_harm(text: str) -> None:
    assert TOKENS.read(text) is None


@pytest.mark.parametrize("around", ["{} ", " {}", "{}\n", "{}/", "{}=", "\u200b{}"])
def test_token_with_something_around_it_is_not_read(around: str) -> None:
    text = write(DeviceToken(MAC, 1))

    assert TOKENS.read(around.format(text)) is None


def test_letters_that_only_look_like_ours_when_lowered_are_not_read() -> None:
    text = write(SiteToken("kassel", 1))

    assert TOKENS.read(text.replace("k", "\N{KELVIN SIGN}")) is None


def test_very_long_text_is_not_read() -> None:
    assert TOKENS.read("d" + "0" * 10_000_000) is None


@pytest.mark.parametrize("site", ["", "Berlin", "ber lin", "-berlin", "a--b", "s" * 25])
def test_site_of_no_good_name_gets_no_token(site: str) -> None:
    with pytest.raises(InputError):
        TOKENS.write_site(SiteToken(site, 1))


@pytest.mark.parametrize("generation", [0, -1, HIGHEST_GENERATION + 1])
def test_generation_out_of_range_gets_no_token(generation: int) -> None:
    with pytest.raises(ValueError, match="is not a generation"):
        TOKENS.write_device(DeviceToken(MAC, generation))


def test_signature_of_fewer_than_128_bits_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 128 bits"):
        Tokens(lambda text: hashlib.sha256(text).digest()[:15])


def test_whole_signature_of_128_bits_stands_in_the_token() -> None:
    signatures = {signed_under(bytes([i])).write_device(DeviceToken(MAC, 1)) for i in range(200)}

    lengths = {len(text.rpartition("-")[2]) for text in signatures}

    assert len(signatures) == 200
    assert lengths == {26}


@given(st.binary(min_size=16, max_size=16))
def test_signature_is_spelled_as_the_standard_says(signature: bytes) -> None:
    text = Tokens(lambda _: signature).write_device(DeviceToken(MAC, 1))

    assert text.rpartition("-")[2] == b32encode(signature).decode().rstrip("=").lower()
