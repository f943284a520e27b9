"""What have the earlier parts of a file said of a device or an extension?

It is remembered in a file without a name, that SQLite makes and that goes with the process: a
million rows take no memory to speak of. Of passwords it holds digests alone.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import weakref
from collections.abc import Iterator, Sequence

from chalicelib.domain.bulk.claim import Claim
from chalicelib.domain.errors import Flaw

_FIELDS = ("name", "password", "site")


class FileDoubles:
    """Remembers the first row of each device and extension."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._seen = sqlite3.connect("", isolation_level=None)
        weakref.finalize(self, self._seen.close)
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA cache_size = -16000",
            "CREATE TABLE devices (mac TEXT PRIMARY KEY, place TEXT, part INT) WITHOUT ROWID",
            """CREATE TABLE extensions (number TEXT PRIMARY KEY, place TEXT, part INT,
                                         name BLOB, password BLOB, site BLOB) WITHOUT ROWID""",
            "BEGIN",
        ):
            self._seen.execute(statement)

    def find(self, claim: Claim, place: str, part: int) -> Sequence[Flaw]:
        """What an earlier part says of the same."""
        return [*self._find_device(claim, place, part), *self._find_extension(claim, place, part)]

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
        said = [self._digest(claim.given.get(name)) for name in _FIELDS]
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

    def _digest(self, text: str | None) -> bytes | None:
        if text is None:
            return None
        return hashlib.blake2b(text.encode(errors="surrogatepass"), key=self._salt).digest()[:12]
