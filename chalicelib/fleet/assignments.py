"""Which settings name a firmware version?

Those of the server, of models and of sites are looked through; devices that name a version of their
own are not, since there may be a million of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.shared import SharedSettings
from chalicelib.domain.site import Site

_PAGE = 200
T = TypeVar("T")


class LayerRecords(Protocol):
    """Where settings that many devices share are kept."""

    def list_settings(self, *, limit: int, after: str | None) -> Listed[Stored[SharedSettings]]: ...
    def list_sites(self, *, limit: int, after: str | None) -> Listed[Stored[Site]]: ...


class Assignments:
    """Knows which layers assign a version."""

    def __init__(self, *, records: LayerRecords) -> None:
        self._records = records

    def users(self, vendor: str, version: str) -> Sequence[str]:
        """What names the version for devices of the vendor, in words."""
        return [*self._shared(vendor, version), *self._sites(vendor, version)]

    def _shared(self, vendor: str, version: str) -> Iterator[str]:
        for settings in _all(self._records.list_settings):
            kind, name = settings.place
            concerns = kind == "server" or name.startswith(f"{vendor}/")
            if concerns and settings.settings.get("firmware") == version:
                yield "the server's settings" if kind == "server" else f"the settings of {name}"

    def _sites(self, vendor: str, version: str) -> Iterator[str]:
        for site in _all(self._records.list_sites):
            named: list[Mapping[str, Any]] = [site.settings]
            named += [said for model, said in site.models.items() if model.startswith(f"{vendor}/")]
            if any(said.get("firmware") == version for said in named):
                yield f"the site {site.name}"


def _all(listing: Callable[..., Listed[Stored[T]]]) -> Iterator[T]:
    after = None
    while True:
        page = listing(limit=_PAGE, after=after)
        yield from (stored.value for stored in page.values)
        after = page.after
        if after is None:
            return
