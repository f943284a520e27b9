"""Is every vendor pack complete, reachable, and without contradiction?

The packs are discovered: a new one needs no change here. How they recognise phones is tested in
tests/corpus.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.catalog import BUILT_IN
from chalicelib.domain.boot import fill_in
from chalicelib.domain.file_name import read_file_name
from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor import FileKind, FileRule, Pack, Template
from chalicelib.domain.vendor_identity import read_vendor_identity
from chalicelib.domain.vocabulary import find_unsupported, speak_of_contacts
from tests.packs.sample import (
    CATALOG,
    COMMON_FILES,
    COMMON_NAMES,
    DEVICES,
    FILES,
    RENDERER,
    render_common,
    server_for,
)
from tools.pack_shape import check_pack

PACKS = CATALOG.packs
RULES = [rule for pack in PACKS.values() for rule in pack.files]
PHONEBOOKS = [
    (pack, rule)
    for pack in PACKS.values()
    for rule in pack.files
    if rule.kind is FileKind.PHONEBOOK
]
CONTACTS = [
    {"name": "Zoë O'Neil & <Söhne>", "numbers": ["1001", "+4930123456"]},
    {"name": "Taxi", "numbers": ["*97"]},
]
SAID_OF_PEOPLE = {"vendor", "label", "aliases", "evidence"}
# Each of their facts has a source of its own.
PROVED_ONE_BY_ONE = {"boot", "certificate", "version_field", "resync"}


def read_facts(vendor: str) -> dict[str, Any]:
    facts = yaml.load((BUILT_IN / vendor / "vendor.yml").read_text("utf-8"), yaml.CSafeLoader)
    assert isinstance(facts, dict)
    return facts


def test_built_in_packs_are_found() -> None:
    folders = {path.parent.name for path in BUILT_IN.glob("*/vendor.yml")}

    assert "zip" in folders
    assert set(PACKS) == folders


@pytest.mark.parametrize("vendor", PACKS)
def test_facts_have_the_published_shape(vendor: str) -> None:
    facts = read_facts(vendor)

    check_pack(facts)
    read_vendor_identity(facts)


@pytest.mark.parametrize("vendor", PACKS)
def test_pack_is_named_as_its_folder(vendor: str) -> None:
    assert PACKS[vendor].vendor == vendor == vendor.lower()
    assert (BUILT_IN / vendor).is_dir()


def test_no_two_packs_share_a_name() -> None:
    names = Counter(
        name for pack in PACKS.values() for name in {pack.vendor, pack.label.lower(), *pack.aliases}
    )

    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("vendor", PACKS)
def test_no_two_models_of_a_pack_share_a_name(vendor: str) -> None:
    models = PACKS[vendor].models.values()
    recognised = PACKS[vendor].about.get("recognised_models", {})
    names = Counter(name for model in models for name in (model.name, *model.aliases))
    names.update(recognised.keys())
    names.update(alias for facts in recognised.values() for alias in facts.get("aliases", ()))

    assert [name for name, times in names.items() if times > 1] == []
    assert all(name == name.lower().strip() for name in names)


@pytest.mark.parametrize("vendor", PACKS)
def test_every_model_has_a_file_of_its_own(vendor: str) -> None:
    with_files = {model.name for pack, model, _ in FILES if pack.vendor == vendor}

    assert with_files == set(PACKS[vendor].models)


@pytest.mark.parametrize("vendor", PACKS)
def test_every_model_asks_for_a_file_of_its_own_at_boot(vendor: str) -> None:
    pack = PACKS[vendor]

    asking = {
        model
        for model in pack.models
        for rule in pack.files
        if rule.kind is FileKind.DEVICE and rule.at_boot and rule.serves(vendor, model)
    }

    assert asking == set(pack.models)


@pytest.mark.parametrize("vendor", PACKS)
def test_file_is_asked_for_by_models_that_exist(vendor: str) -> None:
    pack = PACKS[vendor]

    named = {model for rule in pack.files for model in rule.models}

    assert named <= {*pack.models, *pack.about.get("recognised_models", ())}


@pytest.mark.parametrize("vendor", PACKS)
def test_no_two_rules_of_a_pack_answer_one_request(vendor: str) -> None:
    pack = PACKS[vendor]
    claims = Counter(
        (rule.shape, model)
        for rule in pack.files
        for model in pack.models
        if rule.serves(vendor, model)
    )

    assert [claim for claim, times in claims.items() if times > 1] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.vendor}-{rule.shape}")
def test_request_for_a_file_of_a_pack_reaches_its_rule(rule: FileRule) -> None:
    asked = read_file_name(rule.shape.replace("{mac}", "00156A9BCDEF"))

    assert asked is not None
    assert rule.vendor in CATALOG.vendors_asking_for(asked.shape)
    assert rule in CATALOG.rules(asked.shape, rule.vendor)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.vendor}-{rule.shape}")
def test_file_without_a_mac_address_holds_nothing_of_a_device(rule: FileRule) -> None:
    if "{mac}" not in rule.shape:
        assert rule.kind in (FileKind.COMMON, FileKind.EMPTY, FileKind.ABSENT)
    else:
        assert rule.kind is not FileKind.COMMON


def test_no_two_packs_claim_one_common_file() -> None:
    shapes = Counter(rule.shape for _, rule in COMMON_FILES)

    assert [shape for shape, times in shapes.items() if times > 1] == []


@pytest.mark.parametrize(("pack", "rule"), COMMON_FILES, ids=COMMON_NAMES)
@pytest.mark.parametrize("size", DEVICES)
def test_common_file_needs_nothing_of_a_device(pack: Pack, rule: FileRule, size: str) -> None:
    assert render_common(pack, rule, size)


@pytest.mark.parametrize(
    ("pack", "rule"), PHONEBOOKS, ids=[f"{p.vendor}-{rule.shape}" for p, rule in PHONEBOOKS]
)
def test_phonebook_holds_its_contacts(pack: Pack, rule: FileRule) -> None:
    assert rule.template is not None
    _, server = DEVICES["minimal"]
    model = pack.models[rule.models[0]] if rule.models else next(iter(pack.models.values()))
    words = speak_of_contacts(CONTACTS, server=server, pack=pack, model=model)

    text = RENDERER.render(rule.template, words)

    values = {parameter.value for parameter in rule.template.format.read(text)}
    assert {"1001", "+4930123456", "*97"} <= values
    assert all(any(name in value for value in values) for name in ("O'Neil & <Söhne>", "Taxi"))


@pytest.mark.parametrize("vendor", PACKS)
@pytest.mark.parametrize("size", DEVICES)
def test_pack_can_express_the_samples(vendor: str, size: str) -> None:
    server = server_for(PACKS[vendor], size)

    assert find_unsupported(PACKS[vendor], server) == []


@pytest.mark.parametrize("vendor", PACKS)
def test_every_block_of_facts_has_its_source_and_confidence(vendor: str) -> None:
    facts = read_facts(vendor)

    assert set(facts["evidence"]) == set(facts) - SAID_OF_PEOPLE - PROVED_ONE_BY_ONE


@pytest.mark.parametrize("vendor", PACKS)
def test_what_a_model_sends_is_recognised_as_this_model(vendor: str) -> None:
    boot, models = PACKS[vendor].boot, PACKS[vendor].models
    mac = Mac("0015659bcdef")

    sent = {model: text for model in models if (text := boot.user_agent(model))}
    seen = {model: CATALOG.identify(fill_in(text, mac)) for model, text in sent.items()}

    assert {model for each in boot.user_agents for model in each.models} <= set(models)
    assert {model: (each.vendor, each.model) for model, each in seen.items()} == {
        model: (vendor, model) for model in sent
    }
    assert {each.mac for each in seen.values()} <= {mac, None}


@pytest.mark.parametrize("vendor", PACKS)
def test_codecs_of_a_pack_include_one_that_every_server_has(vendor: str) -> None:
    codecs = PACKS[vendor].codecs

    assert not codecs or {"PCMU", "PCMA"} & set(codecs)


@pytest.mark.parametrize("vendor", PACKS)
def test_generations_stand_in_order_and_the_newest_is_last(vendor: str) -> None:
    bounds = [generation.up_to for generation in PACKS[vendor].generations]

    if bounds:
        assert bounds.pop() is None
        assert bounds == sorted(bound for bound in bounds if bound is not None)


@pytest.mark.parametrize("vendor", PACKS)
def test_template_of_a_pack_is_used(vendor: str) -> None:
    pack = PACKS[vendor]
    used = {model.template for model in pack.models.values()}
    used |= {rule.template for rule in pack.files if rule.template}

    paths = {Path(template.path) for template in used}
    paths |= {
        BUILT_IN / vendor / f"_{name}.template"
        for template in used
        for name in template.parts
        if is_included(template, name)
    }

    assert set((BUILT_IN / vendor).glob("*.template")) == paths


def is_included(template: Template, name: str) -> bool:
    texts = (template.source, *template.parts.values())
    return any(f'include "{name}"' in text or f"include '{name}'" in text for text in texts)
