"""Who changed what: collected while a request is served, written when it has succeeded."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import StoreError

_LOG = logging.getLogger("offhook")


class AuditRecords(Protocol):
    """Where the trail is kept."""

    def save_entry(self, entry: AuditEntry) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _Change:
    kind: str
    name: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


class Trail:
    """Collects changes per thread; a request is served by one."""

    def __init__(self, *, records: AuditRecords, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._clock = clock
        self._local = threading.local()

    def changed(
        self,
        kind: str,
        name: object,
        old: Mapping[str, Any] | None,
        new: Mapping[str, Any] | None,
    ) -> None:
        """Something was changed. `old` and `new` hold no secret; None where there is nothing."""
        self._changes().append(_Change(kind=kind, name=str(name), old=old, new=new))

    def write(self, *, who: str, address: str, action: str) -> None:
        """Write what was changed since the last call, in the name of who asked for it.

        The change is made: a trail that cannot be written is an error in the log.
        """
        changes = self._changes()
        while changes:
            change = changes.pop(0)
            entry = AuditEntry(
                at=self._clock(),
                who=who,
                address=address,
                action=action,
                kind=change.kind,
                name=change.name,
                old=change.old,
                new=change.new,
            )
            try:
                self._records.save_entry(entry)
            except StoreError as error:
                _LOG.error(
                    "a change is not in the audit trail: %s %s: %s", entry.kind, entry.name, error
                )

    def _changes(self) -> list[_Change]:
        if not hasattr(self._local, "changes"):
            self._local.changes = []
        changes: list[_Change] = self._local.changes
        return changes
