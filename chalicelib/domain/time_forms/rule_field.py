"""How do phones want the rule of summer time that ask for month, week, day and hour one by one?

Each form leaves out all fields of summer time where a zone has none.
"""

from __future__ import annotations

from chalicelib.domain.time_forms.clock import (
    HOUR,
    Change,
    Names,
    Written,
    read_clock,
    refuse,
    write_offset,
)
from chalicelib.domain.timezone import TimeZone

_LAST = 5


def write_month_week_day_hour(zone: TimeZone, _names: Names) -> Written:
    """`offset` "+5:30", `summer_time` 0; or 1 and `start`, `end` "10/5/7/3" and `saved_minutes`.

    A changeover is month/week/weekday/hour: week 5 is the last, 1 is Monday and 7 Sunday, and
    the whole hour is what the clock shows before it changes (Yealink's guide of the CP920, page
    224).
    """
    clock = read_clock(zone, manner="as month, week, weekday and hour")
    summer = clock.summer
    offset = write_hours(clock.offset_minutes)
    if summer is None:
        return {"offset": offset, "summer_time": 0}
    return {
        "offset": offset,
        "summer_time": 1,
        "start": _write_slashed(summer.start),
        "end": _write_slashed(summer.end),
        "saved_minutes": summer.saved_minutes,
    }


def write_hours(offset_minutes: int) -> str:
    """As in "0", "-5", "+5:30"."""
    hours, minutes = write_offset(offset_minutes)
    return hours if minutes == "00" else f"{hours}:{minutes}"


def _write_slashed(change: Change) -> str:
    return f"{change.month}/{change.week}/{change.weekday or 7}/{change.hour}"


def write_polycom(zone: TimeZone, _names: Names) -> Written:
    """`gmt_offset` in seconds, `enabled` 0; or 1 and the fields of `start_` and `stop_`.

    These are month, date, time (the hour), day_of_week (1 is Sunday) and last_in_month. With
    fixedDayEnable 0, date 1, 8, 15 and 22 is the first to fourth such weekday, and counts for
    nothing when it is the last in the month (guide of SIP 2.2.0, A-53). Phones always save an
    hour.
    """
    manner = "for Polycom phones"
    clock = read_clock(zone, manner=manner)
    gmt_offset = clock.offset_minutes * 60
    summer = clock.summer
    if summer is None:
        return {"gmt_offset": gmt_offset, "enabled": 0}
    if summer.saved_minutes != HOUR:
        raise refuse(zone, manner, f"its summer time saves {summer.saved_minutes} minutes, not 60")
    written: Written = {"gmt_offset": gmt_offset, "enabled": 1}
    for prefix, change in (("start", summer.start), ("stop", summer.end)):
        last = change.week == _LAST
        written |= {
            f"{prefix}_month": change.month,
            f"{prefix}_date": 1 if last else change.week * 7 - 6,
            f"{prefix}_time": change.hour,
            f"{prefix}_day_of_week": change.weekday + 1,
            f"{prefix}_last_in_month": int(last),
        }
    return written


def write_mitel(zone: TimeZone, _names: Names) -> Written:
    """`minutes` WEST of Greenwich, `config` 0; or 3, `saved` minutes, `start_` and `end_`.

    These have month, week (-1 is the last), day (1 is Sunday) and hour. Guides call week 1 the
    first full week of the month; as weeks start on Sunday, only Sundays are surely counted as
    elsewhere (guide of the 6700i 3.2.2, A-63).
    """
    manner = "for Mitel phones"
    clock = read_clock(zone, manner=manner)
    minutes = -clock.offset_minutes
    summer = clock.summer
    if summer is None:
        return {"minutes": minutes, "config": 0}
    if summer.saved_minutes > HOUR:
        reason = f"its summer time saves {summer.saved_minutes} minutes, more than 60"
        raise refuse(zone, manner, reason)
    written: Written = {"minutes": minutes, "config": 3, "saved": summer.saved_minutes}
    for prefix, change in (("start", summer.start), ("end", summer.end)):
        if change.weekday and change.week != _LAST:
            raise refuse(zone, manner, "its clocks change on a counted day other than Sunday")
        written |= {
            f"{prefix}_month": change.month,
            f"{prefix}_week": -1 if change.week == _LAST else change.week,
            f"{prefix}_day": change.weekday + 1,
            f"{prefix}_hour": change.hour,
        }
    return written


def write_panasonic(zone: TimeZone, _names: Names) -> Written:
    """`minutes` east, `enabled` "N"; or "Y", `saved_minutes`, `start_` and `stop_`.

    These have month, ordinal_day (5 is the last), day_of_week (0 is Sunday) and time in minutes
    after midnight. The KX-HDV guide of 2017 (page 107) offers First to Fourth and Last; that of
    the TGP500 of 2010 calls 5 the fifth.
    """
    clock = read_clock(zone, manner="for Panasonic phones", to_the_minute=True)
    summer = clock.summer
    if summer is None:
        return {"minutes": clock.offset_minutes, "enabled": "N"}
    written: Written = {
        "minutes": clock.offset_minutes,
        "enabled": "Y",
        "saved_minutes": summer.saved_minutes,
    }
    for prefix, change in (("start", summer.start), ("stop", summer.end)):
        written |= {
            f"{prefix}_month": change.month,
            f"{prefix}_ordinal_day": change.week,
            f"{prefix}_day_of_week": change.weekday,
            f"{prefix}_time": change.hour * HOUR + change.minute,
        }
    return written


def write_fanvil_fixed(zone: TimeZone, names: Names) -> Written:
    """The same for phones whose fields of summer time are not understood: no zone that has one."""
    written = write_fanvil(zone, names)
    if written["summer_time"]:
        raise refuse(zone, "for these Fanvil phones", "how they are told summer time is not known")
    return written


def write_fanvil(zone: TimeZone, _names: Names) -> Written:
    """`quarter_hours`, `name`, `summer_time` 0; or 1, `saved_minutes`, `start_` and `end_`.

    These have month, week (5 is the last), weekday (0 is Sunday) and hour. Sources disagree on
    week and weekday; a file that a phone wrote itself has 5 and 0 for the changes of Europe.
    """
    manner = "for Fanvil phones"
    clock = read_clock(zone, manner=manner)
    summer = clock.summer
    if clock.offset_minutes % 15:
        raise refuse(zone, manner, "its offset is not a number of quarter hours")
    written: Written = {
        "quarter_hours": clock.offset_minutes // 15,
        "summer_time": 0 if summer is None else 1,
    }
    # Of half hours and negative offsets nobody knows for sure how the phone spells the name.
    if clock.offset_minutes >= 0 and clock.offset_minutes % HOUR == 0:
        hours = clock.offset_minutes // HOUR
        written["name"] = f"UTC+{hours}" if hours else "UTC"
    if summer is None:
        return written
    written["saved_minutes"] = summer.saved_minutes
    for prefix, change in (("start", summer.start), ("end", summer.end)):
        written |= {
            f"{prefix}_month": change.month,
            f"{prefix}_week": change.week,
            f"{prefix}_weekday": change.weekday,
            f"{prefix}_hour": change.hour,
        }
    return written
