"""What does a time zone say about a clock?

A zone is known by its IANA name and follows a POSIX TZ rule (POSIX.1 chapter 8.3, RFC 8536
section 3.3). The forms of `domain/time_forms/` write it in the words of a family of phones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from chalicelib.domain.errors import Flaw, InexpressibleError, InputError


class TimeZoneError(InexpressibleError):
    """A zone that no rule describes, or that a form cannot write; the text names it and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeZoneTable:
    """The rule of every IANA zone, and why a few zones have none."""

    rule_by_name: Mapping[str, str]
    reason_by_irregular_name: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekdayOfMonth:
    """The `week`-th `weekday` of a month: 0 is Sunday, week 5 is the last one."""

    month: int
    week: int
    weekday: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DayOfYear:
    """1..365 and never 29 February (`Jn`), or 0..365 where leap years have one day more (`n`)."""

    day: int
    counts_leap_day: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Changeover:
    """When clocks change: minutes after midnight of a day, by the clock before the change.

    The minutes may be negative or exceed a day.
    """

    day: WeekdayOfMonth | DayOfYear
    minutes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DaylightSaving:
    """From `start` to `end` clocks stand `saved_minutes` ahead (Ireland's rule: behind)."""

    saved_minutes: int
    start: Changeover
    end: Changeover


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeZone:
    """A zone as its POSIX rule has it; offsets are minutes east of UTC.

    `alike` are the names of all zones whose clocks follow the same rule, whatever they call it.
    """

    name: str
    rule: str
    offset_minutes: int
    daylight_saving: DaylightSaving | None
    alike: frozenset[str] = field(default=frozenset(), repr=False, compare=False)


def read_time_zone_table(document: Mapping[str, Mapping[str, str]]) -> TimeZoneTable:
    """The table in the loaded templates/timezones.json."""
    return TimeZoneTable(
        rule_by_name=document["rules"], reason_by_irregular_name=document["irregular"]
    )


def find_time_zone(table: TimeZoneTable, name: str, *, where: str = "timezone") -> TimeZone:
    """The zone of that IANA name; InputError when there is none, TimeZoneError when it has no rule.

    `where` is the place of the name in the input, for the error.
    """
    if reason := table.reason_by_irregular_name.get(name):
        raise TimeZoneError(f"{name} {reason}")
    rule = table.rule_by_name.get(name)
    if rule is None:
        says = f'"{name}" is not an IANA time zone (such as "Europe/Paris" or "UTC")'
        raise InputError(Flaw(where=where, says=says))
    clock = _forget_names(rule)
    alike = (other for other, its in table.rule_by_name.items() if _forget_names(its) == clock)
    return replace(parse_rule(name, rule), alike=frozenset(alike))


_ABBREVIATION = re.compile(r"<[^>]*>|[A-Za-z]{3,}")


@lru_cache(maxsize=256)
def _forget_names(rule: str) -> str:
    """The rule without its abbreviations: CET-1CEST and MET-1MEST are one clock."""
    return _ABBREVIATION.sub("-", rule)


def parse_rule(name: str, rule: str) -> TimeZone:
    """The zone that a POSIX TZ string describes; InputError for any other text."""
    try:
        offset_minutes, daylight_saving = _parse_offset_and_daylight_saving(rule)
    except ValueError as error:
        says = f'"{rule}" is not a POSIX time zone rule: {error}'
        raise InputError(Flaw(where=name, says=says)) from error
    return TimeZone(
        name=name, rule=rule, offset_minutes=offset_minutes, daylight_saving=daylight_saving
    )


_NAME = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_TIME = r"[+-]?[0-9]{1,3}(?::[0-9]{2}){0,2}"
_RULE_PATTERN = re.compile(
    rf"{_NAME}(?P<offset>{_TIME})"
    rf"(?P<summer>{_NAME}(?P<summer_offset>{_TIME})?(?:,(?P<start>[^,]+),(?P<end>[^,]+))?)?"
)
_CHANGEOVER_PATTERN = re.compile(
    r"(?:M(?P<month>[0-9]{1,2})\.(?P<week>[0-9])\.(?P<weekday>[0-9])|(?P<j>J?)(?P<day>[0-9]{1,3}))"
    rf"(?:/(?P<time>{_TIME}))?"
)
_HOUR = 60
_LONGEST_OFFSET = 24 * _HOUR
_LONGEST_TIME = 167 * _HOUR  # RFC 8536 section 3.3.1


def _parse_offset_and_daylight_saving(rule: str) -> tuple[int, DaylightSaving | None]:
    match = _RULE_PATTERN.fullmatch(rule)
    if match is None:
        raise ValueError('expected a form such as "EST5" or "CET-1CEST,M3.5.0,M10.5.0/3"')
    offset = _parse_offset(match["offset"])
    if match["summer"] is None:
        return offset, None
    if match["start"] is None:
        raise ValueError("it names a summer time but not when that starts and ends")
    summer_offset = offset + _HOUR
    if match["summer_offset"] is not None:
        summer_offset = _parse_offset(match["summer_offset"])
    daylight_saving = DaylightSaving(
        saved_minutes=summer_offset - offset,
        start=_parse_changeover(match["start"]),
        end=_parse_changeover(match["end"]),
    )
    return offset, daylight_saving


def _parse_offset(text: str) -> int:
    # POSIX counts west of Greenwich as positive, everybody else counts east.
    return -_parse_minutes(text, longest=_LONGEST_OFFSET)


def _parse_changeover(text: str) -> Changeover:
    match = _CHANGEOVER_PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f'expected a day such as "M3.5.0" or "J60", found "{text}"')
    minutes = _parse_minutes(match["time"] or "2", longest=_LONGEST_TIME)
    if match["month"] is None:
        counts_leap_day = match["j"] == ""
        first = 0 if counts_leap_day else 1
        day = _parse_number(match["day"], "day of the year", first, 365)
        return Changeover(day=DayOfYear(day=day, counts_leap_day=counts_leap_day), minutes=minutes)
    weekday_of_month = WeekdayOfMonth(
        month=_parse_number(match["month"], "month", 1, 12),
        week=_parse_number(match["week"], "week", 1, 5),
        weekday=_parse_number(match["weekday"], "weekday", 0, 6),
    )
    return Changeover(day=weekday_of_month, minutes=minutes)


def _parse_minutes(text: str, *, longest: int) -> int:
    numbers = [int(number) for number in text.lstrip("+-").split(":")] + [0, 0]
    hours, minutes, seconds = numbers[:3]
    if minutes > 59:
        raise ValueError(f'expected at most 59 minutes after the hour, found "{text}"')
    total = hours * _HOUR + minutes
    if total > longest:
        raise ValueError(f'expected at most {longest // _HOUR} hours, found "{text}"')
    if seconds:
        raise ValueError(f'expected whole minutes, found "{text}"')
    return -total if text.startswith("-") else total


def _parse_number(text: str, what: str, lowest: int, highest: int) -> int:
    number = int(text)
    if not lowest <= number <= highest:
        raise ValueError(f"expected a {what} from {lowest} to {highest}, found {number}")
    return number


def put_summer_time_ahead(zone: TimeZone) -> TimeZone:
    """The same clock, told with a summer time that is ahead of standard time.

    IANA tells Ireland's as a winter time behind Irish Standard Time; phones cannot count that way.
    """
    saving = zone.daylight_saving
    if saving is None or saving.saved_minutes >= 0:
        return zone
    ahead = DaylightSaving(saved_minutes=-saving.saved_minutes, start=saving.end, end=saving.start)
    offset_minutes = zone.offset_minutes + saving.saved_minutes
    return replace(zone, offset_minutes=offset_minutes, daylight_saving=ahead)
