"""How do phones want a time zone that have a list of zones, with the rules inside?

What such a phone shows is as new as its firmware. A pack lists a zone only where that is not known
or suspected to be stale; a zone that is not listed is told by one whose clock is the same.
"""

from __future__ import annotations

from chalicelib.domain.time_forms.clock import Names, Written, refuse, write_offset
from chalicelib.domain.time_forms.rule_field import write_hours
from chalicelib.domain.timezone import TimeZone, TimeZoneError, put_summer_time_ahead


def write_olson(zone: TimeZone, names: Names) -> Written:
    """`name`: the IANA name, for phones that know them all; a pack lists names spelt otherwise."""
    return {"name": names.get(zone.name, zone.name)}


def write_olson_offset(zone: TimeZone, names: Names) -> Written:
    """`name` as in olson, and `offset` "+5:30", "+0:00" of standard time."""
    standard = put_summer_time_ahead(zone)
    hours, minutes = write_offset(standard.offset_minutes, sign_of_zero="+")
    return {"name": names.get(zone.name, zone.name), "offset": f"{hours}:{minutes}"}


def write_olson_listed(zone: TimeZone, names: Names) -> Written:
    """`name`: an IANA name of the pack's list, the zone's own or one with the same clock."""
    return {"name": _find_listed(zone, names)}


def write_named(zone: TimeZone, names: Names) -> Written:
    """`code`: the vendor's code; `summer_time` 1 or 0; `offset` of standard time "+5:30", "0".

    A pack may list codes that stand for an offset only under fixed zones such as Etc/GMT+5, where
    its template switches summer time off by `summer_time`.
    """
    standard = put_summer_time_ahead(zone)
    return {
        "code": _find_listed(zone, names),
        "summer_time": int(zone.daylight_saving is not None),
        "offset": write_hours(standard.offset_minutes),
    }


def write_named_or_offset(zone: TimeZone, names: Names) -> Written:
    """As named; but a zone without summer time may go unlisted, and has no `code` then."""
    try:
        return write_named(zone, names)
    except TimeZoneError:
        if zone.daylight_saving is not None:
            raise
    return {"summer_time": 0, "offset": write_hours(zone.offset_minutes)}


def _find_listed(zone: TimeZone, names: Names) -> str | int:
    if zone.name in names:
        return names[zone.name]
    for name, code in names.items():
        if name in zone.alike:
            return code
    raise refuse(zone, "for these phones", "their list has no zone with this clock")
