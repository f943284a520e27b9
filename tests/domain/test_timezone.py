"""Are the rules of time zones read, written and refused as they should be?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError
from chalicelib.domain.timezone import (
    Changeover,
    DaylightSaving,
    DayOfYear,
    TimeZone,
    TimeZoneError,
    TimeZoneTable,
    WeekdayOfMonth,
    find_time_zone,
    parse_rule,
    put_summer_time_ahead,
    read_time_zone_table,
)

DATA = Path(__file__).parents[2] / "chalicelib" / "templates" / "timezones.json"
TABLE = read_time_zone_table(json.loads(DATA.read_text(encoding="ascii")))


def test_irregular_zone_is_refused_with_its_reason() -> None:
    table = TimeZoneTable(rule_by_name={}, reason_by_irregular_name={"A/B": "changes every moon"})

    with pytest.raises(TimeZoneError, match="A/B changes every moon"):
        find_time_zone(table, "A/B")


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "europe/paris", "Factory", "localtime"])
def test_unknown_name_is_refused_where_it_stands(name: str) -> None:
    with pytest.raises(InputError) as refusal:
        find_time_zone(TABLE, name, where="server.timezone")

    assert refusal.value.flaws[0].where == "server.timezone"
    assert f'"{name}" is not an IANA time zone' in str(refusal.value)


def test_rule_with_summer_time_is_parsed() -> None:
    zone = parse_rule("Test/Zone", "<-02>2<-01>,M3.5.0/-1,J300/26:30")

    assert zone == TimeZone(
        name="Test/Zone",
        rule="<-02>2<-01>,M3.5.0/-1,J300/26:30",
        offset_minutes=-120,
        daylight_saving=DaylightSaving(
            saved_minutes=60,
            start=Changeover(day=WeekdayOfMonth(month=3, week=5, weekday=0), minutes=-60),
            end=Changeover(day=DayOfYear(day=300, counts_leap_day=False), minutes=1590),
        ),
    )


def test_winter_time_that_falls_behind_becomes_summer_time_ahead() -> None:
    dublin = parse_rule("Europe/Dublin", "IST-1GMT0,M10.5.0,M3.5.0/1")

    ahead = put_summer_time_ahead(dublin)

    assert ahead.offset_minutes == 0
    assert ahead.daylight_saving == DaylightSaving(
        saved_minutes=60,
        start=Changeover(day=WeekdayOfMonth(month=3, week=5, weekday=0), minutes=60),
        end=Changeover(day=WeekdayOfMonth(month=10, week=5, weekday=0), minutes=120),
    )


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("", "expected a form such as"),
        ("UTC", "expected a form such as"),
        ("UTC0\n", "expected a form such as"),
        ("UTC٣", "expected a form such as"),
        ("EST5EDT", "names a summer time but not when that starts and ends"),
        ("EST5EDT,M3.2.0", "expected a form such as"),
        ("EST5EDT,M13.2.0,M11.1.0", "expected a month from 1 to 12, found 13"),
        ("EST5EDT,M3.6.0,M11.1.0", "expected a week from 1 to 5, found 6"),
        ("EST5EDT,M3.2.7,M11.1.0", "expected a weekday from 0 to 6, found 7"),
        ("EST5EDT,J0,M11.1.0", "expected a day of the year from 1 to 365, found 0"),
        ("EST5EDT,366,M11.1.0", "expected a day of the year from 0 to 365, found 366"),
        ("EST5EDT,M3.2,M11.1.0", 'expected a day such as "M3.5.0" or "J60", found "M3.2"'),
        ("EST5EDT,M3.2.0/168,M11.1.0", 'expected at most 167 hours, found "168"'),
        ("EST25", 'expected at most 24 hours, found "25"'),
        ("EST5:60", 'expected at most 59 minutes after the hour, found "5:60"'),
        ("LMT0:01:15", 'expected whole minutes, found "0:01:15"'),
    ],
)
def test_text_that_is_no_rule_is_refused(rule: str, reason: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse_rule("Test/Zone", rule)

    assert str(refusal.value).startswith(f'Test/Zone: "{rule}" is not a POSIX time zone rule: ')
    assert reason in str(refusal.value)


@given(st.text() | st.text("EST<>+-0123456789:,./MJ", max_size=40))
@example("<>0")
@example("EST99999999999999999999")
def test_any_text_is_parsed_or_refused_cleanly(rule: str) -> None:
    try:
        zone = parse_rule("Test/Zone", rule)
    except InputError:
        return

    assert zone.rule == rule


CHANGEOVERS = st.builds(
    Changeover,
    day=st.builds(
        WeekdayOfMonth, month=st.integers(1, 12), week=st.integers(1, 5), weekday=st.integers(0, 6)
    )
    | st.builds(DayOfYear, day=st.integers(1, 365), counts_leap_day=st.booleans()),
    minutes=st.integers(-167 * 60, 167 * 60),
)


@given(
    offset=st.integers(-720, 840),
    summer_offset=st.integers(-720, 840),
    start=CHANGEOVERS,
    end=CHANGEOVERS,
)
def test_every_rule_is_parsed_back(
    offset: int, summer_offset: int, start: Changeover, end: Changeover
) -> None:
    rule = (
        f"<std>{posix_time(-offset)}<sum>{posix_time(-summer_offset)}"
        f",{posix_changeover(start)},{posix_changeover(end)}"
    )

    zone = parse_rule("Test/Zone", rule)

    assert zone.offset_minutes == offset
    assert zone.daylight_saving == DaylightSaving(
        saved_minutes=summer_offset - offset, start=start, end=end
    )


def posix_time(minutes: int) -> str:
    return f"{'-' if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02}"


def posix_changeover(changeover: Changeover) -> str:
    day, time = changeover.day, posix_time(changeover.minutes)
    if isinstance(day, WeekdayOfMonth):
        return f"M{day.month}.{day.week}.{day.weekday}/{time}"
    return f"{'' if day.counts_leap_day else 'J'}{day.day}/{time}"
