"""What do the use cases of this folder need of a store?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.device import Device, Fetch
from chalicelib.domain.errors import Flaw, InputError, NotFoundError, PreconditionError
from chalicelib.domain.extension import Extension
from chalicelib.domain.loaded import Loaded
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Change, Listed, Stored
from chalicelib.domain.sighting import Sighting
from chalicelib.domain.site import Site


class DeviceRecords(Protocol):
    """Where devices are kept. See `storage/devices.py` for the errors."""

    def device(self, mac: Mac) -> Stored[Device] | None: ...
    def devices(self, macs: Sequence[Mac]) -> Mapping[Mac, Stored[Device]]: ...
    def last_fetches(self, devices: Sequence[Device]) -> Mapping[Mac, Fetch]: ...
    def list_devices(
        self, *, limit: int, after: str | None, site: str | None = ...
    ) -> Listed[Stored[Device]]: ...
    def save_device(
        self, device: Device, *, was: Stored[Device] | None, access: AccessState | None = None
    ) -> Stored[Device]: ...
    def access(self, mac: Mac) -> Stored[AccessState] | None: ...
    def save_access(self, mac: Mac, access: Change[AccessState]) -> Stored[AccessState]: ...
    def remove_device(self, was: Stored[Device]) -> None: ...


class SightingRecords(Protocol):
    """Where it is kept which devices were not let in. See `storage/sightings.py`."""

    def sightings_of(self, mac: Mac) -> Sequence[Sighting]: ...


class ExtensionRecords(Protocol):
    """Where extensions are kept. See `storage/extensions.py` for the errors."""

    def extension(self, number: str) -> Stored[Extension] | None: ...
    def extensions(self, numbers: Sequence[str]) -> Mapping[str, Stored[Extension]]: ...
    def placements(self, number: str) -> Sequence[Mac]: ...
    def list_extensions(
        self, *, limit: int, after: str | None, site: str | None = ...
    ) -> Listed[Stored[Extension]]: ...
    def save_extension(
        self, extension: Extension, *, was: Stored[Extension] | None
    ) -> Stored[Extension]: ...
    def remove_extension(self, was: Stored[Extension]) -> None: ...


class DeclaredRecords(Protocol):
    """Where it is remembered what config.yml has brought in. See `storage/declared.py`."""

    def loaded(self) -> Stored[Loaded] | None: ...
    def save_loaded(self, loaded: Loaded, *, was: Stored[Loaded] | None) -> None: ...


class SiteRecords(Protocol):
    """Where sites are kept. See `storage/sites.py` for the errors."""

    def site(self, name: str) -> Stored[Site] | None: ...
    def list_sites(self, *, limit: int, after: str | None) -> Listed[Stored[Site]]: ...
    def save_site(self, site: Site, *, was: Stored[Site] | None) -> Stored[Site]: ...


class AuditRecords(Protocol):
    """Where the trail is kept. See `storage/audit.py` for the errors."""

    def write_trail(self) -> None: ...


class FleetRecords(
    DeviceRecords,
    SightingRecords,
    ExtensionRecords,
    DeclaredRecords,
    SiteRecords,
    AuditRecords,
    Protocol,
):
    """All of them."""


class Trail(Protocol):
    """Where it is told what is changed. See `access/trail.py`."""

    def asked_by(
        self, who: str, *, address: str = ..., action: str = ...
    ) -> AbstractContextManager[None]: ...

    def change(
        self,
        kind: str,
        name: object,
        old: Mapping[str, Any] | None,
        new: Mapping[str, Any] | None,
    ) -> AbstractContextManager[None]: ...


class NoneYet:
    """What a caller expects who insists that there is no such record yet."""


Expected = frozenset[str] | NoneYet | None
"""The revisions that a caller insists on; `*` stands for any. None: does not care."""


Scope = str | None
"""The only site that the caller may see; None: all of them."""


def is_hidden(site: str, scope: Scope) -> bool:
    """Whether a record of this site does not exist for the caller."""
    return scope is not None and site != scope


def is_shown(site: str | None, scope: Scope) -> bool:
    """Whether what belongs to this site, or to none, exists for the caller."""
    return scope is None or site == scope


def insist(stored: Stored[object] | None, expected: Expected) -> None:
    """Raise PreconditionError unless the record is one that the caller expects."""
    if expected is None:
        return
    if isinstance(expected, NoneYet):
        if stored is None:
            return
        raise PreconditionError("there is such a record already, and If-None-Match asks for none")
    if stored is None:
        raise PreconditionError("there is no such record, but If-Match names one")
    if "*" not in expected and stored.revision not in expected:
        raise PreconditionError("the record was changed since it was read; read it again")


def flaws_of(check: Callable[[], object]) -> list[Flaw]:
    """What the check finds wrong with an input, where several are to be told at once."""
    try:
        check()
    except InputError as error:
        return [*error.flaws]
    return []


def missing(kind: str, name: object) -> NotFoundError:
    return NotFoundError(f"there is no {kind} {name}")
