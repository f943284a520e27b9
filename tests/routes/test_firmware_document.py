"""Does the API answer each example of docs/firmware.md as it says there?"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from chalicelib.domain.mac import Mac
from chalicelib.domain.pace import Timer, choose_level, set_pace
from tests.routes.installation import Installation, one_store
from tests.routes.rom import PHONE, register
from tests.routes.test_api_document import read_examples, run

DOCUMENT = Path(__file__).parents[2] / "docs" / "firmware.md"
ROM = b"a small rom\n"

# What differs each time, and the form that it must have.
FORMS = {
    **dict.fromkeys(("created_at", "updated_at"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")),
    "url": re.compile(r"http://localhost:8080/api/assets/[\w.-]+"),
    "id": re.compile("yealink-[0-9a-f]{8}"),
}


def in_form(value: Any, field: str = "") -> Any:  # noqa: ANN401 - JSON
    """The same with the form in place of what differs each time."""
    if isinstance(value, list):
        return [in_form(part) for part in value]
    if isinstance(value, dict):
        return {name: in_form(part, name) for name, part in value.items()}
    form = FORMS.get(field)
    if form:
        return form.pattern if form.fullmatch(str(value)) else f"{value} is not {form.pattern}"
    return value


@one_store
def test_examples_from_top_to_bottom(bare: Installation) -> None:
    examples = read_examples(DOCUMENT)
    found = []

    for arguments, _ in examples:
        if arguments[-1].endswith(f"{PHONE}/firmware"):
            register(bare)
        found.append(run(bare, arguments))
        upload = found[-1].get("upload")
        if upload:
            path = upload["url"].removeprefix("http://localhost:8080")
            bare.send("PUT", path, ROM, headers={**upload["headers"], "authorization": ""})

    assert len(examples) == 4
    for (arguments, expected), answer in zip(examples, found, strict=True):
        assert in_form(answer) == in_form(expected), arguments
        assert " is not " not in str(in_form(expected)), arguments


def test_example_is_of_this_file() -> None:
    assert f'"sha256": "{hashlib.sha256(ROM).hexdigest()}"' in DOCUMENT.read_text("utf-8")


def test_table_of_the_pace() -> None:
    rows = re.findall(r"^\| ([0-9,]+) \| (\d+) (\w+) \| (\d+) day", DOCUMENT.read_text(), re.M)
    minutes = {"minutes": 1, "hours": 60, "days": 1440}

    assert len(rows) == 6
    for phones, spread, unit, days in rows:
        level = choose_level(int(phones.replace(",", "")), rate=20)
        assert choose_level(int(phones.replace(",", "")) + 1, rate=20) == level + 1
        found = [
            set_pace(Mac(f"805ec0{n:06x}"), Timer(), level=level).interval for n in range(3000)
        ]
        assert min(found) // 1440 == int(days)
        told = int(spread) * minutes[unit]
        assert abs(max(found) - min(found) - told) <= 0.06 * told + 1
