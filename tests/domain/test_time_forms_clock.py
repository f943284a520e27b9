"""Does a phone that follows the written form show the time that zoneinfo tells?

The phones are interpreters of the forms, as manuals describe them (time_form_phones.py). The time
comes from the PyPI package tzdata, never from the machine's own zone data.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.time_forms import FORMS
from chalicelib.domain.timezone import (
    TimeZone,
    TimeZoneError,
    find_time_zone,
    parse_rule,
    read_time_zone_table,
)
from tests.domain.time_form_phones import DAY, PHONE_BY_FORM, YEARS, Phone, posix, read_hours

DATA = Path(__file__).parents[2] / "chalicelib" / "templates" / "timezones.json"
DOCUMENT = json.loads(DATA.read_text(encoding="ascii"))
TABLE = read_time_zone_table(DOCUMENT)
MINUTE = timedelta(minutes=1)

needs_the_tables_tzdata = pytest.mark.skipif(
    metadata.version("tzdata") != DOCUMENT["tzdata"],
    reason=f"timezones.json was made from tzdata {DOCUMENT['tzdata']}, another one is installed",
)

CAIRO = {"Africa/Cairo", "Egypt"}
CHATHAM = {"NZ-CHAT", "Pacific/Chatham"}
CHILE = {"America/Santiago", "Chile/Continental"}
EASTER = {"Chile/EasterIsland", "Pacific/Easter"}
GREENLAND = {"America/Godthab", "America/Nuuk", "America/Scoresbysund"}
ISRAEL = {"Asia/Jerusalem", "Asia/Tel_Aviv", "Israel"}
LORD_HOWE = {"Australia/LHI", "Australia/Lord_Howe"}
PALESTINE = {"Asia/Gaza", "Asia/Hebron"}
TROLL = {"Antarctica/Troll"}
SUMMER_TIME = {
    name for name in TABLE.rule_by_name if find_time_zone(TABLE, name).daylight_saving is not None
}
OUTSIDE_THE_DAY = CAIRO | CHILE | GREENLAND | ISRAEL | PALESTINE

REFUSED_BY_FORM = {
    "month_week_day_hour": (14, OUTSIDE_THE_DAY | CHATHAM),
    "polycom": (17, OUTSIDE_THE_DAY | CHATHAM | LORD_HOWE | TROLL),
    "mitel": (17, OUTSIDE_THE_DAY | CHATHAM | EASTER | TROLL),
    "panasonic": (12, OUTSIDE_THE_DAY),
    "fanvil": (14, OUTSIDE_THE_DAY | CHATHAM),
    "fanvil_fixed": (188, SUMMER_TIME),
    "posix": (8, GREENLAND | ISRAEL | PALESTINE),
    "posix_long": (8, GREENLAND | ISRAEL | PALESTINE),
    "cisco_flat": (2, CAIRO),
    "avaya": (18, OUTSIDE_THE_DAY | CHATHAM | EASTER | LORD_HOWE),
    "snom": (12, OUTSIDE_THE_DAY),
}


def test_each_form_with_rules_has_a_phone() -> None:
    listed = {"olson", "olson_listed", "olson_offset", "named", "named_or_offset"}

    assert set(PHONE_BY_FORM) == set(FORMS) - listed
    assert set(PHONE_BY_FORM) == set(REFUSED_BY_FORM)


@pytest.mark.parametrize("form", PHONE_BY_FORM)
def test_zones_that_a_form_refuses_are_known_by_name(form: str) -> None:
    refused = {name for name in TABLE.rule_by_name if phone_in(form, name) is None}

    count, names = REFUSED_BY_FORM[form]
    assert refused == names
    assert len(refused) == count


@needs_the_tables_tzdata
@pytest.mark.parametrize("form", PHONE_BY_FORM)
def test_phone_shows_the_time_of_zoneinfo_from_2024_to_2030(form: str) -> None:
    """At each change of either clock, a minute before and after, and in mid January and July."""
    phones = {name: phone for name in TABLE.rule_by_name if (phone := phone_in(form, name))}

    wrong = [
        f"{name} at {moment:%Y-%m-%d %H:%M} UTC"
        for name, phone in phones.items()
        for moment in moments_of_doubt((name,), (change for change, _ in phone.changes))
        if phone.offset_at(moment) != offset_at(load_zone(name), moment)
    ]

    assert wrong == []
    assert len(phones) == len(TABLE.rule_by_name) - REFUSED_BY_FORM[form][0]


@needs_the_tables_tzdata
def test_zones_that_are_alike_show_the_same_time() -> None:
    groups = {find_time_zone(TABLE, name).alike for name in TABLE.rule_by_name}

    wrong = [
        f"{name} and {first} at {moment:%Y-%m-%d %H:%M} UTC"
        for first, *others in map(sorted, groups)
        for name in others
        for moment in moments_of_doubt((first, name), zone_changes(load_zone(first)))
        if offset_at(load_zone(name), moment) != offset_at(load_zone(first), moment)
    ]

    assert wrong == []
    assert sum(map(len, groups)) == len(TABLE.rule_by_name)


@needs_the_tables_tzdata
def test_offset_that_goes_with_an_iana_name_is_that_of_winter() -> None:
    months = [datetime(2027, month, 15, tzinfo=UTC) for month in range(1, 13)]

    for name in TABLE.rule_by_name:
        written = FORMS["olson_offset"](find_time_zone(TABLE, name), {})

        offset = min(offset_at(load_zone(name), month) for month in months)
        sign, seconds = "-" if offset < timedelta() else "+", abs(int(offset.total_seconds()))
        assert written == {
            "name": name,
            "offset": f"{sign}{seconds // 3600}:{seconds % 3600 // 60:02}",
        }


CHANGES = st.builds(
    "M{}.{}.{}/{}".format,
    st.integers(1, 12),
    st.integers(1, 5),
    st.integers(0, 6),
    st.sampled_from(["-25", "-1", "0", "0:45", "2", "3", "9", "10", "23", "24", "26", "50"]),
)


@pytest.mark.parametrize("form", PHONE_BY_FORM)
@given(
    winter=st.sampled_from(["10:30", "5", "0", "-1", "-5:45", "-13"]),
    saved=st.sampled_from([-60, 30, 60, 120]),
    start=CHANGES,
    end=CHANGES,
)
def test_phone_changes_when_any_rule_says(
    form: str, winter: str, saved: int, start: str, end: str
) -> None:
    rule = f"<std>{winter}<sum>{summer_of(winter, saved)},{start},{end}"

    phone = phone_of(form, parse_rule("Test/Zone", rule))

    if phone is not None:
        assert phone.changes == posix({"posix": rule}).changes


def summer_of(winter: str, saved: int) -> str:
    """The offset of summer time, west as POSIX counts."""
    minutes = int(read_hours(winter) / MINUTE) - saved
    return f"{'-' if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02}"


def phone_in(form: str, name: str) -> Phone | None:
    return phone_of(form, find_time_zone(TABLE, name))


def phone_of(form: str, zone: TimeZone) -> Phone | None:
    try:
        fields = FORMS[form](zone, {})
    except TimeZoneError as error:
        assert str(error).startswith(f"{zone.name} cannot be written ")  # noqa: PT017 - the test goes on
        assert str(error).endswith(f" (rule {zone.rule})")  # noqa: PT017 - the same
        return None
    return PHONE_BY_FORM[form](fields)


def moments_of_doubt(names: tuple[str, ...], changes: Iterable[datetime]) -> Iterator[datetime]:
    """From when on all these zones follow their rules."""
    holds = DOCUMENT["rule_holds_since"]
    since = max(datetime.fromisoformat(holds.get(n, "2024-01-01T00:00:00Z")) for n in names)
    found = [*changes, *(change for name in names for change in zone_changes(load_zone(name)))]
    moments = [moment + step for moment in found for step in (-MINUTE, timedelta(), MINUTE)]
    moments += [datetime(year, month, 15, tzinfo=UTC) for year in YEARS for month in (1, 7)]
    return (moment for moment in moments if moment >= since and moment.year in YEARS)


@cache
def zone_changes(zone: ZoneInfo) -> list[datetime]:
    """Each moment at which the zone's offset changes."""
    changes = []
    before = datetime(YEARS.start, 1, 1, tzinfo=UTC)
    while before.year in YEARS:
        after = before + DAY
        if offset_at(zone, before) != offset_at(zone, after):
            changes.append(first_after_change(zone, before, after))
        before = after
    return changes


def first_after_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    while after - before > MINUTE:
        middle = before + (after - before) // (2 * MINUTE) * MINUTE
        if offset_at(zone, middle) == offset_at(zone, after):
            after = middle
        else:
            before = middle
    return after


def offset_at(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


@cache
def load_zone(name: str) -> ZoneInfo:
    path = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    return zone_from(path.read_bytes())


@cache
def zone_from(content: bytes) -> ZoneInfo:
    """One zone for all its names, so that its changes are looked for once."""
    return ZoneInfo.from_file(io.BytesIO(content))
