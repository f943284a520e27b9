"""Which file holds the table, is it whole, and what becomes of a broken one?"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.domain.errors import StoreDownError
from chalicelib.storage.membership import find_lacking_rolls
from chalicelib.storage.sqlite_item import put_item, read_item
from chalicelib.storage.upgrade import find_outdated
from chalicelib.storage.writes import body_text

SCHEMA_VERSION = 4
"""What is added to items of the versions before, `upgrade.py` says."""

SCHEMA = (
    """CREATE TABLE items (
        partition TEXT NOT NULL,
        sort TEXT NOT NULL,
        revision TEXT NOT NULL,
        body TEXT NOT NULL,
        expires_at INTEGER,
        PRIMARY KEY (partition, sort)
    ) WITHOUT ROWID""",
    "CREATE INDEX items_by_expiry ON items (expires_at) WHERE expires_at IS NOT NULL",
    """CREATE TABLE entries (
        index_name TEXT NOT NULL,
        index_partition TEXT NOT NULL,
        index_sort TEXT NOT NULL,
        partition TEXT NOT NULL,
        sort TEXT NOT NULL,
        PRIMARY KEY (index_name, index_partition, index_sort, partition, sort),
        FOREIGN KEY (partition, sort) REFERENCES items (partition, sort) ON DELETE CASCADE
    ) WITHOUT ROWID""",
    "CREATE INDEX entries_by_item ON entries (partition, sort)",
    """CREATE VIEW whole_items AS
       SELECT partition, sort, revision, body, expires_at,
              (SELECT json_group_object(index_name, json_array(index_partition, index_sort))
                 FROM entries
                WHERE entries.partition = items.partition AND entries.sort = items.sort) AS entries
         FROM items""",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)

_BROKEN = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_ADVICE = {
    sqlite3.SQLITE_BUSY: "another process keeps it locked; try again, or stop that process",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked; try again, or stop that process",
    sqlite3.SQLITE_FULL: "the disk is full; make room and try again",
    sqlite3.SQLITE_IOERR: "the disk fails to read or write; check it and make room",
    sqlite3.SQLITE_CANTOPEN: "check that this user may write to the file and its folder",
    sqlite3.SQLITE_PERM: "check that this user may write to the file and its folder",
    sqlite3.SQLITE_READONLY: "check that this user may write to the file and its folder",
    sqlite3.SQLITE_NOTADB: "it is broken; the next use sets it aside and begins a new one",
    sqlite3.SQLITE_CORRUPT: "it is broken; the next use sets it aside and begins a new one",
}

_logger = logging.getLogger("offhook")


def open_database(path: Path, *, seconds: float) -> sqlite3.Connection:
    """A connection to the file, with our tables in it; a broken file is set aside before.

    `seconds` bounds the wait for other processes. Raises StoreDownError, OSError, sqlite3.Error.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _opening_alone(path, seconds):
        with closing(_connect(path, seconds)) as checked:
            # A broken file moves while it is open: closing it in its place would end its log.
            if flaw := _find_flaw(checked):
                _set_aside(path, flaw)
        connection = _connect(path, seconds)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def file_identity(path: Path) -> tuple[int, int] | None:
    """What changes when another file takes the path; None where no file is."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def is_broken(error: sqlite3.Error) -> bool:
    """Does the error say that the file is no whole database?"""
    return _primary_code(error) in _BROKEN


def explain(error: sqlite3.Error | OSError, path: Path) -> StoreDownError:
    """The error in words that a person can act on."""
    advice = "check that this user may write to the file and its folder"
    if isinstance(error, sqlite3.Error):
        advice = _ADVICE.get(_primary_code(error), "see docs/storage.md")
    return StoreDownError(f"the data file {path} cannot be used ({error}): {advice}")


def _primary_code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF


@contextmanager
def _opening_alone(path: Path, seconds: float) -> Iterator[None]:
    """Let one process at a time open the file.

    Two that find it broken at the same time would otherwise set aside each other's new file.
    """
    deadline = time.monotonic() + seconds
    descriptor = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        while not _lock(descriptor):
            if time.monotonic() > deadline:
                raise StoreDownError(f"another process is opening the data file {path}; try again")
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _connect(path: Path, seconds: float) -> sqlite3.Connection:
    # SQLite would make the file readable by everybody; its -wal and -shm inherit this mode.
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
    return sqlite3.connect(path, timeout=seconds, isolation_level=None, check_same_thread=False)


def _find_flaw(connection: sqlite3.Connection) -> str | None:
    try:
        found: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if is_broken(error):
            return str(error)
        raise
    return None if found == "ok" else found


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise StoreDownError(
            f"the data file {path} was written by a newer Offhook (schema {version}, this one "
            f"knows {SCHEMA_VERSION}): update Offhook, or choose another OFFHOOK_STATE_DIR"
        )
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreDownError(
            f"the data file {path} cannot have a write-ahead log: put OFFHOOK_STATE_DIR on a local "
            "disk, not on a network share"
        )
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if version == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    if version == 0:
        for statement in SCHEMA:
            connection.execute(statement)
    else:
        _upgrade(connection, path)
    connection.execute("COMMIT")


def _upgrade(connection: sqlite3.Connection, path: Path) -> None:
    everything = "SELECT * FROM whole_items ORDER BY partition, sort"
    rows = connection.execute(everything)
    # Found whole before the first write: what is read may not change meanwhile.
    outdated = list(find_outdated(map(read_item, rows), datetime.now(UTC).date()))
    outdated += find_lacking_rolls(map(read_item, connection.execute(everything)))
    for item in outdated:
        put_item(connection, item, body_text(item.body))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    _logger.info("the data file %s is of this Offhook now: %d items changed", path, len(outdated))


def _set_aside(path: Path, reason: str) -> None:
    number = 1
    while (aside := path.with_name(f"{path.name}.broken-{number}")).exists():
        number += 1
    # The log goes first: a new file beside an old log would be taken for one with it.
    for suffix in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    _logger.error(
        "the data file %s is broken (%s): it was set aside as %s and a new, empty one was begun; "
        "docs/storage.md says how to get its records back",
        path,
        reason,
        aside.name,
    )
