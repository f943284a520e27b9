"""Do `make backup` and `make restore` work as commands, and say what is wrong?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Item, Key, Put
from chalicelib.storage.walk import walk
from tests.deploy.installation import PROJECT


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command over the data of this folder."""
    environ = {**os.environ, "OFFHOOK_STAGE": "local", "OFFHOOK_STATE_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "tools.backup", *words],
        cwd=PROJECT,
        env={**environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )


def open_table(folder: Path) -> SqliteTable:
    return SqliteTable(folder / "offhook.sqlite3", now=time.time)


@pytest.fixture
def device() -> Item:
    return Item(key=Key("DEVICE#1", "DEVICE"), body={"name": "Desk"}, revision="1")


def test_records_move_to_another_place(tmp_path: Path, device: Item) -> None:
    file = tmp_path / "backup.jsonl"
    open_table(tmp_path / "old").write(Put(item=device))

    saved = run(tmp_path / "old", "backup", str(file))
    brought = run(tmp_path / "new", "restore", str(file))

    assert saved.stderr == f"offhook: {file} holds the 1 items of offhook-local\n"
    assert brought.stderr == (
        f"offhook: offhook-local has all items of {file}: 1 written, 0 were there, 0 had expired\n"
        "0 devices, all counted right\n"
    )
    [stretch] = walk(open_table(tmp_path / "new"))
    assert stretch.items == [device]


def test_other_content_is_left_alone_and_told(tmp_path: Path, device: Item) -> None:
    file = tmp_path / "backup.jsonl"
    open_table(tmp_path / "old").write(Put(item=device))
    run(tmp_path / "old", "backup", str(file))
    newer = Item(key=device.key, body={"name": "Newer"}, revision="2")
    open_table(tmp_path / "new").write(Put(item=newer))

    brought = run(tmp_path / "new", "restore", str(file))

    assert brought.returncode == 1
    assert "These 1 have another content in offhook-local and were left alone:" in brought.stderr
    assert "  DEVICE#1 DEVICE" in brought.stderr.splitlines()


@pytest.mark.parametrize("text", [None, "", "not a backup\n"])
def test_file_that_is_no_backup_is_told(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "backup.jsonl"
    if text is not None:
        file.write_text(text)

    brought = run(tmp_path / "new", "restore", str(file))

    assert brought.returncode == 1
    assert brought.stderr.startswith("offhook: ")
    assert str(file) in brought.stderr
    assert "Traceback" not in brought.stderr
