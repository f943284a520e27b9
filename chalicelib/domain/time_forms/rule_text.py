"""How do phones want the rule of summer time that take it as one line of text?"""

from __future__ import annotations

import re

from chalicelib.domain.time_forms.clock import (
    DAY,
    HOUR,
    Change,
    Names,
    Written,
    read_clock,
    read_weekday,
    refuse,
    write_offset,
)
from chalicelib.domain.timezone import Changeover, TimeZone, WeekdayOfMonth, put_summer_time_ahead

_LAST = 5


def write_posix(zone: TimeZone, _names: Names) -> Written:
    """`posix`: the rule as it stands, if POSIX itself allows it, which knows hours from 0 to 24."""
    _require_posix_times(zone)
    return {"posix": zone.rule}


def write_posix_long(zone: TimeZone, _names: Names) -> Written:
    """`posix` as Grandstream spells it: signs, both offsets and full times, in 64 characters.

    "CET-1CEST-2,M3.5.0/02:00:00,M10.5.0/03:00:00", "EST+5EDT+4,...". The vendor's examples have
    names of letters only, so other names become STD and DST.
    """
    _require_posix_times(zone)
    names = _ABBREVIATION.findall(zone.rule)
    ahead = put_summer_time_ahead(zone)
    offset = _write_posix_offset(ahead.offset_minutes)
    saving = ahead.daylight_saving
    if saving is None:
        return {"posix": _spell(names[0], otherwise="STD") + offset}
    standard, summer = names if ahead == zone else reversed(names)
    standard, summer = _spell(standard, otherwise="STD"), _spell(summer, otherwise="DST")
    summer_offset = _write_posix_offset(ahead.offset_minutes + saving.saved_minutes)
    start, end = (_write_posix_change(zone, c) for c in (saving.start, saving.end))
    return {"posix": f"{standard}{offset}{summer}{summer_offset},{start},{end}"}


_POSIX = "as a POSIX time zone"
_ABBREVIATION = re.compile(r"<[^>]+>|[A-Za-z]{3,}")


def _require_posix_times(zone: TimeZone) -> None:
    saving = zone.daylight_saving
    for changeover in (saving.start, saving.end) if saving else ():
        if not 0 <= changeover.minutes <= DAY:
            reason = f"its clocks change {changeover.minutes} minutes after midnight"
            raise refuse(zone, _POSIX, f"{reason}, and POSIX counts to 24 hours")


def _spell(name: str, *, otherwise: str) -> str:
    return name if re.fullmatch(r"[A-Za-z]{3,5}", name) else otherwise


def _write_posix_offset(offset_minutes: int) -> str:
    hours, minutes = write_offset(-offset_minutes, sign_of_zero="+")
    return hours if minutes == "00" else f"{hours}:{minutes}"


def _write_posix_change(zone: TimeZone, changeover: Changeover) -> str:
    day = read_weekday(zone, changeover, manner=_POSIX)
    hours, minutes = divmod(changeover.minutes, HOUR)
    return f"M{day.month}.{day.week}.{day.weekday}/{hours:02}:{minutes:02}:00"


_CISCO = "as a rule of Cisco phones"
# February is left out: in leap years its last week is another one.
_LENGTH_BY_MONTH = {1: 31, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def write_cisco_flat(zone: TimeZone, _names: Names) -> Written:
    """`zone` "GMT+01:00", `enabled` "No" and an empty `rule`; or "Yes" and a rule.

    As in "start=3/-1/7/2:0:0;end=10/-1/7/3:0:0;save=1". A day is month/day/weekday (7 is
    Sunday): on or after that day of the month, or with -1 the last one; so a change before or
    after the named weekday can be told by the next weekday (SPA500 guide, page 194).
    """
    zone = put_summer_time_ahead(zone)
    saving = zone.daylight_saving
    hours, minutes = write_offset(zone.offset_minutes, sign_of_zero="+", hour_digits=2)
    written: Written = {"zone": f"GMT{hours}:{minutes}", "enabled": "No", "rule": ""}
    if saving is None:
        return written
    start, end = (_write_cisco_change(zone, c) for c in (saving.start, saving.end))
    hours_saved, minutes_saved = divmod(saving.saved_minutes, HOUR)
    save = f"{hours_saved}:{minutes_saved}:0" if minutes_saved else f"{hours_saved}"
    return written | {"enabled": "Yes", "rule": f"start={start};end={end};save={save}"}


def _write_cisco_change(zone: TimeZone, changeover: Changeover) -> str:
    day = read_weekday(zone, changeover, manner=_CISCO)
    later, minutes = divmod(changeover.minutes, DAY)
    hour, minute = divmod(minutes, HOUR)
    first = _find_first_day(zone, day, later)
    return f"{day.month}/{first}/{(day.weekday + later) % 7 or 7}/{hour}:{minute}:0"


def _find_first_day(zone: TimeZone, day: WeekdayOfMonth, later: int) -> int:
    """The day of the month on or after which the change falls, `later` days after the weekday."""
    if day.week == _LAST and later == 0:
        return -1
    length = _LENGTH_BY_MONTH.get(day.month, 28)
    if day.week == _LAST and day.month not in _LENGTH_BY_MONTH:
        raise refuse(zone, _CISCO, "its clocks change before or after the last week of February")
    first = (length - 6 if day.week == _LAST else day.week * 7 - 6) + later
    if not 1 <= first <= length - 6:
        raise refuse(zone, _CISCO, "its clocks change in one of two months, as the weekday falls")
    return first


_AVAYA = "for Avaya phones"
_AVAYA_LATEST_HOUR = 9  # one digit
_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_avaya(zone: TimeZone, _names: Names) -> Written:
    """`gmt_offset` "-5:00", `dst_offset` 0; or its hours, and `start` and `stop`.

    As in "2SunMar2L" and "LSunOct3L": L is the last one in front and local time at the end. For
    phones without a table of zones (9608 SIP guide, page 88).
    """
    clock = read_clock(zone, manner=_AVAYA)
    hours, minutes = write_offset(clock.offset_minutes)
    written: Written = {"gmt_offset": f"{hours.removeprefix('+')}:{minutes}", "dst_offset": 0}
    summer = clock.summer
    if summer is None:
        return written
    if summer.saved_minutes not in (HOUR, 2 * HOUR):
        reason = f"its summer time saves {summer.saved_minutes} minutes, not one or two hours"
        raise refuse(zone, _AVAYA, reason)
    start, stop = (_write_avaya_change(zone, c) for c in (summer.start, summer.end))
    return written | {"dst_offset": summer.saved_minutes // HOUR, "start": start, "stop": stop}


def _write_avaya_change(zone: TimeZone, change: Change) -> str:
    if change.hour > _AVAYA_LATEST_HOUR:
        raise refuse(zone, _AVAYA, f"its clocks change at {change.hour}:00, later than 9:00")
    week = "L" if change.week == _LAST else str(change.week)
    return f"{week}{_WEEKDAYS[change.weekday]}{_MONTHS[change.month - 1]}{change.hour}L"


def write_snom(zone: TimeZone, _names: Names) -> Written:
    """`utc_offset` in seconds "+3600", and `dst`: empty, or seconds saved, start and end.

    As in "3600 03.05.07 02:00:00 10.05.07 03:00:00": month.week.weekday, 5 the last, 7 Sunday.
    The phone takes both where its own `timezone` is empty
    (https://service.snom.com/display/wiki/dst).
    """
    clock = read_clock(zone, manner="for Snom phones", to_the_minute=True)
    summer, dst = clock.summer, ""
    if summer is not None:
        changes = " ".join(_write_snom_change(c) for c in (summer.start, summer.end))
        dst = f"{summer.saved_minutes * 60} {changes}"
    return {"utc_offset": f"{clock.offset_minutes * 60:+}", "dst": dst}


def _write_snom_change(change: Change) -> str:
    day = f"{change.month:02}.{change.week:02}.{change.weekday or 7:02}"
    return f"{day} {change.hour:02}:{change.minute:02}:00"
