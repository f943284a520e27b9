"""How are sites made, changed, listed and removed, and their keys replaced?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.access.policy import ACCESS
from chalicelib.domain.audit import tell_site
from chalicelib.domain.chosen import Join, drop_empty, merge
from chalicelib.domain.errors import ConflictError, Flaw, InputError, InUseError, PreconditionError
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.profile import LAYER
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.shared import Place
from chalicelib.domain.site import Site
from chalicelib.domain.wording import path_to
from chalicelib.fleet.downgrade.settings import SettingsDowngrades
from chalicelib.fleet.records import (
    Expected,
    NoneYet,
    Scope,
    Trail,
    flaws_of,
    insist,
    is_hidden,
    missing,
)
from chalicelib.fleet.records import SiteRecords as KeptSites
from chalicelib.fleet.saving import Saving, merge_in, set_anew
from chalicelib.fleet.trial import Trial


class SiteRecords(KeptSites, Protocol):
    """Where sites are kept, and what belongs to them."""

    def remove_site(self, was: Stored[Site], *, now: datetime) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedSite:
    """A site as it is stored now; `warnings` tell what its devices lose of what was set."""

    stored: Stored[Site]
    created: bool = False
    warnings: tuple[str, ...] = ()


class Sites:
    """The sites of one installation."""

    def __init__(
        self,
        *,
        records: SiteRecords,
        trial: Trial,
        downgrades: SettingsDowngrades,
        clock: Callable[[], datetime],
        trail: Trail,
        on_change: Callable[[Place], None],
        rollouts_at: Callable[[str], Sequence[str]] = lambda _: (),
    ) -> None:
        """`on_change` is called with the place of a site that is not as it was.

        `rollouts_at` names the rollouts that are for a site alone.
        """
        self._rollouts_at = rollouts_at
        self._records = records
        self._trial = trial
        self._downgrades = downgrades
        self._clock = clock
        self._saving = Saving(trail=trail, on_change=on_change)

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
        settings: Mapping[str, Any] | None = None,
        models: Mapping[str, Mapping[str, Any]] | None = None,
        allow_downgrade: bool = False,
        expected: Expected = None,
        scope: Scope = None,
    ) -> SavedSite:
        """Make the site, or set all of it anew but its key; secret settings left out stay.

        Raises InputError for a policy or settings that cannot be, NotFoundError for a site that is
        not the caller's to see, ConflictError where its devices would go back to an older firmware
        and `allow_downgrade` does not say that they may, ChangedError and PreconditionError.
        """
        if is_hidden(name, scope):
            raise missing("site", name)
        if access is not None:
            ACCESS.read(access, "access")
        was = self._records.site(name)
        if name == DEFAULT_SITE and isinstance(expected, NoneYet):
            raise PreconditionError("the default site is always there")
        insist(was, expected)
        base = was.value if was else self._new(name)
        special = {
            named: set_anew(given, base.models.get(named, {}), path_to("models", named))
            for named, given in self._by_name(models or {}).items()
        }
        site = replace(
            base,
            label=label or name,
            access=access,
            settings=set_anew(settings or {}, base.settings),
            models={named: each for named, each in special.items() if each},
        )
        return self._save(site, was, allow_downgrade=allow_downgrade)

    def change(
        self,
        name: str,
        patch: Mapping[str, Any],
        *,
        join: Join = merge,
        allow_downgrade: bool = False,
        expected: Expected = None,
        scope: Scope = None,
    ) -> SavedSite:
        """Change what `patch` holds of label, access, settings and models, and leave the rest.

        `join` brings settings to those that are there; a null in place of a model's takes them
        back. Raises NotFoundError, else as `put`.
        """
        if not patch:
            says = "changes nothing; give label, access, settings or models"
            raise InputError(Flaw(where="body", says=says))
        was = self.show(name, scope=scope)
        stored = was if was.revision else None
        insist(stored, expected)
        site = was.value
        if "access" in patch:
            if patch["access"] is not None:
                ACCESS.read(patch["access"], "access")
            site = replace(site, access=patch["access"])
        if "label" in patch:
            site = replace(site, label=patch["label"] or name)
        if "settings" in patch:
            site = replace(
                site, settings=merge_in(patch["settings"] or {}, site.settings, join=join)
            )
        if "models" in patch:
            joined = join(site.models, self._by_name(patch["models"] or {}))
            special = drop_empty({named: each for named, each in joined.items() if each})
            for named, settings in special.items():
                LAYER.read(settings, path_to("models", named))
            site = replace(site, models=special)
        return self._save(site, stored, allow_downgrade=allow_downgrade)

    def remove(self, name: str, *, expected: Expected = None, scope: Scope = None) -> None:
        """Forget the site.

        Raises NotFoundError, InUseError while anything belongs to it, ConflictError for the
        default site, ChangedError and PreconditionError.
        """
        was = self.show(name, scope=scope)
        insist(was, expected)
        if name == DEFAULT_SITE:
            raise ConflictError("the default site is always there")
        users = [f"rollout {id_}" for id_ in self._rollouts_at(name)]
        if users:
            raise InUseError(f"site {name}", users)
        self._saving.save(
            ("site", name),
            "site",
            name,
            old=tell_site(was.value),
            new=None,
            write=lambda: self._records.remove_site(was, now=self._clock()),
        )

    def rotate_key(self, name: str, *, scope: Scope = None) -> Stored[Site]:
        """Give the site a new key; the one before ends. Raises NotFoundError and ChangedError."""
        was = self.show(name, scope=scope)
        site = replace(was.value, key_generation=was.value.key_generation + 1)
        return self._save(site, was if was.revision else None).stored

    def find_flaws(self, wanted: Mapping[str, Any]) -> Sequence[Flaw]:
        """What is wrong with the names of models in what is wanted."""
        return flaws_of(lambda: self._by_name(wanted.get("models") or {}))

    def _by_name(self, models: Mapping[str, Any]) -> dict[str, Any]:
        """The same by the names that the vendor packs have. Raises InputError."""
        found: dict[str, Any] = {}
        flaws: list[Flaw] = []
        for name, given in models.items():
            where = path_to("models", name)
            try:
                named = "/".join(self._trial.name_of(name, where))
            except InputError as error:
                flaws += error.flaws
                continue
            if named in found:
                flaws.append(Flaw(where=where, says=f"is {named}, which is given already"))
            found[named] = given
        if flaws:
            raise InputError(*flaws)
        return found

    def _save(
        self, site: Site, was: Stored[Site] | None, *, allow_downgrade: bool = False
    ) -> SavedSite:
        before = was.value if was else None
        now = self._clock()
        said = (before.settings, before.models) if before else ({}, {})
        is_news = (site.settings, site.models) != said
        warnings = self._trial.try_site(site) if is_news else []
        if is_news and not allow_downgrade:
            self._downgrades.refuse_site(before, site)
        kept_at = before.settings_at if before else None
        site = replace(site, updated_at=now, settings_at=now if is_news else kept_at)
        saved = self._saving.save(
            ("site", site.name),
            "site",
            site.name,
            old=tell_site(before) if before else None,
            new=tell_site(site),
            write=lambda: self._records.save_site(site, was=was),
        )
        return SavedSite(stored=saved, created=was is None, warnings=tuple(warnings))

    def _new(self, name: str) -> Site:
        now = self._clock()
        return Site(name=name, label=name, created_at=now, updated_at=now)
