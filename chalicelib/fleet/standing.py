"""Which phones have what is set for them, which do not, and why?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Protocol

from chalicelib.domain.device import Device, Fetch
from chalicelib.domain.extension import DEFAULT_SITE
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.resync import Resync
from chalicelib.domain.resync import State as ResyncState
from chalicelib.domain.search import (
    Wanted,
    Way,
    fits,
    is_past,
    is_sifted,
    plan,
    plan_gathering,
    repeats,
)
from chalicelib.domain.sighting import Sighting
from chalicelib.domain.site import Site
from chalicelib.domain.standing import Group, Standing, State, is_made_of
from chalicelib.domain.tally import Cell
from chalicelib.fleet.named import Vendors, own_names
from chalicelib.fleet.records import Scope, is_hidden, missing
from chalicelib.fleet.sieve import Layers as Stamps
from chalicelib.fleet.sieve import Sieve
from chalicelib.fleet.summary import Summary, summarize


class FoundDevice(Protocol):
    """A device of a list, as the store gives it."""

    @property
    def device(self) -> Stored[Device]: ...
    @property
    def last_fetch(self) -> Fetch | None: ...
    @property
    def standing(self) -> Standing | None: ...
    @property
    def at(self) -> int: ...
    @property
    def number(self) -> str | None: ...


class StandingRecords(Protocol):
    """Where it is kept how devices stand. See `storage/standings.py` and `storage/search.py`."""

    def device(self, mac: Mac) -> Stored[Device] | None: ...
    def standings(self, macs: Sequence[Mac]) -> Mapping[Mac, Standing]: ...
    def fetches(self, device: Device) -> Sequence[Fetch]: ...
    def sightings_of(self, mac: Mac) -> Sequence[Sighting]: ...
    def resync(self, mac: Mac) -> Stored[Resync] | None: ...
    def site(self, name: str) -> Stored[Site] | None: ...
    def cells(self, site: str | None = None) -> Sequence[Cell]: ...
    def find_devices(
        self,
        ways: Sequence[Way],
        *,
        site: str | None,
        limit: int,
        after: str | None,
        sift: Sieve | None = ...,
        gather: Way | None = ...,
    ) -> Listed[Any]: ...


class Layers(Stamps, Protocol):
    """Who knows when what devices share was changed."""

    def changes(self, group: Group) -> Mapping[str, datetime]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A device of a list."""

    device: Device
    name: str
    last_fetch: Fetch | None
    state: State
    firmware: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusView:
    """How a device stands. `changes` are what it lacks, by name, and when that was changed.

    `refusal` is the last request that was not let in, where one was noted since it fetched;
    `resync` is the last one that was asked for, while that is kept, and how far it is.
    """

    device: Device
    state: State
    since: datetime
    reason: str
    firmware: str | None
    changes: Mapping[str, datetime]
    fetches: Sequence[Fetch]
    refusal: Sighting | None
    resync: tuple[Resync, ResyncState] | None


class Standings:
    """How the devices of one installation stand."""

    def __init__(
        self,
        *,
        records: StandingRecords,
        layers: Layers,
        vendors: Vendors,
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._layers = layers
        self._vendors = vendors
        self._clock = clock

    def list(
        self, wanted: Wanted, *, limit: int, after: str | None, scope: Scope = None
    ) -> Listed[Row]:
        """The devices that are asked for; a page may hold less than `limit`, and yet go on.

        Raises InputError for a bad `after`, and for a vendor or model that is not supported, and
        NotFoundError for a site that is not there, or that the caller cannot see.
        """
        vendor, model = own_names(wanted.vendor, wanted.model, self._vendors)
        wanted = replace(wanted, vendor=vendor, model=model)
        if wanted.site is not None and is_hidden(wanted.site, scope):
            raise missing("site", wanted.site)
        ways = plan(wanted, self._today())
        gather = plan_gathering(wanted, ways, self._today())
        sift = None
        if gather or is_sifted(wanted, ways):
            # What is gathered stands in the order of its way.
            sifted = replace(wanted, sort=None) if gather else wanted
            sift = Sieve(sifted, layers=self._layers, today=self._today())
        page = self._records.find_devices(
            ways, site=wanted.site or scope, limit=limit, after=after, sift=sift, gather=gather
        )
        if not page.values and page.after is None:
            self._insist_on(wanted.site)
        self._layers.learn([Group.of(found.device.value) for found in page.values])
        rows: list[Row] = []
        for found in page.values:
            if is_past(wanted, found.standing, self._today()):
                return Listed(rows, None)
            row = self._row(found, wanted.silent_days)
            if fits(wanted, row.device, found.standing, row.state, row.name) and not repeats(
                ways, found.at, wanted.q, row.device, row.name, found.number
            ):
                rows.append(row)
        return Listed(rows, page.after)

    def show(self, mac: Mac, *, silent_days: int, scope: Scope = None) -> StatusView:
        """How one device stands, and why. Raises NotFoundError."""
        device = self._find(mac, scope)
        standing = self._records.standings([mac]).get(mac) or _unknown(device)
        state = self._state(standing, silent_days)
        fetches = self._records.fetches(device)
        changes = self._changes(standing) if state is State.OUTDATED else {}
        return StatusView(
            device=device,
            state=state,
            since=_since(standing, state, changes, fetches, device),
            reason=_reason(standing, state, changes),
            firmware=standing.firmware,
            changes=changes,
            fetches=fetches,
            refusal=self._refusal(device, fetches),
            resync=self._resync(device, fetches),
        )

    def _refusal(self, device: Device, fetches: Sequence[Fetch]) -> Sighting | None:
        since = fetches[0].at if fetches else device.created_at
        seen = (each for each in self._records.sightings_of(device.mac) if each.is_registered)
        return next((each for each in seen if each.last_at > since), None)

    def _resync(
        self, device: Device, fetches: Sequence[Fetch]
    ) -> tuple[Resync, ResyncState] | None:
        found = self._records.resync(device.mac)
        if found is None or found.value.requested_at < device.created_at:
            return None
        fetched_at = next((fetch.at for fetch in fetches if not fetch.failure), None)
        return found.value, found.value.state(fetched_at, self._clock())

    def fetches(self, mac: Mac, *, scope: Scope = None) -> tuple[Device, Sequence[Fetch]]:
        """The device, and its last fetches, the newest first. Raises NotFoundError."""
        device = self._find(mac, scope)
        return device, self._records.fetches(device)

    def sum_up(self, *, site: str | None, silent_days: int, scope: Scope = None) -> Summary:
        """How many devices stand how, of one site or of all that the caller may see.

        Its cost grows with the number of sites and models, not with that of devices. Raises
        NotFoundError for a site that is not there, or that the caller cannot see.
        """
        if site is not None and is_hidden(site, scope):
            raise missing("site", site)
        cells = self._records.cells(site or scope)
        if not cells:
            self._insist_on(site)
        self._layers.learn([cell.group for cell in cells])
        return summarize(cells, self._today(), shared_at=self._shared_at, silent_days=silent_days)

    def _find(self, mac: Mac, scope: Scope) -> Device:
        found = self._records.device(mac)
        if found is None or is_hidden(found.value.site, scope):
            raise missing("device", mac)
        return found.value

    def _insist_on(self, site: str | None) -> None:
        """Raise NotFoundError for a site that is not there; looked up where nothing is in it."""
        if site not in (None, DEFAULT_SITE) and self._records.site(site) is None:
            raise missing("site", site)

    def _row(self, found: FoundDevice, silent_days: int) -> Row:
        device = found.device.value
        standing = found.standing or _unknown(device)
        return Row(
            device=device,
            name=standing.name,
            last_fetch=found.last_fetch,
            state=self._state(standing, silent_days),
            firmware=standing.firmware,
        )

    def _state(self, standing: Standing, silent_days: int) -> State:
        shared_at = self._shared_at(standing.group)
        return standing.state(self._today(), shared_at=shared_at, silent_days=silent_days)

    def _shared_at(self, group: Group) -> datetime | None:
        return self._layers.stamp(group)

    def _changes(self, standing: Standing) -> dict[str, datetime]:
        """What has changed since the device has fetched, and when."""
        shared = self._layers.changes(standing.group)
        found = {name: at for name, at in shared.items() if not is_made_of(standing.made_of, at)}
        if standing.change is not None:
            found[standing.change.record] = standing.change.at
        return found

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()


def _unknown(device: Device) -> Standing:
    """That of a device of which it is not kept yet how it stands."""
    return Standing(group=Group.of(device), name=device.lines[0].get("name", ""))


def _since(
    standing: Standing,
    state: State,
    changes: Mapping[str, datetime],
    fetches: Sequence[Fetch],
    device: Device,
) -> datetime:
    if standing.failure is not None:
        return standing.failure.at
    if state is State.NEVER:
        return device.created_at
    if state is State.SILENT and fetches:
        return fetches[0].at
    if changes:
        return min(changes.values())
    return standing.fresh_since or device.updated_at


def _reason(standing: Standing, state: State, changes: Mapping[str, datetime]) -> str:
    match state:
        case State.FAILING:
            failure = standing.failure
            return f"{failure.file}: {failure.reason}" if failure else ""
        case State.NEVER:
            return "has not got a file since it was registered"
        case State.SILENT:
            return f"was last seen on {standing.seen_on}"
        case State.OUTDATED:
            named = ", ".join(sorted(changes)) or "something that it depends on"
            return f"changed after its last fetch: {named}"
        case State.CURRENT:
            return "has fetched what is set for it now"
