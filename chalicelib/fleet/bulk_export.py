"""How does the whole fleet get into a file, a page at a time?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.device import Device
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.extension import Extension
from chalicelib.fleet.records import FleetRecords, Scope, Trail

_EXTENSIONS = "e"
_DEVICES = "d"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportPage:
    """Records of a page, and where the next one begins; all extensions come before all devices."""

    extensions: Sequence[Extension]
    devices: Sequence[Device]
    after: str | None


class Export:
    """Reads the fleet out."""

    def __init__(self, *, records: FleetRecords, trail: Trail) -> None:
        self._records = records
        self._trail = trail

    def page(self, *, limit: int, after: str | None, scope: Scope = None) -> ExportPage:
        """A page, no longer than `limit`. Raises InputError for an `after` that no page gave."""
        kind, _, place = (after or _EXTENSIONS).partition(".")
        if kind == _DEVICES:
            return self._devices(limit, place or None, scope)
        if kind == _EXTENSIONS:
            return self._extensions(limit, place or None, scope)
        says = "is not one that the Link header of an export gave"
        raise InputError(Flaw(where="cursor", says=says))

    def reveal(self, page: ExportPage, *, scope: Scope = None) -> None:
        """Let the trail tell that the secrets of a page are shown."""
        told = {"extensions": len(page.extensions), "devices": len(page.devices)}
        new = {"revealed": True, **told}
        with self._trail.change("secrets of", f"site {scope}" if scope else "all", None, new):
            self._records.write_trail()

    def _extensions(self, limit: int, place: str | None, scope: Scope) -> ExportPage:
        found = self._records.list_extensions(limit=limit, after=place, site=scope)
        values = [each.value for each in found.values]
        if found.after is not None:
            return ExportPage(extensions=values, devices=(), after=f"{_EXTENSIONS}.{found.after}")
        if len(found.values) >= limit:
            return ExportPage(extensions=values, devices=(), after=_DEVICES)
        return replace(self._devices(limit - len(found.values), None, scope), extensions=values)

    def _devices(self, limit: int, place: str | None, scope: Scope) -> ExportPage:
        found = self._records.list_devices(limit=limit, after=place, site=scope)
        values = [each.value for each in found.values]
        after = None if found.after is None else f"{_DEVICES}.{found.after}"
        return ExportPage(extensions=(), devices=values, after=after)
