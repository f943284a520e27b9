"""After a rotation, is everything sealed with the new key, and nothing lost, whoever writes too?"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.device import Device
from chalicelib.domain.errors import ChangedError, StoreDownError
from chalicelib.domain.extension import Extension, Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import SERVER_PLACE, SharedSettings
from chalicelib.domain.site import Site
from chalicelib.domain.upload import Upload
from chalicelib.storage.records import Records
from chalicelib.storage.resealing import Found, reseal
from chalicelib.storage.sealed import SealedTable
from chalicelib.storage.table import Item, Key, Put, Table
from chalicelib.vault.vault import Vault
from tests.vault.fakes import Memory, a_vault

NAME = "offhook-test"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEVICES = 12
SETTINGS = {
    "web": {"admin_password": "of the web page"},
    "vendor_settings": {"security.user_password": "raw"},
}


@pytest.fixture
def keeper() -> Memory:
    return Memory()


@pytest.fixture
def vault(keeper: Memory) -> Vault:
    return a_vault(keeper)


@pytest.fixture
def records(table: Table, vault: Vault) -> Records:
    """Of every kind of record with secrets, sealed with the first key."""
    records = Records(SealedTable(table, seal=vault, name=NAME), sleep=lambda _: None)
    basic = {"policy": ["basic"], "basic": {"user": "u", "password": "of all the site's phones"}}
    site = Site(name="berlin", label="Berlin", access=basic, created_at=NOON, updated_at=NOON)
    records.save_site(site, was=None)
    shared = SharedSettings(
        place=SERVER_PLACE, settings=SETTINGS, settings_at=NOON, updated_at=NOON
    )
    records.save_settings(shared, was=None)
    for number in range(DEVICES):
        extension = an_extension(f"{1001 + number}")
        records.save_extension(extension, was=None)
        records.save_device(a_device(number), was=None, access=AccessState.begin(NOON))
    return records


def an_extension(number: str, password: str = "") -> Extension:
    return Extension(
        number=number,
        name="Desk",
        password=password or f"of {number}",
        origin=Origin.API,
        created_at=NOON,
        updated_at=NOON,
    )


def a_device(number: int) -> Device:
    return Device(
        mac=Mac(f"0015650000{number:02x}"),
        vendor="zip",
        model="33g",
        lines=(
            {"extension_number": f"{1001 + number}"},
            {"user": "trunk", "password": f"of trunk {number}"},
        ),
        settings=SETTINGS,
        origin=Origin.API,
        created_at=NOON,
        updated_at=NOON,
    )


def last(passes: Iterator[Found]) -> Found:
    return list(passes)[-1]


def all_items(table: Table) -> list[Item]:
    pages = [
        table.query("listing", kind, limit=1000).items for kind in ("DEVICE", "EXTENSION", "SITE")
    ]
    return [each for page in pages for item in page for each in table.read(item.key.partition)]


def key_ids(table: Table) -> set[str]:
    """The ids of the keys that have sealed anything in the table."""
    texts = json.dumps([dict(item.body) for item in all_items(table)]).split('"')
    return {text.split(".")[1] for text in texts if text.startswith("s1.")}


def newest_key(keeper: Memory) -> str:
    assert keeper.blob is not None
    newest: str = json.loads(keeper.blob)["keys"][-1]["id"]
    return newest


def all_that_is_kept(records: Records) -> list[Any]:
    return [
        [records.dossier(a_device(number).mac) for number in range(DEVICES)],
        records.list_extensions(limit=1000, after=None),
        records.list_sites(limit=1000, after=None),
        records.list_settings(limit=1000, after=None),
    ]


def test_reseal_after_a_rotation(
    table: Table, records: Records, vault: Vault, keeper: Memory
) -> None:
    before = all_that_is_kept(records)
    vault.rotate()

    found = last(reseal(table, vault, name=NAME))

    assert key_ids(table) == {newest_key(keeper)}
    assert all_that_is_kept(records) == before
    # A device has its own item, two lines, its access and how it stands; an extension has its own
    # item and its placements.
    assert (found.seen, found.renewed, found.unfinished) == (12 * 5 + 12 * 2 + 2, 12 * 3 + 2, [])


def test_uploads_are_sealed_anew(
    table: Table, records: Records, vault: Vault, keeper: Memory
) -> None:
    upload = Upload(name="{mac}-user.cfg", text="web.password = of its user", at=NOON)
    records.keep_upload(a_device(0), upload)
    vault.rotate()

    last(reseal(table, vault, name=NAME))

    [kept] = table.read("UPLOADS#001565000000")
    assert kept.body["content"].split(".")[1] == newest_key(keeper)
    assert records.upload(a_device(0), "{mac}-user.cfg") == upload


def test_reseal_again_writes_nothing(table: Table, records: Records, vault: Vault) -> None:
    vault.rotate()
    last(reseal(table, vault, name=NAME))

    found = last(reseal(table, vault, name=NAME))

    assert (found.seen, found.renewed) == (86, 0)
    assert records.extension("1001") is not None


def test_reseal_that_was_interrupted_is_gone_on_with(
    table: Table, records: Records, vault: Vault, keeper: Memory
) -> None:
    vault.rotate()
    interrupted = reseal(table, vault, name=NAME)
    next(interrupted)
    next(interrupted)
    mixed = key_ids(table)

    found = last(reseal(table, a_vault(keeper), name=NAME))

    assert len(mixed) == 2
    assert found.renewed == 38 - 4
    assert key_ids(table) == {newest_key(keeper)}
    assert len(all_that_is_kept(records)[1].values) == DEVICES


def test_record_keeps_its_revision(table: Table, records: Records, vault: Vault) -> None:
    """Whoever has read it may still change it with If-Match."""
    was = records.extension("1001")
    assert was is not None
    vault.rotate()
    last(reseal(table, vault, name=NAME))

    records.save_extension(an_extension("1001", "another"), was=was)

    found = records.extension("1001")
    assert found is not None
    assert found.value.password == "another"


def test_text_that_no_key_opens_is_named_and_left(
    table: Table, records: Records, vault: Vault
) -> None:
    [stranger] = table.get([Key("EXTENSION#1005", "EXTENSION")]).values()
    sealed = a_vault().seal("x", place="elsewhere")
    table.write(
        Put(
            item=Item(
                key=stranger.key,
                body={**stranger.body, "password": sealed},
                revision="r",
                entries=stranger.entries,
            )
        )
    )
    vault.rotate()

    found = last(reseal(table, vault, name=NAME))

    assert found.renewed == 37
    [said] = found.unfinished
    assert said.startswith("EXTENSION#1005 EXTENSION: the text was sealed with a key that is not")
    assert records.extension("1001") is not None


@pytest.mark.parametrize("new_table", ["sqlite"], indirect=True)
def test_nothing_is_lost_while_another_process_writes(
    new_table: Callable[[], Table], records: Records, vault: Vault, keeper: Memory
) -> None:
    """The other one has the old keys, and changes the passwords of all extensions all the time."""
    other = Records(SealedTable(new_table(), seal=a_vault(keeper), name=NAME))
    other_knows = other.extension("1001")
    assert other_knows is not None
    written: dict[str, str] = {}
    stop = threading.Event()

    def write() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            for number in range(1001, 1001 + DEVICES):
                password = f"turn {turn} of {number}"
                if save(other, an_extension(str(number), password)):
                    written[str(number)] = password

    writer = threading.Thread(target=write)
    vault.rotate()
    writer.start()
    try:
        table = new_table()
        for _ in range(5):
            last(reseal(table, vault, name=NAME))
    finally:
        stop.set()
        writer.join()
    last(reseal(table, vault, name=NAME))

    assert len(written) == DEVICES
    for number, password in written.items():
        found = records.extension(number)
        assert found is not None
        assert found.value.password == password
    for place in range(DEVICES):
        dossier = records.dossier(a_device(place).mac)
        assert dossier is not None
        assert dossier.lines[0].password == written[str(1001 + place)]
    assert key_ids(table) == {newest_key(keeper)}


def save(records: Records, extension: Extension) -> bool:
    was: Stored[Extension] | None = records.extension(extension.number)
    try:
        records.save_extension(extension, was=was)
    except (ChangedError, StoreDownError):
        return False
    return True
