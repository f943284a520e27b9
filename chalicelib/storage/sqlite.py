"""How are items kept in a file of this machine?

Durable and shared: an acknowledged write survives the end of the process and of the machine, and
several processes may use the file at once. Threads share one connection, one after the other.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from chalicelib.domain.errors import ConditionError, StoreDownError
from chalicelib.storage.position import cut_page, end_of, parse_position
from chalicelib.storage.sqlite_file import explain, file_identity, is_broken, open_database
from chalicelib.storage.sqlite_item import delete_item, put_item, read_item
from chalicelib.storage.table import Delete, Item, Key, Page, Put, Write
from chalicelib.storage.walk import Stretch
from chalicelib.storage.writes import (
    check_beginning,
    check_index,
    check_keys,
    check_number,
    check_partition,
    check_writes,
    holds,
    key_of,
)

PATIENCE = 5.0
"""How many seconds a call waits for other threads and processes when it names no bound."""

_LAST = b""
"""A blob comes after every text."""

SWEEP_EVERY = 60
SWEEP_AT_MOST = 200
"""Expired items leave at most once in so many seconds, and so few that no write waits long."""


class SqliteTable:
    """A Table in one file, which is opened on first use."""

    def __init__(self, path: Path, *, now: Callable[[], float]) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._open: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._sweep_after = 0

    def get(self, keys: Sequence[Key], *, within: float | None = None) -> dict[Key, Item]:
        check_keys(keys)
        found: dict[Key, Item] = {}
        with self._connection(PATIENCE if within is None else within) as connection:
            for key in dict.fromkeys(keys):
                rows = connection.execute(
                    """SELECT * FROM whole_items WHERE partition = ? AND sort = ?
                       AND (expires_at IS NULL OR expires_at > ?)""",
                    (key.partition, key.sort, self._second()),
                )
                found.update((key, read_item(row)) for row in rows)
        return found

    def read(self, partition: str, *, within: float | None = None) -> list[Item]:
        check_partition(partition)
        with self._connection(PATIENCE if within is None else within) as connection:
            rows = connection.execute(
                """SELECT * FROM whole_items WHERE partition = ?
                   AND (expires_at IS NULL OR expires_at > ?) ORDER BY sort""",
                (partition, self._second()),
            )
            return [read_item(row) for row in rows]

    def write(self, *writes: Write, within: float | None = None) -> None:
        body_by_key = check_writes(writes, within=within)
        if not writes:
            return
        seconds = PATIENCE if within is None else within
        with self._connection(seconds) as connection, _transaction(connection):
            failed = [
                position
                for position, write in enumerate(writes)
                if write.when is not None
                and not holds(write.when, self._revision(connection, key_of(write)))
            ]
            if failed:
                raise ConditionError(failed)
            for write in writes:
                if isinstance(write, Put):
                    put_item(connection, write.item, body_by_key[write.item.key])
                elif isinstance(write, Delete):
                    delete_item(connection, write.key)
            self._sweep(connection)

    def query(
        self,
        index: str,
        partition: str,
        *,
        limit: int,
        after: str | None = None,
        begins: str = "",
        least: str = "",
    ) -> Page:
        check_index(index, partition)
        check_number("limit", limit, least=1)
        check_beginning(begins, least)
        beginning = (max(begins, least), "", "")
        if after is not None:
            sort, key = parse_position(after, index=index, partition=partition, begins=begins)
            beginning = max(beginning, (sort, key.partition, key.sort))
        end, second = end_of(begins), self._second()
        with self._connection(PATIENCE) as connection:
            # One item more than asked for, see cut_page.
            rows = connection.execute(
                """SELECT whole_items.*
                   FROM entries AS place JOIN whole_items USING (partition, sort)
                   WHERE index_name = ? AND index_partition = ?
                     AND (index_sort, place.partition, place.sort) > (?, ?, ?)
                     AND index_sort < ?
                     AND (expires_at IS NULL OR expires_at > ?)
                   ORDER BY index_sort, place.partition, place.sort LIMIT ?""",
                (index, partition, *beginning, _LAST if end is None else end, second, limit + 1),
            )
            found = [read_item(row) for row in rows]
        return cut_page(found, index, limit=limit)

    def count(self, index: str, partition: str, *, at_most: int) -> int:
        check_index(index, partition)
        check_number("at_most", at_most, least=0)
        with self._connection(PATIENCE) as connection:
            rows = connection.execute(
                """SELECT 1 FROM entries JOIN items USING (partition, sort)
                   WHERE index_name = ? AND index_partition = ?
                     AND (expires_at IS NULL OR expires_at > ?) LIMIT ?""",
                (index, partition, self._second(), at_most),
            )
            return len(rows.fetchall())

    def walk(self, *, limit: int, after: Key | None = None) -> Stretch:
        beginning = ("", "") if after is None else (after.partition, after.sort)
        with self._connection(PATIENCE) as connection:
            rows = connection.execute(
                """SELECT * FROM whole_items WHERE (partition, sort) > (?, ?)
                   AND (expires_at IS NULL OR expires_at > ?)
                   ORDER BY partition, sort LIMIT ?""",
                (*beginning, self._second(), limit),
            )
            items = [read_item(row) for row in rows]
        return Stretch(items=items, after=items[-1].key if len(items) == limit else None)

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            if self._open is not None:
                self._open.close()
            self._open = None

    @contextmanager
    def _connection(self, seconds: float) -> Iterator[sqlite3.Connection]:
        """The connection for this thread alone; `seconds` bounds the wait for others."""
        deadline = time.monotonic() + seconds
        if not self._lock.acquire(timeout=seconds):
            raise StoreDownError(f"the data file {self._path} is busy; try again")
        try:
            connection = self._opened(deadline)
            wait = math.ceil(1000 * max(0.0, deadline - time.monotonic()))
            connection.execute(f"PRAGMA busy_timeout = {wait}")
            yield connection
        except sqlite3.Error as error:
            if is_broken(error):
                self._identity = None
            raise explain(error, self._path) from error
        except OSError as error:
            raise explain(error, self._path) from error
        finally:
            self._lock.release()

    def _opened(self, deadline: float) -> sqlite3.Connection:
        # Another process may have set the file aside: what we wrote to it now would be lost.
        if self._open is None or file_identity(self._path) != self._identity:
            last = self._open
            wait = max(0.0, deadline - time.monotonic())
            self._open = open_database(self._path, seconds=wait)
            self._identity = file_identity(self._path)
            if last is not None:  # closed last: open_database must find a broken file as it is
                last.close()
        return self._open

    def _revision(self, connection: sqlite3.Connection, key: Key) -> str | None:
        row = connection.execute(
            """SELECT revision FROM items WHERE partition = ? AND sort = ?
                   AND (expires_at IS NULL OR expires_at > ?)""",
            (key.partition, key.sort, self._second()),
        ).fetchone()
        return None if row is None else row[0]

    def _sweep(self, connection: sqlite3.Connection) -> None:
        if self._second() < self._sweep_after:
            return
        self._sweep_after = self._second() + SWEEP_EVERY
        connection.execute(
            """DELETE FROM items WHERE (partition, sort) IN
               (SELECT partition, sort FROM items WHERE expires_at <= ? LIMIT ?)""",
            (self._second(), SWEEP_AT_MOST),
        )

    def _second(self) -> int:
        return int(self._now())


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
