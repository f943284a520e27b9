"""Does the API answer each example of docs/sites.md as it says there?"""

from __future__ import annotations

from pathlib import Path

from tests.routes.installation import Installation, one_store
from tests.routes.test_access_document import in_form
from tests.routes.test_api_document import read_examples, run

DOCUMENT = Path(__file__).parents[2] / "docs" / "sites.md"


@one_store
def test_examples_from_top_to_bottom(bare: Installation) -> None:
    examples = read_examples(DOCUMENT)

    answers = [run(bare, arguments) for arguments, _ in examples]

    assert len(examples) == 9
    for (arguments, expected), found in zip(examples, answers, strict=True):
        assert in_form(found) == in_form(expected), arguments
