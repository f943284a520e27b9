"""How is it asked that phones fetch again, and by whom is that sent?

Offhook reaches no phone behind a customer's router. So a resync waits in a queue until a relay on
the site, or a hook of the PBX, claims it, sends the phone its vendor's SIP NOTIFY, and says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.device import Device, Fetch
from chalicelib.domain.errors import ConflictError
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.resync import Resync, State
from chalicelib.domain.search import Wanted
from chalicelib.domain.vendor import Pack
from chalicelib.fleet.records import Scope, Trail, is_hidden, missing

STRETCH = 50
"""How many devices are queued by one write."""

MOST_AT_ONCE = 500
"""How many devices one request queues before it is to be continued."""


class ResyncRecords(Protocol):
    """Where resyncs are kept. See `storage/resyncs.py` for the errors."""

    def device(self, mac: Mac) -> Stored[Device] | None: ...
    def devices(self, macs: Sequence[Mac]) -> Mapping[Mac, Stored[Device]]: ...
    def last_fetches(self, devices: Sequence[Device]) -> Mapping[Mac, Fetch]: ...
    def resync(self, mac: Mac) -> Stored[Resync] | None: ...
    def queue_resyncs(self, resyncs: Sequence[Resync]) -> None: ...
    def save_resync(self, resync: Resync, *, was: Stored[Resync]) -> Stored[Resync]: ...
    def list_resyncs(
        self, *, limit: int, after: str | None, site: str | None = None
    ) -> Listed[Stored[Resync]]: ...
    def shelve_resync(self, was: Stored[Resync]) -> None: ...
    def drop_resync(self, was: Stored[Resync]) -> None: ...


class Vendors(Protocol):
    """Whoever knows the vendors."""

    def pack(self, vendor: str) -> Pack | None: ...


class Row(Protocol):
    """A device of a list."""

    @property
    def device(self) -> Device: ...


class Finder(Protocol):
    """Whoever finds devices. See `fleet/standing.py` for the errors."""

    def list(
        self, wanted: Wanted, *, limit: int, after: str | None, scope: Scope = None
    ) -> Listed[Row]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ResyncView:
    """A resync with what its sender has to know. `event` is None where nobody knows one."""

    resync: Resync
    state: State
    device: Device
    event: str | None
    last_fetch: Fetch | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which devices are meant: these, or all that are wanted."""

    macs: tuple[Mac, ...] | None = None
    wanted: Wanted = field(default_factory=Wanted)


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued:
    """What came of a selection; `after` is where it is to be continued, None at its end."""

    count: int
    unknown: tuple[Mac, ...] = ()
    after: str | None = None


class Resyncs:
    """The resyncs of one installation."""

    def __init__(
        self,
        *,
        records: ResyncRecords,
        finder: Finder,
        vendors: Vendors,
        clock: Callable[[], datetime],
        trail: Trail,
    ) -> None:
        self._records = records
        self._finder = finder
        self._vendors = vendors
        self._clock = clock
        self._trail = trail

    def request(self, mac: Mac, *, scope: Scope = None) -> ResyncView:
        """Ask that the device fetches again. Raises NotFoundError."""
        device = self._find(mac, scope)
        self._queue([device], str(mac))
        return self.show(mac, scope=scope)

    def request_many(
        self, selection: Selection, *, after: str | None = None, scope: Scope = None
    ) -> Queued:
        """Ask it of a selection, or of a part of it that is to be continued.

        Raises NotFoundError for a site that is not there, or that the caller cannot see, and
        InputError for a bad `after`, and for a vendor or model that is not supported.
        """
        if selection.macs is not None:
            found = self._records.devices(selection.macs)
            devices = [
                each.value for each in found.values() if not is_hidden(each.value.site, scope)
            ]
            self._queue(devices, "a selection")
            known = {device.mac for device in devices}
            unknown = tuple(mac for mac in selection.macs if mac not in known)
            return Queued(count=len(devices), unknown=unknown)
        page = self._finder.list(selection.wanted, limit=MOST_AT_ONCE, after=after, scope=scope)
        devices = [row.device for row in page.values]
        self._queue(devices, "a selection")
        return Queued(count=len(devices), after=page.after)

    def show(self, mac: Mac, *, scope: Scope = None) -> ResyncView:
        """The device's last resync. Raises NotFoundError where there is none."""
        device = self._find(mac, scope)
        found = self._records.resync(mac)
        if found is None or found.value.requested_at < device.created_at:
            raise missing("resync of device", mac)
        fetch = self._records.last_fetches([device]).get(mac)
        return self._view(found.value, device, fetch)

    def pending(self, *, limit: int, after: str | None, scope: Scope = None) -> Listed[ResyncView]:
        """Those of one page that are to be sent, the oldest first. Raises InputError.

        Those that need not be sent any more leave the queue here, so that it stays short.
        """
        page = self._records.list_resyncs(limit=limit, after=after, site=scope)
        if not page.values:
            return Listed([], page.after)
        found = self._records.devices([each.value.mac for each in page.values])
        fetches = self._records.last_fetches([each.value for each in found.values()])
        shown: list[ResyncView] = []
        for each in page.values:
            device = found.get(each.value.mac)
            if device is None or each.value.requested_at < device.value.created_at:
                self._records.drop_resync(each)
                continue
            view = self._view(each.value, device.value, fetches.get(each.value.mac))
            if view.state in (State.FETCHED, State.EXPIRED):
                self._records.shelve_resync(each)
            elif not is_hidden(device.value.site, scope):
                shown.append(view)
        return Listed(shown, page.after)

    def claim(self, mac: Mac, *, seconds: int, scope: Scope = None) -> ResyncView:
        """Say that the caller sends it now; nobody else gets it within `seconds`.

        Raises NotFoundError where there is none, ConflictError where there is nothing to send,
        and ChangedError when somebody else came first.
        """
        view = self.show(mac, scope=scope)
        if view.state is not State.QUEUED:
            raise ConflictError(f"the resync of {mac} is {view.state.value}, not queued")
        until = self._clock() + timedelta(seconds=seconds)
        taken = view.resync.taken(secrets.token_hex(8), until)
        return self._become(view, taken, f"claimed for {seconds} s")

    def finish(self, mac: Mac, claim: str, *, scope: Scope = None) -> ResyncView:
        """Say that it was sent. Raises NotFoundError, ConflictError and ChangedError."""
        view = self.show(mac, scope=scope)
        if not secrets.compare_digest(view.resync.claim.encode(), claim.encode()):
            raise ConflictError(f"the resync of {mac} is claimed by another one, or by nobody")
        if view.resync.sent_at is not None or view.state is State.EXPIRED:
            return view
        return self._become(view, view.resync.sent(self._clock()), "sent")

    def _become(self, view: ResyncView, resync: Resync, step: str) -> ResyncView:
        """Store what the resync is now, if it still is what was seen."""
        was = self._records.resync(resync.mac)
        if was is None or was.value != view.resync:
            raise ConflictError(f"the resync of {resync.mac} was changed meanwhile")
        old, new = {"state": view.state.value}, {"step": step}
        with self._trail.change("resync", resync.mac, old, new):
            self._records.save_resync(resync, was=was)
        return self._view(resync, view.device, view.last_fetch)

    def _find(self, mac: Mac, scope: Scope) -> Device:
        found = self._records.device(mac)
        if found is None or is_hidden(found.value.site, scope):
            raise missing("device", mac)
        return found.value

    def _queue(self, devices: Sequence[Device], name: str) -> None:
        now = self._clock()
        for start in range(0, len(devices), STRETCH):
            part = devices[start : start + STRETCH]
            told = {"devices": [str(device.mac) for device in part]}
            with self._trail.change("resync", name, None, told):
                self._records.queue_resyncs(
                    [Resync(mac=each.mac, site=each.site, requested_at=now) for each in part]
                )

    def _view(self, resync: Resync, device: Device, fetch: Fetch | None) -> ResyncView:
        pack = self._vendors.pack(device.vendor)
        event = pack.about.get("resync_event") if pack else None
        return ResyncView(
            resync=resync,
            state=resync.state(fetch.at if fetch else None, self._clock()),
            device=device,
            event=event,
            last_fetch=fetch,
        )
