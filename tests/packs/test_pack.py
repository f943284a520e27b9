"""Is every vendor pack complete, reachable, and without contradiction?

The packs are discovered: a new one needs no change here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.catalog import BUILT_IN
from chalicelib.domain.file_name import read_file_name
from chalicelib.domain.timezone import FORMS
from chalicelib.domain.vendor import FileKind, FileRule
from chalicelib.domain.vocabulary import find_unsupported, speak_of_model
from chalicelib.rendering import Renderer
from tests.packs.sample import CATALOG, DEVICES

PACKS = CATALOG.packs
RULES = [rule for pack in PACKS.values() for rule in pack.files]
COMMON_RULES = [rule for rule in RULES if rule.kind is FileKind.COMMON]


def read_facts(vendor: str) -> dict[str, Any]:
    facts = yaml.safe_load((BUILT_IN / vendor / "vendor.yml").read_text("utf-8"))
    assert isinstance(facts, dict)
    return facts


def user_agents() -> Iterator[tuple[str, str, str]]:
    for vendor in PACKS:
        for rule in read_facts(vendor).get("user_agents", ()):
            for example in rule["examples"]:
                yield vendor, rule["pattern"], example


def fits(pattern: str, text: str) -> bool:
    """Whether the text has the pattern's words, with anything in place of `{...}`."""
    parts = re.split(r"\{\w+\}", pattern)
    return re.fullmatch(".+".join(map(re.escape, parts)), text) is not None


def test_built_in_packs_are_found() -> None:
    assert "zip" in PACKS


@pytest.mark.parametrize("vendor", PACKS)
def test_pack_is_named_as_its_folder(vendor: str) -> None:
    assert PACKS[vendor].vendor == vendor == vendor.lower()
    assert (BUILT_IN / vendor).is_dir()


def test_no_two_packs_share_a_name() -> None:
    names = Counter(
        name for pack in PACKS.values() for name in (pack.vendor, pack.label.lower(), *pack.aliases)
    )

    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("vendor", PACKS)
def test_no_two_models_of_a_pack_share_a_name(vendor: str) -> None:
    models = PACKS[vendor].models.values()
    names = Counter(name for model in models for name in (model.name, *model.aliases))

    assert [name for name, times in names.items() if times > 1] == []
    assert all(name == name.lower().strip() for name in names)


@pytest.mark.parametrize("vendor", PACKS)
def test_pack_has_models_and_a_file_for_each_device(vendor: str) -> None:
    pack = PACKS[vendor]

    assert pack.label
    assert pack.models
    assert any(rule.kind is FileKind.DEVICE for rule in pack.files)
    assert pack.time_zone_form is None or pack.time_zone_form in FORMS
    assert all(isinstance(code, str | int) for code in pack.codecs.values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.vendor}-{rule.shape}")
def test_request_for_a_file_of_a_pack_reaches_its_rule(rule: FileRule) -> None:
    asked = read_file_name(rule.shape.replace("{mac}", "00156A9BCDEF"))

    assert asked is not None
    assert rule in CATALOG.rules(asked.shape)
    assert (asked.mac is not None) == (rule.kind is FileKind.DEVICE)


def test_no_two_packs_claim_one_common_file() -> None:
    shapes = Counter(rule.shape for rule in COMMON_RULES)

    assert [shape for shape, times in shapes.items() if times > 1] == []


@pytest.mark.parametrize("rule", COMMON_RULES, ids=lambda rule: rule.shape)
@pytest.mark.parametrize("size", DEVICES)
def test_common_file_needs_nothing_of_a_device(rule: FileRule, size: str) -> None:
    assert rule.model is not None
    assert rule.template is not None
    pack, model = CATALOG.find(rule.vendor, rule.model)
    _, server = DEVICES[size]
    words = speak_of_model(server=server, pack=pack, model=model)

    text = Renderer().render(rule.template, words)

    assert text


@pytest.mark.parametrize("vendor", PACKS)
@pytest.mark.parametrize("size", DEVICES)
def test_pack_can_express_the_samples(vendor: str, size: str) -> None:
    _, server = DEVICES[size]

    assert find_unsupported(PACKS[vendor], server) == []


@pytest.mark.parametrize("vendor", PACKS)
def test_every_block_of_facts_has_its_source_and_confidence(vendor: str) -> None:
    facts = read_facts(vendor)
    blocks = set(facts) - {"vendor", "label", "aliases", "evidence"}

    assert set(facts["evidence"]) == blocks
    for evidence in facts["evidence"].values():
        assert evidence["confidence"] in ("A", "B")
        assert evidence["source"]


@pytest.mark.parametrize("vendor", PACKS)
def test_template_of_a_pack_is_used(vendor: str) -> None:
    pack = PACKS[vendor]
    used = {Path(model.template.path) for model in pack.models.values()}
    used |= {Path(rule.template.path) for rule in pack.files if rule.template}

    assert set((BUILT_IN / vendor).glob("*.template")) == used


@pytest.mark.parametrize(("vendor", "pattern", "example"), list(user_agents()))
def test_example_of_a_user_agent_fits_its_own_pattern_only(
    vendor: str, pattern: str, example: str
) -> None:
    others = {other for other, rule, _ in user_agents() if fits(rule, example)}

    assert fits(pattern, example)
    assert others == {vendor}


@pytest.mark.parametrize("vendor", PACKS)
def test_mac_prefixes_are_three_bytes(vendor: str) -> None:
    for prefix in read_facts(vendor).get("mac_prefixes", ()):
        assert re.fullmatch("[0-9a-f]{2}(:[0-9a-f]{2}){2}", prefix)
