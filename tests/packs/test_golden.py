"""Does every model render as reviewed, and reads its file back as what was put in?

One model stands for all that share its template. The expected files stand in golden/<vendor>/.
After a wanted change run

    REWRITE_GOLDEN=1 make test ARGS="tests/packs -k VENDOR"

and read the difference line by line: phones re-apply, or reboot, when a file changes.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from chalicelib.domain.parameters import Parameter, is_one_of
from chalicelib.domain.vendor import FileRule, Model, Pack, Template
from tests.packs.sample import (
    COMMON_FILES,
    COMMON_NAMES,
    DEVICES,
    FILE_NAMES,
    FILES,
    MODEL_NAMES,
    MODELS,
    render_common,
    render_for,
    server_for,
)

GOLDEN = Path(__file__).parent / "golden"


class Part(NamedTuple):
    """A template with the first model that it is for, and with a generation of its firmware."""

    pack: Pack
    model: Model
    template: Template
    size: str
    generation: str | None

    @property
    def golden_name(self) -> str:
        own = (
            ""
            if self.template == self.model.template
            else f"-{self.template.name.partition('/')[2]}"
        )
        newest = self.generation == self.pack.newest_generation
        return f"{self.model.name}{own}-{self.size}{'' if newest else f'-{self.generation}'}.txt"


def find_parts() -> Iterator[Part]:
    """Every template in every size, and the large size in every generation."""
    seen: set[Template] = set()
    for pack, model, template in FILES:
        if template in seen:
            continue
        seen.add(template)
        for size in DEVICES:
            yield Part(pack, model, template, size, pack.newest_generation)
        for generation in pack.generations:
            if generation.up_to is not None:
                yield Part(pack, model, template, "maximal", generation.name)


PARTS = list(find_parts())
# The first file of each template.
COMMON_PARTS = list({rule.template: (pack, rule) for pack, rule in reversed(COMMON_FILES)}.values())
COMMON_PART_NAMES = [f"{pack.vendor}-{rule.shape}" for pack, rule in COMMON_PARTS]

every_file = pytest.mark.parametrize(("pack", "model", "template"), FILES, ids=FILE_NAMES)
every_common_file = pytest.mark.parametrize(("pack", "rule"), COMMON_FILES, ids=COMMON_NAMES)
every_size = pytest.mark.parametrize("size", DEVICES)


def golden(vendor: str, name: str, rendered: str) -> str:
    path = GOLDEN / vendor / name
    if os.environ.get("REWRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rendered.encode())
    return path.read_bytes().decode()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.pack.vendor}-{part.golden_name}")
def test_file_of_a_device_is_as_reviewed(part: Part) -> None:
    dossier, _ = DEVICES[part.size]

    text = render_for(
        part.pack,
        part.model,
        dossier,
        server_for(part.pack, part.size, part.model),
        template=part.template,
        generation=part.generation,
    )

    assert text == golden(part.pack.vendor, part.golden_name, text)


@pytest.mark.parametrize(("pack", "rule"), COMMON_PARTS, ids=COMMON_PART_NAMES)
def test_common_file_is_as_reviewed(pack: Pack, rule: FileRule) -> None:
    text = render_common(pack, rule, "maximal")

    assert text == golden(pack.vendor, rule.shape, text)


def test_no_golden_file_is_left_over() -> None:
    expected = {GOLDEN / part.pack.vendor / part.golden_name for part in PARTS}
    expected |= {GOLDEN / pack.vendor / rule.shape for pack, rule in COMMON_PARTS}

    assert {path for path in GOLDEN.rglob("*") if path.is_file()} == expected


@pytest.mark.parametrize(("pack", "model"), MODELS, ids=MODEL_NAMES)
@every_size
def test_file_that_registers_holds_what_was_put_in(pack: Pack, model: Model, size: str) -> None:
    dossier, server = DEVICES[size]

    values = [parameter.value for parameter in read(pack, model, model.template, size)]

    unquoted = {value[1:-1] for value in values if value[:1] == value[-1:] == '"'}
    for line in dossier.lines[: model.lines]:
        assert {line.number, line.password} <= {*values, *unquoted}
        assert any(line.name in value for value in values)
    assert any(server.sip_host in value for value in values if server.sip_host)


@every_file
@every_size
def test_parameters_of_a_file_are_known_and_stand_once(
    pack: Pack, model: Model, template: Template, size: str
) -> None:
    names = [parameter.name for parameter in read(pack, model, template, size)]

    assert find_twins(pack, names) == []
    assert find_strangers(pack, names) == []
    assert [name for name in names if is_one_of(name, pack.refused_parameters)] == []


@every_common_file
def test_parameters_of_a_common_file_are_known_and_stand_once(pack: Pack, rule: FileRule) -> None:
    assert rule.template is not None
    text = render_common(pack, rule, "maximal")

    names = [parameter.name for parameter in rule.template.format.read(text)]

    assert find_twins(pack, names) == []
    assert find_strangers(pack, names) == []
    assert [name for name in names if is_one_of(name, pack.refused_parameters)] == []


@every_file
@every_size
def test_file_is_plain_text_of_whole_lines(
    pack: Pack, model: Model, template: Template, size: str
) -> None:
    newline = template.format.newline
    dossier, _ = DEVICES[size]

    text = render_for(pack, model, dossier, server_for(pack, size, model), template=template)

    lines = text.split(newline)
    assert lines.pop() == ""
    assert text.splitlines() == lines
    assert [line for line in lines if line != line.rstrip()] == []


def read(pack: Pack, model: Model, template: Template, size: str) -> Sequence[Parameter]:
    """What a strict reader of the format finds in the file of a device."""
    dossier, _ = DEVICES[size]
    server = server_for(pack, size, model)
    return template.format.read(render_for(pack, model, dossier, server, template=template))


def find_twins(pack: Pack, names: Sequence[str]) -> list[str]:
    """The names that stand more than once, though phones would take either one."""
    return [
        name
        for name, times in Counter(names).items()
        if times > 1 and not is_one_of(name, pack.repeated_parameters)
    ]


def find_strangers(pack: Pack, names: Sequence[str]) -> list[str]:
    """The names that are not among the pack's parameters.

    An attribute of an element that is one of them, such as `user_name[idx=1]@perm`, is known too.
    """
    return [
        name
        for name in names
        if not is_one_of(name, pack.parameters)
        and not is_one_of(name.partition("@")[0], pack.parameters)
    ]
