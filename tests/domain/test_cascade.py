"""Do later layers win, and does the explanation say the same as the settings?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.cascade import (
    DEVICE,
    MODEL,
    NAMES,
    SERVER,
    SITE,
    SITE_MODEL,
    Layer,
    cascade,
    explain,
    find_source,
)

NAME = some.sampled_from("abc")
LEAF = some.none() | some.integers(0, 3) | some.booleans() | some.lists(some.integers(0, 3))
SETTINGS = some.dictionaries(
    NAME,
    some.recursive(LEAF, lambda inner: some.dictionaries(NAME, inner, max_size=3), max_leaves=6),
    max_size=3,
)
LAYERS = some.lists(SETTINGS, max_size=len(NAMES)).map(
    lambda said: [Layer(name, each) for name, each in zip(NAMES, said, strict=False)]
)


def layers(**said: Mapping[str, Any]) -> list[Layer]:
    return [Layer(name, settings, "x") for name, settings in said.items()]


@pytest.mark.parametrize(
    ("said", "effective"),
    [
        ([], {}),
        ([{"a": 1}, {}], {"a": 1}),
        ([{"a": 1}, {"a": 2}], {"a": 2}),
        ([{"a": 1, "b": 2}, {"a": None}], {"b": 2}),
        ([{"a": None}, {"a": 1}], {"a": 1}),
        ([{"a": {"b": 1, "c": 2}}, {"a": {"c": 3, "d": 4}}], {"a": {"b": 1, "c": 3, "d": 4}}),
        ([{"a": {"b": 1, "c": 2}}, {"a": {"b": None}}], {"a": {"c": 2}}),
        ([{"a": {"b": 1}}, {"a": {"b": None}}], {}),
        ([{"a": {"b": 1}}, {"a": None}, {"a": {"c": 2}}], {"a": {"c": 2}}),
        ([{"a": [1, 2, 3]}, {"a": [4]}], {"a": [4]}),
        ([{"a": {}}], {}),
        ([{"a": 1}, {"a": {"b": 2}}], {"a": {"b": 2}}),
        ([{"a": {"b": 2}}, {"a": 1}], {"a": 1}),
    ],
)
def test_null_unsets_maps_merge_and_all_else_replaces(
    said: list[dict[str, Any]], effective: dict[str, Any]
) -> None:
    assert cascade([Layer("", each) for each in said]) == effective


def test_no_layer_is_changed() -> None:
    server = {"a": {"b": 1}}

    cascade([Layer(SERVER, server), Layer(DEVICE, {"a": {"c": 2}})])

    assert server == {"a": {"b": 1}}


def test_explanation_names_who_gave_each_setting_and_what_that_overrode() -> None:
    found = explain(
        layers(
            server={"language": "en", "vlan": {"phone": 1, "pc": 2}},
            model={"vlan": {"phone": 3}},
            site={"language": "de", "vlan": {"pc": None}},
            device={"vlan": {"phone": 4}},
        )
    )

    assert [
        (
            each.where,
            each.value,
            each.word.layer.name,
            [(w.layer.name, w.value) for w in each.overrode],
        )
        for each in found
    ] == [
        ("language", "de", SITE, [(SERVER, "en")]),
        ("vlan.pc", None, SITE, [(SERVER, 2)]),
        ("vlan.phone", 4, DEVICE, [(MODEL, 3), (SERVER, 1)]),
    ]


def test_whole_map_that_is_unset_is_one_line() -> None:
    [found] = explain(layers(server={"vlan": {"phone": 1}}, site={"vlan": None}))

    assert (found.where, found.value, str(found.word.layer)) == ("vlan", None, "the site x")


def test_map_after_a_null_overrode_what_the_null_unset() -> None:
    said, hidden = explain(
        layers(server={"vlan": {"phone": 1}}, site={"vlan": None}, device={"vlan": {"pc": 2}})
    )

    assert (hidden.where, hidden.value, hidden.word.layer.name) == ("vlan.phone", None, SITE)
    assert (said.where, said.value, said.word.layer.name) == ("vlan.pc", 2, DEVICE)


def test_null_that_unsets_nothing_is_not_told() -> None:
    assert explain(layers(server={"vlan": {}}, site={"vlan": None, "language": None})) == []


def test_path_with_a_dot_in_a_name_is_quoted() -> None:
    [found] = explain(layers(device={"vendor_settings": {"a.b": "1"}}))

    assert found.where == 'vendor_settings."a.b"'


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("config.yml", "config.yml"),
        (SERVER, "the server's settings"),
        (MODEL, "the settings of x"),
        (SITE, "the site x"),
        (SITE_MODEL, "the settings of the site x"),
        (DEVICE, "the device"),
    ],
)
def test_layer_is_called(name: str, called: str) -> None:
    assert str(Layer(name, {}, "x")) == called


def test_source_of_a_map_is_the_most_special_of_its_parts() -> None:
    found = explain(layers(server={"vlan": {"phone": 1}}, site={"vlan": {"pc": 2}}))

    assert str(find_source(found, "vlan")) == "the site x"
    assert str(find_source(found, "vlan", "phone")) == "the server's settings"
    assert find_source(found, "qos") is None


@given(LAYERS)
def test_effective_settings_by_themselves_stay_as_they_are(said: list[Layer]) -> None:
    once = cascade(said)

    assert cascade([Layer(DEVICE, once)]) == once
    assert cascade([*said, Layer(DEVICE, once)]) == once


@given(LAYERS, SETTINGS)
def test_last_layer_wins(said: list[Layer], last: dict[str, Any]) -> None:
    found = cascade([*said, Layer(DEVICE, last)])

    for name, value in last.items():
        if not isinstance(value, dict):
            assert found.get(name) == value


@given(LAYERS)
def test_nothing_empty_is_left(said: list[Layer]) -> None:
    def check(value: object) -> None:
        assert value is not None
        if isinstance(value, dict):
            for part in value.values():
                assert part != {}
                check(part)

    check(cascade(said))


@given(LAYERS)
def test_explanation_says_what_is_effective(said: list[Layer]) -> None:
    told: dict[str, Any] = {}
    for each in explain(said):
        if each.value is None:
            continue
        inside = told
        for name in each.path[:-1]:
            inside = inside.setdefault(name, {})
        inside[each.path[-1]] = each.value

    assert told == cascade(said)


@given(LAYERS)
def test_who_gave_a_setting_says_it(said: list[Layer]) -> None:
    for each in explain(said):
        if each.value is None:
            continue
        value: Any = each.word.layer.settings
        for name in each.path:
            value = value[name]
        assert value == each.value
