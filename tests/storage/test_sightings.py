"""Do sightings come back, in the lists where they belong and no longer than they should?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.errors import ChangedError, InputError
from chalicelib.domain.mac import Mac
from chalicelib.domain.sighting import KEPT, Sighting
from chalicelib.storage.records import Records
from chalicelib.storage.table import Table
from tests.storage.conftest import Clock

MAC = Mac("805ec0000001")
NEXT = Mac("805ec0000002")
NOW = datetime.fromtimestamp(1_800_000_000, UTC)
SIGHTING = Sighting(
    mac=MAC,
    source="192.0.2.0/24",
    address="192.0.2.7",
    user_agent='Yealink "SIP-T46S" 66.85.0.5',
    vendor="yealink",
    model="t46s",
    version="66.85.0.5",
    site="berlin",
    is_registered=False,
    reason="the device is not registered",
    first_at=NOW - timedelta(days=1),
    last_at=NOW,
    count=7,
)


@pytest.fixture
def records(table: Table) -> Records:
    return Records(table)


def test_sighting_comes_back(records: Records) -> None:
    saved = records.save_sighting(7, 300, SIGHTING, was=None)

    assert saved.value == SIGHTING
    assert records.sightings_in(7) == {300: saved}
    assert records.sightings_in(8) == {}
    assert list(records.list_discovered(limit=9, after=None).values) == [saved]
    assert records.sightings_of(MAC) == [SIGHTING]
    assert records.sightings_of(NEXT) == []


def test_place_is_taken_by_who_saw_it_free(records: Records) -> None:
    first = records.save_sighting(7, 300, SIGHTING, was=None)

    with pytest.raises(ChangedError, match="another sighting took the place"):
        records.save_sighting(7, 300, replace(SIGHTING, mac=NEXT), was=None)
    second = records.save_sighting(7, 300, replace(SIGHTING, mac=NEXT), was=first)

    assert records.sightings_in(7) == {300: second}
    assert records.sightings_of(MAC) == []


def test_registered_device_stands_in_no_list_but_is_found(records: Records) -> None:
    refused = replace(SIGHTING, is_registered=True, last_at=NOW + timedelta(minutes=1))
    records.save_sighting(7, 300, SIGHTING, was=None)
    records.save_sighting(8, 300, replace(refused, source="198.51.100.0/24"), was=None)

    assert [each.value for each in records.list_discovered(limit=9, after=None).values] == [
        SIGHTING
    ]
    assert [each.is_registered for each in records.sightings_of(MAC)] == [True, False]


def test_all_are_read_at_once_unless_there_are_too_many(records: Records) -> None:
    refused = replace(SIGHTING, is_registered=True, last_at=NOW + timedelta(minutes=1))
    records.save_sighting(7, 300, SIGHTING, was=None)
    records.save_sighting(7, 301, replace(SIGHTING, mac=NEXT), was=None)
    records.save_sighting(8, 300, replace(refused, source="198.51.100.0/24"), was=None)

    found = records.all_sightings(at_most=2)

    assert found == {mac: records.sightings_of(mac) for mac in (MAC, NEXT)}
    assert records.all_sightings(at_most=1) is None


def test_list_goes_on(records: Records) -> None:
    for place, mac in enumerate((NEXT, MAC)):
        records.save_sighting(7, place, replace(SIGHTING, mac=mac), was=None)

    first = records.list_discovered(limit=1, after=None)
    rest = records.list_discovered(limit=1, after=first.after)

    assert [each.value.mac for each in [*first.values, *rest.values]] == [MAC, NEXT]
    assert rest.after is None
    with pytest.raises(InputError, match="cursor"):
        records.list_discovered(limit=1, after="nonsense")


def test_sighting_ends_by_itself(records: Records, clock: Clock) -> None:
    records.save_sighting(7, 300, SIGHTING, was=None)

    clock.time += KEPT.total_seconds()

    assert records.sightings_in(7) == {}
    assert records.sightings_of(MAC) == []


def test_device_is_forgotten_where_it_was_seen(records: Records) -> None:
    records.save_sighting(7, 1, SIGHTING, was=None)
    records.save_sighting(8, 2, replace(SIGHTING, source="198.51.100.0/24", site=None), was=None)
    records.save_sighting(7, 2, replace(SIGHTING, mac=NEXT), was=None)

    records.forget_sightings(MAC, site="berlin")
    of_no_site = records.sightings_of(MAC)
    records.forget_sightings(MAC)

    assert [each.site for each in of_no_site] == [None]
    assert records.sightings_of(MAC) == []
    assert len(records.sightings_of(NEXT)) == 1


def test_ignored_devices_come_back(records: Records) -> None:
    records.ignore(MAC, None, NOW)
    records.ignore(MAC, "berlin", NOW)
    records.ignore(NEXT, None, NOW)

    records.heed(MAC, ["berlin"])

    assert records.ignored() == {(MAC, None): NOW, (NEXT, None): NOW}
    assert records.ignored(within=0.25) == records.ignored()
