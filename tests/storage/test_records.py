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
from chalicelib.domain.record import Change, Stored
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
    return sealed_records(table, tmp_path)


def sealed_records(table: Table, folder: Path) -> Records:
    """The same, for other tests."""
    vault = Vault(LocalFile(folder / "keys"), PlainWrap())
    made = Records(SealedTable(table, seal=vault, name="offhook"))
    made.save_extension(EXTENSION, was=None)
    return made


def sorts(table: Table, partition: str) -> list[str]:
    """The sort keys of what lies in a partition."""
    return [item.key.sort for item in table.read(partition)]


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
