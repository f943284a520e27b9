"""Does the API answer each example of docs/discovery.md as it says there?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from chalicelib.access import lookout
from chalicelib.domain import sighting
from tests.routes.installation import Installation, one_store
from tests.routes.test_api_document import TIMES, read_examples, run

DOCUMENT = Path(__file__).parents[2] / "docs" / "discovery.md"
PHONE = re.compile(r"```text\nGET (\S+)\nUser-Agent: (.+)\n```")


def without_times(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same with a fixed text for each time."""
    if isinstance(value, list):
        return [without_times(part) for part in value]
    if isinstance(value, dict):
        times = {*TIMES, "first_seen", "last_seen", "since"}
        return {
            name: "a time" if name in times and part else without_times(part)
            for name, part in value.items()
        }
    return value


@one_store
def test_examples_from_top_to_bottom(bare: Installation) -> None:
    [(path, agent)] = PHONE.findall(DOCUMENT.read_text("utf-8"))
    bare.create_extension("1001")
    examples = read_examples(DOCUMENT)

    assert bare.get(path, user_agent=agent).status_code == 404
    answers = [run(bare, arguments) for arguments, _ in examples]

    assert len(examples) == 5
    for (arguments, expected), found in zip(examples, answers, strict=True):
        assert without_times(found) == without_times(expected), arguments


def test_bounds_are_those_of_the_program() -> None:
    text = DOCUMENT.read_text("utf-8")

    assert f"| {sighting.MOST_OF_A_SOURCE} phones |" in text
    places = sighting.GROUPS * sighting.PLACES
    assert f"| {places:,} ({sighting.GROUPS} groups of {sighting.PLACES} places" in text
    assert f"| {sighting.KEPT.days} days after" in text
    assert f"| {lookout.BURST} phones at once" in text
    assert f"at most every {lookout.QUIET.seconds // 60} minutes |" in text
