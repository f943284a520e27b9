"""How far is a resync, who may send it, and when does it leave the queue?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.device import Fetch
from chalicelib.domain.errors import ConflictError, NotFoundError
from chalicelib.domain.mac import Mac
from chalicelib.domain.resync import LASTS, State
from chalicelib.domain.search import Wanted
from chalicelib.domain.site import Site
from chalicelib.domain.standing import Group
from chalicelib.domain.standing import State as Standing
from chalicelib.fleet import resyncs as module
from chalicelib.fleet.resyncs import Resyncs, ResyncView, Selection
from chalicelib.fleet.standing import Standings
from tests.fleet.writer import CATALOG, FIRST, SECOND, THIRD, Writer

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Layers:
    """Nothing that devices share has changed."""

    def stamp(self, group: Group) -> None: ...

    def changes(self, group: Group) -> Mapping[str, datetime]:  # noqa: ARG002 - as the Protocol
        return {}

    def learn(self, groups: Sequence[Group]) -> None: ...


class Fleet:
    """Three devices, and a clock for all of it."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.now = NOON
        for mac, model in ((FIRST, "33g"), (SECOND, "37g"), (THIRD, "33g")):
            writer.register(mac, model=model)
        self.resyncs = self.another()

    def another(self) -> Resyncs:
        """Another process."""
        records = self.writer.records
        return Resyncs(
            records=records,
            finder=Standings(
                records=records, layers=Layers(), vendors=CATALOG, clock=lambda: self.now
            ),
            vendors=CATALOG,
            clock=lambda: self.now,
            trail=self.writer.trail,
        )

    def later(self, time: timedelta) -> None:
        self.now += time

    def fetch(self, mac: Mac) -> None:
        dossier = self.writer.records.dossier(mac)
        assert dossier is not None
        fetch = Fetch(
            at=self.now, file=f"{mac}.cfg", address="192.0.2.9", user_agent="ZIP", etag="0" * 32
        )
        self.writer.records.note(dossier, fetch)

    def pending(self) -> list[Mac]:
        page = self.resyncs.pending(limit=50, after=None)
        return [view.device.mac for view in page.values]

    def state(self, mac: Mac = FIRST) -> State:
        return self.resyncs.show(mac).state


@pytest.fixture
def fleet(writer: Writer) -> Fleet:
    return Fleet(writer)


def test_resync_waits_with_what_its_sender_needs(fleet: Fleet) -> None:
    fleet.fetch(FIRST)
    fleet.later(timedelta(minutes=1))

    view = fleet.resyncs.request(FIRST)

    assert (view.state, view.event, view.resync.requested_at) == (
        State.QUEUED,
        "check-sync",
        fleet.now,
    )
    assert view.last_fetch is not None
    assert view.last_fetch.address == "192.0.2.9"
    assert fleet.pending() == [FIRST]


def test_states_of_one_that_is_sent_and_fetched(fleet: Fleet) -> None:
    fleet.resyncs.request(FIRST)

    claimed = fleet.resyncs.claim(FIRST, seconds=60)
    sent = fleet.resyncs.finish(FIRST, claimed.resync.claim)
    queue = fleet.pending()
    fleet.later(timedelta(seconds=5))
    fleet.fetch(FIRST)

    assert (claimed.state, sent.state, queue) == (State.CLAIMED, State.SENT, [])
    assert fleet.state() is State.FETCHED


def test_fetch_alone_ends_a_resync_and_takes_it_from_the_queue(fleet: Fleet) -> None:
    fleet.resyncs.request(FIRST)
    fleet.fetch(FIRST)

    assert fleet.state() is State.FETCHED
    assert fleet.pending() == []
    assert list(fleet.writer.records.list_resyncs(limit=9, after=None).values) == []
    assert fleet.state() is State.FETCHED


def test_resync_expires_and_is_shown_for_a_while(fleet: Fleet) -> None:
    fleet.resyncs.request(FIRST)

    fleet.later(LASTS)

    assert fleet.state() is State.EXPIRED
    assert fleet.pending() == []
    with pytest.raises(ConflictError, match="is expired, not queued"):
        fleet.resyncs.claim(FIRST, seconds=60)


def test_of_two_senders_one_sends(fleet: Fleet) -> None:
    fleet.resyncs.request(FIRST)
    other = fleet.another()

    first = fleet.resyncs.claim(FIRST, seconds=60)

    with pytest.raises(ConflictError, match="is claimed, not queued"):
        other.claim(FIRST, seconds=60)
    with pytest.raises(ConflictError, match="claimed by another one, or by nobody"):
        other.finish(FIRST, "0" * 16)
    assert fleet.resyncs.finish(FIRST, first.resync.claim).state is State.SENT


def test_of_two_senders_that_saw_it_free_one_sends(fleet: Fleet) -> None:
    """The second one comes between the first one's look and its write."""
    fleet.resyncs.request(FIRST)
    won: list[ResyncView] = []
    table = fleet.writer.table
    table.before_next_writes(lambda: won.append(fleet.another().claim(FIRST, seconds=60)))

    with pytest.raises(ConflictError):
        fleet.resyncs.claim(FIRST, seconds=60)

    assert fleet.resyncs.finish(FIRST, won[0].resync.claim).state is State.SENT


def test_claim_that_ends_goes_back(fleet: Fleet) -> None:
    fleet.resyncs.request(FIRST)
    lost = fleet.resyncs.claim(FIRST, seconds=60)

    fleet.later(timedelta(seconds=60))
    state = fleet.state()
    found = fleet.another().claim(FIRST, seconds=60)

    assert state is State.QUEUED
    with pytest.raises(ConflictError, match="claimed by another one"):
        fleet.resyncs.finish(FIRST, lost.resync.claim)
    assert fleet.another().finish(FIRST, found.resync.claim).state is State.SENT


def test_done_twice_is_done_once(fleet: Fleet) -> None:
    fleet.resyncs.request(FIRST)
    claim = fleet.resyncs.claim(FIRST, seconds=60).resync.claim

    states = [fleet.resyncs.finish(FIRST, claim).state for _ in range(2)]

    assert states == [State.SENT, State.SENT]


def test_nobody_ends_one_that_nobody_claimed(fleet: Fleet) -> None:
    fleet.resyncs.request(FIRST)

    with pytest.raises(ConflictError, match="or by nobody"):
        fleet.resyncs.finish(FIRST, "x")


def test_another_request_begins_anew(fleet: Fleet) -> None:
    fleet.resyncs.request(FIRST)
    claim = fleet.resyncs.claim(FIRST, seconds=60).resync.claim
    fleet.later(timedelta(seconds=1))

    again = fleet.resyncs.request(FIRST)

    assert again.state is State.QUEUED
    with pytest.raises(ConflictError):
        fleet.resyncs.finish(FIRST, claim)


@pytest.mark.parametrize(
    ("selection", "macs"),
    [
        (Selection(macs=(SECOND, FIRST)), [FIRST, SECOND]),
        (Selection(wanted=Wanted(vendor="ZIP")), [FIRST, SECOND, THIRD]),
        (Selection(wanted=Wanted(vendor="zip", model="33G")), [FIRST, THIRD]),
        (Selection(wanted=Wanted(vendor="snom")), []),
        (Selection(wanted=Wanted(site="default")), [FIRST, SECOND, THIRD]),
        (Selection(wanted=Wanted(state=Standing.NEVER)), [FIRST, SECOND, THIRD]),
        (Selection(wanted=Wanted(state=Standing.OUTDATED)), []),
        (Selection(), [FIRST, SECOND, THIRD]),
    ],
)
def test_selection(fleet: Fleet, selection: Selection, macs: list[Mac]) -> None:
    queued = fleet.resyncs.request_many(selection)

    assert (queued.count, queued.unknown, queued.after) == (len(macs), (), None)
    assert sorted(fleet.pending()) == macs


def test_selection_tells_who_is_unknown(fleet: Fleet) -> None:
    nobody = Mac("001565999999")

    queued = fleet.resyncs.request_many(Selection(macs=(FIRST, nobody)))

    assert (queued.count, queued.unknown) == (1, (nobody,))


def test_selection_is_continued(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(module, "STRETCH", 1)

    selection = Selection(wanted=Wanted(vendor="zip"))

    first = fleet.resyncs.request_many(selection)
    rest = fleet.resyncs.request_many(selection, after=first.after)

    assert (first.count, rest.count, rest.after) == (2, 1, None)
    assert sorted(fleet.pending()) == [FIRST, SECOND, THIRD]


def test_queue_is_paged_the_oldest_first(fleet: Fleet) -> None:
    for mac in (SECOND, FIRST):
        fleet.resyncs.request(mac)
        fleet.later(timedelta(seconds=1))

    first = fleet.resyncs.pending(limit=1, after=None)
    rest = fleet.resyncs.pending(limit=1, after=first.after)

    assert [view.device.mac for view in [*first.values, *rest.values]] == [SECOND, FIRST]


def test_removed_device_leaves_the_queue(fleet: Fleet) -> None:
    fleet.resyncs.request(FIRST)

    fleet.writer.devices.remove(FIRST)

    assert fleet.pending() == []
    assert fleet.writer.records.resync(FIRST) is None


def test_resync_of_an_earlier_device_is_not_the_new_ones(fleet: Fleet) -> None:
    fleet.now = datetime(2025, 1, 1, tzinfo=UTC)
    fleet.resyncs.request_many(Selection(macs=(FIRST,)))

    with pytest.raises(NotFoundError, match="there is no resync of device"):
        fleet.resyncs.show(FIRST)
    assert fleet.pending() == []


@pytest.mark.parametrize(
    "act",
    [
        lambda resyncs: resyncs.request(FIRST, scope="berlin"),
        lambda resyncs: resyncs.show(FIRST, scope="berlin"),
        lambda resyncs: resyncs.claim(FIRST, seconds=60, scope="berlin"),
        lambda resyncs: resyncs.finish(FIRST, "x", scope="berlin"),
        lambda resyncs: resyncs.request_many(
            Selection(wanted=Wanted(site="default")), scope="berlin"
        ),
        lambda resyncs: resyncs.request_many(Selection(wanted=Wanted(site="nowhere"))),
        lambda resyncs: resyncs.request(Mac("001565999999")),
    ],
)
def test_what_the_caller_cannot_see(fleet: Fleet, act: Callable[[Resyncs], object]) -> None:
    fleet.resyncs.request(FIRST)

    with pytest.raises(NotFoundError):
        act(fleet.resyncs)

    assert fleet.state() is State.QUEUED


def test_selection_of_a_site_stays_there(fleet: Fleet) -> None:
    queued = fleet.resyncs.request_many(Selection(), scope="berlin")
    by_mac = fleet.resyncs.request_many(Selection(macs=(FIRST,)), scope="berlin")
    fleet.resyncs.request(SECOND)

    assert (queued.count, by_mac.count, by_mac.unknown) == (0, 0, (FIRST,))
    assert list(fleet.resyncs.pending(limit=9, after=None, scope="berlin").values) == []


def move(writer: Writer, site: str, mac: Mac = FIRST) -> None:
    was = writer.records.device(mac)
    assert was is not None
    writer.records.save_device(replace(was.value, site=site), was=was)


@pytest.fixture
def berlin(fleet: Fleet) -> Fleet:
    site = Site(name="berlin", label="Berlin", created_at=NOON, updated_at=NOON)
    fleet.writer.records.save_site(site, was=None)
    return fleet


def pending_at(fleet: Fleet, site: str) -> list[tuple[Mac, str]]:
    page = fleet.resyncs.pending(limit=9, after=None, scope=site)
    return [(view.device.mac, view.resync.site) for view in page.values]


def test_resync_follows_its_device_to_another_site(berlin: Fleet) -> None:
    berlin.resyncs.request(FIRST)
    claim = berlin.resyncs.claim(FIRST, seconds=60).resync.claim

    move(berlin.writer, "berlin")

    assert pending_at(berlin, "berlin") == [(FIRST, "berlin")]
    assert pending_at(berlin, "default") == []
    assert (
        list(berlin.writer.records.list_resyncs(limit=9, after=None, site="default").values) == []
    )
    assert berlin.resyncs.finish(FIRST, claim, scope="berlin").state is State.SENT
    assert pending_at(berlin, "berlin") == []


def test_resync_that_was_sent_does_not_wait_again_at_another_site(berlin: Fleet) -> None:
    berlin.resyncs.request(FIRST)
    berlin.resyncs.finish(FIRST, berlin.resyncs.claim(FIRST, seconds=60).resync.claim)

    move(berlin.writer, "berlin")

    assert list(berlin.writer.records.list_resyncs(limit=9, after=None).values) == []
    assert berlin.state() is State.SENT


@pytest.mark.parametrize("rival_comes_before", ["the request", "the move"])
def test_resync_and_move_at_the_same_moment(berlin: Fleet, rival_comes_before: str) -> None:
    if rival_comes_before == "the request":
        berlin.writer.table.before_next_writes(lambda: move(berlin.writer, "berlin"))
        berlin.resyncs.request(FIRST)
    else:
        berlin.writer.table.before_next_writes(lambda: berlin.resyncs.request(FIRST))
        move(berlin.writer, "berlin")

    assert pending_at(berlin, "berlin") == [(FIRST, "berlin")]
    assert pending_at(berlin, "default") == []


def test_requests_and_steps_stand_in_the_trail(fleet: Fleet) -> None:
    fleet.writer.trail.changes.clear()

    fleet.resyncs.request(FIRST)
    claim = fleet.resyncs.claim(FIRST, seconds=60).resync.claim
    fleet.resyncs.finish(FIRST, claim)

    assert fleet.writer.trail.changes == [
        ("resync", str(FIRST), None, {"devices": [str(FIRST)]}),
        ("resync", str(FIRST), {"state": "queued"}, {"step": "claimed for 60 s"}),
        ("resync", str(FIRST), {"state": "claimed"}, {"step": "sent"}),
    ]
