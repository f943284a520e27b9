"""Does each line of a device keep a current copy of its extension?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.domain.errors import ExtensionInUseError, InputError
from chalicelib.domain.mac import Mac
from chalicelib.domain.profile import MOST_LINES
from chalicelib.storage.records import Records
from chalicelib.storage.table import Table
from tests.storage.test_records import DEVICE, EXTENSION, MAC, sealed_records, sorts

SHARED = replace(
    DEVICE,
    lines=(
        {"extension_number": "1001"},
        {"user": "trunk", "password": "own secret", "name": "Trunk"},
        {"extension_number": "1002"},
        {"extension_number": "1001"},
    ),
)


def accounts(records: Records, mac: Mac = MAC) -> list[tuple[int, str, str, str]]:
    dossier = records.dossier(mac)
    assert dossier is not None
    return [(line.position, line.number, line.name, line.password) for line in dossier.lines]


@pytest.fixture
def records(table: Table, tmp_path: Path) -> Records:
    return sealed_records(table, tmp_path)


@pytest.fixture
def sharing(records: Records) -> Records:
    """Records with another extension, and a device with both and an account of its own."""
    records.save_extension(replace(EXTENSION, number="1002", name="Lab"), was=None)
    records.save_device(SHARED, was=None)
    return records


def test_device_of_several_lines_comes_back(sharing: Records, table: Table) -> None:
    assert accounts(sharing) == [
        (1, "1001", "Zoë \U0001f4de", "a secret"),
        (2, "trunk", "Trunk", "own secret"),
        (3, "1002", "Lab", "a secret"),
        (4, "1001", "Zoë \U0001f4de", "a secret"),
    ]
    assert sorts(table, "DEVICE#001565123456") == [
        "DEVICE",
        "LINE#1",
        "LINE#2",
        "LINE#3",
        "LINE#4",
        "STATUS",
    ]
    assert sharing.placements("1001") == sharing.placements("1002") == [MAC]


def test_extension_on_several_lines_moves_every_copy(sharing: Records) -> None:
    was = sharing.extension("1001")

    sharing.save_extension(replace(EXTENSION, name="Lobby", password="another"), was=was)

    assert accounts(sharing) == [
        (1, "1001", "Lobby", "another"),
        (2, "trunk", "Trunk", "own secret"),
        (3, "1002", "Lab", "a secret"),
        (4, "1001", "Lobby", "another"),
    ]


@pytest.mark.parametrize(
    ("numbers", "left"),
    [
        (["1001"], {"1001": [MAC], "1002": []}),
        (["1002", "1001"], {"1001": [MAC], "1002": [MAC]}),
        (["1002"] * 5, {"1001": [], "1002": [MAC]}),
    ],
)
def test_lines_that_go_leave_no_copy_behind(
    sharing: Records, table: Table, numbers: list[str], left: dict[str, list[Mac]]
) -> None:
    was = sharing.device(MAC)
    lines = tuple({"extension_number": number} for number in numbers)

    sharing.save_device(replace(SHARED, lines=lines), was=was)

    assert [number for _, number, _, _ in accounts(sharing)] == numbers
    copies = [f"LINE#{position}" for position in range(1, len(numbers) + 1)]
    assert sorts(table, "DEVICE#001565123456") == ["DEVICE", *copies, "STATUS"]
    assert {number: sharing.placements(number) for number in left} == left


def test_device_without_an_extension_has_no_copy(sharing: Records, table: Table) -> None:
    was = sharing.device(MAC)

    sharing.save_device(replace(SHARED, lines=SHARED.lines[1:2]), was=was)

    assert accounts(sharing) == [(1, "trunk", "Trunk", "own secret")]
    [_, line, _] = table.read("DEVICE#001565123456")
    assert line.body == {"position": 1, "number": "trunk", "name": "Trunk", "updated_at": None}
    assert sorts(table, "EXTENSION#1001") == ["EXTENSION"]


def test_device_of_several_lines_goes_without_a_trace(sharing: Records, table: Table) -> None:
    was = sharing.device(MAC)
    assert was is not None

    sharing.remove_device(was)

    assert sorts(table, "DEVICE#001565123456") == []
    assert sorts(table, "EXTENSION#1001") == sorts(table, "EXTENSION#1002") == ["EXTENSION"]


def test_extension_on_any_line_is_in_use(sharing: Records) -> None:
    extension = sharing.extension("1002")
    assert extension is not None

    with pytest.raises(ExtensionInUseError) as caught:
        sharing.remove_extension(extension)

    assert caught.value.devices == (MAC,)


def test_as_many_lines_as_a_device_may_have_change_at_once(records: Records) -> None:
    for number in range(2 * MOST_LINES):
        records.save_extension(replace(EXTENSION, number=f"2{number:03}"), was=None)
    lines = tuple({"extension_number": f"2{number:03}"} for number in range(2 * MOST_LINES))
    was = records.save_device(replace(DEVICE, lines=lines[:MOST_LINES]), was=None)

    records.save_device(replace(DEVICE, lines=lines[MOST_LINES:]), was=was)

    assert [number for _, number, _, _ in accounts(records)] == [
        line["extension_number"] for line in lines[MOST_LINES:]
    ]
    assert records.placements("2000") == []


def test_lines_of_one_device_count_towards_the_bound(records: Records) -> None:
    lines = tuple({"extension_number": "1001"} for _ in range(16))
    records.save_device(replace(DEVICE, lines=lines), was=None)
    records.save_device(replace(DEVICE, mac=Mac("001565123457"), lines=lines), was=None)

    with pytest.raises(InputError, match='"1001" is on 32 lines, and no more can share it'):
        records.save_device(replace(DEVICE, mac=Mac("001565123458"), lines=lines[:3]), was=None)
