"""Is it found which devices name a layout or a version, however their settings change?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.device import Device
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Stored
from chalicelib.storage.records import Records
from chalicelib.storage.table import Table
from tests.storage.test_standing import BERLIN, a_device, an_extension

FIRST, SECOND = Mac("001565000001"), Mac("001565000002")
NAMED = {"key_layout": "desk", "firmware": "1.0"}


@pytest.fixture
def records(table: Table) -> Records:
    records = Records(table)
    records.save_site(BERLIN, was=None)
    records.save_extension(an_extension(), was=None)
    return records


def save(records: Records, mac: Mac = FIRST, **more: Any) -> Stored[Device]:  # noqa: ANN401
    was = records.device(mac)
    device = replace(was.value, **more) if was else a_device(mac, **more)
    return records.save_device(device, was=was)


def test_device_is_found_by_both_of_what_it_names(records: Records) -> None:
    save(records, settings=NAMED)
    save(records, SECOND, settings={"firmware": "2.0"}, site="berlin")

    assert records.users_of_layout("desk").macs == (FIRST,)
    assert records.users_of_firmware("zip", "1.0").macs == (FIRST,)
    assert records.users_of_firmware("zip", "2.0").macs == (SECOND,)
    assert records.users_of_firmware("yealink", "1.0").count == 0


def test_device_that_moves_is_found_by_its_new_site(records: Records) -> None:
    save(records, settings=NAMED)

    save(records, site="berlin")

    assert records.users_of_layout("desk", site="berlin").macs == (FIRST,)
    assert records.users_of_layout("desk", site="default").count == 0


def test_device_that_names_something_else_is_found_by_that(records: Records) -> None:
    save(records, settings=NAMED)

    save(records, settings={"key_layout": "lobby", "firmware": None})

    assert records.users_of_layout("lobby").macs == (FIRST,)
    assert records.users_of_layout("desk").count == 0
    assert records.users_of_firmware("zip", "1.0").count == 0


def test_device_that_is_removed_names_nothing(records: Records, table: Table) -> None:
    records.remove_device(save(records, settings=NAMED))

    assert records.users_of_layout("desk").count == 0
    assert table.read(f"DEVICE#{FIRST}") == []


def test_many_users_are_counted_and_the_first_named(records: Records) -> None:
    macs = [Mac(f"00156500000{number}") for number in range(5)]
    for mac in macs:
        save(records, mac, settings=NAMED)

    users = records.users_of_layout("desk")

    assert str(users) == "5 devices (001565000000, 001565000001, 001565000002, ...)"


def test_device_that_names_nothing_costs_no_item(records: Records, table: Table) -> None:
    save(records, settings={"language": "de"})

    found = [item.key.sort for item in table.read(f"DEVICE#{FIRST}")]

    assert found == ["DEVICE", "LINE#1", "STATUS"]
