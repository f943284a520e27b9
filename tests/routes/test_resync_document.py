"""Does the API answer each example of docs/resync.md as it says there?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.routes.installation import Installation, one_store
from tests.routes.test_api_document import read_examples, run

DOCUMENT = Path(__file__).parents[2] / "docs" / "resync.md"
CHANGING = re.compile(r"[0-9a-f]{16}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def in_form(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same with a fixed text for each claim and time."""
    if isinstance(value, list):
        return [in_form(part) for part in value]
    if isinstance(value, dict):
        return {name: in_form(part) for name, part in value.items()}
    return "..." if isinstance(value, str) and CHANGING.fullmatch(value) else value


@one_store
def test_examples_from_top_to_bottom(bare: Installation) -> None:
    bare.create_extension("1001")
    bare.register()
    examples = read_examples(DOCUMENT)

    answers = [run(bare, arguments) for arguments, _ in examples]

    assert len(examples) == 5
    for (arguments, expected), found in zip(examples, answers, strict=True):
        assert in_form(found) == in_form(expected), arguments


@one_store
def test_end_of_the_document(bare: Installation) -> None:
    bare.create_extension("1001")
    bare.register()
    [(path, body)] = re.findall(r"```text\nPOST (\S+)\n(.*?)\n```", DOCUMENT.read_text("utf-8"))
    path_of_resync = path.removesuffix("/done")
    bare.send("POST", "/api/provisioning/devices/001565123456/resync")
    claim = bare.send("POST", f"{path_of_resync}/claim", {}).json_body["claim"]

    done = bare.send("POST", path, body.replace("0123456789abcdef", claim).encode())

    assert (done.status_code, done.json_body["resync"]["state"]) == (200, "sent")
