"""Is a token of the API known again by its digest, and a mistyped one refused at once?"""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.access.api_token import (
    NEW_API_TOKEN,
    create_api_token,
    read_api_token,
    read_bearer,
    write_api_token,
)
from chalicelib.domain.access.role import Grant, Role
from chalicelib.domain.errors import InputError

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
ENTROPY = bytes(range(20))
TEXT = "oh_0029sS3yqsuDyR1vGFhTuuRAq1b2J114N"

entropies = st.binary(min_size=20, max_size=20)


def test_token_is_always_the_same_text_for_the_same_entropy() -> None:
    assert write_api_token(ENTROPY) == TEXT


@given(entropies, entropies)
def test_different_entropy_gives_a_different_token(one: bytes, other: bytes) -> None:
    assert (write_api_token(one) == write_api_token(other)) == (one == other)


@given(entropies)
def test_every_token_is_read_as_its_digest(entropy: bytes) -> None:
    text, kept = create_api_token(
        NEW_API_TOKEN.read({"name": "n", "role": "viewer"}), entropy=entropy, now=NOW
    )

    assert read_api_token(text) == kept.digest
    assert read_bearer(f"Bearer {text}") == kept.digest


@given(entropies, st.data())
def test_token_with_one_character_changed_is_not_read(entropy: bytes, data: st.DataObject) -> None:
    text = write_api_token(entropy)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(string.ascii_letters + string.digits + "_"))
    assume(letter != text[at])

    assert read_api_token(text[:at] + letter + text[at + 1 :]) is None


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    assert read_api_token(text) is None
    assert read_bearer(text) is None
    assert read_bearer(f"Bearer {text}") is None


@pytest.mark.parametrize(
    "header", ["", "Bearer", f"Basic {TEXT}", TEXT, f"Bearer {TEXT}\n", f"Bearer {TEXT} x"]
)
def test_other_header_says_nothing(header: str) -> None:
    assert read_bearer(header) is None


def test_scheme_may_be_of_any_case() -> None:
    assert read_bearer(f"bearer {TEXT}") == read_api_token(TEXT)


@pytest.mark.parametrize("entropy", [b"", b"x" * 16, b"x" * 21])
def test_too_little_entropy_is_refused(entropy: bytes) -> None:
    with pytest.raises(ValueError, match="20"):
        write_api_token(entropy)


def test_what_is_kept_holds_no_secret() -> None:
    wanted = NEW_API_TOKEN.read(
        {"name": "console", "role": "operator", "reveal": True, "site": "berlin"}
    )

    text, kept = create_api_token(wanted, entropy=ENTROPY, now=NOW)

    assert kept.name == "console"
    assert kept.grant == Grant(role=Role.OPERATOR, reveals=True, site="berlin")
    assert kept.created_at == NOW
    assert kept.expires_at == NOW + timedelta(days=365)
    assert kept.last_used_at is None
    assert kept.id == kept.digest[:12]
    assert text[3:] not in repr(kept)
    assert kept.digest not in repr(kept)


def test_token_is_good_until_it_expires() -> None:
    wanted = NEW_API_TOKEN.read({"name": "n", "role": "viewer", "expires_in_days": 1})
    _, kept = create_api_token(wanted, entropy=ENTROPY, now=NOW)

    assert kept.is_good(NOW + timedelta(days=1, seconds=-1))
    assert not kept.is_good(NOW + timedelta(days=1))


def test_token_without_an_end_stays_good() -> None:
    wanted = NEW_API_TOKEN.read({"name": "n", "role": "viewer", "expires_in_days": None})
    _, kept = create_api_token(wanted, entropy=ENTROPY, now=NOW)

    assert kept.expires_at is None
    assert kept.is_good(NOW + timedelta(days=100_000))


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"role": "viewer"}, "name: is required"),
        ({"name": "n", "role": "root"}, 'role: "root" is not one of viewer, operator, admin'),
        ({"name": "n", "role": "viewer", "site": "Berlin"}, "site: "),
        ({"name": "n", "role": "viewer", "expires_in_days": 0}, "expires_in_days: "),
        ({"name": "n", "role": "viewer", "reveals": True}, 'did you mean "reveal"?'),
    ],
)
def test_wrong_wish_is_refused_with_its_field(wanted: object, says: str) -> None:
    with pytest.raises(InputError) as caught:
        NEW_API_TOKEN.read(wanted)

    assert says in str(caught.value)


def test_last_use_is_news_once_an_hour() -> None:
    wanted = NEW_API_TOKEN.read({"name": "n", "role": "viewer"})
    _, kept = create_api_token(wanted, entropy=ENTROPY, now=NOW)

    used = replace(kept, last_used_at=NOW)

    assert kept.is_use_news(NOW)
    assert not used.is_use_news(NOW + timedelta(minutes=59))
    assert used.is_use_news(NOW + timedelta(minutes=60))
