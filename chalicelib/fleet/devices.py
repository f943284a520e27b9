"""How are devices registered, changed, listed and removed?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.device import Device, Fetch
from chalicelib.domain.errors import Flaw, InexpressibleError, InputError
from chalicelib.domain.extension import Extension, Origin
from chalicelib.domain.format import Format
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.vendor import Model, Pack
from chalicelib.fleet.records import Expected, FleetRecords, insist, missing


class Vendors(Protocol):
    """What the use cases need of the catalogue."""

    def find(self, vendor: str, model: str) -> tuple[Pack, Model]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceView:
    """A device with its revision and its last fetch."""

    device: Device
    revision: str
    last_fetch: Fetch | None


class Devices:
    """The devices of one installation."""

    def __init__(
        self, *, records: FleetRecords, vendors: Vendors, clock: Callable[[], datetime]
    ) -> None:
        self._records = records
        self._vendors = vendors
        self._clock = clock

    def show(self, mac: Mac) -> DeviceView:
        """One device. Raises NotFoundError."""
        stored = self._records.device(mac)
        if stored is None:
            raise missing("device", mac)
        return self._view([stored])[0]

    def list(self, *, limit: int, after: str | None) -> Listed[DeviceView]:
        """Devices in the order of their MAC addresses. Raises InputError for a bad `after`."""
        page = self._records.list_devices(limit=limit, after=after)
        return Listed(self._view(page.values), page.after)

    def register(
        self,
        *,
        mac: Mac,
        extension_number: str,
        vendor: str,
        model: str,
        expected: Expected = None,
    ) -> tuple[DeviceView, bool]:
        """Register the device, or set all of it anew; also says whether it is new.

        Raises InputError for an unknown vendor, model or extension, ChangedError and
        PreconditionError.
        """
        was = self._records.device(mac)
        insist(was, expected)
        device = self._make(
            mac=mac,
            extension_number=extension_number,
            vendor=vendor,
            model=model,
            was=was,
            origin=Origin.API,
        )
        stored = self._records.save_device(device, was=was)
        return self._view([stored])[0], was is None

    def change(
        self,
        mac: Mac,
        *,
        extension_number: str | None = None,
        vendor: str | None = None,
        model: str | None = None,
        expected: Expected = None,
    ) -> DeviceView:
        """Change what is given and leave the rest. Raises NotFoundError, else as `register`."""
        if not (extension_number or vendor or model):
            says = "changes nothing; give extension_number, vendor or model"
            raise InputError(Flaw(where="body", says=says))
        was = self._records.device(mac)
        if was is None:
            raise missing("device", mac)
        insist(was, expected)
        device = self._make(
            mac=mac,
            extension_number=extension_number or was.value.extension_number,
            vendor=vendor or was.value.vendor,
            model=model or was.value.model,
            was=was,
            origin=Origin.API,
        )
        return self._view([self._records.save_device(device, was=was)])[0]

    def remove(self, mac: Mac, *, expected: Expected = None) -> None:
        """Forget the device. Raises NotFoundError, ChangedError and PreconditionError."""
        was = self._records.device(mac)
        if was is None:
            raise missing("device", mac)
        insist(was, expected)
        self._records.remove_device(was)

    def declare(
        self,
        *,
        mac: Mac,
        extension_number: str,
        vendor: str,
        model: str,
        was: Stored[Device] | None,
    ) -> bool:
        """Bring a device of config.yml in; says whether that changed anything.

        Raises InputError and ChangedError.
        """
        if was is not None:
            # Nothing is read here: thousands that have not changed cost a load no time.
            pack, found = self._vendors.find(vendor, model)
            now = (was.value.extension_number, was.value.vendor, was.value.model)
            if now == (extension_number, pack.vendor, found.name):
                return False
        device = self._make(
            mac=mac,
            extension_number=extension_number,
            vendor=vendor,
            model=model,
            was=was,
            origin=Origin.FILE,
        )
        self._records.save_device(device, was=was)
        return True

    def _make(
        self,
        *,
        mac: Mac,
        extension_number: str,
        vendor: str,
        model: str,
        was: Stored[Device] | None,
        origin: Origin,
    ) -> Device:
        flaws: list[Flaw] = []
        extension = self._records.extension(extension_number)
        if extension is None:
            says = (
                f'"{extension_number}" is not an extension; create it first (POST /api/extensions)'
            )
            flaws.append(Flaw(where="extension_number", says=says))
        try:
            pack, found = self._vendors.find(vendor, model)
        except InputError as error:
            raise InputError(*flaws, *error.flaws) from error
        if extension is not None:
            cannot = f'"{extension_number}" cannot be used: its'
            flaws += (
                Flaw(where="extension_number", says=f"{cannot} {field} {why}")
                for field, why in find_inexpressible(extension.value, pack.format, pack.vendor)
            )
        if flaws:
            raise InputError(*flaws)
        now = self._clock()
        return Device(
            mac=mac,
            extension_number=extension_number,
            vendor=pack.vendor,
            model=found.name,
            origin=origin,
            created_at=was.value.created_at if was else now,
            updated_at=now,
        )

    def _view(self, stored: Sequence[Stored[Device]]) -> Sequence[DeviceView]:
        fetches = self._records.last_fetches([device.value for device in stored])
        return [
            DeviceView(
                device=device.value,
                revision=device.revision,
                last_fetch=fetches.get(device.value.mac),
            )
            for device in stored
        ]


def find_inexpressible(extension: Extension, form: Format, vendor: str) -> list[tuple[str, str]]:
    """Fields of the extension that the files of a vendor cannot write, each with the reason."""
    found = []
    for field, value in (("name", extension.name), ("password", extension.password)):
        try:
            form.escape(value)
        except InexpressibleError as error:
            found.append((field, f"{error}, in the files of {vendor}"))
    return found
