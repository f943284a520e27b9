"""Would phones go back by what is set for many of them?

It goes by how many devices of each site and model report which version: no device is read. The
versions of two vendors say nothing of each other, so what is set for several of them takes those
back whose phones can get it from the catalogue. A version that the catalogue has not takes nobody
back until it is there, and then it asks, see `file.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.firmware.census import Reported, find_newer
from chalicelib.domain.firmware.named import Named, Settings, say_the_same
from chalicelib.domain.site import Site
from chalicelib.domain.standing import Group
from chalicelib.fleet.downgrade.places import (
    Census,
    Counts,
    Places,
    Records,
    Vendors,
    group_of,
    read_places,
)
from chalicelib.fleet.downgrade.question import refuse_lower, refuse_older


class SettingsDowngrades:
    """Its methods raise ConflictError where devices would go back to an older version."""

    def __init__(self, *, records: Records, vendors: Vendors, census: Census) -> None:
        self._records = records
        self._vendors = vendors
        self._census = census

    def refuse_server(self, was: Settings, now: Settings) -> None:
        """Of a change of what is set for all devices."""
        if say_the_same(was, now):
            return
        counts = self._census.counts()
        places = self._read(counts, vendors=self._vendors.vendors)
        self._refuse_general(Named.by(was), Named.by(now), places.shelves)
        self._refuse(replace(places, server=was), replace(places, server=now), counts)

    def refuse_model(self, vendor: str, model: str, was: Settings, now: Settings) -> None:
        """Of a change of what is set for the devices of a model."""
        if say_the_same(was, now):
            return
        counts = {
            vendor: [each for each in self._census.counts().get(vendor, ()) if each.model == model]
        }
        places = self._read(counts, vendors=[vendor])
        before, after = (
            replace(places, models={(vendor, model): settings}) for settings in (was, now)
        )
        nowhere = Group(site="", vendor=vendor, model=model)
        self._refuse_group(nowhere, before, after)
        self._refuse(before, after, counts)

    def refuse_site(self, was: Site | None, now: Site) -> None:
        """Of a change of what is set for the devices of a site, or of some models of it."""
        was = was or replace(now, settings={}, models={})
        named = sorted(was.models.keys() | now.models.keys())
        if say_the_same(was.settings, now.settings) and all(
            say_the_same(was.models.get(name, {}), now.models.get(name, {})) for name in named
        ):
            return
        counts = self._census.counts(now.name)
        groups = [_group(now.name, name) for name in named]
        places = self._read(counts, groups, vendors=self._vendors.vendors)
        before, after = (replace(places, sites={now.name: site}) for site in (was, now))
        if not say_the_same(was.settings, now.settings):
            old, new = (Named.by(site.settings, places.server) for site in (was, now))
            self._refuse_general(old, new, places.shelves)
        for group in groups:
            self._refuse_group(group, before, after)
        self._refuse(before, after, counts)

    def _refuse_general(self, old: Named, new: Named, shelves: Mapping[str, Shelf]) -> None:
        """Of what is named for devices of several vendors, whether there are any or not."""
        holding = {
            pack.version_field
            for name, shelf in shelves.items()
            if (pack := self._vendors.pack(name))
            and any(shelf.find(each.version) for each in (old, new) if each.version)
        }
        if new.may_take_back(old):
            refuse_lower(old.version, new.version, holding or {1})

    def _refuse_group(self, group: Group, before: Places, after: Places) -> None:
        """Of what is named for one model, whether there are such devices or not."""
        old, new = (each.named(group.site, group.vendor, group.model) for each in (before, after))
        pack = self._vendors.pack(group.vendor)
        if pack and new.may_take_back(old):
            refuse_lower(old.version, new.version, [pack.version_field])

    def _refuse(self, before: Places, after: Places, counts: Counts) -> None:
        """Of what is named for those devices that can get it."""
        newer: dict[str, Counter[str]] = defaultdict(Counter)
        for group, reported in _by_group(counts).items():
            site, vendor, model = group.site, group.vendor, group.model
            new = after.named(site, vendor, model)
            shelf, pack = after.shelves.get(vendor), self._vendors.pack(vendor)
            can_get = new.has_url or (shelf and shelf.file(new.version, model))
            if pack is None or not can_get or new.version is None:
                continue
            if new.may_take_back(before.named(site, vendor, model)):
                self._refuse_group(group, before, after)
                newer[new.version] += Counter(
                    find_newer(reported, new.version, first=pack.version_field)
                )
        for version, found in sorted(newer.items()):
            refuse_older(version, dict(sorted(found.items())))

    def _read(
        self, counts: Counts, groups: Iterable[Group] = (), *, vendors: Iterable[str]
    ) -> Places:
        return read_places(self._records, [*_by_group(counts), *groups], vendors=vendors)


def _by_group(counts: Counts) -> Mapping[Group, list[Reported]]:
    """What the devices of each group report."""
    found: dict[Group, list[Reported]] = defaultdict(list)
    for vendor, reported in counts.items():
        for each in reported:
            found[group_of(vendor, each)].append(each)
    return found


def _group(site: str, model: str) -> Group:
    vendor, _, name = model.partition("/")
    return Group(site=site, vendor=vendor, model=name)
