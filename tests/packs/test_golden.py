"""Does every model render as reviewed, and reads its file back as what was put in?

The expected files stand in golden/<vendor>/. After a wanted change run

    REWRITE_GOLDEN=1 make test

and read the difference line by line: phones re-apply, or reboot, when a file changes.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from chalicelib.domain.vendor import FileKind, FileRule, Model, Pack
from chalicelib.domain.vocabulary import speak_of_model
from chalicelib.rendering import Renderer
from tests.packs.sample import CATALOG, DEVICES, MODEL_NAMES, MODELS, render

GOLDEN = Path(__file__).parent / "golden"
COMMON_RULES = [
    rule for pack in CATALOG.packs.values() for rule in pack.files if rule.kind is FileKind.COMMON
]

every_model = pytest.mark.parametrize(("pack", "model"), MODELS, ids=MODEL_NAMES)
every_size = pytest.mark.parametrize("size", DEVICES)


def golden(vendor: str, name: str, rendered: str) -> str:
    path = GOLDEN / vendor / name
    if os.environ.get("REWRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rendered.encode())
    return path.read_bytes().decode()


@every_model
@every_size
def test_file_of_a_device_is_as_reviewed(pack: Pack, model: Model, size: str) -> None:
    text = render(pack, model, size)

    assert text == golden(pack.vendor, f"{model.name}-{size}.txt", text)


@pytest.mark.parametrize("rule", COMMON_RULES, ids=lambda rule: rule.shape)
def test_common_file_is_as_reviewed(rule: FileRule) -> None:
    assert rule.template is not None
    pack = CATALOG.packs[rule.vendor]
    model = pack.models[rule.models[0]] if len(rule.models) == 1 else None
    _, server = DEVICES["maximal"]
    words = speak_of_model(server=server, pack=pack, model=model)

    text = Renderer().render(rule.template, words)

    assert text == golden(rule.vendor, rule.shape, text)


def test_no_golden_file_is_left_over() -> None:
    expected = {
        GOLDEN / pack.vendor / f"{model.name}-{size}.txt"
        for pack, model in MODELS
        for size in DEVICES
    } | {GOLDEN / rule.vendor / rule.shape for rule in COMMON_RULES}

    assert {path for path in GOLDEN.rglob("*") if path.is_file()} == expected


@every_model
@every_size
def test_file_holds_what_was_put_in(pack: Pack, model: Model, size: str) -> None:
    dossier, server = DEVICES[size]
    text = render(pack, model, size)

    values = read_values(text, model)

    for line in dossier.lines:
        assert {line.number, line.name, line.password, server.sip_host} <= values


@every_model
@every_size
def test_file_is_plain_text_of_whole_lines(pack: Pack, model: Model, size: str) -> None:
    text = render(pack, model, size)

    assert text.endswith("\n")
    assert text.splitlines() == text.split("\n")[:-1]
    assert not any(line != line.rstrip() for line in text.splitlines())


def read_values(text: str, model: Model) -> set[str]:
    """All values in a file; fails when the file is not of the model's format."""
    readers = {"key_value": read_lines, "xml": read_tree}
    return readers[model.template.format.name](text)


def read_lines(text: str) -> set[str]:
    parameters = [
        line.split(" = ", maxsplit=1)
        for line in text.splitlines()
        if line and not line.startswith("#")
    ]
    times = Counter(name for name, _ in parameters)
    assert [name for name, count in times.items() if count > 1] == []
    return {value for _, value in parameters}


def read_tree(text: str) -> set[str]:
    values: set[str] = set()
    for element in ElementTree.fromstring(text).iter():  # noqa: S314 - we wrote it
        values |= {element.text or "", *element.attrib.values()}
    return values
