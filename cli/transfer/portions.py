"""Which portions of a file does the API take, one after the other?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chalicelib.domain.bulk.encoding import Decoded, decode
from chalicelib.domain.bulk.portion import Portion, cut_records, cut_sheet
from chalicelib.domain.bulk.sheet import read_csv
from chalicelib.domain.errors import InputError
from chalicelib.domain.json_text import parse_json
from cli.outcome import UsageError
from cli.transfer.xlsx import BOUNDS, read_xlsx

_LARGEST = 512 * 1024 * 1024


@dataclass(frozen=True)
class Source:
    """A file of devices and extensions: .csv, .json or .xlsx."""

    file: Path

    @property
    def form(self) -> str:
        """What the API is told that it gets."""
        return "json" if self.file.suffix.lower() == ".json" else "csv"

    @cached_property
    def digest(self) -> str:
        """By which the same file is known again."""
        return hashlib.sha256(self._raw).hexdigest()

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to tell of how the file is read."""
        if self.file.suffix.lower() == ".xlsx" or not self._decoded.note:
            return ()
        return (self._decoded.note,)

    def portions(self) -> Iterator[Portion]:
        """The portions. Raises UsageError for a file of which nothing can be done."""
        try:
            if self.file.suffix.lower() == ".xlsx":
                yield from cut_sheet(read_xlsx(self.file))
            elif self.form == "json":
                yield from cut_records(parse_json(self._decoded.text, "file"))
            else:
                yield from cut_sheet(read_csv(self._decoded.text))
        except InputError as error:
            raise UsageError(f"{self.file}: {error}") from error
        except ValueError as error:
            raise UsageError(f"{self.file} cannot be read: {error}") from error

    @cached_property
    def _decoded(self) -> Decoded:
        return decode(self._raw)

    @cached_property
    def _raw(self) -> bytes:
        try:
            size = self.file.stat().st_size
            most = BOUNDS.file if self.file.suffix.lower() == ".xlsx" else _LARGEST
            if size > most:
                raise UsageError(f"{self.file} has {size} bytes; at most {most} are allowed")
            return self.file.read_bytes()
        except OSError as error:
            raise UsageError(f"{self.file} cannot be read: {error.strerror}") from error
