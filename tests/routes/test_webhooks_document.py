"""Does the API answer the examples of docs/webhooks.md as it says there; does its check work?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.domain import webhook
from tests.routes.installation import Installation, one_store
from tests.routes.test_api_document import read_examples, run

DOCUMENT = Path(__file__).parents[2] / "docs" / "webhooks.md"
CHANGING = re.compile(r"whsec_[0-9a-f]{48}|[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def in_form(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same with a fixed text for each id, secret and time."""
    if isinstance(value, list):
        return [in_form(part) for part in value]
    if isinstance(value, dict):
        return {name: in_form(part) for name, part in value.items()}
    return "..." if isinstance(value, str) and CHANGING.fullmatch(value) else value


@one_store
def test_examples_from_top_to_bottom(bare: Installation) -> None:
    examples = read_examples(DOCUMENT)

    answers = [run(bare, arguments) for arguments, _ in examples]

    assert len(examples) == 2
    for (arguments, expected), found in zip(examples, answers, strict=True):
        assert in_form(found) == in_form(expected), arguments


def test_check_of_the_signature_works() -> None:
    [program] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(program, names)  # noqa: S102 - our own document
    is_ours: Callable[[str, str, bytes], bool] = names["is_ours"]
    now = datetime.now(UTC)

    good = webhook.sign("whsec_1", b"{}", now)
    old = webhook.sign("whsec_1", b"{}", datetime(2026, 1, 1, tzinfo=UTC))

    assert is_ours("whsec_1", good, b"{}")
    assert not is_ours("whsec_1", good, b"{ }")
    assert not is_ours("whsec_2", good, b"{}")
    assert not is_ours("whsec_1", old, b"{}")


def test_events_and_bounds_are_those_of_the_program() -> None:
    text = DOCUMENT.read_text("utf-8")

    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == [
        kind.value for kind in webhook.EventKind
    ]
    minutes = [delay.total_seconds() / 60 for delay in webhook.DELAYS]
    assert minutes == [1, 5, 30, 2 * 60, 6 * 60, 12 * 60]
    assert "after 1, 5 and 30 minutes, then 2, 6 and 12 hours; after seven tries" in text
    assert f"the last {webhook.MOST_SHOWN} tries" in text
    assert f"There can be {webhook.MOST_WEBHOOKS} webhooks" in text
