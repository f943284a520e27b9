"""Are a user and a password read from a header, and compared?"""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access.basic import Credentials, read_basic

# A lone surrogate cannot come out of UTF-8.
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=50)


@given(texts.filter(lambda user: ":" not in user), texts)
def test_header_is_read_as_it_was_written(user: str, password: str) -> None:
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()

    assert read_basic(f"Basic {encoded}") == Credentials(user=user, password=password)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic dXNlcg==",  # no colon
        "Basic dXNlcjpw\u00e4ss",
        "Basic /zov",  # not UTF-8
        "Bearer dXNlcjpwYXNz",
        "Basic " + "dXNl" * 1000,
    ],
)
def test_other_header_says_nothing(header: str) -> None:
    assert read_basic(header) is None


def test_scheme_may_be_of_any_case() -> None:
    assert read_basic("bAsIc dXNlcjpwOnc=") == Credentials(user="user", password="p:w")


@given(st.text())
def test_any_header_is_answered(text: str) -> None:
    read_basic(text)
    read_basic(f"Basic {text}")


@given(st.text(), st.text(), st.text(), st.text())
def test_credentials_match_only_when_both_are_the_same(
    user: str, password: str, other_user: str, other_password: str
) -> None:
    one = Credentials(user=user, password=password)
    other = Credentials(user=other_user, password=other_password)

    assert one.match(one)
    assert one.match(other) == (one == other)


def test_password_is_not_shown() -> None:
    assert repr(Credentials(user="phones", password="canary")) == "Credentials(user='phones')"
