"""Which administrator asks, and may they?"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.access.api_token import (
    ENTROPY_BYTES,
    ApiToken,
    create_api_token,
    read_bearer,
)
from chalicelib.domain.access.role import Grant, Permission, Role, covers, is_visible, permits
from chalicelib.domain.audit import tell_token
from chalicelib.domain.errors import (
    ChangedError,
    ForbiddenError,
    NotFoundError,
    StoreError,
    UnauthorizedError,
)

_LOG = logging.getLogger("offhook")
_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1", "[::1]"))


class Trail(Protocol):
    """Where it is told what is changed."""

    def change(
        self,
        kind: str,
        name: object,
        old: Mapping[str, Any] | None,
        new: Mapping[str, Any] | None,
    ) -> AbstractContextManager[None]: ...


class TokenRecords(Protocol):
    """Where API tokens are kept."""

    def token(self, digest: str) -> ApiToken | None: ...
    def tokens(self, *, site: str | None = None) -> Sequence[ApiToken]: ...
    def save_token(self, token: ApiToken) -> None: ...
    def note_use(self, token: ApiToken) -> None: ...
    def remove_token(self, token: ApiToken) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks, and what they may do."""

    name: str
    grant: Grant

    def require(self, permission: Permission, site: str | None = None) -> None:
        """Raise NotFoundError for what does not exist for the caller, else ForbiddenError."""
        if permits(self.grant, permission, site):
            return
        if permission is not Permission.REVEAL_SECRETS and not is_visible(self.grant, site):
            raise NotFoundError("there is no such record")
        raise ForbiddenError(f"this token may not {permission.value}")

    def may(self, permission: Permission, site: str | None = None) -> bool:
        return permits(self.grant, permission, site)


OPERATOR_OF_THIS_MACHINE = Caller(name="local", grant=Grant(role=Role.ADMIN, reveals=True))
"""Who sits at the machine that Offhook runs on, where nobody else can reach it."""


class Desk:
    """Knows administrators by their API tokens."""

    def __init__(
        self,
        *,
        records: TokenRecords,
        host: str | None,
        clock: Callable[[], datetime],
        trail: Trail,
    ) -> None:
        """`host` is the address that a server on one's own machine listens on, None elsewhere.

        On a loopback address no token is needed.
        """
        self._records = records
        self._is_private = host in _LOOPBACK
        self._clock = clock
        self._trail = trail

    def identify(self, authorization: str, host: str) -> Caller:
        """The caller with this Authorization header, at this Host header.

        A page of a browser may reach a loopback address under a name of its own: only our own
        names count there. Raises UnauthorizedError.
        """
        digest = read_bearer(authorization)
        if digest is None:
            if self._is_private and not authorization and host in {"", *_LOOPBACK}:
                return OPERATOR_OF_THIS_MACHINE
            raise UnauthorizedError(
                "an API token is needed: send it as Authorization: Bearer oh_... "
                "(make token STAGE=... creates the first one)"
            )
        token = self._records.token(digest)
        now = self._clock()
        if token is None or not token.is_good(now):
            raise UnauthorizedError("the API token is not known, or has expired")
        self._note_use(token, now)
        return Caller(name=f"{token.name} ({token.id})", grant=token.grant)

    def issue(self, wanted: Mapping[str, Any], by: Caller) -> tuple[str, ApiToken]:
        """A new token as NEW_API_TOKEN wants it, and its text, which nobody can read again.

        Raises ForbiddenError for a token that may do more than its creator, and InputError for a
        site that is not there.
        """
        entropy = secrets.token_bytes(ENTROPY_BYTES)
        text, token = create_api_token(wanted, entropy=entropy, now=self._clock())
        if not covers(by.grant, token.grant):
            raise ForbiddenError("a token cannot create one that may do more than itself")
        with self._trail.change("API token", token.id, None, tell_token(token)):
            self._records.save_token(token)
        return text, token

    def tokens(self, grant: Grant) -> Sequence[ApiToken]:
        """The tokens that exist for who has this grant, without their texts."""
        return self._records.tokens(site=grant.site)

    def revoke(self, id_: str, by: Caller) -> ApiToken:
        """End a token. Raises NotFoundError, ForbiddenError, and ChangedError for a late one."""
        token = next((each for each in self.tokens(by.grant) if each.id == id_), None)
        if token is None:
            raise NotFoundError(f"there is no API token {id_}")
        if not covers(by.grant, token.grant):
            raise ForbiddenError("a token cannot end one that may do more than itself")
        with self._trail.change("API token", token.id, tell_token(token), None):
            self._records.remove_token(token)
        return token

    def _note_use(self, token: ApiToken, now: datetime) -> None:
        if not token.is_use_news(now):
            return
        try:
            self._records.note_use(replace(token, last_used_at=now))
        except (ChangedError, StoreError) as error:
            _LOG.warning("the use of API token %s is not noted: %s", token.id, error)
