"""May an administrator fetch in a phone's place, and who is told that they did?

A rehearsal takes nothing but notes away: the request shows the proofs that the phone would show.
Who could do that without a right to the files could look at them unseen, so the token has to be one
that sees them by the API as well, and each file that is handed out leaves a line of the audit.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from chalicelib.access.desk import Caller
from chalicelib.access.desk import Trail as ChangeTrail
from chalicelib.domain.access.rehearsal import Rehearsal
from chalicelib.domain.access.role import Permission
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.errors import ForbiddenError

_NEEDED = (Permission.READ_DEVICES, Permission.REVEAL_SECRETS)


class Desk(Protocol):
    """Who knows administrators by their tokens."""

    def identify(self, authorization: str, host: str) -> Caller: ...


class Trail(ChangeTrail, Protocol):
    """Where it is told, too, who looks at what."""

    def asked_by(
        self, who: str, *, address: str = ..., action: str = ...
    ) -> AbstractContextManager[None]: ...


class TrailRecords(Protocol):
    """Where the lines of the audit are kept."""

    def write_trail(self) -> None: ...


class Rehearsing:
    """Lets administrators fetch in a phone's place."""

    def __init__(self, *, desk: Desk, records: TrailRecords, trail: Trail) -> None:
        self._desk = desk
        self._records = records
        self._trail = trail

    def begin(self, token: str, host: str) -> Rehearsal:
        """The rehearsal that the text of an API token allows, at this Host header.

        It is empty where the machine itself asks. Raises UnauthorizedError, ForbiddenError and
        StoreDownError.
        """
        caller = self._desk.identify(f"Bearer {token}" if token else "", host)
        site = caller.grant.site
        for permission in _NEEDED:
            if not caller.may(permission, site):
                raise ForbiddenError(f"this token may not {permission.value}")
        return Rehearsal(caller=caller.name, site=site)

    def tell(self, rehearsal: Rehearsal, answer: Answer, *, address: str, action: str) -> None:
        """Have it in the audit that a file of a device is handed out. Raises StoreDownError."""
        if answer.mac is None or answer.outcome is not Outcome.SERVED:
            return
        with (
            self._trail.asked_by(rehearsal.caller, address=address, action=action),
            self._trail.change("files of device", answer.mac, None, {"revealed": True}),
        ):
            self._records.write_trail()
