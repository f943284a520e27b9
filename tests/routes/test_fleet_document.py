"""Does the API answer each example of docs/fleet.md as it says there?"""

from __future__ import annotations

import json
from pathlib import Path

from tests.routes.installation import Installation, one_store
from tests.routes.test_api_document import read_examples, run
from tests.routes.test_resync_document import in_form

DOCUMENT = Path(__file__).parents[2] / "docs" / "fleet.md"


@one_store
def test_examples_from_top_to_bottom(bare: Installation) -> None:
    bare.create_extension("1001", name="Reception")
    bare.register()
    examples = read_examples(DOCUMENT)

    answers = [run(bare, arguments) for arguments, _ in examples]

    assert len(examples) == 4
    for (arguments, expected), found in zip(examples, answers, strict=True):
        assert in_form(found) == in_form(expected), arguments


@one_store
def test_cursor_is_good_for_its_list_alone(bare: Installation) -> None:
    bare.create_extension("1001", name="Reception")
    for number in range(3):
        bare.register(mac=f"00156512340{number}")
    first = bare.get("/api/provisioning/devices?limit=1&vendor=zip")
    cursor = first.headers["Link"].partition("cursor=")[2].partition(">")[0]

    for path in (
        f"/api/provisioning/devices?limit=1&cursor={cursor}",
        f"/api/extensions?limit=1&cursor={cursor}",
        f"/api/provisioning/devices?limit=1&vendor=zip&cursor={cursor}A",
    ):
        refused = bare.get(path)
        assert refused.status_code == 400
        assert "cursor: is not one that the Link header of this list gave" in json.dumps(
            refused.json_body
        )
    second = bare.get(f"/api/provisioning/devices?limit=1&vendor=zip&cursor={cursor}")
    assert [row["mac_address"] for row in second.json_body] == ["001565123401"]


@one_store
def test_wrong_parameters_are_all_told(bare: Installation) -> None:
    refused = bare.get("/api/provisioning/devices?state=lost&sort=age&silent_days=0")

    assert refused.status_code == 400
    told = json.dumps(refused.json_body)
    assert all(name in told for name in ("state", "sort", "silent_days"))
