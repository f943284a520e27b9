"""Does docs/cli.md have an example of each command, and only examples that can be typed?"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.app import app
from cli.outcome import Exit

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cli.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
EXAMPLES = [line for block in BLOCKS for line in block.splitlines()]


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def parse(line: str) -> tuple[tuple[str, ...], click.Context]:
    """The command that a line means, once its words were understood."""
    program, *words = shlex.split(re.split(r" [|>]+ ", line)[0])
    assert program == "offhook"
    context = app.make_context("offhook", words)
    path: tuple[str, ...] = ()
    while isinstance(context.command, click.Group):
        rest = [*context._protected_args, *context.args]  # noqa: SLF001 - as click itself goes on
        name, command, words = context.command.resolve_command(context, rest)
        assert command is not None
        path = (*path, str(name))
        context = command.make_context(str(name), words, parent=context)
    return path, context


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that the examples name."""
    monkeypatch.chdir(tmp_path)
    for name in ("fleet.csv", "fleet.xlsx", "prod.jsonl", "T46S-66.86.0.15.rom"):
        (tmp_path / name).touch()


@pytest.mark.parametrize("line", EXAMPLES)
def test_example_can_be_typed(line: str) -> None:
    path, _ = parse(line)

    assert path in set(commands(app))


def test_each_command_has_an_example() -> None:
    shown = {parse(line)[0] for line in EXAMPLES}

    assert sorted(set(commands(app)) - shown) == []


def test_each_command_says_what_it_does() -> None:
    for path in commands(app):
        command: click.Command | None = app
        for name in path:
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), name)
        assert command is not None
        assert command.help, path


def test_exit_codes_are_all_told() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}

    assert told == {int(code) for code in Exit}


def test_readme_leads_to_the_page() -> None:
    assert "docs/cli.md" in (ROOT / "README.md").read_text("utf-8")
