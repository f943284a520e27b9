"""How are sites made, changed and listed, and their keys replaced?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.access.policy import ACCESS
from chalicelib.domain.audit import tell_site
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.shared import Place
from chalicelib.domain.site import Site
from chalicelib.fleet.records import (
    Expected,
    Scope,
    SiteRecords,
    Trail,
    insist,
    is_hidden,
    missing,
)


class Sites:
    """The sites of one installation."""

    def __init__(
        self,
        *,
        records: SiteRecords,
        clock: Callable[[], datetime],
        trail: Trail,
        on_change: Callable[[Place], None],
    ) -> None:
        """`on_change` is called with the place of a site that is not as it was."""
        self._records = records
        self._clock = clock
        self._trail = trail
        self._on_change = on_change

    def show(self, name: str, *, scope: Scope = None) -> Stored[Site]:
        """One site; the default site is always there. Raises NotFoundError."""
        if is_hidden(name, scope):
            raise missing("site", name)
        found = self._records.site(name)
        if found is None and name != DEFAULT_SITE:
            raise missing("site", name)
        return found or Stored(self._new(name), "")

    def list(self, *, limit: int, after: str | None, scope: Scope = None) -> Listed[Stored[Site]]:
        """Sites by name. Raises InputError for a bad `after`."""
        if scope is not None:
            return Listed([self.show(scope, scope=scope)], None)
        return self._records.list_sites(limit=limit, after=after)

    def put(
        self,
        name: str,
        *,
        label: str | None,
        access: Mapping[str, Any] | None,
        expected: Expected = None,
        scope: Scope = None,
    ) -> tuple[Stored[Site], bool]:
        """Make the site, or set all of it anew but its key; also says whether it is new.

        Raises InputError for a policy that cannot be, NotFoundError for a site that is not the
        caller's to see, ChangedError and PreconditionError.
        """
        if is_hidden(name, scope):
            raise missing("site", name)
        if access is not None:
            ACCESS.read(access, "access")
        was = self._records.site(name)
        insist(was, expected)
        base = was.value if was else self._new(name)
        site = replace(base, label=label or name, access=access, updated_at=self._clock())
        return self._save(site, was), was is None

    def rotate_key(self, name: str, *, scope: Scope = None) -> Stored[Site]:
        """Give the site a new key; the one before ends. Raises NotFoundError and ChangedError."""
        was = self.show(name, scope=scope)
        site = replace(
            was.value, key_generation=was.value.key_generation + 1, updated_at=self._clock()
        )
        return self._save(site, was if was.revision else None)

    def _save(self, site: Site, was: Stored[Site] | None) -> Stored[Site]:
        old = tell_site(was.value) if was else None
        with self._trail.change("site", site.name, old, tell_site(site)):
            saved = self._records.save_site(site, was=was)
        self._on_change(("site", site.name))
        return saved

    def _new(self, name: str) -> Site:
        now = self._clock()
        return Site(name=name, label=name, created_at=now, updated_at=now)
