"""Phones that know only the fields of one form, and show the time as manuals say they do.

They share no code with the product. A date without a zone is what the wall shows, told as UTC.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

YEARS = range(2024, 2031)
DAY = timedelta(days=1)
Fields = Mapping[str, Any]
Moments = Callable[[int], datetime]


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A clock: an offset of winter, and each change with the offset that it brings."""

    standard: timedelta
    changes: list[tuple[datetime, timedelta]]

    def offset_at(self, moment: datetime) -> timedelta:
        passed = bisect_right(self.changes, moment, key=lambda change: change[0])
        return self.changes[passed - 1][1] if passed else self.standard


def winter_phone(standard: timedelta) -> Phone:
    return Phone(standard=standard, changes=[])


def summer_phone(standard: timedelta, saved: timedelta, start: Moments, end: Moments) -> Phone:
    changes = []
    for year in range(YEARS.start - 1, YEARS.stop + 1):
        changes.append((start(year) - standard, standard + saved))
        changes.append((end(year) - standard - saved, standard))
    return Phone(standard=standard, changes=sorted(changes))


def days_of(year: int, month: int, isoweekday: int) -> list[date]:
    days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    return [day for day in days if day.isoweekday() == isoweekday]


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def nth(month: int, week: int, isoweekday: int, time: timedelta) -> Moments:
    """Week 5 is the last."""

    def moment(year: int) -> datetime:
        days = days_of(year, month, isoweekday)
        return midnight(days[-1] if week == 5 else days[week - 1]) + time

    return moment


def on_or_after(month: int, day: int, isoweekday: int, time: timedelta) -> Moments:
    """Day -1 is the last such weekday of the month."""

    def moment(year: int) -> datetime:
        if day == -1:
            return midnight(days_of(year, month, isoweekday)[-1]) + time
        found = date(year, month, day)
        while found.isoweekday() != isoweekday:
            found += DAY
        return midnight(found) + time

    return moment


def read_hours(text: str) -> timedelta:
    """From "0", "-5", "+5:30", "02:00:00"."""
    numbers = [int(number) for number in text.lstrip("+-").split(":")] + [0, 0]
    size = timedelta(hours=numbers[0], minutes=numbers[1], seconds=numbers[2])
    return -size if text.startswith("-") else size


def month_week_day_hour(fields: Fields) -> Phone:
    standard = read_hours(fields["offset"])
    if fields["summer_time"] == 0:
        return winter_phone(standard)
    start, end = (
        nth(month, week, weekday, timedelta(hours=hour))
        for month, week, weekday, hour in (
            map(int, fields[edge].split("/")) for edge in ("start", "end")
        )
    )
    return summer_phone(standard, timedelta(minutes=fields["saved_minutes"]), start, end)


def polycom(fields: Fields) -> Phone:
    standard = timedelta(seconds=fields["gmt_offset"])
    if fields["enabled"] == 0:
        return winter_phone(standard)

    def change(edge: str) -> Moments:
        month, weekday = fields[f"{edge}_month"], (fields[f"{edge}_day_of_week"] - 2) % 7 + 1
        week = 5 if fields[f"{edge}_last_in_month"] else {1: 1, 8: 2, 15: 3, 22: 4}
        if not isinstance(week, int):
            week = week[fields[f"{edge}_date"]]
        return nth(month, week, weekday, timedelta(hours=fields[f"{edge}_time"]))

    return summer_phone(standard, timedelta(hours=1), change("start"), change("stop"))


def mitel(fields: Fields) -> Phone:
    standard = -timedelta(minutes=fields["minutes"])
    if fields["config"] == 0:
        return winter_phone(standard)

    def change(edge: str) -> Moments:
        month, week, day = (fields[f"{edge}_{part}"] for part in ("month", "week", "day"))
        time = timedelta(hours=fields[f"{edge}_hour"])
        if week == -1:
            return nth(month, 5, (day - 2) % 7 + 1, time)
        return full_week(month, week, day, time)

    return summer_phone(
        standard, timedelta(minutes=fields["saved"]), change("start"), change("end")
    )


def full_week(month: int, week: int, day: int, time: timedelta) -> Moments:
    """The guide's word: day 1, Sunday, to 7 of the `week`-th week that lies wholly in the month."""

    def moment(year: int) -> datetime:
        return midnight(days_of(year, month, 7)[week - 1]) + (day - 1) * DAY + time

    return moment


def panasonic(fields: Fields) -> Phone:
    standard = timedelta(minutes=fields["minutes"])
    if fields["enabled"] == "N":
        return winter_phone(standard)

    def change(edge: str) -> Moments:
        month, week = fields[f"{edge}_month"], fields[f"{edge}_ordinal_day"]
        time = timedelta(minutes=fields[f"{edge}_time"])
        return nth(month, week, fields[f"{edge}_day_of_week"] or 7, time)

    saved = timedelta(minutes=fields["saved_minutes"])
    return summer_phone(standard, saved, change("start"), change("stop"))


def fanvil(fields: Fields) -> Phone:
    standard = fields["quarter_hours"] * timedelta(minutes=15)
    if fields["summer_time"] == 0:
        return winter_phone(standard)

    def change(edge: str) -> Moments:
        month, week = fields[f"{edge}_month"], fields[f"{edge}_week"]
        time = timedelta(hours=fields[f"{edge}_hour"])
        return nth(month, week, fields[f"{edge}_weekday"] or 7, time)

    saved = timedelta(minutes=fields["saved_minutes"])
    return summer_phone(standard, saved, change("start"), change("end"))


POSIX = re.compile(
    r"(?:<[^>]+>|[A-Za-z]+)(?P<standard>[-+0-9:]+)"
    r"(?:(?:<[^>]+>|[A-Za-z]+)(?P<summer>[-+0-9:]+)?,M(?P<start>[^,]+),M(?P<end>[^,]+))?"
)


def posix(fields: Fields) -> Phone:
    """As the standard has it: hours may also lie outside the day, as RFC 8536 allows."""
    match = POSIX.fullmatch(fields["posix"])
    assert match is not None
    standard = -read_hours(match["standard"])
    if match["start"] is None:
        return winter_phone(standard)
    summer = -read_hours(match["summer"]) if match["summer"] else standard + timedelta(hours=1)

    def change(text: str) -> Moments:
        day, _, time = text.partition("/")
        month, week, weekday = map(int, day.split("."))
        return nth(month, week, weekday or 7, read_hours(time or "2"))

    return summer_phone(standard, summer - standard, change(match["start"]), change(match["end"]))


def cisco_flat(fields: Fields) -> Phone:
    standard = read_hours(fields["zone"].removeprefix("GMT"))
    if fields["enabled"] == "No":
        return winter_phone(standard)
    part = dict(each.split("=") for each in fields["rule"].split(";"))

    def change(text: str) -> Moments:
        month, day, weekday, time = text.split("/")
        return on_or_after(int(month), int(day), int(weekday), read_hours(time))

    saved = read_hours(part["save"])
    return summer_phone(standard, saved, change(part["start"]), change(part["end"]))


WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def avaya(fields: Fields) -> Phone:
    standard = read_hours(fields["gmt_offset"])
    if fields["dst_offset"] == 0:
        return winter_phone(standard)

    def change(text: str) -> Moments:
        assert len(text) == 9
        assert text.endswith("L")
        week = 5 if text[0] == "L" else int(text[0])
        month, weekday = MONTHS.index(text[4:7]) + 1, WEEKDAYS.index(text[1:4]) + 1
        return nth(month, week, weekday, timedelta(hours=int(text[7])))

    saved = timedelta(hours=fields["dst_offset"])
    return summer_phone(standard, saved, change(fields["start"]), change(fields["stop"]))


def snom(fields: Fields) -> Phone:
    standard = timedelta(seconds=int(fields["utc_offset"]))
    if fields["dst"] == "":
        return winter_phone(standard)
    saved, start_day, start_time, end_day, end_time = fields["dst"].split()

    def change(day: str, time: str) -> Moments:
        month, week, weekday = map(int, day.split("."))
        return nth(month, week, weekday, read_hours(time))

    seconds = timedelta(seconds=int(saved))
    return summer_phone(standard, seconds, change(start_day, start_time), change(end_day, end_time))


PHONE_BY_FORM: Mapping[str, Callable[[Fields], Phone]] = {
    "month_week_day_hour": month_week_day_hour,
    "polycom": polycom,
    "mitel": mitel,
    "panasonic": panasonic,
    "fanvil": fanvil,
    "fanvil_fixed": fanvil,
    "posix": posix,
    "posix_long": posix,
    "cisco_flat": cisco_flat,
    "avaya": avaya,
    "snom": snom,
}
