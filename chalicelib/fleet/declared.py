"""How do the extensions and devices of config.yml get into the table, and out of it again?

Only what the file itself brought in is changed or removed: what the API created or changed is the
API's. A record of the file that the API removed stays removed until the file names it anew. All
steps can be repeated, so that an interrupted load is finished by the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.audit import tell_device, tell_extension
from chalicelib.domain.errors import (
    ChangedError,
    ExtensionInUseError,
    InputError,
    StoreDownError,
)
from chalicelib.domain.extension import Origin
from chalicelib.domain.loaded import Loaded
from chalicelib.domain.mac import Mac
from chalicelib.fleet.records import DeclaredRecords, DeviceRecords, ExtensionRecords, Trail

if TYPE_CHECKING:
    from chalicelib.fleet.devices import Devices
    from chalicelib.fleet.extensions import Extensions

_LOG = logging.getLogger("offhook")

_UNFINISHED = ""
"""In place of a digest: load again next time."""

_ROUNDS = 3
"""How often a load that met another process's load begins anew."""


class LoadRecords(DeviceRecords, ExtensionRecords, DeclaredRecords, Protocol):
    """What is kept of a declaration."""


class DeclaredExtension(Protocol):
    """An extension as config.yml has it."""

    @property
    def number(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def password(self) -> str: ...


class DeclaredDevice(Protocol):
    """A device as config.yml has it."""

    @property
    def mac(self) -> Mac: ...
    @property
    def extension(self) -> str: ...
    @property
    def vendor(self) -> str: ...
    @property
    def model(self) -> str: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """What config.yml declares; `digest` changes when any of it does."""

    digest: str
    extensions: Sequence[DeclaredExtension]
    devices: Sequence[DeclaredDevice]


@dataclass(slots=True)
class _Progress:
    """What one round of a load did."""

    macs: set[Mac] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    changed: int = 0
    complaints: list[str] = field(default_factory=list)
    waits_for: set[str] = field(default_factory=set)
    """Extensions of devices that could not be brought in."""
    met_another: bool = False
    finished: bool = True


class Declared:
    """Brings one declaration in, once a process."""

    def __init__(
        self,
        *,
        declaration: Declaration,
        records: LoadRecords,
        devices: Callable[[], Devices],
        extensions: Callable[[], Extensions],
        sign: Callable[[str], str],
        trail: Trail,
        timer: Callable[[], float],
        budget: float,
    ) -> None:
        """`devices` and `extensions` are asked for when there is something to bring in.

        `budget` is the time in seconds after which a load leaves the rest to the next one.

        `sign` makes of a digest one that tells nothing of the passwords in it to those who hold a
        copy of the table.
        """
        self._sign = sign
        self._trail = trail
        self._declaration = declaration
        self._records = records
        self._devices = devices
        self._extensions = extensions
        self._timer = timer
        self._budget = budget
        self._settled = False
        self._waits_for: frozenset[str] = frozenset()

    def load(self) -> None:
        """Bring the declaration in, unless that is done. Raises StoreDownError.

        What cannot be brought in is logged, and tried again by the next process.
        """
        if self._settled:
            return
        deadline = self._timer() + self._budget
        with self._trail.asked_by("config.yml"):
            for _ in range(_ROUNDS):
                if self._load_or_meet_another(deadline):
                    return

    def retry(self) -> None:
        """Bring in the devices that waited for an extension which is there by now.

        Does not fail: the extension came in well, and the next request tries the devices again.
        """
        if not self._waits_for:
            return
        try:
            if self._records.extensions(sorted(self._waits_for)):
                self._settled = False
                self.load()
        except StoreDownError as error:
            _LOG.warning("config.yml: devices are not loaded: %s", error)

    def _load_or_meet_another(self, deadline: float) -> bool:
        """One round; False when another process was at it too, so that all must be read anew."""
        was = self._records.loaded()
        before = was.value if was else Loaded()
        digest = self._sign(self._declaration.digest)
        if before.digest == digest:
            self._settled = True
            return True
        progress = self._bring_and_take(before, deadline)
        if progress.met_another:
            return False
        done = progress.finished and not progress.complaints
        loaded = Loaded(
            digest=digest if done else _UNFINISHED,
            # Nothing that came in earlier is forgotten: it may still have to go.
            macs=frozenset(progress.macs | (set() if progress.finished else before.macs)),
            numbers=frozenset(progress.numbers | (set() if progress.finished else before.numbers)),
        )
        try:
            self._records.save_loaded(loaded, was=was)
        except ChangedError:
            return False
        _report(progress)
        self._waits_for = frozenset(progress.waits_for)
        self._settled = progress.finished
        return True

    def _bring_and_take(self, before: Loaded, deadline: float) -> _Progress:
        progress = _Progress()
        for _ in self._steps(progress, before):
            if progress.met_another:
                break
            if self._timer() >= deadline:
                progress.finished = False
                break
        return progress

    def _steps(self, progress: _Progress, before: Loaded) -> Iterator[None]:
        """Do one step after the other, each as far as the next yield."""
        extensions = {entry.number: entry for entry in self._declaration.extensions}
        devices = {entry.mac: entry for entry in self._declaration.devices}
        progress.numbers |= extensions.keys() & before.numbers
        progress.macs |= devices.keys() & before.macs
        yield from self._bring_extensions(progress, extensions, before)
        yield from self._bring_devices(progress, devices, before)
        yield from self._take_devices(progress, sorted(before.macs - devices.keys()))
        yield from self._take_extensions(progress, sorted(before.numbers - extensions.keys()))

    def _bring_extensions(
        self, progress: _Progress, entries: Mapping[str, DeclaredExtension], before: Loaded
    ) -> Iterator[None]:
        there = self._records.extensions(list(entries))
        for number, entry in entries.items():
            was = there.get(number)
            if was is None and number in before.numbers:
                continue  # removed through the API
            if was and was.value.origin is Origin.API:
                continue
            try:
                changed = self._extensions().declare(
                    number=number, name=entry.name or number, password=entry.password, was=was
                )
            except InputError as error:
                progress.complaints.append(f"extension {number} is not loaded: {error}")
            except ChangedError:
                progress.met_another = True
            else:
                progress.changed += changed
                progress.numbers.add(number)
            yield

    def _bring_devices(
        self, progress: _Progress, entries: Mapping[Mac, DeclaredDevice], before: Loaded
    ) -> Iterator[None]:
        there = self._records.devices(list(entries))
        for mac, entry in entries.items():
            was = there.get(mac)
            if was is None and mac in before.macs:
                continue  # removed through the API
            if was and was.value.origin is Origin.API:
                continue
            try:
                changed = self._devices().declare(
                    mac=mac,
                    extension_number=entry.extension,
                    vendor=entry.vendor,
                    model=entry.model,
                    was=was,
                )
            except InputError as error:
                progress.complaints.append(f"device {mac} is not loaded: {error}")
                progress.waits_for.add(entry.extension)
            except ChangedError:
                progress.met_another = True
            else:
                progress.changed += changed
                progress.macs.add(mac)
            yield

    def _take_devices(self, progress: _Progress, macs: Sequence[Mac]) -> Iterator[None]:
        there = self._records.devices(macs)
        for mac in macs:
            was = there.get(mac)
            if was and was.value.origin is Origin.FILE:
                try:
                    with self._trail.change("device", mac, tell_device(was.value), None):
                        self._records.remove_device(was)
                except ChangedError:
                    progress.met_another = True
                else:
                    progress.changed += 1
            yield

    def _take_extensions(self, progress: _Progress, numbers: Sequence[str]) -> Iterator[None]:
        there = self._records.extensions(numbers)
        for number in numbers:
            was = there.get(number)
            if was and was.value.origin is Origin.FILE:
                try:
                    with self._trail.change("extension", number, tell_extension(was.value), None):
                        self._records.remove_extension(was)
                except ExtensionInUseError as error:
                    progress.numbers.add(number)
                    _LOG.warning("config.yml: extension %s is kept: %s", number, error)
                except ChangedError:
                    progress.met_another = True
                else:
                    progress.changed += 1
            yield


def _report(progress: _Progress) -> None:
    for complaint in progress.complaints:
        _LOG.warning("config.yml: %s", complaint)
    _LOG.info(
        "config.yml: %d record(s) written, %d not loaded%s",
        progress.changed,
        len(progress.complaints),
        "" if progress.finished else ", the rest follows",
    )
