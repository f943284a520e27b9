"""Does the API answer each example of docs/import.md as it says there?"""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.bulk.column import LAYOUT, NAMES
from chalicelib.domain.bulk.preset import PRESETS, Preset
from chalicelib.domain.profile import SETTINGS
from tests.routes.installation import Installation, one_store
from tests.routes.test_api_document import ORIGIN, read_examples

DOCUMENT = Path(__file__).parents[2] / "docs" / "import.md"
TEXT = DOCUMENT.read_text("utf-8")
FILES = dict(re.findall(r"`(\S+\.(?:csv|json))`:\n\n```(?:csv|text)\n(.*?)```", TEXT, re.DOTALL))


def run(site: Installation, arguments: list[str]) -> Any:  # noqa: ANN401 - JSON
    options = dict(itertools.pairwise(arguments))
    url = next(argument for argument in arguments if argument.startswith(ORIGIN))
    headers = {"host": "localhost:8080"}
    if "-H" in options:
        name, _, value = options["-H"].partition(": ")
        headers[name] = value
    file = options.get("--data-binary", "").removeprefix("@")
    body = FILES[file].encode() if file else None
    path = url.removeprefix(ORIGIN)
    return site.send(options.get("-X", "GET"), path, body, headers=headers).json_body


@one_store
def test_examples_from_top_to_bottom(bare: Installation) -> None:
    examples = read_examples(DOCUMENT)

    answers = [run(bare, arguments) for arguments, _ in examples]

    assert len(examples) == 5
    for (arguments, expected), found in zip(examples, answers, strict=True):
        assert found == expected, arguments


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS.keys())
def test_preset_stands_in_the_document(preset: Preset) -> None:
    section = TEXT.split(f"### `{preset.name}`: ", 1)[1].split("\n#", 1)[0]

    assert section.startswith(preset.label)
    assert re.findall(r"\n\| `([^`]+)` \|", section) == [*preset.columns]


@pytest.mark.parametrize("names", NAMES.values(), ids=lambda names: str(names[0]))
def test_column_stands_in_the_document(names: tuple[str, ...]) -> None:
    [line] = re.findall(rf"\n(\| `{names[0]}` \|.*)", TEXT.split("## Files of other")[0])

    assert re.findall("`([^`]+)`", line)[: len(names)] == [*names]


def test_layout_is_a_setting() -> None:
    assert LAYOUT[1] in SETTINGS.fields
