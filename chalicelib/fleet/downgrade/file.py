"""Would phones go back by a file that gets there after settings or a rollout named its version?"""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.errors import ConflictError
from chalicelib.domain.firmware.catalogue import Firmware, Shelf
from chalicelib.domain.firmware.census import find_newer
from chalicelib.domain.shared import Users
from chalicelib.fleet.downgrade.places import Census, Records, Vendors, group_of, read_places
from chalicelib.fleet.downgrade.question import ASK, refuse_older


class UserRecords(Records, Protocol):
    """Where it is kept, too, which devices name a version of their own."""

    def users_of_firmware(self, vendor: str, version: str) -> Users: ...


class FileDowngrades:
    """Raises ConflictError where devices would go back to an older version."""

    def __init__(self, *, records: UserRecords, vendors: Vendors, census: Census) -> None:
        self._records = records
        self._vendors = vendors
        self._census = census

    def refuse(self, was: Firmware, now: Firmware) -> None:
        """Of files that get ready."""
        pack = self._vendors.pack(now.vendor)
        if pack is None:
            return
        first, version = pack.version_field, now.version
        concerned = [
            each
            for each in self._census.counts().get(now.vendor, ())
            if now.file_for(each.model) and not was.file_for(each.model)
        ]
        newer = [each for each in concerned if find_newer([each], version, first=first)]
        if not newer:
            return
        groups = [group_of(now.vendor, each) for each in newer]
        places = read_places(self._records, groups, vendors=[now.vendor])
        shelf = places.shelves.get(now.vendor, Shelf(vendor=now.vendor))
        # One that was not to take anything back passes them over.
        back = [each for each in shelf.rollouts if each.version == version and each.allow_downgrade]
        told = [
            each
            for each in newer
            if places.named(each.site, now.vendor, each.model).version == version
            or any(rollout.concerns(model=each.model, site=each.site) for rollout in back)
        ]
        refuse_older(version, find_newer(told, version, first=first))
        users = self._records.users_of_firmware(now.vendor, version)
        if users.count:
            # Which version each of them reports is not looked up: there may be thousands.
            found = ", ".join(find_newer(newer, version, first=first))
            says = f"own settings give {version} to {users}, and devices of such models"
            raise ConflictError(f"{says} have a newer version: {found}; {ASK}")
