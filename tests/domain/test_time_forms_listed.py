"""Does a zone find its code in a vendor's list, by name or by its clock, and never a near one?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from chalicelib.catalog import Catalog
from chalicelib.domain.time_forms import FORMS, Names, Written
from chalicelib.domain.timezone import TimeZone, TimeZoneError, find_time_zone, read_time_zone_table

DATA = Path(__file__).parents[2] / "chalicelib" / "templates" / "timezones.json"
TABLE = read_time_zone_table(json.loads(DATA.read_text(encoding="ascii")))
PACKS = Catalog().packs
LOOK_UP = ("olson_listed", "named", "named_or_offset")
LIST: Names = {
    "Europe/London": 39,
    "Europe/Berlin": 50,
    "Europe/Rome": 52,
    "America/New_York": 18,
    "Etc/GMT+5": 19,
    "Asia/Singapore": "SGP+8",
    "Asia/Kolkata": 84,
}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("Europe/Rome", {"code": 52, "summer_time": 1, "offset": "+1"}),
        ("Europe/Berlin", {"code": 50, "summer_time": 1, "offset": "+1"}),
        ("Europe/Vienna", {"code": 50, "summer_time": 1, "offset": "+1"}),
        ("MET", {"code": 50, "summer_time": 1, "offset": "+1"}),
        ("Europe/Jersey", {"code": 39, "summer_time": 1, "offset": "0"}),
        ("America/Toronto", {"code": 18, "summer_time": 1, "offset": "-5"}),
        ("America/Lima", {"code": 19, "summer_time": 0, "offset": "-5"}),
        ("America/Jamaica", {"code": 19, "summer_time": 0, "offset": "-5"}),
        ("Asia/Shanghai", {"code": "SGP+8", "summer_time": 0, "offset": "+8"}),
        ("Asia/Colombo", {"code": 84, "summer_time": 0, "offset": "+5:30"}),
    ],
)
def test_zone_is_found_by_name_or_by_its_clock(name: str, fields: Written) -> None:
    assert FORMS["named"](find_time_zone(TABLE, name), LIST) == fields


@pytest.mark.parametrize(
    "name",
    [
        "UTC",  # London has summer time
        "Africa/Lagos",  # Berlin too
        "Europe/Athens",
        "America/Chicago",
        "Asia/Kathmandu",
        "Europe/Dublin",  # told otherwise by IANA: a pack lists it by name
    ],
)
@pytest.mark.parametrize("form", ["named", "olson_listed"])
def test_zone_without_a_code_is_refused(form: str, name: str) -> None:
    with pytest.raises(TimeZoneError, match=f"{name} .*their list has no zone with this clock"):
        FORMS[form](find_time_zone(TABLE, name), LIST)


def test_listed_iana_name_stands_for_zones_with_the_same_clock() -> None:
    names: Names = {"Europe/Berlin": "Europe/Berlin", "Greenwich": "Greenwich"}

    written = [
        FORMS["olson_listed"](find_time_zone(TABLE, name), names)
        for name in ("Europe/Berlin", "Europe/Oslo", "UTC", "Africa/Abidjan")
    ]

    assert written == [
        {"name": "Europe/Berlin"},
        {"name": "Europe/Berlin"},
        {"name": "Greenwich"},
        {"name": "Greenwich"},
    ]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("Europe/Madrid", {"code": 50, "summer_time": 1, "offset": "+1"}),
        ("Asia/Kolkata", {"code": 84, "summer_time": 0, "offset": "+5:30"}),
        ("UTC", {"summer_time": 0, "offset": "0"}),
        ("America/Phoenix", {"summer_time": 0, "offset": "-7"}),
    ],
)
def test_unlisted_zone_without_summer_time_is_told_by_its_offset(
    name: str, fields: Written
) -> None:
    assert FORMS["named_or_offset"](find_time_zone(TABLE, name), LIST) == fields


def test_unlisted_zone_with_summer_time_is_refused() -> None:
    with pytest.raises(TimeZoneError, match="their list has no zone with this clock"):
        FORMS["named_or_offset"](find_time_zone(TABLE, "Europe/Athens"), LIST)


@pytest.mark.parametrize("form", ["olson", "olson_offset"])
def test_iana_name_that_a_vendor_spells_otherwise_is_written_so(form: str) -> None:
    written = FORMS[form](find_time_zone(TABLE, "UTC"), {"UTC": "Etc/UTC"})

    assert written["name"] == "Etc/UTC"


CODES_BY_VENDOR: Mapping[str, Mapping[str, str | int | None]] = {
    "gigaset": {
        "UTC": "Greenwich",
        "Europe/London": "Europe/London",
        "Europe/Paris": "Europe/Paris",
        "Europe/Berlin": "Europe/Berlin",
        "America/New_York": "America/New_York",
        "America/Chicago": "America/Chicago",
        "America/Denver": "America/Denver",
        "America/Phoenix": None,
        "America/Los_Angeles": "America/Los_Angeles",
        "America/Sao_Paulo": None,  # listed, but older than the end of its summer time
        "Asia/Kolkata": None,
        "Asia/Shanghai": "Asia/Hong_Kong",
        "Asia/Tokyo": "Asia/Tokyo",
        "Australia/Sydney": "Australia/Sydney",
        "Pacific/Auckland": None,
    },
    "htek": {
        "UTC": 33,
        "Europe/London": 39,
        "Europe/Paris": 50,
        "Europe/Berlin": 50,
        "America/New_York": 18,
        "America/Chicago": 14,
        "America/Denver": 10,
        "America/Phoenix": 10,
        "America/Los_Angeles": 6,
        "America/Sao_Paulo": 30,
        "Asia/Kolkata": 84,
        "Asia/Shanghai": 89,
        "Asia/Tokyo": 93,
        "Australia/Sydney": 96,
        "Pacific/Auckland": 102,
    },
}


@pytest.mark.parametrize("vendor", CODES_BY_VENDOR)
def test_zones_that_many_want_have_these_codes(vendor: str) -> None:
    zones = {zone: find_time_zone(TABLE, zone) for zone in CODES_BY_VENDOR[vendor]}

    codes = {zone: code_of(found, PACKS[vendor].time_zones) for zone, found in zones.items()}

    assert codes == CODES_BY_VENDOR[vendor]


# Each way in which a pack's models want their time zone, by one of the models.
CLOCKS = {
    f"{pack.vendor}-{form}-{len(codes)}": (form, codes)
    for pack in PACKS.values()
    for model in (None, *pack.models.values())
    for form, codes in [pack.time_zone_facts(model)]
}
every_clock = pytest.mark.parametrize(("form", "codes"), CLOCKS.values(), ids=CLOCKS)


@every_clock
def test_list_of_a_pack_names_zones_and_gives_their_codes(form: str | None, codes: Names) -> None:
    found = {name: code_of(find_time_zone(TABLE, name), codes) for name in codes}

    assert found == codes
    assert None not in found.values()
    assert form is not None or not codes


@every_clock
def test_form_has_the_list_that_it_reads_and_no_other_has_one(
    form: str | None, codes: Names
) -> None:
    if form in LOOK_UP:
        assert codes
    elif form not in (None, "olson", "olson_offset"):
        assert not codes


def code_of(zone: TimeZone, names: Names) -> str | int | None:
    try:
        return FORMS["named"](zone, names)["code"]
    except TimeZoneError:
        return None
