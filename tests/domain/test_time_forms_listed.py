"""Does a zone find its code in a vendor's list, by name or by its clock, and never a near one?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.catalog import Catalog
from chalicelib.domain.time_forms import FORMS, Names, Written
from chalicelib.domain.timezone import TimeZoneError, find_time_zone, read_time_zone_table
from chalicelib.domain.vendor import Pack

DATA = Path(__file__).parents[2] / "chalicelib" / "templates" / "timezones.json"
TABLE = read_time_zone_table(json.loads(DATA.read_text(encoding="ascii")))
PACKS = Catalog().packs.values()
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


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.vendor)
def test_list_of_a_pack_names_zones_and_gives_their_codes(pack: Pack) -> None:
    written = {
        name: FORMS[pack.time_zone_form or ""](find_time_zone(TABLE, name), pack.time_zones)
        for name in pack.time_zones
    }

    for name, code in pack.time_zones.items():
        assert written[name].get("code", written[name].get("name")) == code
        assert code not in ("", None)
    assert (pack.time_zone_form in LOOK_UP) <= bool(pack.time_zones)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.vendor)
def test_pack_has_no_list_that_its_form_does_not_read(pack: Pack) -> None:
    assert not pack.time_zones or pack.time_zone_form in (*LOOK_UP, "olson", "olson_offset")
