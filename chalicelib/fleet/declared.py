"""How the extensions and devices of config.yml get into the table, and out of it again.

Only what the file itself brought in is changed or removed: what the API created or changed is the
API's. A record of the file that the API removed stays removed until the file names it anew. All
steps can be repeated, so that an interrupted load is finished by the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.domain.errors import ConflictError, ExtensionInUseError, InputError
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.fleet.devices import Devices
from chalicelib.fleet.extensions import Extensions
from chalicelib.fleet.records import FleetRecords

_LOG = logging.getLogger("offhook")

_UNFINISHED = ""
"""In place of a digest: load again next time."""


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
    macs: set[Mac] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    changed: int = 0
    complaints: list[str] = field(default_factory=list)


class Declared:
    """Brings one declaration in, once a process."""

    def __init__(
        self,
        *,
        declaration: Declaration,
        records: FleetRecords,
        devices: Devices,
        extensions: Extensions,
        timer: Callable[[], float],
        budget: float,
    ) -> None:
        """`budget` is the time in seconds after which a load leaves the rest to the next one."""
        self._declaration = declaration
        self._records = records
        self._devices = devices
        self._extensions = extensions
        self._timer = timer
        self._budget = budget
        self._settled = False

    def load(self) -> None:
        """Bring the declaration in, unless that is done. Raises StoreDownError.

        What cannot be brought in is logged, and tried again by the next process, or when an
        extension that it waits for was created.
        """
        if self._settled:
            return
        digest, macs, numbers = self._records.declared()
        if digest != self._declaration.digest:
            progress = _Progress()
            finished = all(self._steps(progress, macs, numbers, self._timer() + self._budget))
            if not finished:
                # Nothing that came in earlier is forgotten: it may still have to go.
                progress.macs |= macs
                progress.numbers |= numbers
            done = finished and not progress.complaints
            self._records.declare(
                self._declaration.digest if done else _UNFINISHED,
                frozenset(progress.macs),
                frozenset(progress.numbers),
            )
            self._report(progress, finished=finished)
            if not finished:
                return
        self._settled = True

    def retry(self) -> None:
        """Look again: something that the declaration waited for may have come."""
        self._settled = False
        self.load()

    def _steps(
        self, progress: _Progress, macs: frozenset[Mac], numbers: frozenset[str], deadline: float
    ) -> Iterator[bool]:
        """Do one step after the other; each yields whether there is time for the next."""
        for _ in self._do_all(progress, macs, numbers):
            yield self._timer() < deadline

    def _do_all(
        self, progress: _Progress, macs: frozenset[Mac], numbers: frozenset[str]
    ) -> Iterator[None]:
        extensions = {entry.number: entry for entry in self._declaration.extensions}
        devices = {entry.mac: entry for entry in self._declaration.devices}
        progress.numbers |= extensions.keys() & numbers
        progress.macs |= devices.keys() & macs
        yield from self._bring_extensions(progress, extensions, numbers)
        yield from self._bring_devices(progress, devices, macs)
        yield from self._take_devices(progress, sorted(macs - devices.keys()))
        yield from self._take_extensions(progress, sorted(numbers - extensions.keys()))

    def _bring_extensions(
        self,
        progress: _Progress,
        entries: Mapping[str, DeclaredExtension],
        numbers: frozenset[str],
    ) -> Iterator[None]:
        there = self._records.extensions(list(entries))
        for number, entry in entries.items():
            was = there.get(number)
            if was is None and number in numbers:
                continue  # removed through the API
            if was and was.value.origin is Origin.API:
                continue
            with _Complaining(progress, f"extension {number}"):
                progress.changed += self._extensions.declare(
                    number=number, name=entry.name or number, password=entry.password, was=was
                )
                progress.numbers.add(number)
            yield

    def _bring_devices(
        self, progress: _Progress, entries: Mapping[Mac, DeclaredDevice], macs: frozenset[Mac]
    ) -> Iterator[None]:
        there = self._records.devices(list(entries))
        for mac, entry in entries.items():
            was = there.get(mac)
            if was is None and mac in macs:
                continue  # removed through the API
            if was and was.value.origin is Origin.API:
                continue
            with _Complaining(progress, f"device {mac}"):
                progress.changed += self._devices.declare(
                    mac=mac,
                    extension_number=entry.extension,
                    vendor=entry.vendor,
                    model=entry.model,
                    was=was,
                )
                progress.macs.add(mac)
            yield

    def _take_devices(self, progress: _Progress, macs: Sequence[Mac]) -> Iterator[None]:
        there = self._records.devices(macs)
        for mac in macs:
            was = there.get(mac)
            if was and was.value.origin is Origin.FILE:
                with _Complaining(progress, f"device {mac}"):
                    self._records.remove_device(was)
                    progress.changed += 1
            yield

    def _take_extensions(self, progress: _Progress, numbers: Sequence[str]) -> Iterator[None]:
        there = self._records.extensions(numbers)
        for number in numbers:
            was = there.get(number)
            if was and was.value.origin is Origin.FILE:
                try:
                    self._records.remove_extension(was)
                except ExtensionInUseError as error:
                    progress.numbers.add(number)
                    _LOG.warning("config.yml: extension %s is kept: %s", number, error)
                else:
                    progress.changed += 1
            yield

    def _report(self, progress: _Progress, *, finished: bool) -> None:
        for complaint in progress.complaints:
            _LOG.warning("config.yml: %s", complaint)
        _LOG.info(
            "config.yml: %d record(s) written, %d not loaded%s",
            progress.changed,
            len(progress.complaints),
            "" if finished else ", the rest follows",
        )


class _Complaining:
    """Notes what went wrong with one entry, so that the others are loaded all the same."""

    def __init__(self, progress: _Progress, what: str) -> None:
        self._progress = progress
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> bool:
        if not isinstance(error, InputError | ConflictError):
            return False
        self._progress.complaints.append(f"{self._what} is not loaded: {error}")
        return True
