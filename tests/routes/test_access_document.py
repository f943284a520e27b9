"""Does the API answer each example of docs/access.md as it says there?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.routes.installation import Installation, one_store
from tests.routes.test_api_document import read_examples, run

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"

# What differs each time, and the form that it must have.
FORMS = {
    **dict.fromkeys(
        ("at", "created_at", "updated_at", "expires_at", "armed_until"),
        re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
    ),
    "token": re.compile("oh_[0-9A-Za-z]{33}"),
    "id": re.compile("[0-9a-f]{12}"),
    "who": re.compile(r"admin of the tests \([0-9a-f]{12}\)"),
    "password": re.compile("[0-9A-Za-z_-]{24}"),
    "generation": re.compile("[0-9]{10}"),
    "key_url": re.compile("http://localhost:8080/p/sberlin-[12]-[a-z2-7]{26}/"),
    "own_url": re.compile("http://localhost:8080/p/d001565123456-[0-9a-f]{8}-[a-z2-7]{26}/"),
}


def in_form(value: Any, field: str = "") -> Any:  # noqa: ANN401 - JSON
    """The same with the form in place of what differs each time."""
    if isinstance(value, list):
        return [in_form(part) for part in value]
    if isinstance(value, dict):
        kind = value.get("kind")
        return {
            name: in_form(part, "id" if name == "name" and kind == "API token" else name)
            for name, part in value.items()
        }
    form = FORMS.get(field)
    if form and value is not None:
        return form.pattern if form.fullmatch(str(value)) else f"{value} is not {form.pattern}"
    return value


@one_store
def test_examples_from_top_to_bottom(bare: Installation) -> None:
    examples = read_examples(DOCUMENT)

    answers = [run(bare, arguments) for arguments, _ in examples]

    assert len(examples) == 9
    for (arguments, expected), found in zip(examples, answers, strict=True):
        assert in_form(found) == in_form(expected), arguments
        assert " is not " not in str(in_form(expected)), arguments
