"""Would phones go back to an older firmware by settings? Then whoever changes them is asked first.

Phones go back when they are told an older version than they were told before, or than they report.
The versions of two vendors say nothing of each other: what is set for several of them concerns
those whose phones can get it from the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain.device import Device
from chalicelib.domain.errors import ConflictError
from chalicelib.domain.firmware.catalogue import Firmware, Shelf
from chalicelib.domain.firmware.census import Reported, find_newer
from chalicelib.domain.firmware.version import is_newer
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import SERVER_PLACE, Place, place_of_model
from chalicelib.domain.site import Site
from chalicelib.domain.vendor import Pack

Settings = Mapping[str, Any]

ASK = 'say "allow_downgrade": true to take it back'
_FIRMWARE = "firmware"


class Records(Protocol):
    """Where it is kept what devices share, the catalogue of firmware among it."""

    def shared(self, places: Collection[Place]) -> Mapping[Place, Stored[Any]]: ...
    def shelves(self, vendors: Sequence[str]) -> Mapping[str, Stored[Shelf]]: ...


class Vendors(Protocol):
    """What it takes of the catalogue of vendors."""

    @property
    def vendors(self) -> Sequence[str]: ...
    def pack(self, vendor: str) -> Pack | None: ...


class Census(Protocol):
    """Whoever knows which versions the devices report: by vendor, of one site or of all."""

    def counts(self, site: str | None = None) -> Mapping[str, Sequence[Reported]]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    """What devices of a model are told in place of what they were told before."""

    vendor: str
    model: str
    old: str | None
    new: str | None
    is_for_all: bool
    """It comes from settings that other vendors have, too."""


class Downgrades:
    """Its methods raise ConflictError where devices would go back to an older version."""

    def __init__(self, *, records: Records, vendors: Vendors, census: Census) -> None:
        self._records = records
        self._vendors = vendors
        self._census = census

    def refuse_server(self, was: Settings, now: Settings) -> None:
        """Of a change of what is set for all devices."""
        old, new = _word(was), _word(now)
        if new is None or new == old:
            return
        counts = self._census.counts()
        models = sorted({(vendor, each.model) for vendor in counts for each in counts[vendor]})
        above = self._records.shared([place_of_model(*each) for each in models])
        steps = [
            _Step(vendor=vendor, model=model, old=old, new=new, is_for_all=True)
            for vendor, model in models
            if _FIRMWARE not in _said(above.get(place_of_model(vendor, model)))
        ]
        self._refuse(steps, counts, (old, new))

    def refuse_model(self, vendor: str, model: str, was: Settings, now: Settings) -> None:
        """Of a change of what is set for the devices of a model."""
        if _same(was, now):
            return
        below = _said(self._records.shared([SERVER_PLACE]).get(SERVER_PLACE))
        step = _Step(
            vendor=vendor,
            model=model,
            old=_word(was, below),
            new=_word(now, below),
            is_for_all=_FIRMWARE not in now,
        )
        self._refuse([step], self._census.counts(), None)

    def refuse_site(self, was: Site | None, now: Site) -> None:
        """Of a change of what is set for the devices of a site, or of some models of it."""
        settings, models = (was.settings, was.models) if was else ({}, {})
        named = models.keys() | now.models.keys()
        if _same(settings, now.settings) and all(
            _same(models.get(name, {}), now.models.get(name, {})) for name in named
        ):
            return
        counts = self._census.counts(now.name)
        there = {f"{vendor}/{each.model}" for vendor in counts for each in counts[vendor]}
        pairs = {name: _split(name) for name in sorted(named | there)}
        below = self._records.shared(
            [SERVER_PLACE, *(place_of_model(*pair) for pair in pairs.values())]
        )
        server = _said(below.get(SERVER_PLACE))
        steps = []
        for name, (vendor, model) in pairs.items():
            of_model = _said(below.get(place_of_model(vendor, model)))
            own, base = now.models.get(name, {}), (of_model, server)
            steps.append(
                _Step(
                    vendor=vendor,
                    model=model,
                    old=_word(models.get(name, {}), settings, *base),
                    new=_word(own, now.settings, *base),
                    is_for_all=_FIRMWARE not in own
                    and (_FIRMWARE in now.settings or _FIRMWARE not in of_model),
                )
            )
        self._refuse(steps, counts, (_word(settings, server), _word(now.settings, server)))

    def refuse_device(
        self, was: Device | None, now: Device, reported: Callable[[], str | None]
    ) -> None:
        """Of a change of what a device has of its own; `reported` is asked only when it matters."""
        if _same(was.settings if was else {}, now.settings):
            return
        pack = self._vendors.pack(now.vendor)
        places: list[Place] = [("site", now.site), place_of_model(now.vendor, now.model)]
        found = self._records.shared([SERVER_PLACE, *places])
        below = _below(found, now.site, now.vendor, now.model)
        is_same_vendor = was is not None and was.vendor == now.vendor
        old = _word(was.settings, *below) if was and is_same_vendor else None
        new = _word(now.settings, *below)
        if pack is None or new is None or new == old:
            return
        _refuse_lower(old, new, [pack.version_field])
        has = reported()
        if has and is_newer(has, new, first=pack.version_field):
            raise ConflictError(f"the device has a newer version than {new}: {has}; {ASK}")

    def refuse_arrival(self, was: Firmware, now: Firmware) -> None:
        """Of files that get ready, of a version that settings have named before."""
        reported = self._census.counts().get(now.vendor, ())
        pack = self._vendors.pack(now.vendor)
        concerned = [
            each for each in reported if now.file_for(each.model) and not was.file_for(each.model)
        ]
        if pack is None or not find_newer(concerned, now.version, first=pack.version_field):
            return
        names: dict[Place, None] = {SERVER_PLACE: None}
        for each in concerned:
            names["site", each.site] = None
            names[place_of_model(now.vendor, each.model)] = None
        found = self._records.shared(list(names))
        told = [
            each
            for each in concerned
            if _word(*_below(found, each.site, now.vendor, each.model)) == now.version
        ]
        refuse_older(now.version, find_newer(told, now.version, first=pack.version_field))

    def _refuse(
        self,
        steps: Iterable[_Step],
        counts: Mapping[str, Sequence[Reported]],
        general: tuple[str | None, str | None] | None,
    ) -> None:
        """Refuse any of the steps; `general` is what all devices of the place were and are told."""
        steps = [step for step in steps if step.new is not None and step.new != step.old]
        vendors = self._vendors.vendors if general else sorted({step.vendor for step in steps})
        packs = {vendor: pack for vendor in vendors if (pack := self._vendors.pack(vendor))}
        shelves = {name: kept.value for name, kept in self._records.shelves(vendors).items()}
        if general:
            holding = {
                packs[name].version_field
                for name, shelf in shelves.items()
                if any(shelf.find(version) for version in general if version)
            }
            _refuse_lower(*general, holding or {1})
        for step in steps:
            shelf, pack = shelves.get(step.vendor), packs.get(step.vendor)
            can_get = shelf is not None and shelf.file(step.new, step.model) is not None
            if pack and step.new and (can_get or not step.is_for_all):
                _refuse_lower(step.old, step.new, [pack.version_field])
                reported = [
                    each for each in counts.get(step.vendor, ()) if each.model == step.model
                ]
                refuse_older(step.new, find_newer(reported, step.new, first=pack.version_field))


def refuse_older(version: str, newer: Mapping[str, int], *, ask: str = ASK) -> None:
    """Raise ConflictError where so many devices report these newer versions."""
    if newer:
        found = ", ".join(f"{each} ({devices})" for each, devices in newer.items())
        raise ConflictError(f"devices have a newer version than {version}: {found}; {ask}")


def _refuse_lower(old: str | None, new: str | None, fields: Iterable[int]) -> None:
    if old and new and any(is_newer(old, new, first=first) for first in fields):
        raise ConflictError(f"the firmware was {old}, which is newer than {new}; {ASK}")


def _word(*layers: Settings) -> str | None:
    """The version that the layers name, the most special one first."""
    return next((layer[_FIRMWARE] for layer in layers if _FIRMWARE in layer), None)


def _below(
    found: Mapping[Place, Stored[Any]], site: str, vendor: str, model: str
) -> list[Settings]:
    """What the layers below a device of this site and model say, the most special one first."""
    at: Place = ("site", site)
    kept: Site | None = found[at].value if at in found else None
    of_site = [kept.models.get(f"{vendor}/{model}", {}), kept.settings] if kept else []
    of_model = _said(found.get(place_of_model(vendor, model)))
    return [*of_site, of_model, _said(found.get(SERVER_PLACE))]


def _same(one: Settings, other: Settings) -> bool:
    """Whether both name the same version, unset it, or say nothing of it."""
    return (_FIRMWARE in one, one.get(_FIRMWARE)) == (_FIRMWARE in other, other.get(_FIRMWARE))


def _said(stored: Stored[Any] | None) -> Settings:
    return stored.value.settings if stored else {}


def _split(name: str) -> tuple[str, str]:
    vendor, _, model = name.partition("/")
    return vendor, model
