"""Which settings name a firmware version, or a layout of keys?

Those of the server, of models and of sites are looked through; the devices that name one of their
own are found by an index, since there may be a million of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.shared import Layout, SharedSettings, Users
from chalicelib.domain.site import Site
from chalicelib.fleet.records import Scope

_PAGE = 200
T = TypeVar("T")

Settings = Mapping[str, Any]


class AssignmentRecords(Protocol):
    """Where settings are kept, and which devices name what."""

    def list_settings(self, *, limit: int, after: str | None) -> Listed[Stored[SharedSettings]]: ...
    def list_sites(self, *, limit: int, after: str | None) -> Listed[Stored[Site]]: ...
    def site(self, name: str) -> Stored[Site] | None: ...
    def users_of_layout(self, name: str, *, site: str | None = None) -> Users: ...
    def users_of_firmware(self, vendor: str, version: str) -> Users: ...


class Assignments:
    """Knows who assigns what, in words."""

    def __init__(self, *, records: AssignmentRecords) -> None:
        self._records = records

    def of_firmware(self, vendor: str, version: str) -> Sequence[str]:
        """What names the version for devices of the vendor."""
        found = [
            name for name, settings in self._shared(vendor) if settings.get("firmware") == version
        ]
        for site in _all(self._records.list_sites):
            if any(said.get("firmware") == version for said in _said(site, f"{vendor}/")):
                found.append(f"the site {site.name}")
        users = self._records.users_of_firmware(vendor, version)
        return [*found, str(users)] if users.count else found

    def of_layout(self, layout: Layout, scope: Scope = None) -> Sequence[str]:
        """What names the layout for devices that may have it, as far as the caller may know."""
        named = layout.name
        above = [name for name, said in self._shared("") if said.get("key_layout") == named]
        if above and scope is not None:
            above = ["settings that more than this site has"]
        for site in self._sites_of(layout):
            if any(said.get("key_layout") == named for said in _said(site, "")):
                above.append(f"the site {site.name}")
        users = self._records.users_of_layout(named, site=layout.site)
        return [*above, str(users)] if users.count else above

    def _shared(self, vendor: str) -> Iterator[tuple[str, Settings]]:
        """The settings of the server and of the vendor's models, or of all when it is empty."""
        for each in _all(self._records.list_settings):
            kind, name = each.place
            if kind == "server":
                yield "the server's settings", each.settings
            elif name.startswith(f"{vendor}/" if vendor else ""):
                yield f"the settings of {name}", each.settings

    def _sites_of(self, layout: Layout) -> Iterator[Site]:
        if layout.site is None:
            yield from _all(self._records.list_sites)
        elif stored := self._records.site(layout.site):
            yield stored.value


def _said(site: Site, models: str) -> Iterator[Settings]:
    """What a site says for all of its devices, and for those whose model begins so."""
    yield site.settings
    yield from (said for model, said in site.models.items() if model.startswith(models))


def _all(listing: Callable[..., Listed[Stored[T]]]) -> Iterator[T]:
    after = None
    while True:
        page = listing(limit=_PAGE, after=after)
        yield from (stored.value for stored in page.values)
        after = page.after
        if after is None:
            return
