"""Does a zone's rule give the time that zoneinfo gives?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.local_time import local_time
from chalicelib.domain.timezone import find_time_zone, parse_rule, read_time_zone_table

TABLE = read_time_zone_table(
    json.loads(
        (Path(__file__).parents[2] / "chalicelib/templates/timezones.json").read_text("utf-8")
    )
)
ZONES = [
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Santiago",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Asia/Jerusalem",
]


@pytest.mark.parametrize("name", ZONES)
def test_clock_of_a_zone_through_a_year(name: str) -> None:
    zone = find_time_zone(TABLE, name)
    moment = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)

    wrong = []
    for _ in range(366 * 24):
        moment += timedelta(hours=1)
        expected = moment.astimezone(ZoneInfo(name)).replace(tzinfo=None)
        if local_time(zone, moment) != expected:
            wrong.append(moment)

    assert wrong == []


@pytest.mark.parametrize(
    ("rule", "moment", "shown"),
    [
        ("AAA0BBB,J60,J300", "2028-03-01T01:59", "2028-03-01T01:59"),
        ("AAA0BBB,J60,J300", "2028-03-01T02:00", "2028-03-01T03:00"),
        ("AAA0BBB,59,300", "2028-02-29T02:00", "2028-02-29T03:00"),
        ("AAA0BBB,J1/0,J365/25", "2027-07-01T12:00", "2027-07-01T13:00"),
        ("AAA5", "2027-07-01T12:00", "2027-07-01T07:00"),
    ],
)
def test_clock_of_a_rule_by_day_of_year(rule: str, moment: str, shown: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    found = local_time(parse_rule("test", rule), at)

    assert found == datetime.fromisoformat(shown)
