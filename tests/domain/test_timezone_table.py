"""Is the table of time zones the one that its tool makes of the PyPI package tzdata?"""

from __future__ import annotations

import json
from datetime import date
from importlib import metadata, resources
from pathlib import Path

import pytest

from chalicelib.domain.timezone import read_time_zone_table
from tools import timezones

DATA = Path(__file__).parents[2] / "chalicelib" / "templates" / "timezones.json"
DOCUMENT = json.loads(DATA.read_text(encoding="ascii"))
TABLE = read_time_zone_table(DOCUMENT)

pytestmark = pytest.mark.skipif(
    metadata.version("tzdata") != DOCUMENT["tzdata"],
    reason=f"timezones.json was made from tzdata {DOCUMENT['tzdata']}, another one is installed",
)


def test_committed_table_is_what_the_tool_writes() -> None:
    written = timezones.write_table(as_of=date.fromisoformat(DOCUMENT["as_of"]))

    assert written == DATA.read_text(encoding="ascii")


def test_every_iana_name_has_either_a_rule_or_a_reason() -> None:
    regular, irregular = set(TABLE.rule_by_name), set(TABLE.reason_by_irregular_name)

    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split()

    assert regular | irregular == set(listed) - {"Factory", "localtime"}
    assert not regular & irregular
    assert {"Asia/Calcutta", "US/Eastern", "UTC"} <= regular
