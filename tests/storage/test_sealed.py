"""Does a table hold any secret in a form that can be read, moved, or left behind?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.sealing import SealError
from chalicelib.storage.sealed import SealedTable
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Item, Key, Put
from chalicelib.vault.local_file import LocalFile, PlainWrap
from chalicelib.vault.vault import Vault

BODY: dict[str, Any] = {
    "name": "Front desk",
    "password": "canary-1",
    "lines": [{"user": "trunk", "password": "canary-2"}, {"extension_number": "1001"}],
    "settings": {
        "web": {"admin_password": "canary-3", "user_password": "canary-4"},
        "ldap": {"host": "ldap.example.com", "password": "canary-5"},
        "vendor_settings": {"security.user_password": "canary-6"},
    },
    "empty": {},
}
KEY = Key("DEVICE#001565123456", "DEVICE")


@pytest.fixture
def below(tmp_path: Path) -> SqliteTable:
    return SqliteTable(tmp_path / "data", now=lambda: 0.0)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(LocalFile(tmp_path / "keys"), PlainWrap())


def item(body: dict[str, Any], key: Key = KEY) -> Item:
    return Item(key=key, body=body, revision="r1", entries={"listing": ("DEVICE", "1")})


def test_what_was_written_is_read(below: SqliteTable, vault: Vault) -> None:
    table = SealedTable(below, seal=vault, name="offhook")
    table.write(Put(item=item(BODY)))

    by_key = table.get([KEY])[KEY].body
    [by_partition] = table.read(KEY.partition)
    [by_index] = table.query("listing", "DEVICE", limit=1).items

    assert by_key == by_partition.body == by_index.body == BODY


def test_table_below_holds_no_secret(below: SqliteTable, vault: Vault) -> None:
    table = SealedTable(below, seal=vault, name="offhook")

    table.write(Put(item=item(BODY)))

    kept = json.dumps(below.get([KEY])[KEY].body)
    assert "canary" not in kept
    assert "Front desk" in kept
    assert "ldap.example.com" in kept


def test_item_without_secrets_is_kept_as_it_is(below: SqliteTable, vault: Vault) -> None:
    table = SealedTable(below, seal=vault, name="offhook")

    table.write(Put(item=item({"name": "x", "lines": [{"position": 1}]})))

    assert below.get([KEY])[KEY].body == {"name": "x", "lines": [{"position": 1}]}


@pytest.mark.parametrize(
    "moved_to", [Key("DEVICE#001565123457", "DEVICE"), Key(KEY.partition, "X")]
)
def test_sealed_body_opens_at_its_own_place_only(
    below: SqliteTable, vault: Vault, moved_to: Key
) -> None:
    table = SealedTable(below, seal=vault, name="offhook")
    table.write(Put(item=item({"password": "canary"})))
    sealed = dict(below.get([KEY])[KEY].body)
    below.write(Put(item=item(sealed, moved_to)))

    with pytest.raises(SealError) as caught:
        table.get([moved_to])

    assert "canary" not in str(caught.value)


def test_secrets_of_one_body_cannot_be_swapped(below: SqliteTable, vault: Vault) -> None:
    table = SealedTable(below, seal=vault, name="offhook")
    table.write(Put(item=item({"password": "one", "admin_password": "two"})))
    sealed = below.get([KEY])[KEY].body
    swapped = {"password": sealed["admin_password"], "admin_password": sealed["password"]}
    below.write(Put(item=item(swapped)))

    with pytest.raises(SealError):
        table.get([KEY])


def test_copy_under_another_name_does_not_open(below: SqliteTable, vault: Vault) -> None:
    SealedTable(below, seal=vault, name="offhook-dev").write(Put(item=item({"password": "one"})))

    with pytest.raises(SealError):
        SealedTable(below, seal=vault, name="offhook-prod").get([KEY])


class Counting:
    """Seals by turning texts around, and counts how often it opened one."""

    def __init__(self) -> None:
        self.opened = 0

    def seal(self, text: str, *, place: str) -> str:  # noqa: ARG002 - as the Protocol
        return text[::-1]

    def open(self, sealed: str, *, place: str) -> str:  # noqa: ARG002 - as the Protocol
        self.opened += 1
        return sealed[::-1]

    def sign(self, message: bytes, *, purpose: str) -> bytes:  # noqa: ARG002 - as the Protocol
        return message


def test_partition_is_opened_no_further_than_it_is_looked_at(below: SqliteTable) -> None:
    """Or the time of a refusal would tell how many secrets the device has."""
    seal = Counting()
    table = SealedTable(below, seal=seal, name="offhook")
    access, line = (Key(KEY.partition, sort) for sort in ("ACCESS", "LINE#1"))
    device = {"site": "berlin", "lines": [{"password": "own"}]}
    bodies: dict[Key, dict[str, Any]] = {access: {}, KEY: device, line: {"password": "p"}}
    table.write(*(Put(item=item(body, key)) for key, body in bodies.items()))

    found = table.read(KEY.partition)
    named = [each.key.sort for each in found]
    site, opened_for_it = found[1].body["site"], seal.opened
    whole = [dict(each.body) for each in found]

    assert (site, opened_for_it) == ("berlin", 0)
    assert named == ["ACCESS", "DEVICE", "LINE#1"]
    assert whole == [{}, device, {"password": "p"}]
    assert seal.opened == 2
