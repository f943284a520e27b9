"""Who changed what: the lines that are written together with the changes they tell of.

A use case says what it is about to change; whoever stores the change takes its line along in the
same write. So no change is untold, and no line tells of what did not happen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.audit import AuditEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class _Author:
    """In whose name things are changed now."""

    who: str
    address: str
    action: str


_NOBODY = _Author(who="offhook", address="", action="")


class Trail:
    """Knows what each thread is about to change; a request is served by one."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._local = threading.local()

    @contextmanager
    def asked_by(self, who: str, *, address: str = "", action: str = "") -> Iterator[None]:
        """What is changed inside is changed in this name."""
        before = self._author()
        self._local.author = _Author(who=who, address=address, action=action)
        try:
            yield
        finally:
            self._local.author = before

    @contextmanager
    def change(
        self,
        kind: str,
        name: object,
        old: Mapping[str, Any] | None,
        new: Mapping[str, Any] | None,
    ) -> Iterator[None]:
        """Inside, something is changed. `old` and `new` hold no secret; None where nothing is.

        The write inside takes the line along; when it fails, there is none.
        """
        author = self._author()
        entry = AuditEntry(
            at=self._clock(),
            who=author.who,
            address=author.address,
            action=author.action,
            kind=kind,
            name=str(name),
            old=old,
            new=new,
        )
        pending = self._pending()
        pending.append(entry)
        try:
            yield
            if any(each is entry for each in pending):
                raise RuntimeError(f"nothing was written that tells of the change of {kind} {name}")
        finally:
            self.written([entry])

    def pending(self) -> Sequence[AuditEntry]:
        """The lines that the next write of this thread is to take along."""
        return tuple(self._pending())

    def written(self, entries: Sequence[AuditEntry]) -> None:
        """These are in the table, or never will be."""
        pending = self._pending()
        pending[:] = [each for each in pending if all(each is not entry for entry in entries)]

    def _author(self) -> _Author:
        found: _Author = getattr(self._local, "author", _NOBODY)
        return found

    def _pending(self) -> list[AuditEntry]:
        if not hasattr(self._local, "pending"):
            self._local.pending = []
        found: list[AuditEntry] = self._local.pending
        return found
