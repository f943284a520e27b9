"""Does each kind of record that Offhook keeps come back from a backup?"""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.storage.backup import backup, restore
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.keys import TableKeys
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Item
from chalicelib.storage.walk import walk
from tests.everything import Watched, use_everything
from tests.stores import REGION, fake_aws, new_table_name

STORAGE = Path(__file__).parents[2] / "chalicelib" / "storage"
# Where the sources make a key, and what such a key looks like: partition and sort.
KINDS = {
    "contacts.py: Key(f'CONTACT#{id_}', 'CONTACT')": r"CONTACT#\w+ CONTACT",
    "entry.py: Key(partition, sort)": r"AUDIT#[0-9-]+ [0-9-]+T.+",
    "firmware.py: Key(PACE, PACE)": "PACE PACE",
    "firmware.py: Key(f'FIRMWARE#{vendor}', FIRMWARE)": "FIRMWARE#zip FIRMWARE",
    "item.py: Key('CONFIG', 'LOADED')": "CONFIG LOADED",
    "item.py: Key(f'DEVICE#{mac}', 'ACCESS')": r"DEVICE#\w+ ACCESS",
    "item.py: Key(f'DEVICE#{mac}', 'DEVICE')": r"DEVICE#\w+ DEVICE",
    "item.py: Key(f'DEVICE#{mac}', 'FETCH')": r"DEVICE#\w+ FETCH",
    "item.py: Key(f'DEVICE#{mac}', 'NAMING')": r"DEVICE#\w+ NAMING",
    "item.py: Key(f'DEVICE#{mac}', 'STATUS')": r"DEVICE#\w+ STATUS",
    "item.py: Key(f'DEVICE#{mac}', f'LINE#{position}')": r"DEVICE#\w+ LINE#1",
    "item.py: Key(f'EXTENSION#{number}', 'EXTENSION')": r"EXTENSION#\d+ EXTENSION",
    "item.py: Key(f'EXTENSION#{number}', 'PLACEMENTS')": r"EXTENSION#\d+ PLACEMENTS",
    "item.py: Key(f'SITE#{name}', 'SITE')": "SITE#berlin SITE",
    "item.py: Key(uploads_partition(mac), name)": r"UPLOADS#\w+ \{mac\}-web\.cfg",
    "keys.py: Key('KEYS', 'RING')": "KEYS RING",
    "misses.py: Key(_partition(source, window), process)": r"MISSES#[0-9./]+#1 process",
    "outbox.py: Key(f'{_OUTBOX}#{key}', 'EVENT')": r"OUTBOX#.+ EVENT",
    "resyncs.py: Key(f'RESYNC#{mac}', 'RESYNC')": r"RESYNC#\w+ RESYNC",
    "roll.py: Key(items.site_key(site).partition, f'ROLL#{part}')": r"SITE#berlin ROLL#\d+",
    "shared.py: Key(EDITION, EDITION)": "EDITION EDITION",
    "shared.py: Key(f'LAYOUT#{name}', LAYOUTS)": r"LAYOUT#\w+ LAYOUT",
    "shared.py: Key(f'SETTINGS#{name}', SETTINGS)": r"SETTINGS#(\w+/\w+)? SETTINGS",
    "sightings.py: Key(_IGNORED, f\"{mac}#{site or ''}\")": r"IGNORED \w+#",
    "sightings.py: Key(_group_partition(group), f'{number:03d}')": r"SIGHTINGS#\d+ \d+",
    (
        "standing_item.py: "
        "Key(f'CELL#{group.site}#{group.vendor}/{group.model}#{own}', f'{part:02d}')"
    ): r"CELL#default#\w+/\w+#\S* \d+",
    "texts.py: Key(fetched_partition(device.mac), fetch.file)": r"FETCHED#\w+ \w+\.cfg",
    "tokens.py: Key(f'TOKEN#{digest}', 'TOKEN')": r"TOKEN#\w+ TOKEN",
    "webhooks.py: Key(_WEBHOOKS, id_)": r"WEBHOOKS \w+",
    "webhooks.py: Key(f'DELIVERIES#{id_}', 'DELIVERIES')": r"DELIVERIES#\w+ DELIVERIES",
}
SAME_KIND = {
    "webhooks.py: Key(_WEBHOOKS, was.value.id)",
    "webhooks.py: Key(_WEBHOOKS, webhook.id)",
}
# They read keys that are there already.
READERS = ("backup", "backup_file", "dynamodb_item", "position", "sqlite_item")


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteTable]:
    """The table of an installation of which every part was used."""
    monkeypatch.setenv("OFFHOOK_STAGE", "local")
    monkeypatch.setenv("OFFHOOK_STORE", "sqlite")
    monkeypatch.setenv("OFFHOOK_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("OFFHOOK_LOG_FILE", str(tmp_path / "pbx.log"))
    monkeypatch.setenv("OFFHOOK_CONFIG", str(tmp_path / "config.yml"))
    use_everything(Watched(folder=tmp_path, store="sqlite"))
    wiring.offhook.cache_clear()
    table = SqliteTable(tmp_path / "state" / "offhook.sqlite3", now=time.time)
    TableKeys(table).create(b"a ring; a deployed stage has it in its table")
    yield table
    wiring.offhook.cache_clear()


def test_every_kind_of_the_sources_stands_in_the_list() -> None:
    """A kind that is new must be brought about in tests/everything.py, too."""
    found = {
        f"{path.name}: {ast.unparse(call)}"
        for path in STORAGE.glob("*.py")
        if path.stem not in READERS
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Key"
    }

    assert found - SAME_KIND == KINDS.keys()


def test_every_kind_comes_back(table: SqliteTable, tmp_path: Path) -> None:
    items = content(table)
    assert kinds(items) == KINDS.keys()
    file = tmp_path / "backup.jsonl"
    backup(table, file, name="offhook-local", progress=ignore)
    again = SqliteTable(tmp_path / "again" / "offhook.sqlite3", now=time.time)

    with fake_aws():
        deployed = DynamoTable(new_table_name(), endpoint_url=None, region=REGION, now=time.time)
        deployed.create()
        done = [
            restore(file, target, now=time.time, progress=ignore) for target in (again, deployed)
        ]
        brought = content(deployed)

    assert [restored.written for restored in done] == [len(items)] * 2
    assert content(again) == items
    assert brought == items


def test_every_record_is_of_a_kind_of_the_list(table: SqliteTable) -> None:
    strange = [
        f"{item.key.partition} {item.key.sort}" for item in content(table) if not kinds([item])
    ]

    assert strange == []


def content(table: SqliteTable | DynamoTable) -> list[Item]:
    """All items, in the order of their keys."""
    items = [item for stretch in walk(table) for item in stretch.items]
    return sorted(items, key=lambda item: item.key)


def kinds(items: list[Item]) -> set[str]:
    """The kinds that are among the items."""
    keys = [f"{item.key.partition} {item.key.sort}" for item in items]
    return {kind for kind, shape in KINDS.items() if any(re.fullmatch(shape, key) for key in keys)}


def ignore(done: int, total: int | None) -> None:
    """Show no progress."""
