"""How are devices registered, changed, listed and removed?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.access.state import AccessState
from chalicelib.domain.audit import tell_device
from chalicelib.domain.chosen import Join, merge
from chalicelib.domain.device import Device, Dossier, Fetch, Line, assemble_lines
from chalicelib.domain.errors import ConflictError, Flaw, InputError
from chalicelib.domain.extension import DEFAULT_SITE, Extension, Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Stored
from chalicelib.domain.sighting import Sighting
from chalicelib.domain.site import no_site
from chalicelib.fleet.choice import (
    Choice,
    find_flaws,
    find_unknown,
    find_unusable,
    keep_passwords,
    keep_settings,
)
from chalicelib.fleet.downgrade.device import DeviceDowngrades
from chalicelib.fleet.guess import Recognised, Vendors, recognise
from chalicelib.fleet.records import (
    Expected,
    FleetRecords,
    Scope,
    Trail,
    insist,
    is_hidden,
    is_shown,
    missing,
)


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
        downgrades: DeviceDowngrades,
        trail: Trail,
        clock: Callable[[], datetime],
    ) -> None:
        self._trail = trail
        self._records = records
        self._vendors = vendors
        self._drafter = drafter
        self._downgrades = downgrades
        self._clock = clock

    def show(self, mac: Mac, *, scope: Scope = None) -> DeviceView:
        """One device. Raises NotFoundError."""
        return self._view([self._find(mac, scope)])[0]

    def register(
        self,
        mac: Mac,
        choice: Choice,
        *,
        expected: Expected = None,
        scope: Scope = None,
        adopts: Sighting | None = None,
    ) -> tuple[DeviceView, bool]:
        """Register the device, or set all of it anew; also says whether it is new.

        Raises InputError for a choice that cannot be, NotFoundError for what is not the caller's
        to see, ConflictError where the device would go back to an older firmware and the choice
        does not allow it, ChangedError and PreconditionError. `adopts` is what the operator saw of
        a device that asked and is not registered: raises ConflictError where it is by now.
        """
        was = self._records.device(mac)
        if was is not None and adopts is not None and not is_hidden(was.value.site, scope):
            raise ConflictError(f"the device {mac} is registered; change it with PATCH")
        if was is not None and is_hidden(was.value.site, scope):
            raise missing("device", mac)
        insist(was, expected)
        if was is not None:
            choice = keep_settings(choice, was.value)
        return self._save(mac, choice, was, scope, adopts), was is None

    def change(
        self,
        mac: Mac,
        patch: Mapping[str, Any],
        *,
        join: Join = merge,
        expected: Expected = None,
        scope: Scope = None,
    ) -> DeviceView:
        """Change what `patch` holds and leave the rest. Raises NotFoundError, else as `register`.

        A field is one of a Choice, or `extension_number`, which is that of the first line. `join`
        brings its settings to those that are there.
        """
        if not patch.keys() - {"allow_downgrade"}:
            says = "changes nothing; give a field, such as extension_number, vendor or model"
            raise InputError(Flaw(where="body", says=says))
        was = self._find(mac, scope)
        insist(was, expected)
        return self._save(mac, Choice.of(was.value).changed(patch, join=join), was, scope)

    def remove(self, mac: Mac, *, expected: Expected = None, scope: Scope = None) -> None:
        """Forget the device. Raises NotFoundError, ChangedError and PreconditionError."""
        was = self._find(mac, scope)
        insist(was, expected)
        with self._trail.change("device", mac, tell_device(was.value), None):
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
        lines = ({"extension_number": extension_number},)
        choice = Choice(vendor=vendor, model=model, lines=lines, allow_downgrade=True)
        self._store(self._make(mac, choice, was, Origin.FILE), was)
        return True

    def _find(self, mac: Mac, scope: Scope) -> Stored[Device]:
        found = self._records.device(mac)
        if found is None or is_hidden(found.value.site, scope):
            raise missing("device", mac)
        return found

    def _save(
        self,
        mac: Mac,
        choice: Choice,
        was: Stored[Device] | None,
        scope: Scope,
        adopts: Sighting | None = None,
    ) -> DeviceView:
        made = self._make(mac, choice, was, Origin.API, scope, adopts)
        view = self._view([self._store(made, was)])[0]
        return replace(view, warnings=made.warnings, guessed=made.guessed)

    def _store(self, made: _Made, was: Stored[Device] | None) -> Stored[Device]:
        device = made.device
        old = tell_device(was.value) if was else None
        with self._trail.change("device", device.mac, old, tell_device(device)):
            return self._records.save_device(device, was=was, access=self._opening(was))

    def _opening(self, was: Stored[Device] | None) -> AccessState | None:
        """What opens a device that is new: it is armed, so that its phone can come."""
        now = self._clock()
        return None if was else AccessState.begin(now).arm(now)

    def _make(
        self,
        mac: Mac,
        choice: Choice,
        was: Stored[Device] | None,
        origin: Origin,
        scope: Scope = None,
        adopts: Sighting | None = None,
    ) -> _Made:
        """The device as chosen. Raises InputError with everything that is wrong with the choice."""
        before = was.value if was else None
        choice = keep_passwords(choice, before)
        flaws = list(find_flaws(choice))
        extensions = {
            number: extension
            for number, extension in self._records.extensions(sorted(choice.numbers)).items()
            if not is_hidden(extension.value.site, scope)
        }
        flaws += find_unknown(choice, extensions)
        if is_hidden(choice.site, scope) or (
            choice.site != DEFAULT_SITE and self._records.site(choice.site) is None
        ):
            flaws.append(no_site(choice.site))
        try:
            found = self._recognise(mac, choice, scope, adopts)
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
            site=choice.site,
            origin=origin,
            created_at=before.created_at if before else now,
            updated_at=now,
        )
        warnings = self._drafter.examine(_try_out(device, extensions))
        if not choice.allow_downgrade:
            self._downgrades.refuse(before, device, lambda: adopts or self._sighting(mac, scope))
        return _Made(device=device, warnings=tuple(warnings), guessed=found.guessed)

    def _sighting(self, mac: Mac, scope: Scope) -> Sighting | None:
        """Where the device was seen last and not let in, as far as the caller may know."""
        sightings = self._records.sightings_of(mac)
        return next((each for each in sightings if is_shown(each.site, scope)), None)

    def _recognise(
        self, mac: Mac, choice: Choice, scope: Scope, adopts: Sighting | None
    ) -> Recognised:
        """What the device is: as chosen, else by what was seen of it. Raises InputError."""
        seen = adopts
        if seen is None and (choice.vendor is None or choice.model is None):
            seen = self._sighting(mac, scope)
        return recognise(
            mac,
            vendor=choice.vendor,
            model=choice.model,
            vendors=self._vendors,
            user_agent=seen.user_agent if seen else "",
            is_known=adopts is not None,
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
    return Dossier(device=device, lines=assemble_lines(device, copies))
