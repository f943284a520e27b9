"""Writers that take turns: which of them goes on after each call of the table is chance alone.

So what comes between two calls of one writer is the same at each run, on a machine of any speed.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.storage.table import Table

_CALLS = frozenset(("get", "read", "write", "query"))


class Turns:
    """Runs writers one after the other, from call to call."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._gates: dict[int, threading.Event] = {}
        self._ended = threading.Event()
        self._own = threading.local()
        self._errors: list[BaseException] = []

    def table(self, table: Table) -> Table:
        """A view of the table before each call of which it may be the turn of others."""
        view: Any = _View(table, self)
        return view  # type: ignore[no-any-return] # a table, by what it gets

    def run(self, writers: Sequence[Callable[[], None]]) -> None:
        """Run them all to their ends. Raises what the first of them raised."""
        self._gates = {number: threading.Event() for number in range(len(writers))}
        threads = [
            threading.Thread(target=self._live, args=(number, writer), daemon=True)
            for number, writer in enumerate(writers)
        ]
        for thread in threads:
            thread.start()
        self._give()
        self._ended.wait()
        for error in self._errors:
            raise error

    def pause(self, _seconds: float = 0) -> None:
        """Perhaps let another writer go on; nothing outside of a run."""
        number = getattr(self._own, "number", None)
        if number is None:
            return
        gate = self._gates[number]
        gate.clear()
        self._give()
        gate.wait()

    def _live(self, number: int, writer: Callable[[], None]) -> None:
        self._own.number = number
        self._gates[number].wait()
        try:
            writer()
        except BaseException as error:  # noqa: BLE001 - raised by `run`
            self._errors.append(error)
        del self._gates[number]
        self._give()

    def _give(self) -> None:
        if self._gates:
            self._gates[self._chance.choice(sorted(self._gates))].set()
        else:
            self._ended.set()


class _View:
    def __init__(self, table: Table, turns: Turns) -> None:
        self._table = table
        self._turns = turns

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a method of the table
        found = getattr(self._table, name)
        if name not in _CALLS:
            return found

        def call(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401 - as the table
            self._turns.pause()
            return found(*arguments, **more)

        return call
