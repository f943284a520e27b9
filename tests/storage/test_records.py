"""Do records come back as they were kept, in as few requests as promised?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.device import Device, Dossier, Fetch, Line
from chalicelib.domain.errors import ChangedError, ExtensionInUseError, InputError
from chalicelib.domain.extension import Extension, Origin
from chalicelib.domain.loaded import Loaded
from chalicelib.domain.mac import Mac
from chalicelib.domain.profile import MOST_LINES
from chalicelib.domain.record import Change, Stored
from chalicelib.domain.upload import LARGEST_UPLOAD, Upload
from chalicelib.storage.records import Records
from chalicelib.storage.sealed import SealedTable
from chalicelib.storage.table import Key, Table
from chalicelib.vault.local_file import LocalFile, PlainWrap
from chalicelib.vault.vault import Vault

MAC = Mac("001565123456")
NOON = datetime(2026, 1, 1, 12, 0, 0, 123000, tzinfo=UTC)
EXTENSION = Extension(
    number="1001",
    name="Zoë \U0001f4de",
    password="a secret",
    origin=Origin.FILE,
    created_at=NOON,
    updated_at=NOON,
)
DEVICE = Device(
    mac=MAC,
    vendor="zip",
    model="33g",
    lines=({"extension_number": "1001", "label": "Desk"},),
    keys=({"position": 2, "module": 0, "type": "blf", "value": "1002", "line": 1},),
    settings={"language": "de", "web": {"admin_password": "web secret"}},
    origin=Origin.API,
    created_at=NOON,
    updated_at=NOON,
)
LINE = Line(position=1, number="1001", name="Zoë \U0001f4de", password="a secret", updated_at=NOON)
FETCH = Fetch(
    at=NOON,
    file="001565123456.cfg",
    address="192.0.2.1",
    user_agent='Zultys "ZIP" 33G',
    etag="0123456789abcdef",
    version="47.80.132.4",
)
ARMED = AccessState(
    generation=7, oldest=6, armed_until=NOON + timedelta(hours=1), armed_left=5, awaited=True
)


@pytest.fixture
def records(table: Table, tmp_path: Path) -> Records:
    """Records with one extension, sealed as an installation has them."""
    vault = Vault(LocalFile(tmp_path / "keys"), PlainWrap())
    made = Records(SealedTable(table, seal=vault, name="offhook"))
    made.save_extension(EXTENSION, was=None)
    return made


def dossier_of(records: Records) -> Dossier:
    """What an answer begins with: the device as it is there, or as it was there a moment ago."""
    return records.dossier(MAC) or Dossier(device=DEVICE, lines=(LINE,))


def test_extension_comes_back(records: Records) -> None:
    found = records.extension("1001")

    assert found is not None
    assert found.value == EXTENSION
    assert records.extensions(["1001", "1002"]) == {"1001": found}
    assert list(records.list_extensions(limit=9, after=None).values) == [found]
    assert records.count_extensions(at_most=9) == 1


def test_device_comes_back(records: Records) -> None:
    saved = records.save_device(DEVICE, was=None)

    assert saved.value == DEVICE
    assert records.device(MAC) == saved
    assert records.devices([MAC, Mac("001565123457")]) == {MAC: saved}
    assert list(records.list_devices(limit=9, after=None).values) == [saved]
    assert len(records.list_devices(limit=9, after=None).values) == 1
    assert records.placements("1001") == [MAC]


def test_dossier_comes_back(records: Records) -> None:
    records.save_device(DEVICE, was=None)
    records.note(dossier_of(records), FETCH)

    dossier = records.dossier(MAC)
    assert dossier == Dossier(device=DEVICE, lines=(LINE,))
    assert dossier.last_fetch == FETCH
    assert records.last_fetches([DEVICE]) == {MAC: FETCH}


@pytest.mark.parametrize(
    "state", [ARMED, AccessState(), AccessState(generation=2, oldest=2, disabled=True)]
)
def test_access_comes_back(records: Records, state: AccessState) -> None:
    records.save_device(DEVICE, was=None, access=state)

    found = records.access(MAC)
    dossier = records.dossier(MAC)
    assert found is not None
    assert dossier is not None
    assert found.value == state
    assert dossier.access == found


def test_device_that_changes_keeps_its_access(records: Records) -> None:
    saved = records.save_device(DEVICE, was=None, access=ARMED)
    before = records.access(MAC)

    records.save_device(replace(DEVICE, model="37g"), was=saved)

    assert before is not None
    assert records.access(MAC) == before


def test_access_goes_with_the_device(records: Records) -> None:
    saved = records.save_device(DEVICE, was=None, access=ARMED)

    records.remove_device(saved)

    assert records.access(MAC) is None


def open_device(records: Records) -> Stored[AccessState]:
    """Store the device, and give what opens it."""
    records.save_device(DEVICE, was=None, access=ARMED)
    found = records.access(MAC)
    assert found is not None
    return found


def test_note_with_a_change_of_access_stores_both(records: Records) -> None:
    was = open_device(records)

    records.note(dossier_of(records), FETCH, Change(was, ARMED.confirm(7)))

    dossier = records.dossier(MAC)
    assert dossier is not None
    assert dossier.access is not None
    assert (dossier.last_fetch, dossier.access.value) == (FETCH, ARMED.confirm(7))
    assert dossier.access.revision != was.revision


def test_spend_stores_the_fetch_and_what_is_left(records: Records) -> None:
    was = open_device(records)

    records.spend(dossier_of(records), FETCH, Change(was, ARMED.spend()))

    dossier = records.dossier(MAC)
    assert dossier is not None
    assert dossier.access is not None
    assert (dossier.last_fetch, dossier.access.value.armed_left) == (FETCH, 4)


def test_change_of_access_that_comes_too_late_stores_nothing(records: Records) -> None:
    was = open_device(records)
    records.save_access(MAC, Change(was, ARMED.disarm()))

    with pytest.raises(ChangedError, match="another fetch of the device came in between"):
        records.spend(dossier_of(records), FETCH, Change(was, ARMED.spend()))
    with pytest.raises(ChangedError, match="another fetch of the device came in between"):
        records.note(dossier_of(records), FETCH, Change(was, ARMED.confirm(7)))
    with pytest.raises(ChangedError, match="somebody else changed it; read it again"):
        records.save_access(MAC, Change(was, ARMED))

    dossier = records.dossier(MAC)
    assert dossier is not None
    assert dossier.access is not None
    assert (dossier.last_fetch, dossier.access.value) == (None, ARMED.disarm())


def test_change_of_access_of_a_device_that_was_removed_stores_nothing(
    records: Records, table: Table
) -> None:
    was = open_device(records)
    device = records.device(MAC)
    assert device is not None
    records.remove_device(device)

    with pytest.raises(ChangedError):
        records.spend(dossier_of(records), FETCH, Change(was, ARMED.spend()))

    assert table.read("DEVICE#001565123456") == []


def test_nothing_there(records: Records) -> None:
    assert records.device(MAC) is None
    assert records.dossier(MAC) is None
    assert records.access(MAC) is None
    assert records.extension("1002") is None
    assert records.placements("1001") == []
    assert records.devices([]) == {}
    assert records.last_fetches([]) == {}
    assert records.loaded() is None


def test_fetch_of_a_device_that_was_removed_is_not_the_next_ones(records: Records) -> None:
    was = records.save_device(DEVICE, was=None)
    records.remove_device(was)
    records.note(dossier_of(records), FETCH)  # the phone was being answered meanwhile
    later = replace(DEVICE, created_at=datetime(2026, 1, 2, tzinfo=UTC))

    records.save_device(later, was=None)

    dossier = records.dossier(MAC)
    assert dossier is not None
    assert dossier.last_fetch is None
    assert records.last_fetches([later]) == {}


def test_note_for_a_device_that_was_removed_makes_no_device(records: Records) -> None:
    records.remove_device(records.save_device(DEVICE, was=None))

    records.note(dossier_of(records), FETCH)

    assert records.dossier(MAC) is None
    assert len(records.list_devices(limit=9, after=None).values) == 0


def test_extension_moves_every_copy(records: Records) -> None:
    records.save_device(DEVICE, was=None)
    other = replace(DEVICE, mac=Mac("001565123457"))
    records.save_device(other, was=None)
    was = records.extension("1001")

    records.save_extension(replace(EXTENSION, password="another"), was=was)

    dossiers = [records.dossier(mac) for mac in (MAC, other.mac)]
    assert [d.lines[0].password for d in dossiers if d] == ["another", "another"]


def test_device_without_extension_is_refused(records: Records) -> None:
    with pytest.raises(InputError, match='"1002" is not an extension'):
        records.save_device(replace(DEVICE, lines=({"extension_number": "1002"},)), was=None)

    assert records.dossier(MAC) is None


def test_stale_writers_lose(records: Records) -> None:
    device = records.save_device(DEVICE, was=None)
    extension = records.extension("1001")
    assert extension is not None
    records.save_device(DEVICE, was=device)
    records.save_extension(EXTENSION, was=extension)

    with pytest.raises(ChangedError):
        records.save_device(DEVICE, was=device)
    with pytest.raises(ChangedError):
        records.remove_device(device)
    with pytest.raises(ChangedError):
        records.save_device(DEVICE, was=None)
    with pytest.raises(ChangedError):
        records.save_extension(EXTENSION, was=extension)
    with pytest.raises(ChangedError):
        records.save_extension(EXTENSION, was=None)


def test_extension_in_use_stays(records: Records) -> None:
    records.save_device(DEVICE, was=None)
    extension = records.extension("1001")
    assert extension is not None

    with pytest.raises(ExtensionInUseError) as caught:
        records.remove_extension(extension)

    assert caught.value.devices == (MAC,)


def test_loaded_comes_back(records: Records) -> None:
    loaded = Loaded(digest="0f", macs=frozenset([MAC]), numbers=frozenset(["1001", "1002"]))
    records.save_loaded(loaded, was=None)
    found = records.loaded()

    with pytest.raises(ChangedError):
        records.save_loaded(Loaded(), was=None)
    records.save_loaded(replace(loaded, digest="1f"), was=found)

    again = records.loaded()
    assert found is not None
    assert again is not None
    assert (found.value, again.value.digest) == (loaded, "1f")


def test_secret_lies_in_no_key_and_no_index(records: Records, table: Table) -> None:
    records.save_device(DEVICE, was=None)

    items = [*table.read("DEVICE#001565123456"), *table.read("EXTENSION#1001")]
    assert [item.key for item in items] == [
        Key("DEVICE#001565123456", "DEVICE"),
        Key("DEVICE#001565123456", "LINE#1"),
        Key("DEVICE#001565123456", "STATUS"),
        Key("EXTENSION#1001", "EXTENSION"),
        Key("EXTENSION#1001", "PLACEMENTS"),
    ]
    assert [item.entries for item in items] == [
        {
            "listing": ("DEVICE", "001565123456"),
            "finding": ("MODEL", "zip\x1f33g\x1f001565123456"),
            "site_listing": ("DEVICE#default", "001565123456"),
            "site_finding": ("MODEL#default", "zip\x1f33g\x1f001565123456"),
        },
        {
            "listing": ("NAME", "zoë \U0001f4de\x1f001565123456\x1f001"),
            "finding": ("NUMBER", "1001\x1f001565123456\x1f001"),
            "site_listing": ("NAME#default", "zoë \U0001f4de\x1f001565123456\x1f001"),
            "site_finding": ("NUMBER#default", "1001\x1f001565123456\x1f001"),
        },
        {
            "listing": ("STATE", "never\x1f\x1f001565123456"),
            "site_listing": ("STATE#default", "never\x1f\x1f001565123456"),
        },
        {
            "listing": ("EXTENSION", "04#1001"),
            "site_listing": ("EXTENSION#default", "04#1001"),
        },
        {},
    ]


def test_no_secret_lies_in_the_table(records: Records, table: Table) -> None:
    own = ({"extension_number": "1001"}, {"user": "trunk", "password": "a secret"})
    raw = {"web": {"admin_password": "web secret"}, "vendor_settings": {"x": "raw secret"}}

    records.save_device(replace(DEVICE, lines=own, settings=raw), was=None, access=ARMED)

    kept = [*table.read("DEVICE#001565123456"), *table.read("EXTENSION#1001")]
    assert "secret" not in json.dumps([item.body for item in kept])
    dossier = records.dossier(MAC)
    assert dossier is not None
    assert [line.password for line in dossier.lines] == ["a secret", "a secret"]
    assert dossier.device.settings == raw


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


def sorts(table: Table, partition: str) -> list[str]:
    return [item.key.sort for item in table.read(partition)]


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


UPLOAD = Upload(name="{mac}-web.cfg", text="<x>Zoë \U0001f4de\r\n</x>", at=NOON)


def test_upload_comes_back(records: Records) -> None:
    records.save_device(DEVICE, was=None)

    kept = records.keep_upload(DEVICE, UPLOAD)

    assert kept
    assert records.upload(DEVICE, "{mac}-web.cfg") == UPLOAD
    assert records.upload(DEVICE, "{mac}-phone.cfg") is None


def test_upload_takes_the_place_of_the_one_before(records: Records) -> None:
    records.save_device(DEVICE, was=None)
    records.keep_upload(DEVICE, UPLOAD)

    records.keep_upload(DEVICE, replace(UPLOAD, text="new"))

    found = records.upload(DEVICE, "{mac}-web.cfg")
    assert found is not None
    assert found.text == "new"


@pytest.mark.parametrize("text", ['"' * LARGEST_UPLOAD, "\0" * LARGEST_UPLOAD])
def test_largest_upload_has_room(records: Records, text: str) -> None:
    records.save_device(DEVICE, was=None)

    assert records.keep_upload(DEVICE, replace(UPLOAD, text=text))

    found = records.upload(DEVICE, UPLOAD.name)
    assert found is not None
    assert found.text == text


def test_upload_lies_sealed(records: Records, table: Table) -> None:
    records.save_device(DEVICE, was=None)

    records.keep_upload(DEVICE, replace(UPLOAD, text="web.password = of its user"))

    [kept] = table.read("UPLOADS#001565123456")
    assert "of its user" not in json.dumps(kept.body)


def test_upload_is_no_part_of_what_a_fetch_reads(records: Records, table: Table) -> None:
    records.save_device(DEVICE, was=None)

    records.keep_upload(DEVICE, UPLOAD)

    assert sorts(table, "DEVICE#001565123456") == ["DEVICE", "LINE#1", "STATUS"]
    assert sorts(table, "UPLOADS#001565123456") == ["{mac}-web.cfg"]


def test_upload_of_a_device_that_is_not_there_is_not_kept(records: Records, table: Table) -> None:
    assert not records.keep_upload(DEVICE, UPLOAD)

    assert sorts(table, "UPLOADS#001565123456") == []


def test_uploads_go_with_their_device(records: Records, table: Table) -> None:
    was = records.save_device(DEVICE, was=None)
    records.keep_upload(DEVICE, UPLOAD)
    records.keep_upload(DEVICE, replace(UPLOAD, name="{mac}-phone.cfg"))

    records.remove_device(was)

    assert sorts(table, "UPLOADS#001565123456") == []


def test_upload_of_a_device_that_was_removed_is_not_the_next_ones(records: Records) -> None:
    later = replace(DEVICE, created_at=datetime(2026, 1, 2, tzinfo=UTC))
    records.save_device(later, was=None)

    records.keep_upload(DEVICE, UPLOAD)  # it was being received meanwhile

    assert records.upload(later, UPLOAD.name) is None
