"""What do the use cases of firmware and of rollouts have in common?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.firmware.catalogue import Firmware, Shelf
from chalicelib.domain.firmware.census import Reported
from chalicelib.domain.firmware.rollout import Rollout
from chalicelib.domain.record import Stored
from chalicelib.domain.vendor import Model, Pack

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class ShelfRecords(Protocol):
    """Where firmware is kept. See `storage/firmware.py` for the errors."""

    def shelves(self, vendors: Sequence[str]) -> Mapping[str, Stored[Shelf]]: ...
    def save_shelf(self, shelf: Shelf, *, was: Stored[Shelf] | None) -> Stored[Shelf]: ...


class Vendors(Protocol):
    """Whoever knows the vendors."""

    @property
    def vendors(self) -> Sequence[str]: ...
    def pack(self, vendor: str) -> Pack | None: ...
    def named(self, vendor: str) -> Pack: ...
    def find(self, vendor: str, model: str) -> tuple[Pack, Model]: ...


class Census(Protocol):
    """Whoever knows which versions the devices report: by vendor, of one site or of all."""

    def counts(self, site: str | None = None) -> Mapping[str, Sequence[Reported]]: ...


def find_rollouts(records: ShelfRecords, vendors: Sequence[str], site: str) -> list[str]:
    """The ids of the rollouts that are for this site alone."""
    shelves = records.shelves(vendors).values()
    return sorted(
        each.id for shelf in shelves for each in shelf.value.rollouts if each.site == site
    )


def refuse_cursor(after: str | None, form: str) -> None:
    """Raise InputError for a place in a list that no list gave."""
    if after is not None and not re.fullmatch(form, after):
        says = "is not one that the Link header of this list gave"
        raise InputError(Flaw(where="cursor", says=says))


def revision_of(record: Firmware | Rollout) -> str:
    """A text that changes with the record: several of them lie in one item, with one revision."""
    # As the store keeps times: to the millisecond.
    times = [at.isoformat(timespec="milliseconds") for at in (record.created_at, record.updated_at)]
    timeless = replace(record, created_at=_NO_TIME, updated_at=_NO_TIME)
    return hashlib.sha256(repr((timeless, times)).encode()).hexdigest()[:16]


def read_models(vendors: Vendors, pack: Pack, models: Sequence[str | None]) -> Sequence[str]:
    """The models by their own names. Raises InputError with each that the vendor has not."""
    found, flaws = [], []
    for place, model in enumerate(models):
        if model is None:  # it is told already that it is no name
            continue
        try:
            found.append(vendors.find(pack.vendor, model)[1].name)
        except InputError as error:
            flaws += [Flaw(where=f"models[{place}]", says=flaw.says) for flaw in error.flaws]
    if flaws:
        raise InputError(*flaws)
    return list(dict.fromkeys(found))
