"""Are an operator's choices merged, masked and searched as they should be?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.chosen import (
    drop_absent,
    drop_empty,
    find_texts,
    keep_secrets,
    mask,
    merge,
    overlay,
)
from chalicelib.domain.profile import KEYS, LINES, SETTINGS
from chalicelib.domain.shape import ListOf, MapOf, Record, Shape, Text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)
OBJECTS = st.dictionaries(st.text(max_size=3), JSON, max_size=4)


# The examples of RFC 7396, appendix A, whose target and patch are objects.
@pytest.mark.parametrize(
    ("old", "patch", "merged"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_is_that_of_rfc_7396(old: Any, patch: Any, merged: Any) -> None:  # noqa: ANN401
    assert merge(old, patch) == merged


@given(OBJECTS, OBJECTS)
def test_merge_twice_is_merge_once(old: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merge(old, patch)

    assert merge(once, patch) == once


@pytest.mark.parametrize(
    ("old", "given", "laid"),
    [
        ({"a": "b", "c": 1}, {"a": None}, {"a": None, "c": 1}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}, {"a": {"b": None, "c": 2}}),
        ({"a": None}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": None}, {"a": {}}, {"a": None}),
        ({}, {"a": {}}, {}),
    ],
)
def test_overlay_keeps_what_unsets(old: Any, given: Any, laid: Any) -> None:  # noqa: ANN401
    assert overlay(old, given) == laid


@given(OBJECTS, OBJECTS)
def test_overlay_twice_is_overlay_once(old: dict[str, Any], over: dict[str, Any]) -> None:
    once = overlay(old, over)

    assert overlay(once, over) == once


def test_nothing_absent_is_left() -> None:
    value: dict[str, Any] = {
        "a": None,
        "b": {"c": None, "d": 0},
        "e": ({"f": None},),
        "g": [],
        "h": False,
    }

    assert drop_absent(value) == {"b": {"d": 0}, "e": [{}], "g": [], "h": False}


def test_empty_objects_set_nothing() -> None:
    value: dict[str, object] = {"a": {}, "b": {"c": {}}, "d": {"e": 1, "f": {}}, "g": [], "h": ""}

    assert drop_empty(value) == {"d": {"e": 1}, "g": [], "h": ""}


def fill(shape: Shape[Any], secret: str) -> Any:  # noqa: ANN401 - JSON
    """A value with every field of a shape set, and the secret wherever one may stand."""
    if isinstance(shape, Record):
        return {name: fill(field.shape, secret) for name, field in shape.fields.items()}
    if isinstance(shape, ListOf):
        return [fill(shape.item, secret)]
    if isinstance(shape, MapOf):
        return {"a.b": fill(shape.value, secret)}
    if isinstance(shape, Text) and shape.secret:
        return secret
    return "open"


@pytest.mark.parametrize("shape", [LINES, KEYS, SETTINGS], ids=["lines", "keys", "settings"])
def test_no_secret_is_left_in_an_answer_and_all_else_is(shape: Shape[Any]) -> None:
    value = fill(shape, "s3cret")

    masked = mask(shape, value)

    assert "s3cret" not in repr(masked)
    shown = [where for where, _ in find_texts(masked)]
    assert shown == [where for where, text in find_texts(value) if text != "s3cret"]


def test_secrets_of_the_profile_are_the_passwords_and_raw_parameters() -> None:
    found = [
        where
        for shape, name in ((LINES, "lines"), (SETTINGS, "settings"))
        for where, text in find_texts(fill(shape, "s3cret"), name)
        if text == "s3cret"
    ]

    assert found == [
        "lines[0].password",
        "settings.web.admin_password",
        "settings.web.user_password",
        "settings.ldap.password",
        'settings.vendor_settings."a.b"',
    ]


BEFORE = {
    "web": {"admin_password": "one", "user_password": "two"},
    "ldap": {"host": "a.example.com", "password": "three"},
    "language": "de",
}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({}, {}),
        ({"web": {}}, {"web": {"admin_password": "one", "user_password": "two"}}),
        (
            {"web": {"admin_password": "new"}},
            {"web": {"admin_password": "new", "user_password": "two"}},
        ),
        (
            {"ldap": {"host": "b.example.com"}},
            {"ldap": {"host": "b.example.com", "password": "three"}},
        ),
        ({"language": "fr"}, {"language": "fr"}),
    ],
)
def test_secret_stays_while_the_object_around_it_does(
    value: dict[str, Any], kept: dict[str, Any]
) -> None:
    assert keep_secrets(SETTINGS, value, BEFORE) == kept


def test_secret_that_was_not_there_does_not_come() -> None:
    assert keep_secrets(SETTINGS, {"web": {}}, {}) == {"web": {}}


def test_texts_are_found_with_their_paths() -> None:
    value = {"a": "1", "b": [{"c": "2"}, "3", 4], "d.e": {"f": "5"}, "g": None}

    assert list(find_texts(value, "x")) == [
        ("x.a", "1"),
        ("x.b[0].c", "2"),
        ("x.b[1]", "3"),
        ('x."d.e".f', "5"),
    ]
