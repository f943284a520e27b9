"""How are devices registered, changed, listed and removed?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.device import Device, Dossier, Fetch, Line, assemble_lines
from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.extension import Extension, Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Listed, Stored
from chalicelib.fleet.choice import (
    Choice,
    find_flaws,
    find_unknown,
    find_unusable,
    keep_unreadable,
)
from chalicelib.fleet.guess import Vendors, recognise
from chalicelib.fleet.records import Expected, FleetRecords, insist, missing


class Drafter(Protocol):
    """What the use cases need of whoever writes the files."""

    def examine(self, dossier: Dossier) -> Sequence[str]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceView:
    """A device with its revision and its last fetch.

    After a change, `warnings` tell what its files will not say of it, and `guessed` what nobody
    had said of it.
    """

    device: Device
    revision: str
    last_fetch: Fetch | None
    warnings: tuple[str, ...] = ()
    guessed: Mapping[str, str] = field(default_factory=dict)


class Devices:
    """The devices of one installation."""

    def __init__(
        self,
        *,
        records: FleetRecords,
        vendors: Vendors,
        drafter: Drafter,
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._vendors = vendors
        self._drafter = drafter
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
        self, mac: Mac, choice: Choice, *, expected: Expected = None
    ) -> tuple[DeviceView, bool]:
        """Register the device, or set all of it anew; also says whether it is new.

        Raises InputError for a choice that cannot be, ChangedError and PreconditionError.
        """
        was = self._records.device(mac)
        insist(was, expected)
        return self._save(mac, choice, was), was is None

    def change(
        self, mac: Mac, patch: Mapping[str, Any], *, expected: Expected = None
    ) -> DeviceView:
        """Change what `patch` holds and leave the rest. Raises NotFoundError, else as `register`.

        A field is one of a Choice, or `extension_number`, which is that of the first line.
        """
        if not patch:
            says = "changes nothing; give a field, such as extension_number, vendor or model"
            raise InputError(Flaw(where="body", says=says))
        was = self._records.device(mac)
        if was is None:
            raise missing("device", mac)
        insist(was, expected)
        return self._save(mac, Choice.of(was.value).changed(patch), was)

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
        choice = Choice(vendor=vendor, model=model, lines=({"extension_number": extension_number},))
        made = self._make(mac, choice, was, Origin.FILE)
        self._records.save_device(made.device, was=was)
        return True

    def _save(self, mac: Mac, choice: Choice, was: Stored[Device] | None) -> DeviceView:
        made = self._make(mac, choice, was, Origin.API)
        view = self._view([self._records.save_device(made.device, was=was)])[0]
        return replace(view, warnings=made.warnings, guessed=made.guessed)

    def _make(self, mac: Mac, choice: Choice, was: Stored[Device] | None, origin: Origin) -> _Made:
        """The device as chosen. Raises InputError with everything that is wrong with the choice."""
        before = was.value if was else None
        choice = keep_unreadable(choice, before)
        flaws = list(find_flaws(choice))
        extensions = self._records.extensions(sorted(choice.numbers))
        flaws += find_unknown(choice, extensions)
        try:
            found = recognise(mac, vendor=choice.vendor, model=choice.model, vendors=self._vendors)
        except InputError as error:
            raise InputError(*flaws, *error.flaws) from error
        if not flaws:
            form = found.model.template.format
            flaws += find_unusable(choice, extensions, form, found.pack.vendor)
        if flaws:
            raise InputError(*flaws)
        now = self._clock()
        device = Device(
            mac=mac,
            vendor=found.pack.vendor,
            model=found.model.name,
            lines=choice.lines,
            keys=choice.keys,
            settings=choice.settings,
            origin=origin,
            created_at=before.created_at if before else now,
            updated_at=now,
        )
        warnings = self._drafter.examine(_try_out(device, extensions))
        return _Made(device=device, warnings=tuple(warnings), guessed=found.guessed)

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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    """A device before it is stored."""

    device: Device
    warnings: tuple[str, ...]
    guessed: Mapping[str, str]


def _try_out(device: Device, extensions: Mapping[str, Stored[Extension]]) -> Dossier:
    """All that its files will be made from."""
    copies = {
        position: Line(
            position=position,
            number=number,
            name=extensions[number].value.name,
            password=extensions[number].value.password,
        )
        for position, number in device.placements.items()
    }
    return Dossier(device=device, lines=assemble_lines(device, copies), last_fetch=None)
