"""What have the other parts of a file said of a device or an extension?

It is remembered in a file without a name, that SQLite makes and that goes with the process: a
million rows take no memory to speak of.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.domain.bulk.claim import Claim
from chalicelib.domain.errors import Flaw

_FIELDS = ("name", "password", "site")


class FileDoubles:
    """Remembers the first row of each device and extension."""

    def __init__(self) -> None:
        self._seen = sqlite3.connect("", isolation_level=None)
        weakref.finalize(self, self._seen.close)
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA cache_size = -16000",
            "CREATE TABLE devices (mac TEXT PRIMARY KEY, place TEXT, part INT) WITHOUT ROWID",
            """CREATE TABLE extensions (number TEXT PRIMARY KEY, place TEXT, part INT,
                                         name TEXT, password TEXT, site TEXT) WITHOUT ROWID""",
            "BEGIN",
        ):
            self._seen.execute(statement)

    def find(self, claim: Claim, place: str, part: int) -> Sequence[Flaw]:
        """What an earlier part says of the same."""
        return [*self._find_device(claim, place, part), *self._find_extension(claim, place, part)]

    def given(self, number: str, *, after: int) -> Mapping[str, str] | None:
        """What the first row says that gives the extension; None before the part `after`."""
        found = self._seen.execute(
            "SELECT number, name, password, site FROM extensions WHERE number = ? AND part > ?",
            (number, after),
        ).fetchone()
        if found is None:
            return None
        said = zip(("number", *_FIELDS), found, strict=True)
        return {name: text for name, text in said if text is not None}

    def _find_device(self, claim: Claim, place: str, part: int) -> Iterator[Flaw]:
        if not claim.mac:
            return
        if self._add("INSERT OR IGNORE INTO devices VALUES (?, ?, ?)", claim.mac, place, part):
            return
        first, its_part = self._seen.execute(
            "SELECT place, part FROM devices WHERE mac = ?", (claim.mac,)
        ).fetchone()
        if its_part < part:
            yield Flaw(where="mac_address", says=f"is that of {first} already")

    def _find_extension(self, claim: Claim, place: str, part: int) -> Iterator[Flaw]:
        if claim.given is None:
            return
        said = [claim.given.get(name) for name in _FIELDS]
        statement = "INSERT OR IGNORE INTO extensions VALUES (?, ?, ?, ?, ?, ?)"
        if self._add(statement, claim.number, place, part, *said):
            return
        first, its_part, *before = self._seen.execute(
            "SELECT place, part, name, password, site FROM extensions WHERE number = ?",
            (claim.number,),
        ).fetchone()
        if its_part == part:
            return  # the server sees both
        for name, here, there in zip(_FIELDS, said, before, strict=True):
            if here is not None and there is not None and here != there:
                says = f"is not what {first} says of the same extension"
                yield Flaw(where=name, says=says)

    def _add(self, statement: str, *values: object) -> bool:
        return self._seen.execute(statement, values).rowcount == 1
