"""Which entries of an index may be devices that a list asks for, by what the entries show?

An index does not sort out everything. What its entries show (a device itself, or how one stands)
spares reading the rest of the devices that are none: so pages are full where few devices match.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.domain.device import Device
from chalicelib.domain.search import Wanted, is_past, may_fit
from chalicelib.domain.standing import Group, Standing


class Layers(Protocol):
    """Who knows when what devices share was changed."""

    def stamp(self, group: Group) -> datetime | None: ...
    def learn(self, groups: Sequence[Group]) -> None: ...


class Sieve:
    """Sifts entries for one list."""

    def __init__(self, wanted: Wanted, *, layers: Layers, today: date) -> None:
        self._wanted = wanted
        self._layers = layers
        self._today = today

    def __call__(self, entries: Sequence[Device | Standing]) -> list[bool]:
        """Whether each may be one that is asked for; up to where the list is over for good."""
        standings = [each for each in entries if isinstance(each, Standing)]
        self._layers.learn([each.group for each in standings])
        verdicts = []
        for entry in entries:
            if isinstance(entry, Standing) and is_past(self._wanted, entry, self._today):
                break
            verdicts.append(self._may_fit(entry))
        return verdicts

    def _may_fit(self, entry: Device | Standing) -> bool:
        if isinstance(entry, Device):
            return may_fit(self._wanted, vendor=entry.vendor, model=entry.model)
        group = entry.group
        state = entry.state(
            self._today,
            shared_at=self._layers.stamp(group),
            silent_days=self._wanted.silent_days,
        )
        return may_fit(
            self._wanted, vendor=group.vendor, model=group.model, standing=(state, entry.firmware)
        )
