"""How is a version rolled out, stage by stage?"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.firmware.catalogue import FileState, Shelf
from chalicelib.domain.firmware.census import Reported, count_by_version
from chalicelib.domain.firmware.rollout import (
    MOST_ROLLOUTS,
    Rollout,
    read_window,
)
from chalicelib.domain.firmware.version import is_same
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.shared import Place
from chalicelib.domain.site import no_site
from chalicelib.domain.vendor import Pack
from chalicelib.fleet.downgrade.rollout import RolloutDowngrades, find_concerned
from chalicelib.fleet.records import (
    Expected,
    Scope,
    Trail,
    flaws_of,
    insist,
    is_hidden,
    missing,
)
from chalicelib.fleet.shelf import (
    Census,
    ShelfRecords,
    Vendors,
    read_models,
    refuse_cursor,
    revision_of,
)
from chalicelib.fleet.shelving import Shelving


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutView:
    """A rollout, and which versions the devices that it concerns report."""

    rollout: Rollout
    devices: int
    updated: int
    by_version: Mapping[str, int]

    @property
    def revision(self) -> str:
        """Changes with the rollout."""
        return revision_of(self.rollout)


Counts = Mapping[str, Sequence[Reported]]
"""Which versions the devices of each vendor report."""


class Rollouts:
    """The rollouts of one installation."""

    def __init__(
        self,
        *,
        records: ShelfRecords,
        vendors: Vendors,
        census: Census,
        downgrades: RolloutDowngrades,
        has_site: Callable[[str], bool],
        clock: Callable[[], datetime],
        trail: Trail,
        on_change: Callable[[Place], None],
    ) -> None:
        self._records = records
        self._vendors = vendors
        self._census = census
        self._downgrades = downgrades
        self._has_site = has_site
        self._clock = clock
        self._shelving = Shelving(records=records, trail=trail, on_change=on_change)

    def list(self, *, limit: int, after: str | None, scope: Scope = None) -> Listed[RolloutView]:
        """Rollouts by id; for a site's caller those of that site and those for all sites.

        Raises InputError for a bad `after`.
        """
        refuse_cursor(after, "[a-z0-9]{1,40}-[0-9a-f]{8}")
        shelves = self._records.shelves(self._vendors.vendors)
        found = sorted(
            (
                rollout
                for shelf in shelves.values()
                for rollout in shelf.value.rollouts
                if not _is_elsewhere(rollout, scope) and (after is None or rollout.id > after)
            ),
            key=lambda rollout: rollout.id,
        )
        counts = self._census.counts(scope) if found else {}
        part = [self._view(each, shelves[each.vendor].value, counts) for each in found[:limit]]
        return Listed(part, found[limit - 1].id if len(found) > limit else None)

    def show(self, id_: str, *, scope: Scope = None) -> RolloutView:
        """One rollout. Raises NotFoundError."""
        rollout, was = self._find(id_, scope)
        return self._view(rollout, was.value, self._census.counts(scope))

    def create(self, wanted: Mapping[str, Any], *, scope: Scope = None) -> RolloutView:
        """A new rollout, as NEW_ROLLOUT has read it; a site's caller makes one for that site.

        Raises InputError, ConflictError where devices would go back to an older version unasked,
        and ChangedError.
        """
        flaws = self.find_flaws(wanted, scope=scope)
        if flaws:
            raise InputError(*flaws)
        pack = self._vendors.named(wanted["vendor"])
        models = tuple(read_models(self._vendors, pack, wanted["models"]))
        shelf, was = self._shelf(pack)
        if len(shelf.rollouts) >= MOST_ROLLOUTS:
            says = f"{pack.vendor} has {MOST_ROLLOUTS} rollouts already: delete an old one"
            raise InputError(Flaw(where="vendor", says=says))
        now = self._clock()
        rollout = Rollout(
            id=f"{pack.vendor}-{secrets.token_hex(4)}",
            vendor=pack.vendor,
            version=wanted["version"],
            models=models,
            site=wanted["site"] or scope,
            percent=wanted["percent"],
            paused=wanted["paused"],
            window=read_window(wanted["window"]),
            allow_downgrade=wanted["allow_downgrade"],
            created_at=now,
            updated_at=now,
        )
        counts = self._census.counts(rollout.site)
        self._downgrades.refuse_gift(None, rollout, shelf, counts)
        self._shelving.save_rollout(shelf.put_rollout(rollout), was, before=None, after=rollout)
        return self._view(rollout, shelf, counts)

    def change(
        self,
        id_: str,
        wanted: Mapping[str, Any],
        *,
        expected: Expected = None,
        scope: Scope = None,
    ) -> RolloutView:
        """Change the percentage, the pause or the window; ROLLOUT_CHANGE has read them.

        Raises as `create`, NotFoundError and PreconditionError.
        """
        before, was = self._find(id_, scope)
        _refuse_stranger(before, scope)
        insist(Stored(before, revision_of(before)), expected)
        given = {name: value for name, value in wanted.items() if name != "window"}
        if "window" in wanted:
            given["window"] = read_window(wanted["window"])
        rollout = replace(before, **given, updated_at=self._clock())
        counts = self._census.counts(rollout.site)
        self._downgrades.refuse_gift(before, rollout, was.value, counts)
        changed = was.value.put_rollout(rollout)
        self._shelving.save_rollout(changed, was, before=before, after=rollout)
        return self._view(rollout, changed, counts)

    def remove(
        self,
        id_: str,
        *,
        allow_downgrade: bool = False,
        expected: Expected = None,
        scope: Scope = None,
    ) -> None:
        """End the rollout: its devices have again what other ones give, or their settings say.

        Raises NotFoundError, ConflictError where that is older than what they have and
        `allow_downgrade` does not say that it may be, ChangedError and PreconditionError.
        """
        before, was = self._find(id_, scope)
        _refuse_stranger(before, scope)
        insist(Stored(before, revision_of(before)), expected)
        shelf = was.value.take_rollout(id_, now=self._clock())
        if not allow_downgrade:
            self._downgrades.refuse_end(before, was.value, shelf)
        self._shelving.save_rollout(shelf, was, before=before, after=None)

    def _find(self, id_: str, scope: Scope) -> tuple[Rollout, Stored[Shelf]]:
        vendor = id_.partition("-")[0]
        was = None
        if vendor in self._vendors.vendors:
            was = self._records.shelves([vendor]).get(vendor)
        for rollout in was.value.rollouts if was else ():
            if was and rollout.id == id_ and not _is_elsewhere(rollout, scope):
                return rollout, was
        raise missing("rollout", id_)

    def find_flaws(self, wanted: Mapping[str, Any], *, scope: Scope = None) -> Sequence[Flaw]:
        """What is wrong with the names in what is wanted; None in it is passed over."""
        flaws: list[Flaw] = []
        if (vendor := wanted.get("vendor")) is not None:
            flaws += self._find_unready(vendor, wanted)
        site = wanted.get("site") or scope
        if site and (is_hidden(site, scope) or not (site == DEFAULT_SITE or self._has_site(site))):
            flaws.append(no_site(site))
        return flaws

    def _find_unready(self, vendor: str, wanted: Mapping[str, Any]) -> Sequence[Flaw]:
        pack = self._vendors.pack(vendor)
        if pack is None:
            return flaws_of(lambda: self._vendors.named(vendor))
        named, version = wanted.get("models") or (), wanted.get("version")
        flaws = flaws_of(lambda: read_models(self._vendors, pack, named))
        if version is not None:
            models = [] if flaws else read_models(self._vendors, pack, named)
            flaws += flaws_of(lambda: _refuse_without_file(self._shelf(pack)[0], version, models))
        return flaws

    def _shelf(self, pack: Pack) -> tuple[Shelf, Stored[Shelf] | None]:
        was = self._records.shelves([pack.vendor]).get(pack.vendor)
        return was.value if was else Shelf(vendor=pack.vendor), was

    def _view(self, rollout: Rollout, shelf: Shelf, counts: Counts) -> RolloutView:
        pack = self._vendors.pack(rollout.vendor)
        first = pack.version_field if pack else 1
        concerned = find_concerned(rollout, shelf, counts)
        return RolloutView(
            rollout=rollout,
            devices=sum(each.devices for each in concerned),
            updated=sum(
                each.devices
                for each in concerned
                if each.version and is_same(each.version, rollout.version, first=first)
            ),
            by_version=count_by_version(concerned),
        )


def _refuse_without_file(shelf: Shelf, version: str, models: Sequence[str]) -> None:
    """Raise InputError unless the version is ready for all of the models."""
    firmware = shelf.find(version)
    if firmware is None:
        known = ", ".join(each.version for each in shelf.firmware) or "nothing"
        says = f'"{version}" is not in the catalogue of {shelf.vendor}, which has {known}'
        raise InputError(Flaw(where="version", says=says))
    lacking = [model for model in models if firmware.file_for(model) is None]
    if lacking or not any(file.state is FileState.READY for file in firmware.files):
        whom = f" for {', '.join(lacking)}" if lacking else ""
        raise InputError(Flaw(where="version", says=f"{version} has no file that is ready{whom}"))


def _is_elsewhere(rollout: Rollout, scope: Scope) -> bool:
    """Whether it does not exist for the caller. Those for all sites concern each site."""
    return rollout.site is not None and is_hidden(rollout.site, scope)


def _refuse_stranger(rollout: Rollout, scope: Scope) -> None:
    """Raise NotFoundError for a rollout that is not the caller's to change."""
    if scope is not None and rollout.site != scope:
        raise missing("rollout", rollout.id)
