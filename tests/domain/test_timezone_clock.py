"""Does a phone that follows the written form show the time that zoneinfo tells?

The phone here is an interpreter of the form, as manuals describe it; it shares no code with the
product. The time comes from the PyPI package tzdata, never from the machine's own zone data.
"""

from __future__ import annotations

import io
import json
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.timezone import FORMS, TimeZoneError, find_time_zone, read_time_zone_table
from tools import timezones

DATA = Path(__file__).parents[2] / "chalicelib" / "templates" / "timezones.json"
DOCUMENT = json.loads(DATA.read_text(encoding="ascii"))
TABLE = read_time_zone_table(DOCUMENT)
YEARS = range(2024, 2031)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

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


def test_phone_shows_the_time_of_zoneinfo_from_2024_to_2030() -> None:
    """At each change of either clock, a minute before and after, and in mid January and July."""
    phones = {name: phone for name in TABLE.rule_by_name if (phone := phone_in(name))}

    wrong = [
        f"{name} at {moment:%Y-%m-%d %H:%M} UTC"
        for name, phone in phones.items()
        for moment in moments_of_doubt(name, phone)
        if phone.offset_at(moment) != offset_at(load_zone(name), moment)
    ]

    assert wrong == []
    assert len(phones) > 500


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A clock that knows only the fields of month_week_day_hour."""

    standard_offset: timedelta
    changes: list[tuple[datetime, timedelta]]

    def offset_at(self, moment: datetime) -> timedelta:
        passed = bisect_right(self.changes, moment, key=lambda change: change[0])
        return self.changes[passed - 1][1] if passed else self.standard_offset


def phone_in(name: str) -> Phone | None:
    try:
        form = FORMS["month_week_day_hour"](find_time_zone(TABLE, name))
    except TimeZoneError:
        return None
    standard = read_offset(str(form["offset"]))
    if form["summer_time"] == 0:
        return Phone(standard_offset=standard, changes=[])
    summer = standard + timedelta(minutes=int(form["saved_minutes"]))
    changes = []
    for year in range(YEARS.start - 1, YEARS.stop + 1):
        changes.append((wall_clock(year, str(form["start"])) - standard, summer))
        changes.append((wall_clock(year, str(form["end"])) - summer, standard))
    return Phone(standard_offset=standard, changes=sorted(changes))


def read_offset(text: str) -> timedelta:
    """From "0", "-5", "+5:30"."""
    hours, _, minutes = text.lstrip("+-").partition(":")
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -size if text.startswith("-") else size


def wall_clock(year: int, text: str) -> datetime:
    """From month/week/weekday/hour; the wall's time is told as if it were UTC."""
    month, week, weekday, hour = map(int, text.split("/"))
    last_day = monthrange(year, month)[1]
    days = [date(year, month, day) for day in range(1, last_day + 1)]
    matching = [day for day in days if day.isoweekday() == weekday]
    day = matching[-1] if week == 5 else matching[week - 1]
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def moments_of_doubt(name: str, phone: Phone) -> Iterator[datetime]:
    since = datetime.fromisoformat(DOCUMENT["rule_holds_since"].get(name, "2024-01-01T00:00:00Z"))
    changes = [*zone_changes(load_zone(name)), *(moment for moment, _ in phone.changes)]
    moments = [moment + step for moment in changes for step in (-MINUTE, timedelta(), MINUTE)]
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
