"""How are extensions created, changed, listed and removed?"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain.audit import tell_extension
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.extension import DEFAULT_SITE, Extension, Origin
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.site import no_site
from chalicelib.domain.vendor import Pack
from chalicelib.fleet.choice import find_inexpressible
from chalicelib.fleet.records import (
    Expected,
    FleetRecords,
    Scope,
    Trail,
    insist,
    is_hidden,
    missing,
)

_PASSWORD_BYTES = 18
"""Of a password that is generated: 144 bits, 24 letters."""

IS_REQUIRED = 'is required for a new extension; or send "generate": true'
"""What is wrong with a password that is not there."""


class Packs(Protocol):
    """What the use cases need of the catalogue."""

    def pack(self, vendor: str) -> Pack | None: ...


class Extensions:
    """The extensions of one installation."""

    def __init__(
        self,
        *,
        records: FleetRecords,
        packs: Packs,
        clock: Callable[[], datetime],
        trail: Trail,
        on_new: Callable[[], None],
    ) -> None:
        """`on_new` is called after an extension came in: a device may have waited for it."""
        self._records = records
        self._packs = packs
        self._clock = clock
        self._on_new = on_new
        self._trail = trail

    def show(self, number: str, *, scope: Scope = None) -> Stored[Extension]:
        """One extension. Raises NotFoundError."""
        stored = self._records.extension(number)
        if stored is None or is_hidden(stored.value.site, scope):
            raise missing("extension", number)
        return stored

    def list(
        self, *, limit: int, after: str | None, scope: Scope = None
    ) -> Listed[Stored[Extension]]:
        """Extensions, shorter numbers first. Raises InputError for a bad `after`."""
        return self._records.list_extensions(limit=limit, after=after, site=scope)

    def put(
        self,
        *,
        number: str,
        name: str | None,
        password: str | None,
        generate: bool = False,
        site: str | None = None,
        expected: Expected = None,
        scope: Scope = None,
    ) -> tuple[Stored[Extension], bool]:
        """Create the extension, or set all of it anew; also says whether it is new.

        The name is the number where none is given. The password of an existing extension stays
        where none is given, since nobody can read it back; `generate` makes a strong one. Raises
        InputError, NotFoundError, ChangedError and PreconditionError.
        """
        was = self._records.extension(number)
        if was is not None and is_hidden(was.value.site, scope):
            raise missing("extension", number)
        insist(was, expected)
        if generate and password is not None:
            raise InputError(Flaw(where="generate", says="cannot be true beside a password"))
        if generate:
            password = secrets.token_urlsafe(_PASSWORD_BYTES)
        flaws: list[Flaw] = []
        if password is None and was is None:
            flaws.append(Flaw(where="password", says=IS_REQUIRED))
        site = site or (was.value.site if was else scope or DEFAULT_SITE)
        if is_hidden(site, scope) or (site != DEFAULT_SITE and self._records.site(site) is None):
            flaws.append(no_site(site))
        if flaws:
            raise InputError(*flaws)
        stored = self._save(
            number=number,
            name=name or number,
            password=password or (was.value.password if was else ""),
            site=site,
            was=was,
            origin=Origin.API,
        )
        if was is None:
            self._on_new()
        return stored, was is None

    def change(
        self,
        number: str,
        *,
        name: str | None = None,
        password: str | None = None,
        expected: Expected = None,
        scope: Scope = None,
    ) -> Stored[Extension]:
        """Change what is given and leave the rest. Raises NotFoundError, else as `put`."""
        if not (name or password):
            raise InputError(Flaw(where="body", says="changes nothing; give name or password"))
        was = self.show(number, scope=scope)
        insist(was, expected)
        return self._save(
            number=number,
            name=name or was.value.name,
            password=password or was.value.password,
            site=was.value.site,
            was=was,
            origin=Origin.API,
        )

    def remove(self, number: str, *, expected: Expected = None, scope: Scope = None) -> None:
        """Forget the extension.

        Raises NotFoundError, ExtensionInUseError, ChangedError and PreconditionError.
        """
        was = self.show(number, scope=scope)
        insist(was, expected)
        with self._trail.change("extension", number, tell_extension(was.value), None):
            self._records.remove_extension(was)

    def reveal(self, number: str, *, scope: Scope = None) -> str:
        """The password, for one who may see it. Raises NotFoundError."""
        found = self.show(number, scope=scope)
        with self._trail.change("password of extension", number, None, {"revealed": True}):
            self._records.write_trail()
        return found.value.password

    def declare(
        self, *, number: str, name: str, password: str, was: Stored[Extension] | None
    ) -> bool:
        """Bring an extension of config.yml in; says whether that changed anything.

        Raises InputError and ChangedError.
        """
        if was and (was.value.name, was.value.password) == (name, password):
            return False
        self._save(
            number=number,
            name=name,
            password=password,
            site=was.value.site if was else DEFAULT_SITE,
            was=was,
            origin=Origin.FILE,
        )
        return True

    def _save(
        self,
        *,
        number: str,
        name: str,
        password: str,
        site: str,
        was: Stored[Extension] | None,
        origin: Origin,
    ) -> Stored[Extension]:
        now = self._clock()
        extension = Extension(
            number=number,
            name=name,
            password=password,
            site=site,
            origin=origin,
            created_at=now,
            updated_at=now,
        )
        if was is not None:
            extension = replace(extension, created_at=was.value.created_at)
            self._refuse_inexpressible(extension)
        before = was.value if was else None
        old = tell_extension(before) if before else None
        with self._trail.change("extension", number, old, tell_extension(extension, before)):
            return self._records.save_extension(extension, was=was)

    def _refuse_inexpressible(self, extension: Extension) -> None:
        """Raise InputError when a device that uses the extension could not be told of it."""
        devices = self._records.devices(self._records.placements(extension.number))
        packs = [self._packs.pack(device.value.vendor) for device in devices.values()]
        forms = {pack.vendor: pack.format for pack in packs if pack}
        flaws = [
            Flaw(where=field, says=why)
            for vendor, form in sorted(forms.items())
            for field, why in find_inexpressible(extension, form, vendor)
        ]
        if flaws:
            raise InputError(*flaws)
