"""What does a clock in a time zone show at a moment?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from chalicelib.domain.timezone import Changeover, TimeZone, WeekdayOfMonth


def local_time(zone: TimeZone, moment: datetime) -> datetime:
    """The time of that zone at a moment, without a zone."""
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    standard = plain + timedelta(minutes=zone.offset_minutes)
    saving = zone.daylight_saving
    if saving is None:
        return standard
    # Each changeover is told by the clock before it; here both by standard time.
    start = _moment_of(saving.start, standard.year)
    end = _moment_of(saving.end, standard.year) - timedelta(minutes=saving.saved_minutes)
    starts_first = start < end
    first, last = (start, end) if starts_first else (end, start)
    is_saved = (first <= standard < last) is starts_first
    return standard + timedelta(minutes=saving.saved_minutes if is_saved else 0)


@lru_cache(maxsize=1024)
def _moment_of(change: Changeover, year: int) -> datetime:
    day = change.day
    if isinstance(day, WeekdayOfMonth):
        found = _weekday_of_month(day, year)
    else:
        is_leap = _days_of(2, year) == 29
        # The 60th day that is never 29 February is 1 March, in leap years, too.
        number = day.day if day.counts_leap_day else day.day - 1 + (is_leap and day.day >= 60)
        found = date(year, 1, 1) + timedelta(days=number)
    return datetime(found.year, found.month, found.day) + timedelta(minutes=change.minutes)  # noqa: DTZ001 - by the zone's clock


def _weekday_of_month(day: WeekdayOfMonth, year: int) -> date:
    first = date(year, day.month, 1)
    ahead = (day.weekday - (first.weekday() + 1)) % 7  # Monday is 0 there, Sunday is 0 here
    number = 1 + ahead + 7 * (day.week - 1)
    return first.replace(day=number if number <= _days_of(day.month, year) else number - 7)


def _days_of(month: int, year: int) -> int:
    """How long a month is. Python's calendar knows, and the names of days in all languages, too."""
    return 31 if month == 12 else (date(year, month + 1, 1) - timedelta(days=1)).day
