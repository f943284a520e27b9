"""What does a fleet look like as a file?"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from cli.client import Client
from cli.outcome import UsageError
from cli.screen import Advance

_PATH = "/api/provisioning/export"
_LISTS = ("extensions", "devices")


def take_csv(client: Client, out: TextIO, *, secrets: bool, advance: Advance) -> int:
    """Write all rows; the number of them."""
    lines = 0
    for reply in client.pages(_PATH, format="csv", secrets=secrets or None):
        out.write(reply.text)
        lines += reply.text.count("\r\n")
        advance(lines, None)
    return max(lines - 1, 0)


def take_json(client: Client, out: TextIO, *, secrets: bool, advance: Advance) -> int:
    """Write all extensions and devices as one JSON object, a record a line; their number."""
    found: dict[str, list[str]] = {name: [] for name in _LISTS}
    for reply in client.pages(_PATH, format="json", secrets=secrets or None):
        for name in _LISTS:
            found[name] += [
                json.dumps(record, ensure_ascii=False, sort_keys=True)
                for record in reply.body.get(name, [])
            ]
        advance(sum(map(len, found.values())), None)
    parts = []
    for name in _LISTS:
        listed = ",\n".join(f"  {record}" for record in found[name])
        parts.append(f'"{name}": [\n{listed}\n]' if listed else f'"{name}": []')
    out.write("{" + ",\n".join(parts) + "}\n")
    return sum(map(len, found.values()))


@contextmanager
def writing(file: Path | None) -> Iterator[TextIO]:
    """A file that is there whole or not at all, for its owner only; None is the standard output."""
    if file is None:
        yield sys.stdout
        return
    new = file.with_name(f".{file.name}.new")
    try:
        new.unlink(missing_ok=True)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            yield out
        new.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        new.unlink(missing_ok=True)
