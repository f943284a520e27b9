"""On which weekdays, and when on these days, does a clock change by a whole rule of summer time?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.timezone import (
    Changeover,
    DayOfYear,
    TimeZone,
    TimeZoneError,
    WeekdayOfMonth,
    put_summer_time_ahead,
)

Names = Mapping[str, str | int]
"""A pack's table of time zones: by IANA name, the vendor's own name or number."""
Written = dict[str, str | int]
"""The fields of `time`."""

HOUR, DAY = 60, 24 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Clocks change on the `week`-th `weekday` (5 is the last, 0 is Sunday), by the old clock."""

    month: int
    week: int
    weekday: int
    hour: int
    minute: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SummerTime:
    """From `start` to `end` clocks stand `saved_minutes` ahead."""

    saved_minutes: int
    start: Change
    end: Change


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """Minutes east of UTC in winter, and the summer time where there is one."""

    offset_minutes: int
    summer: SummerTime | None


def read_clock(zone: TimeZone, *, manner: str, to_the_minute: bool = False) -> Clock:
    """The zone's clock, if it changes at a full hour, or any minute, of a weekday of a month.

    Raises TimeZoneError; `manner` says there how the zone was to be written.
    """
    zone = put_summer_time_ahead(zone)
    saving = zone.daylight_saving
    if saving is None:
        return Clock(offset_minutes=zone.offset_minutes, summer=None)
    start, end = (
        _read_change(zone, changeover, manner, 1 if to_the_minute else HOUR)
        for changeover in (saving.start, saving.end)
    )
    summer = SummerTime(saved_minutes=saving.saved_minutes, start=start, end=end)
    return Clock(offset_minutes=zone.offset_minutes, summer=summer)


def _read_change(zone: TimeZone, changeover: Changeover, manner: str, step: int) -> Change:
    day, minutes = read_weekday(zone, changeover, manner=manner), changeover.minutes
    if minutes % step or not 0 <= minutes < DAY:
        what = "an hour of the day" if step == HOUR else "a time of the day"
        reason = f"its clocks change {minutes} minutes after midnight, not at {what}"
        raise refuse(zone, manner, reason)
    hour, minute = divmod(minutes, HOUR)
    return Change(month=day.month, week=day.week, weekday=day.weekday, hour=hour, minute=minute)


def read_weekday(zone: TimeZone, changeover: Changeover, *, manner: str) -> WeekdayOfMonth:
    """The weekday of a month on which clocks change; TimeZoneError where it is another day."""
    if isinstance(changeover.day, DayOfYear):
        reason = "its clocks change on a day of the year, not on a weekday of a month"
        raise refuse(zone, manner, reason)
    return changeover.day


def refuse(zone: TimeZone, manner: str, reason: str) -> TimeZoneError:
    """The error that tells why this zone cannot be written in that manner."""
    return TimeZoneError(f"{zone.name} cannot be written {manner}: {reason} (rule {zone.rule})")


def write_offset(minutes: int, *, sign_of_zero: str = "", hour_digits: int = 1) -> tuple[str, str]:
    """Sign and hours, and minutes: ("+5", "30")."""
    sign = "-" if minutes < 0 else "+" if minutes else sign_of_zero
    hours, rest = divmod(abs(minutes), HOUR)
    return f"{sign}{hours:0{hour_digits}}", f"{rest:02}"
