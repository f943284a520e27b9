"""How does a whole table get into a file, and back into a table?

Items are copied as they lie in the table, so what is sealed there is sealed in the file. A run that
was interrupted goes on where it stopped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from chalicelib.domain.errors import ConditionError
from chalicelib.storage.backup_file import (
    FORMAT,
    Tally,
    check,
    item_from_json,
    item_to_json,
    read_lines,
    refuse,
    write_line,
)
from chalicelib.storage.table import MAX_WRITES, Absent, Item, Key, Put, Write
from chalicelib.storage.walk import STRETCH, Walkable, walk

Progress = Callable[[int, int | None], None]
"""Is told how many items are done, and of how many where that is known."""

# A transaction of DynamoDB holds 4 MB, and an item more than its line.
_LARGEST_WRITE = 3_000_000


class Table(Protocol):
    """What a restore needs of a table."""

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]: ...

    def write(self, *writes: Write) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What a restore did; `differing` were in the table with another content, and stay."""

    written: int
    there_already: int
    expired: int
    differing: Sequence[Key]


def backup(
    table: Walkable, file: Path, *, name: str, progress: Progress, stretch: int = STRETCH
) -> int:
    """Write all items to the file, or the rest of them; returns how many it holds then.

    `name` is the table's. Raises InputError for a file that holds something else.
    """
    tally, after = Tally(), None
    if file.exists():
        tally, after = _resume(file, name)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as out:
        if out.tell() == 0:
            out.write(write_line({"offhook_backup": FORMAT, "table": name}))
        for part in walk(table, limit=stretch, after=after):
            for item in part.items:
                line = write_line({"item": item_to_json(item)})
                tally.add(line)
                out.write(line)
            if part.after is not None:
                out.write(write_line({"mark": [part.after.partition, part.after.sort]}))
            _settle(out)
            progress(tally.items, None)
        out.write(write_line({"end": tally.items, "sha256": tally.hash.hexdigest()}))
        _settle(out)
    return tally.items


def restore(file: Path, table: Table, *, now: Callable[[], float], progress: Progress) -> Restored:
    """Write the items of the file that the table lacks; what is there is left alone.

    The file is read whole before the first write. Raises InputError when it is not whole.
    """
    total = check(file)
    written = there_already = expired = done = 0
    differing: list[Key] = []
    for chunk in _chunks(file):
        alive = [item for item in chunk if item.expires_at is None or item.expires_at > now()]
        lacking, others = _write(table, alive)
        written += lacking
        differing += others
        there_already += len(alive) - lacking - len(others)
        expired += len(chunk) - len(alive)
        done += len(chunk)
        progress(done, total)
    return Restored(
        written=written, there_already=there_already, expired=expired, differing=differing
    )


def _resume(file: Path, name: str) -> tuple[Tally, Key | None]:
    """Cut the file after its last mark; returns what it holds, and where to go on."""
    tally, marked, after, keep = Tally(), Tally(), None, 0
    position = 0
    for number, line, content in read_lines(file, may_be_torn=True):
        position += len(line)
        if number == 1:
            if content.get("table") != name:
                raise refuse(file, f"is a backup of {content.get('table')}, not of {name}")
            keep = position
        elif "item" in content:
            tally.add(line)
        elif "mark" in content:
            after, keep = Key(*content["mark"]), position
            marked = Tally(items=tally.items, hash=tally.hash.copy())
        else:
            raise refuse(file, "is a whole backup already: name another file")
    os.truncate(file, keep)
    return marked, after


def _chunks(file: Path) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    size = 0
    for _, line, content in read_lines(file):
        if "item" not in content:
            continue
        if chunk and (len(chunk) == MAX_WRITES or size + len(line) > _LARGEST_WRITE):
            yield chunk
            chunk, size = [], 0
        chunk.append(item_from_json(content["item"]))
        size += len(line)
    yield chunk


def _write(table: Table, items: Sequence[Item]) -> tuple[int, list[Key]]:
    """Write what the table lacks; returns how many, and what it has with another content."""
    try:
        table.write(*(Put(item=item, when=Absent()) for item in items))
    except ConditionError as error:
        there = [items[position] for position in error.failed]
        lacking = [item for item in items if item not in there]
        found = table.get([item.key for item in there])
        others = [item.key for item in there if found.get(item.key) != item]
        written, more = _write(table, lacking)
        return written, others + more
    return len(items), []


def _settle(out: IO[bytes]) -> None:
    out.flush()
    os.fsync(out.fileno())
