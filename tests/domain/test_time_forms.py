"""How does each form write the zones of the world?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from chalicelib.domain.errors import InexpressibleError
from chalicelib.domain.time_forms import FORMS, Written
from chalicelib.domain.timezone import (
    TimeZoneError,
    find_time_zone,
    parse_rule,
    read_time_zone_table,
)

DATA = Path(__file__).parents[2] / "chalicelib" / "templates" / "timezones.json"
TABLE = read_time_zone_table(json.loads(DATA.read_text(encoding="ascii")))
WRITTEN = yaml.safe_load(Path(__file__).with_name("time_forms.yml").read_text("ascii"))


@pytest.mark.parametrize(
    ("form", "name", "fields"),
    [(form, name, zones[name]) for form, zones in WRITTEN.items() for name in zones],
)
def test_zone_is_written_in_the_vendors_fields(form: str, name: str, fields: Written) -> None:
    assert FORMS[form](find_time_zone(TABLE, name), {}) == fields


def test_long_posix_text_fits_the_vendors_64_characters() -> None:
    lengths = []
    for name in TABLE.rule_by_name:
        try:
            written = FORMS["posix_long"](find_time_zone(TABLE, name), {})
        except TimeZoneError:
            continue
        lengths.append(len(str(written["posix"])))

    assert max(lengths) == 52


@pytest.mark.parametrize(
    ("form", "name", "reason"),
    [
        (
            "month_week_day_hour",
            "Asia/Jerusalem",
            (
                "as month, week, weekday and hour: its clocks change 1560 minutes after midnight, "
                "not at an hour of the day"
            ),
        ),
        (
            "month_week_day_hour",
            "Pacific/Chatham",
            (
                "as month, week, weekday and hour: its clocks change 165 minutes after midnight, "
                "not at an hour of the day"
            ),
        ),
        (
            "polycom",
            "Antarctica/Troll",
            "for Polycom phones: its summer time saves 120 minutes, not 60",
        ),
        (
            "mitel",
            "Antarctica/Troll",
            "for Mitel phones: its summer time saves 120 minutes, more than 60",
        ),
        (
            "mitel",
            "Pacific/Easter",
            "for Mitel phones: its clocks change on a counted day other than Sunday",
        ),
        (
            "posix",
            "America/Nuuk",
            (
                "as a POSIX time zone: its clocks change -60 minutes after midnight, "
                "and POSIX counts to 24 hours"
            ),
        ),
        (
            "cisco_flat",
            "Africa/Cairo",
            (
                "as a rule of Cisco phones: its clocks change in one of two months, "
                "as the weekday falls"
            ),
        ),
        (
            "avaya",
            "Pacific/Easter",
            "for Avaya phones: its clocks change at 22:00, later than 9:00",
        ),
        (
            "avaya",
            "Australia/Lord_Howe",
            "for Avaya phones: its summer time saves 30 minutes, not one or two hours",
        ),
        (
            "named",
            "Europe/Berlin",
            "for these phones: their list has no zone with this clock",
        ),
    ],
)
def test_refusal_says_why(form: str, name: str, reason: str) -> None:
    zone = find_time_zone(TABLE, name)

    with pytest.raises(TimeZoneError) as refusal:
        FORMS[form](zone, {})

    assert isinstance(refusal.value, InexpressibleError)
    assert str(refusal.value) == f"{name} cannot be written {reason} (rule {zone.rule})"


@pytest.mark.parametrize("rule", ["EST5EDT,J60,M11.1.0", "EST5EDT,M3.2.0,300/2"])
@pytest.mark.parametrize("form", sorted(set(WRITTEN) - {"olson", "olson_offset", "posix"}))
def test_rule_with_a_day_of_the_year_is_refused(form: str, rule: str) -> None:
    zone = parse_rule("Test/Zone", rule)

    with pytest.raises(TimeZoneError, match=r"Test/Zone .*a day of the year"):
        FORMS[form](zone, {})


def test_offset_of_odd_minutes_is_refused_where_quarters_are_counted() -> None:
    zone = parse_rule("Test/Zone", "LMT-0:20")

    with pytest.raises(TimeZoneError, match="its offset is not a number of quarter hours"):
        FORMS["fanvil"](zone, {})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("M2.5.0/24", "before or after the last week of February"),
        ("M2.4.0/24", "in one of two months, as the weekday falls"),
        ("M3.1.0/-1", "in one of two months, as the weekday falls"),
        ("M3.5.6/24", "in one of two months, as the weekday falls"),
    ],
)
def test_change_that_may_fall_into_another_month_is_refused_by_cisco(
    change: str, reason: str
) -> None:
    zone = parse_rule("Test/Zone", f"STD0DST,{change},M10.5.0")

    with pytest.raises(TimeZoneError, match=f"Test/Zone .*its clocks change {reason}"):
        FORMS["cisco_flat"](zone, {})
