"""Does the API answer each example of docs/api.md as it says there?"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.profile import KEY, LINE, SETTINGS
from chalicelib.domain.shape import Record
from tests.routes.installation import Installation, one_store

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"
ORIGIN = "http://localhost:8080"
EXAMPLE = re.compile(r"```bash\n(curl .*?)```.*?```json\n(.*?)```", re.DOTALL)
TIMES = {"created_at", "updated_at", "last_provisioned"}


def read_examples(document: Path = DOCUMENT) -> list[tuple[list[str], Any]]:
    """The arguments of each curl command, and the JSON that is shown for it."""
    return [
        (shlex.split(command.replace("\\\n", "")), json.loads(answer))
        for command, answer in EXAMPLE.findall(document.read_text("utf-8"))
    ]


def run(site: Installation, arguments: list[str]) -> Any:  # noqa: ANN401 - JSON
    options = dict(zip(arguments[1::2], arguments[2::2], strict=False))
    url = next(argument for argument in arguments if argument.startswith(ORIGIN))
    body = next((arguments[n + 1].encode() for n, a in enumerate(arguments) if a == "-d"), None)
    method = options.get("-X", "GET")
    path = url.removeprefix(ORIGIN)
    return site.send(method, path, body, headers={"host": "localhost:8080"}).json_body


def without_times(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same with a fixed text for each time."""
    if isinstance(value, list):
        return [without_times(part) for part in value]
    if isinstance(value, dict):
        return {
            name: "a time" if name in TIMES and part else without_times(part)
            for name, part in value.items()
        }
    return value


@one_store
def test_examples_from_top_to_bottom(bare: Installation) -> None:
    examples = read_examples()

    answers = [run(bare, arguments) for arguments, _ in examples]

    assert len(examples) == 13
    for (arguments, expected), found in zip(examples, answers, strict=True):
        assert without_times(found) == without_times(expected), arguments


@one_store
def test_device_of_much_is_taken_as_it_stands(site: Installation) -> None:
    [(path, body)] = re.findall(
        r"```text\nPUT (\S+)\n(\{.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL
    )

    answer = site.send("PUT", path, body.encode())

    assert answer.status_code == 201
    given = json.loads(body)
    shown = answer.json_body["device"]
    assert shown["settings"]["vlan"] == given["settings"]["vlan"]
    assert [line.get("label") for line in shown["lines"]] == ["Front desk", None]
    assert len(shown["keys"]) == 3


@pytest.mark.parametrize(
    "name",
    [
        *(f"{name}" for shape in (LINE, KEY, SETTINGS) for name in shape.fields),
        *(
            part
            for field in SETTINGS.fields.values()
            if isinstance(field.shape, Record)
            for part in field.shape.fields
        ),
    ],
)
def test_field_stands_in_the_document(name: str) -> None:
    assert f"`{name}`" in DOCUMENT.read_text("utf-8")
