"""What does the file of a backup look like?

One JSON object a line: the head, then items with a mark after each stretch, then the end with their
number and the hash of their lines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.storage.table import Item, Key

FORMAT = 1


@dataclass(slots=True)
class Tally:
    """What the item lines of a file come to."""

    items: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def add(self, line: bytes) -> None:
        self.items += 1
        self.hash.update(line)


def check(file: Path) -> int:
    """How many items the file holds. Raises InputError unless it is whole."""
    tally = Tally()
    for number, line, content in read_lines(file):
        if "item" in content:
            tally.add(line)
        elif "end" in content:
            if (tally.items, tally.hash.hexdigest()) != (content["end"], content["sha256"]):
                raise refuse(file, "the items are not those of the backup", line=number)
            return tally.items
    raise refuse(file, "ends too early: run the same backup again, it goes on from there")


def refuse(file: Path, says: str, *, line: int | None = None) -> InputError:
    """The error that says what is wrong with the file."""
    return InputError(Flaw(where=f"{file}, line {line}" if line else str(file), says=says))


def read_lines(
    file: Path, *, may_be_torn: bool = False
) -> Iterator[tuple[int, bytes, Mapping[str, Any]]]:
    """Each line with its number and content; the last one may be torn where that is expected."""
    with file.open("rb") as source:
        for number, line in enumerate(source, start=1):
            if not line.endswith(b"\n") and may_be_torn:
                return
            yield number, line, _parse(line, file, number)


def _parse(line: bytes, file: Path, number: int) -> Mapping[str, Any]:
    try:
        content = json.loads(line)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise refuse(file, "this is no backup of Offhook's, or a broken one", line=number)
    if number == 1 and content.get("offhook_backup") != FORMAT:
        raise refuse(file, "this is no backup, or one of a newer Offhook")
    return content


def write_line(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def item_to_json(item: Item) -> dict[str, Any]:
    written: dict[str, Any] = {
        "key": [item.key.partition, item.key.sort],
        "body": item.body,
        "revision": item.revision,
    }
    if item.entries:
        written["entries"] = {index: list(place) for index, place in item.entries.items()}
    if item.expires_at is not None:
        written["expires_at"] = item.expires_at
    return written


def item_from_json(written: Mapping[str, Any]) -> Item:
    return Item(
        key=Key(*written["key"]),
        body=written["body"],
        revision=written["revision"],
        entries={
            index: (place[0], place[1]) for index, place in written.get("entries", {}).items()
        },
        expires_at=written.get("expires_at"),
    )
