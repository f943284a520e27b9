"""How does firmware get into the catalogue, and out of it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from chalicelib.domain.asset import Asset, Errand, Found
from chalicelib.domain.errors import ConflictError, Flaw, InUseError
from chalicelib.domain.firmware.catalogue import (
    File,
    FileState,
    Firmware,
    Shelf,
    add_file,
    mark_ready,
)
from chalicelib.domain.firmware.census import Reported, count_by_model
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.shared import Place
from chalicelib.fleet.records import Expected, Scope, Trail, flaws_of, insist, missing
from chalicelib.fleet.shelf import (
    Census,
    ShelfRecords,
    Vendors,
    read_models,
    refuse_cursor,
    revision_of,
)
from chalicelib.fleet.shelving import Shelving, name_of


class Assets(Protocol):
    """Where the files lie. See `chalicelib/assets`; its methods raise StoreDownError."""

    gives_urls: bool

    def errand(self, asset: Asset, *, base_url: str) -> Errand: ...
    def look(self, key: str) -> Found | None: ...
    def remove(self, key: str) -> None: ...


class Assignments(Protocol):
    """Whoever knows which versions settings name."""

    def of_firmware(self, vendor: str, version: str) -> Sequence[str]: ...


class Downgrades(Protocol):
    """Whoever knows which devices would go back to an older version."""

    def refuse(self, was: Firmware, now: Firmware) -> None: ...


class Delivery(Enum):
    """How phones of a vendor get a file."""

    DIRECT = "direct"
    """Offhook hands it out itself."""
    REDIRECT = "redirect"
    """Offhook sends the phone on to the bucket."""
    RELAY = "relay"
    """Its phones are not known to follow, and the file is too large for an answer of Lambda."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FirmwareView:
    """A version, how its files get to phones, and how many devices of each model have it."""

    firmware: Firmware
    delivery: Delivery
    devices: Mapping[str, int]

    @property
    def revision(self) -> str:
        """Changes with the version's own record."""
        return revision_of(self.firmware)


class FirmwareCatalogue:
    """The firmware of one installation."""

    def __init__(
        self,
        *,
        records: ShelfRecords,
        assets: Assets,
        vendors: Vendors,
        census: Census,
        assignments: Assignments,
        downgrades: Downgrades,
        clock: Callable[[], datetime],
        trail: Trail,
        on_change: Callable[[Place], None],
    ) -> None:
        self._records = records
        self._assets = assets
        self._vendors = vendors
        self._census = census
        self._assignments = assignments
        self._downgrades = downgrades
        self._clock = clock
        self._shelving = Shelving(records=records, trail=trail, on_change=on_change)

    def list(
        self, *, limit: int, after: str | None, vendor: str | None = None, scope: Scope = None
    ) -> Listed[FirmwareView]:
        """Versions by vendor. Raises InputError for a bad `after` or `vendor`."""
        vendors = self._vendors.vendors if vendor is None else [self._vendors.named(vendor).vendor]
        refuse_cursor(after, r"[a-z0-9]{1,40}/[0-9A-Za-z._-]{1,60}")
        shelves = self._records.shelves(vendors)
        all_ = [each for name in sorted(shelves) for each in shelves[name].value.firmware]
        rest = [each for each in all_ if after is None or name_of(each) > after]
        rest.sort(key=name_of)
        counts = self._census.counts(scope) if rest else {}
        part = [self._view(each, counts.get(each.vendor, ())) for each in rest[:limit]]
        more = name_of(rest[limit - 1]) if len(rest) > limit else None
        return Listed(part, more)

    def show(self, vendor: str, version: str, *, scope: Scope = None) -> FirmwareView:
        """One version. Raises NotFoundError."""
        firmware, _ = self._find(vendor, version)
        counts = self._census.counts(scope)
        return self._view(firmware, counts.get(firmware.vendor, ()))

    def find_flaws(self, wanted: Mapping[str, Any]) -> Sequence[Flaw]:
        """What is wrong with the names in what is wanted; None in it is passed over."""
        if wanted.get("vendor") is None:
            return []

        def look() -> None:
            pack = self._vendors.named(wanted["vendor"])
            read_models(self._vendors, pack, wanted.get("models") or ())

        return flaws_of(look)

    def announce(self, wanted: Mapping[str, Any], *, base_url: str) -> tuple[FirmwareView, Errand]:
        """Enter a file that NEW_FIRMWARE has read, and tell how it is handed in.

        Raises InputError, ConflictError for a file that is there already, and ChangedError.
        """
        pack = self._vendors.named(wanted["vendor"])
        models = read_models(self._vendors, pack, wanted["models"])
        was = self._records.shelves([pack.vendor]).get(pack.vendor)
        shelf = was.value if was else Shelf(vendor=pack.vendor)
        before = shelf.find(wanted["version"])
        firmware, file = add_file(
            before, {**wanted, "models": models}, vendor=pack.vendor, now=self._clock()
        )
        errand = self._assets.errand(firmware.asset_of(file), base_url=base_url)
        self._shelving.save_firmware(shelf.put(firmware), was, before=before, after=firmware)
        return self._view(firmware, ()), errand

    def confirm(self, vendor: str, version: str, *, allow_downgrade: bool = False) -> FirmwareView:
        """Take the files that were handed in as ready, once they are what was announced.

        Raises NotFoundError, and ConflictError for files that are not there or are others, and
        where settings name the version and devices would go back to it unasked.
        """
        firmware, was = self._find(vendor, version)
        awaited = [file for file in firmware.files if file.state is FileState.AWAITED]
        wrong = [says for file in awaited if (says := self._check(firmware, file))]
        if wrong:
            raise ConflictError("; ".join(wrong))
        if awaited:
            ready = mark_ready(firmware, awaited, now=self._clock())
            if not allow_downgrade:
                self._downgrades.refuse(firmware, ready)
            self._shelving.save_firmware(was.value.put(ready), was, before=firmware, after=ready)
            firmware = ready
        return self._view(firmware, ())

    def remove(self, vendor: str, version: str, *, expected: Expected = None) -> None:
        """Forget the version and its files.

        Raises NotFoundError, ConflictError while a rollout brings it, InUseError while settings
        name it, a device's own ones too, and PreconditionError.
        """
        firmware, was = self._find(vendor, version)
        insist(Stored(firmware, revision_of(firmware)), expected)
        without = was.value.take(version, now=self._clock())
        users = self._assignments.of_firmware(firmware.vendor, version)
        if users:
            raise InUseError(f"{firmware.vendor} {version}", users)
        self._shelving.save_firmware(without, was, before=firmware, after=None)
        for file in firmware.files:
            self._assets.remove(firmware.asset_of(file).key)

    def _check(self, firmware: Firmware, file: File) -> str | None:
        """What is wrong with the file that lies there."""
        asset = firmware.asset_of(file)
        found = self._assets.look(asset.key)
        if found is None:
            return f"{file.name} was not handed in yet"
        if found.size != asset.size:
            return f"{file.name} has {found.size} bytes; {asset.size} were announced"
        if found.sha256 != asset.sha256:
            has = f"the SHA-256 {found.sha256}" if found.sha256 else "no SHA-256"
            return f"{file.name} has {has}; {asset.sha256} was announced"
        return None

    def _find(self, vendor: str, version: str) -> tuple[Firmware, Stored[Shelf]]:
        pack = self._vendors.pack(vendor)
        was = self._records.shelves([pack.vendor]).get(pack.vendor) if pack else None
        firmware = was.value.find(version) if was else None
        if was is None or firmware is None:
            raise missing("firmware", f"{vendor} {version}")
        return firmware, was

    def _view(self, firmware: Firmware, counts: Sequence[Reported]) -> FirmwareView:
        pack = self._vendors.pack(firmware.vendor)
        devices = count_by_model(counts, firmware.version, first=pack.version_field if pack else 1)
        follows = bool(pack and pack.boot.follows_redirects)
        delivery = Delivery.DIRECT
        if self._assets.gives_urls:
            delivery = Delivery.REDIRECT if follows else Delivery.RELAY
        return FirmwareView(firmware=firmware, delivery=delivery, devices=devices)
