"""Which portions of a file does the API take, one after the other?

A file is read once from its beginning to its end before anything is sent, so that nobody is told in
the middle that it is broken. What is to be sent waits in a spool: of a file of any length no more
than one portion is in memory.
"""

from __future__ import annotations

import hashlib
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from chalicelib.domain.bulk.encoding import Encoding, recognise
from chalicelib.domain.bulk.lending import lend_records, lend_rows
from chalicelib.domain.bulk.portion import MOST_BYTES, LeftOut, Portion, cut_records, cut_sheet
from chalicelib.domain.bulk.preset import PRESETS, Preset
from chalicelib.domain.bulk.record import read_records
from chalicelib.domain.bulk.sheet import LONGEST_HEADER, MOST_ROWS, Sheet, read_lines
from chalicelib.domain.errors import Flaw, InputError
from cli.outcome import UsageError
from cli.transfer.doubles import FileDoubles
from cli.transfer.spool import Spool
from cli.transfer.xlsx import BOUNDS, read_xlsx

_FOREIGN = (".xls", ".xlsb", ".xlsm", ".ods", ".numbers", ".zip", ".pdf")
_CHUNK = 64 * 1024
_LONGEST_LINE = 16 * 1024 * 1024
"""In characters: longer than any row that the API takes."""

Lend = Callable[[Portion, int], Portion]
"""Gives a portion of this number the extensions that it needs of others."""


class Portions:
    """The portions of a file, kept beside memory."""

    def __init__(self, lend: Lend) -> None:
        self._spool = Spool()
        self._lend = lend
        self.sizes: list[int] = []
        """How many rows each of them stands for."""

    def add(self, portion: Portion) -> None:
        """Keep one more. Raises InputError when they are too many."""
        self._spool.add(asdict(portion))
        self.sizes.append(portion.size)
        if sum(self.sizes) > MOST_ROWS:
            says = f"has too many records; at most {MOST_ROWS} are allowed"
            raise InputError(Flaw(where="file", says=says))

    def __iter__(self) -> Iterator[Portion]:
        """All of them, one at a time, with the extensions that others lend them."""
        for number, kept in enumerate(self._spool):
            left_out = tuple(LeftOut(**each) for each in kept["left_out"])
            places, needs = tuple(kept["places"]), tuple(kept["needs"])
            more = {"places": places, "needs": needs, "left_out": left_out}
            yield self._lend(Portion(**{**kept, **more}), number)


@dataclass(frozen=True)
class Source:
    """A file of devices and extensions: .csv, .json or .xlsx."""

    file: Path
    most_bytes: int = MOST_BYTES
    """Of one portion, about."""
    largest: int = 512 * 1024 * 1024
    """In bytes, of a file that is no spreadsheet."""

    def __post_init__(self) -> None:
        if self._ending in _FOREIGN:
            says = f"{self.file} cannot be read: save it as .xlsx or .csv"
            raise UsageError(says)

    @property
    def form(self) -> str:
        """What the API is told that it gets."""
        return "json" if self._ending == ".json" else "csv"

    @cached_property
    def digest(self) -> str:
        """By which the same file is known again. Raises UsageError."""
        digest = hashlib.sha256()
        for chunk in self._chunks():
            digest.update(chunk)
        return digest.hexdigest()

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to tell of how the file is read. Raises UsageError."""
        if self._ending == ".xlsx" or not self._encoding.note:
            return ()
        return (self._encoding.note,)

    def portions(
        self,
        preset: str | None = None,
        *,
        dry_run: bool = False,
        told: Callable[[int], None] = lambda _: None,
    ) -> Portions:
        """The portions. Raises UsageError for a file of which nothing can be done.

        `told` hears how many rows are read: a million take a minute.
        The extensions of later portions are lent to those whose lines name them; in a dry run also
        those of earlier ones, since nothing of these is there.
        """
        chosen, doubles = PRESETS[preset] if preset else None, FileDoubles()
        lend = lend_records if self.form == "json" else lend_rows

        def lend_to(portion: Portion, number: int) -> Portion:
            wanted = (
                doubles.given(each, after=-1 if dry_run else number) for each in portion.needs
            )
            given = [each for each in wanted if each]
            return lend(portion, given, chosen) if given else portion

        found = Portions(lend_to)
        try:
            for portion in self._cut(chosen, doubles):
                found.add(portion)
                told(sum(found.sizes))
        except InputError as error:
            raise UsageError(f"{self.file}: {error}") from error
        except (OSError, ValueError) as error:
            raise UsageError(f"{self.file} cannot be read: {error}") from error
        return found

    def _cut(self, preset: Preset | None, doubles: FileDoubles) -> Iterator[Portion]:
        most = self.most_bytes
        if self.form == "json":
            records = read_records(self._texts)
            return cut_records(records, preset=preset, doubles=doubles, most_bytes=most)
        return cut_sheet(self._sheet(), preset=preset, doubles=doubles, most_bytes=most)

    def _sheet(self) -> Sheet:
        if self._ending == ".xlsx":
            return read_xlsx(self._path)
        beginning = next(iter(self._texts()), "")[:LONGEST_HEADER]
        return read_lines(self._lines(), beginning)

    @property
    def _ending(self) -> str:
        return self.file.suffix.lower()

    @cached_property
    def _encoding(self) -> Encoding:
        try:
            return recognise(self._chunks)
        except InputError as error:
            raise UsageError(f"{self.file}: {error}") from error

    def _chunks(self) -> Iterable[bytes]:
        """The bytes of the file. Raises UsageError for one that is too large or cannot be read."""
        try:
            with self._path.open("rb") as held:
                yield from self._bounded(held)
        except OSError as error:
            raise UsageError(f"{self.file} cannot be read: {error.strerror}") from error

    @cached_property
    def _path(self) -> Path:
        """The file; what can be read only once, such as a pipe, is copied beside."""
        if self.file.is_file():
            return self.file
        copy = tempfile.NamedTemporaryFile(suffix=self._ending)  # noqa: SIM115 - it lives as long as the source
        weakref.finalize(self, copy.close)
        try:
            with self.file.open("rb") as held:
                for chunk in self._bounded(held):
                    copy.write(chunk)
        except OSError as error:
            raise UsageError(f"{self.file} cannot be read: {error.strerror}") from error
        copy.flush()
        return Path(copy.name)

    def _bounded(self, held: BinaryIO) -> Iterator[bytes]:
        most = BOUNDS.file if self._ending == ".xlsx" else self.largest
        read = 0
        while chunk := held.read(_CHUNK):
            read += len(chunk)
            if read > most:
                raise UsageError(f"{self.file} has more than the {most} bytes that are allowed")
            yield chunk

    def _texts(self) -> Iterator[str]:
        """The text of the file, in pieces."""
        with self._path.open(encoding=self._encoding.codec, newline="") as held:
            while piece := held.read(_CHUNK):
                yield piece

    def _lines(self) -> Iterator[str]:
        """The text of the file, line by line."""
        with self._path.open(encoding=self._encoding.codec, newline="") as held:
            while line := held.readline(_LONGEST_LINE):
                if len(line) == _LONGEST_LINE:
                    says = f"has a line of more than {_LONGEST_LINE} characters"
                    raise InputError(Flaw(where="file", says=says))
                yield line
