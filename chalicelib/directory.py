"""Which contacts does the phonebook of a site hold?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from chalicelib.domain.contact import Contact
from chalicelib.domain.extension import Extension
from chalicelib.domain.record import Listed, Stored

_SECONDS = 60.0
"""How long a process goes by what it last read."""

_MOST = 2000
"""How many entries a phonebook holds: phones take few thousand at most."""


class DirectoryRecords(Protocol):
    """Where contacts and extensions are kept."""

    def list_contacts(self, *, limit: int, after: str | None) -> Listed[Stored[Contact]]: ...
    def list_extensions(self, *, limit: int, after: str | None) -> Listed[Stored[Extension]]: ...


class Directory:
    """Phonebooks, made of the extensions and the shared contacts of a site."""

    def __init__(self, *, records: DirectoryRecords, timer: Callable[[], float]) -> None:
        self._records = records
        self._timer = timer
        self._book_by_site: dict[str, tuple[float, list[dict[str, Any]]]] = {}

    def contacts(self, site: str) -> list[dict[str, Any]]:
        """Names and numbers, sorted by name: what a phonebook template calls `contacts`."""
        known = self._book_by_site.get(site)
        if known is not None and self._timer() - known[0] < _SECONDS:
            return known[1]
        entries = [(contact.name, contact.numbers) for contact in self._contacts(site)]
        entries += ((extension.name, (extension.number,)) for extension in self._extensions(site))
        entries.sort(key=lambda entry: (entry[0].casefold(), entry[1]))
        book = [{"name": name, "numbers": list(numbers)} for name, numbers in entries[:_MOST]]
        self._book_by_site[site] = (self._timer(), book)
        return book

    def _contacts(self, site: str) -> list[Contact]:
        page = self._records.list_contacts(limit=_MOST, after=None)
        return [each.value for each in page.values if each.value.site == site]

    def _extensions(self, site: str) -> list[Extension]:
        page = self._records.list_extensions(limit=_MOST, after=None)
        return [each.value for each in page.values if each.value.site == site]
