"""What goes to the terminal: tables and sentences for people, JSON for programs?

Answers go to stdout, all else to stderr. Colours and progress bars are for terminals only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.progress import Progress

Advance = Callable[[int, int | None], None]
"""Hears how much is done, and of how much; None where nobody knows."""

_ROWS_OF_TABLE = 500


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: the field of a row, and its heading."""

    name: str
    heading: str
    style: str = ""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """The terminal, or whatever stands in its place."""

    as_json: bool = False
    color: bool = True
    quiet: bool = False

    def json(self, value: object) -> None:
        """One JSON text."""
        self.line(json.dumps(value, indent=2, ensure_ascii=False))

    def line(self, text: str) -> None:
        """A line as it stands, for pipes and for people."""
        sys.stdout.write(f"{text}\n")

    def text(self, text: str, *, style: str = "") -> None:
        """A sentence for people; with --json nobody reads it."""
        if not self.as_json:
            self._out.print(
                _plain(text), style=style, markup=False, highlight=False, soft_wrap=True
            )

    def note(self, text: str, *, style: str = "dim") -> None:
        """A remark beside the answer."""
        if not self.quiet:
            self._err.print(
                _plain(text), style=style, markup=False, highlight=False, soft_wrap=True
            )

    def error(self, says: str, more: Sequence[str] = ()) -> None:
        """How a run ended badly."""
        self._err.print(
            f"offhook: {_plain(says)}", style="red", markup=False, highlight=False, soft_wrap=True
        )
        for line in more:
            self._err.print(f"  {_plain(line)}", markup=False, highlight=False, soft_wrap=True)

    def rows(
        self, rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], *, empty: str
    ) -> None:
        """A list: a table, or a JSON array of the whole rows."""
        listed = list(rows)
        if self.as_json:
            self.json(listed)
        elif not listed:
            self.note(empty)
        elif not sys.stdout.isatty():
            # For cut and awk: a line each, all of every value.
            for row in listed:
                self.line("\t".join(_cell(row.get(column.name)) for column in columns))
        else:
            self._table(listed, columns)

    def long_json(self, record: Mapping[str, Any], **lists: Iterable[object]) -> None:
        """A record as JSON, with lists that are too long to be in memory at once."""
        parts = [f"  {json.dumps(name)}: {_indented(value)}" for name, value in record.items()]
        sys.stdout.write("{\n" + ",\n".join(parts))
        for name, values in lists.items():
            sys.stdout.write(f",\n  {json.dumps(name)}: [")
            between = "\n    "
            for value in values:
                sys.stdout.write(between + _indented(value, by=4))
                between = ",\n    "
            sys.stdout.write("]" if between == "\n    " else "\n  ]")
        self.line("\n}")

    def long_rows(
        self, rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], *, empty: str
    ) -> None:
        """A list that is too long to be in memory at once: several tables, under each other."""
        listed = iter(rows)
        some = list(islice(listed, _ROWS_OF_TABLE))
        if not some:
            self.note(empty)
        while some:
            self.rows(some, columns, empty=empty)
            some = list(islice(listed, _ROWS_OF_TABLE))

    def record(self, record: Mapping[str, Any], *, hide: Sequence[str] = ()) -> None:
        """One record, a field a line; or its JSON."""
        if self.as_json:
            self.json(record)
            return
        shown = {name: value for name, value in record.items() if name not in hide}
        width = max(map(len, shown), default=0)
        for name, value in shown.items():
            first, *rest = _block(value)
            self._field(f"{name:{width}}", first)
            for line in rest:
                self._field(" " * width, line)

    @contextmanager
    def progress(self, what: str) -> Iterator[Advance]:
        """A bar with rate and time left while the block runs; nothing where nobody watches."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda _done, _total: None
            return
        with _bar(self._err) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    def _table(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> None:
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, header_style="bold")
        # A column that nobody fills only takes room from the others.
        filled = [each for each in columns if any(row.get(each.name) is not None for row in rows)]
        for column in filled:
            table.add_column(column.heading, style=column.style, overflow="fold")
        for row in rows:
            table.add_row(*(Text(_cell(row.get(column.name))) for column in filled))
        self._out.print(table)

    def _field(self, name: str, value: str) -> None:
        from rich.text import Text

        line = Text(f"{name}  ", style="dim")
        line.append(_plain(value), style="none")
        self._out.print(line, soft_wrap=True, highlight=False)

    @property
    def _out(self) -> Console:
        return _console(sys.stdout, color=self.color)

    @property
    def _err(self) -> Console:
        return _console(sys.stderr, color=self.color)


def _console(stream: IO[str], *, color: bool) -> Console:
    from rich.console import Console

    return Console(file=stream, no_color=not color, highlight=False, emoji=False)


def _bar(console: Console) -> Progress:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def _block(value: object) -> list[str]:
    """A value in lines: plain ones in one, the rest as JSON."""
    if isinstance(value, Mapping | list) and value:
        flat = json.dumps(value, ensure_ascii=False)
        if len(flat) <= 72:
            return [flat]
        return json.dumps(value, indent=2, ensure_ascii=False).splitlines()
    return [_cell(value)]


def _indented(value: object, *, by: int = 2) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\n" + " " * by)


def _cell(value: object) -> str:
    if value is None or value in ([], {}):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return _plain(str(value))


def _plain(text: str) -> str:
    """A text of the server's without what would move the cursor or change the colours."""
    return "".join(
        char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text
    )
