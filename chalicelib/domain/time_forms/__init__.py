"""Which forms can write a time zone in the words of a family of phones?

A vendor pack chooses one by name. A form gives the fields of `time` that a template sees, and
raises TimeZoneError where it cannot write the zone exactly: never a near miss.
"""

from collections.abc import Callable, Mapping

from chalicelib.domain.time_forms.clock import Names, Written
from chalicelib.domain.time_forms.listed import (
    write_named,
    write_named_or_offset,
    write_olson,
    write_olson_listed,
    write_olson_offset,
)
from chalicelib.domain.time_forms.rule_field import (
    write_fanvil,
    write_fanvil_fixed,
    write_mitel,
    write_month_week_day_hour,
    write_panasonic,
    write_polycom,
)
from chalicelib.domain.time_forms.rule_text import (
    write_avaya,
    write_cisco_flat,
    write_posix,
    write_posix_long,
    write_snom,
)
from chalicelib.domain.timezone import TimeZone

__all__ = ["FORMS", "Form", "Names", "Written"]

Form = Callable[[TimeZone, Names], Written]

FORMS: Mapping[str, Form] = {
    "month_week_day_hour": write_month_week_day_hour,
    "polycom": write_polycom,
    "mitel": write_mitel,
    "panasonic": write_panasonic,
    "fanvil": write_fanvil,
    "fanvil_fixed": write_fanvil_fixed,
    "posix": write_posix,
    "posix_long": write_posix_long,
    "cisco_flat": write_cisco_flat,
    "avaya": write_avaya,
    "snom": write_snom,
    "olson": write_olson,
    "olson_listed": write_olson_listed,
    "olson_offset": write_olson_offset,
    "named": write_named,
    "named_or_offset": write_named_or_offset,
}
