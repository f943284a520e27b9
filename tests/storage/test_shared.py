"""Does what devices share come back as it was kept, by one read, its secrets sealed?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.domain.errors import ChangedError
from chalicelib.domain.shared import SERVER_PLACE, Layout, Place, SharedSettings, place_of_model
from chalicelib.domain.site import Site
from chalicelib.storage import item as items
from chalicelib.storage.records import Records
from chalicelib.storage.sealed import SealedTable
from chalicelib.storage.table import Put, Table
from chalicelib.storage.walk import walk
from chalicelib.vault.local_file import LocalFile, PlainWrap
from chalicelib.vault.vault import Vault
from tests.storage.wire import Wire

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
SERVER = SharedSettings(
    place=SERVER_PLACE,
    settings={"language": "de", "web": {"admin_password": "of all", "user_password": None}},
    settings_at=NOON,
    updated_at=LATER,
)
ZIP = SharedSettings(
    place=place_of_model("zip", "33g"),
    settings={"vendor_settings": {"a.password": "of a model"}},
    settings_at=NOON,
    updated_at=NOON,
)
BERLIN = Site(
    name="berlin",
    label="Berlin",
    settings={"web": {"admin_password": "of berlin"}},
    models={"zip/33g": {"ldap": {"password": "of berlin for a model", "host": None}}},
    settings_at=LATER,
    created_at=NOON,
    updated_at=NOON,
)
DESK = Layout(
    name="desk",
    label="Desks",
    keys=({"position": 1, "module": 0, "type": "blf", "value": "{{EXTENSION_NUMBER}}", "line": 1},),
    site="berlin",
    keys_at=NOON,
    created_at=NOON,
    updated_at=LATER,
)


@pytest.fixture
def records(table: Table, tmp_path: Path) -> Records:
    vault = Vault(LocalFile(tmp_path / "keys"), PlainWrap())
    made = Records(SealedTable(table, seal=vault, name="offhook"))
    made.save_settings(SERVER, was=None)
    made.save_settings(ZIP, was=None)
    made.save_site(BERLIN, was=None)
    made.save_layout(DESK, was=None)
    return made


def test_all_comes_back_at_once(records: Records) -> None:
    places: list[Place] = [
        SERVER_PLACE,
        ZIP.place,
        ("site", "berlin"),
        ("layout", "desk"),
        ("site", "rome"),
    ]

    found = records.shared(places)

    assert {place: stored.value for place, stored in found.items()} == {
        SERVER_PLACE: SERVER,
        ZIP.place: ZIP,
        ("site", "berlin"): BERLIN,
        ("layout", "desk"): DESK,
    }


@pytest.mark.parametrize("new_table", ["dynamodb"], indirect=True)
def test_all_is_one_request(records: Records, wire: Wire) -> None:
    wire.forget()

    records.shared([SERVER_PLACE, ZIP.place, ("site", "berlin"), ("layout", "desk")])

    assert wire.operations == ["BatchGetItem"]


def test_each_comes_back_by_itself(records: Records) -> None:
    settings, layout = records.settings_at(ZIP.place), records.layout("desk")

    assert settings is not None
    assert layout is not None
    assert (settings.value, layout.value) == (ZIP, DESK)
    assert records.settings_at(place_of_model("zip", "37g")) is None
    assert records.layout("other") is None


def test_lists_are_in_order(records: Records) -> None:
    settings = records.list_settings(limit=10, after=None)
    layouts = records.list_layouts(limit=10, after=None)

    assert [stored.value for stored in settings.values] == [SERVER, ZIP]
    assert [stored.value for stored in layouts.values] == [DESK]


def test_stale_writers_lose(records: Records) -> None:
    was = records.settings_at(SERVER_PLACE)
    layout = records.layout("desk")
    assert layout is not None
    records.save_settings(SERVER, was=was)
    records.save_layout(DESK, was=layout)

    with pytest.raises(ChangedError):
        records.save_settings(SERVER, was=was)
    with pytest.raises(ChangedError):
        records.remove_layout(layout, now=LATER)


def test_layout_is_removed(records: Records) -> None:
    was = records.layout("desk")
    assert was is not None

    records.remove_layout(was, now=LATER)

    assert records.layout("desk") is None
    assert records.list_layouts(limit=9, after=None).values == []


def test_removed_layout_is_remembered_without_its_keys(records: Records) -> None:
    was = records.layout("desk")
    assert was is not None
    removed_at = datetime(2027, 1, 15, 8, tzinfo=UTC)  # the time of the table

    records.remove_layout(was, now=removed_at)

    [kept] = records.shared([("layout", "desk")]).values()
    assert isinstance(kept.value, Layout)
    assert (kept.value.is_removed, kept.value.keys) == (True, ())
    assert kept.value.keys_at == removed_at


def test_layout_is_made_anew_where_one_was_removed(records: Records) -> None:
    was = records.layout("desk")
    assert was is not None
    records.remove_layout(was, now=LATER)

    made = records.save_layout(DESK, was=None)

    assert records.layout("desk") == made
    with pytest.raises(ChangedError):
        records.save_layout(DESK, was=None)


def test_no_secret_lies_in_the_table(records: Records, table: Table) -> None:
    parts = walk(table, limit=100)  # type: ignore[arg-type] # both kinds can be walked
    lying = json.dumps([dict(item.body) for part in parts for item in part.items])

    assert '"language": "de"' in lying
    assert not [
        secret
        for secret in ("of all", "of a model", "of berlin", "of berlin for a model")
        if f'"{secret}"' in lying
    ]
    assert records.settings_at(SERVER_PLACE) is not None


def test_site_of_a_time_before_settings(records: Records, table: Table) -> None:
    item = items.site_item(replace(BERLIN, name="old"))
    gone = ("settings", "models", "settings_at")
    body = {name: part for name, part in item.body.items() if name not in gone}
    table.write(Put(item=replace(item, body=body)))

    found = records.site("old")

    assert found is not None
    assert (found.value.settings, found.value.models, found.value.settings_at) == ({}, {}, None)
