"""How do the tests make, and break, the file of a SQLite table?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Item, Key, Put
from tests.storage.conftest import Clock

ROOT = Path(__file__).parents[2]
HERE = Key("DEVICE#1", "DEVICE")

PROLOGUE = """
import sys, time
from pathlib import Path
from chalicelib.domain.errors import ConditionError
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Absent, Item, Key, Put, Unchanged
table = SqliteTable(Path(sys.argv[1]), now=time.time)
def put(partition, sort, revision="1", when=None, **body):
    table.write(Put(item=Item(key=Key(partition, sort), body=body, revision=revision), when=when))
"""


def start(path: Path, program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROLOGUE + program, str(path), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def an_item(key: Key = HERE, revision: str = "r1", expires_at: int | None = None) -> Item:
    return Item(key=key, body={"a": 1}, revision=revision, expires_at=expires_at)


def write_and_be_killed(path: Path) -> None:
    """Leave a write in the log, by a process that had no time to tidy up."""
    writer = start(path, 'put("LATE", "1"); print(flush=True); time.sleep(60)')
    assert writer.stdout is not None
    writer.stdout.readline()
    writer.kill()
    writer.communicate()


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


def fill(path: Path, clock: Clock) -> Path:
    """Make a file with many items, that no process has open."""
    table = SqliteTable(path, now=clock)
    for number in range(4):
        table.write(*(Put(item=an_item(Key(f"P{number}", f"{n:02}"))) for n in range(100)))
    table.close()
    return path
