"""Who is told what, how often, and what becomes of what cannot be told? Over each store in turn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.delivering.courier import LEASE, Courier, Report
from chalicelib.delivering.herald import Herald
from chalicelib.delivering.post import Post
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.device import Fetch
from chalicelib.domain.errors import StoreDownError
from chalicelib.domain.request import FetchRequest
from chalicelib.domain.site import Site
from chalicelib.domain.webhook import DELAYS, Event, EventKind, Webhook, sign
from chalicelib.storage import place
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.outbox import Entry
from chalicelib.storage.records import Records
from chalicelib.storage.sealed import SealedTable
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Item, Key, Put, Table
from chalicelib.vault.local_file import LocalFile, PlainWrap
from chalicelib.vault.vault import Vault
from tests.delivering.receiver import answers_status, hangs, receiving
from tests.fakes import a_dossier
from tests.messages import logged
from tests.stores import KINDS, REGION, fake_aws, new_table_name

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOOK = Webhook(
    id="w1",
    url="https://one.example.com/",
    events=(EventKind.FIRST_CONTACT, EventKind.ADOPTION_NEEDED),
    secret="whsec_1",
    site=None,
    active=True,
    created_at=NOON,
    updated_at=NOON,
)
OTHER = replace(HOOK, id="w2", url="https://two.example.com/", secret="whsec_2")
A_FETCH = Fetch(
    at=NOON, file="001565123456.cfg", address="192.0.2.7", user_agent="acme x2 7.1", etag="e"
)
DATA = {"mac_address": "805ec0000001", "vendor": "yealink"}


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came back."""

    status: int | None = 200
    error: str = ""
    milliseconds: int = 7


@dataclass(kw_only=True)
class Sender:
    """Answers each address as it was told, well where it was told nothing."""

    sent: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    answer_by_url: dict[str, Came] = field(default_factory=dict)

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Came:
        self.sent.append((url, headers, body))
        return self.answer_by_url.get(url, Came())


@dataclass(kw_only=True)
class Place:
    """An installation of one store, with a clock that stands still."""

    table: Table
    records: Records
    sender: Sender = field(default_factory=Sender)
    now: datetime = NOON
    seconds: float = 0.0

    def clock(self) -> datetime:
        return self.now

    @property
    def herald(self) -> Herald:
        return Herald(records=self.records, clock=self.clock)

    @property
    def courier(self) -> Courier[Entry]:
        return Courier(
            outbox=self.records, sender=self.sender, clock=self.clock, timer=lambda: self.seconds
        )

    def happen(self, once: str = "1", *, site: str | None = None, is_silent: bool = False) -> None:
        kind = EventKind.ADOPTION_NEEDED
        self.herald.note(kind, DATA, site=site, once=once, is_silent=is_silent)

    def run(self, after: timedelta = timedelta()) -> Report:
        self.now += after
        return self.courier.run()

    @property
    def urls(self) -> list[str]:
        return [url for url, _, _ in self.sender.sent]

    @property
    def due(self) -> int:
        return len(self.records.due_events(self.now + timedelta(days=9)))


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    with fake_aws():
        yield


@pytest.fixture(params=KINDS)
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """One webhook wants to know of phones that ask."""
    table: SqliteTable | DynamoTable
    if request.param == "dynamodb":
        request.getfixturevalue("aws")
        table = DynamoTable(new_table_name(), endpoint_url=None, region=REGION, now=lambda: 1.0)
    else:
        table = SqliteTable(tmp_path / "offhook.sqlite3", now=lambda: 1.0)
    vault = Vault(LocalFile(tmp_path / "keys"), PlainWrap())
    made = Place(table=table, records=Records(SealedTable(table, seal=vault, name="offhook")))
    made.records.save_webhook(HOOK, was=None)
    yield made
    if isinstance(table, SqliteTable):
        table.close()


def test_event_is_told_once_and_signed(at: Place) -> None:
    at.happen()

    first, second = at.run(), at.run(timedelta(days=1))

    [(url, headers, body)] = at.sender.sent
    told = json.loads(body)
    assert url == "https://one.example.com/"
    assert told.pop("id") == headers["Offhook-Delivery"]
    assert told == {"type": "adoption_needed", "created_at": 1767268800, "data": DATA}
    assert headers["Offhook-Signature"] == sign("whsec_1", body, NOON)
    assert headers["Offhook-Event"] == "adoption_needed"
    assert (first.delivered, second.delivered, at.due) == (1, 0, 0)


def test_same_thing_is_told_once(at: Place) -> None:
    at.happen("805ec0000001#2026-01-01")
    at.happen("805ec0000001#2026-01-01")
    at.run()
    at.happen("805ec0000001#2026-01-01")
    at.happen("805ec0000001#2026-01-02")
    at.run()

    assert len(at.urls) == 2


def test_nothing_is_written_where_nobody_wants_to_know(at: Place) -> None:
    at.herald.note(EventKind.FAILING, DATA, site=None, once="1")

    assert at.due == 0


def test_silent_event_is_written_and_not_told(at: Place) -> None:
    at.happen(is_silent=True)
    waiting = at.due

    at.run()

    assert (waiting, at.due, at.urls) == (1, 0, [])


def test_event_of_a_site_is_for_its_webhooks_and_those_of_all(at: Place) -> None:
    for name in ("berlin", "paris"):
        site = Site(name=name, label=name, created_at=NOON, updated_at=NOON)
        at.records.save_site(site, was=None)
    at.records.save_webhook(replace(OTHER, site="paris"), was=None)
    at.records.save_webhook(
        replace(OTHER, id="w3", url="https://3.example.com/", site="berlin"), was=None
    )
    at.happen(site="berlin")

    at.run()

    assert sorted(at.urls) == ["https://3.example.com/", "https://one.example.com/"]


def test_failure_is_tried_again_ever_later_and_given_up(at: Place) -> None:
    at.sender.answer_by_url[HOOK.url] = Came(status=500, error="answered 500")
    at.happen()

    reports = [at.run()]
    for delay in DELAYS:
        early = at.run(delay - timedelta(seconds=1))
        reports.append(at.run(timedelta(seconds=1)))
        assert early.failed == 0
    after = at.run(timedelta(hours=1))

    assert [report.failed for report in reports] == [1] * 7
    assert [report.given_up for report in reports] == [0] * 6 + [1]
    assert (after.failed, at.due, len(at.urls)) == (0, 0, 7)
    shown = at.records.deliveries(HOOK.id)
    assert [each.attempt for each in shown.recent] == [7, 6, 5, 4, 3, 2, 1]
    [dead] = shown.dead
    assert (dead.attempt, dead.status, dead.error, dead.is_dead) == (7, 500, "answered 500", True)
    assert dead.mac == "805ec0000001"


def test_every_try_sends_the_same_body_and_a_new_time(at: Place) -> None:
    at.sender.answer_by_url[HOOK.url] = Came(status=None, error="no answer within 5 s")
    at.happen()

    at.run()
    at.run(DELAYS[0])

    bodies = {body for _, _, body in at.sender.sent}
    signatures = {headers["Offhook-Signature"] for _, headers, _ in at.sender.sent}
    assert (len(bodies), len(signatures)) == (1, 2)


def test_webhook_that_recovers_is_told(at: Place) -> None:
    at.sender.answer_by_url[HOOK.url] = Came(status=503, error="answered 503")
    at.happen()
    at.run()
    at.sender.answer_by_url.clear()

    report = at.run(DELAYS[0])

    assert (report.delivered, at.due) == (1, 0)
    assert [each.error for each in at.records.deliveries(HOOK.id).recent] == ["", "answered 503"]


def test_webhook_that_fails_keeps_no_other_waiting(at: Place) -> None:
    at.records.save_webhook(OTHER, was=None)
    at.sender.answer_by_url[HOOK.url] = Came(status=None, error="no answer within 5 s")
    for number in range(4):
        at.happen(str(number))

    report = at.run()

    assert at.urls.count(HOOK.url) == 1
    assert at.urls.count(OTHER.url) == 4
    assert (report.delivered, report.failed) == (4, 1)
    at.sender.answer_by_url.clear()
    assert at.run(DELAYS[0]).delivered == 4
    assert at.urls.count(OTHER.url) == 4


def test_one_that_was_told_is_not_told_again_for_anothers_sake(at: Place) -> None:
    at.records.save_webhook(OTHER, was=None)
    at.sender.answer_by_url[OTHER.url] = Came(status=500, error="answered 500")
    at.happen()

    at.run()
    at.run(DELAYS[0])

    assert sorted(at.urls) == [HOOK.url, OTHER.url, OTHER.url]


def test_run_ends_when_its_time_is_over(at: Place) -> None:
    for number in range(5):
        at.happen(str(number))

    def send(url: str, headers: Mapping[str, str], body: bytes) -> Came:
        at.seconds += 15
        at.sender.sent.append((url, headers, body))
        return Came()

    at.sender.send = send  # type: ignore[method-assign]
    at.run()

    assert len(at.urls) == 3
    assert at.due == 2


def test_event_that_another_courier_has_is_left(at: Place) -> None:
    at.happen()
    [found] = at.records.due_events(at.now)
    at.records.put_off(found, at.now + LEASE)

    taken = at.run()
    later = at.run(LEASE)

    assert (taken.delivered, later.delivered) == (0, 1)


def test_of_two_couriers_that_saw_it_one_tells(at: Place) -> None:
    at.happen()
    rival = at.courier
    due = list(at.records.due_events(at.now))

    class Late(Records):
        """Sees what was there before the other one came."""

        def due_events(self, now: datetime) -> Any:  # noqa: ANN401, ARG002 - as the other one
            found, due[:] = list(due), []
            return found

    rival.run()
    late = Late(at.records._table)  # noqa: SLF001 - the same table
    Courier(outbox=late, sender=at.sender, clock=at.clock, timer=lambda: 0.0).run()

    assert len(at.urls) == 1


def test_unreadable_event_is_given_up_and_stops_nobody(at: Place) -> None:
    broken = Item(
        key=Key("OUTBOX#broken", "EVENT"),
        body={"kind": "nonsense"},
        revision="r1",
        entries=place.entries(listing=("OUTBOX", place.join("2025-01-01", "broken"))),
    )
    at.table.write(Put(item=broken))
    at.happen()

    with logged() as messages:
        report = at.run()

    assert (report.given_up, report.delivered, at.due) == (1, 1, 0)
    assert messages == ["the event broken is unreadable, and given up"]


@pytest.mark.parametrize("change", [{"active": False}, {"events": (EventKind.FAILING,)}])
def test_webhook_that_wants_no_more_is_not_told(at: Place, change: dict[str, Any]) -> None:
    at.happen()
    was = at.records.webhook(HOOK.id)
    assert was is not None
    at.records.save_webhook(replace(HOOK, **change), was=was)

    at.run()

    assert (at.urls, at.due) == ([], 0)


def test_new_webhook_is_not_told_what_was_before(at: Place) -> None:
    at.happen()
    at.records.save_webhook(replace(OTHER, created_at=NOON + timedelta(seconds=1)), was=None)

    at.run(timedelta(minutes=1))

    assert at.urls == [HOOK.url]


def test_removed_webhook_takes_its_deliveries_along(at: Place) -> None:
    at.happen()
    at.run()
    was = at.records.webhook(HOOK.id)
    assert was is not None

    at.records.remove_webhook(was)

    assert at.records.deliveries(HOOK.id).recent == ()
    assert at.records.webhooks() == []


def test_secret_and_address_lie_sealed(at: Place) -> None:
    found = at.table.read("WEBHOOKS")

    assert "whsec_1" not in str(found)
    assert "one.example.com" not in str(found)
    assert at.records.webhooks() == [HOOK]


def test_test_is_sent_at_once_and_shown(at: Place) -> None:
    at.sender.answer_by_url[HOOK.url] = Came(status=401, error="answered 401")

    delivery = at.courier.test(HOOK)

    assert (delivery.kind, delivery.status, delivery.error) == ("test", 401, "answered 401")
    assert at.records.deliveries(HOOK.id).recent == (delivery,)
    [(_, headers, body)] = at.sender.sent
    assert json.loads(body)["type"] == headers["Offhook-Event"] == "test"


def test_real_receiver_that_hangs_and_comes_back(at: Place) -> None:
    with receiving(hangs, answers_status(200)) as receiver:
        was = at.records.webhook(HOOK.id)
        assert was is not None
        at.records.save_webhook(replace(HOOK, url=receiver.url), was=was)
        courier = Courier(
            outbox=at.records, sender=Post(is_at_home=True, seconds=0.3), clock=at.clock
        )
        at.happen()
        first = courier.run()
        at.now += DELAYS[0]
        second = courier.run()

    assert (first.failed, second.delivered) == (1, 1)
    assert len(receiver.requests) == 2
    assert b"Offhook-Signature: t=1767268860,v1=" in receiver.requests[1]


@pytest.mark.parametrize(
    ("outcome", "etag", "last", "kinds"),
    [
        (Outcome.SERVED, "e", None, ["first_contact"]),
        (Outcome.NOT_MODIFIED, "e", None, ["first_contact"]),
        (Outcome.SERVED, "e", A_FETCH, []),
        (Outcome.FAILED, "", None, ["failing"]),
        (Outcome.FAILED, "", A_FETCH, ["failing"]),
        (Outcome.UNKNOWN_FILE, "", None, []),
    ],
)
def test_fetches_that_are_told_of(
    at: Place, outcome: Outcome, etag: str, last: Fetch | None, kinds: list[str]
) -> None:
    was = at.records.webhook(HOOK.id)
    assert was is not None
    at.records.save_webhook(replace(HOOK, events=tuple(EventKind)), was=was)
    answer = Answer(outcome=outcome, etag=etag, reason="must not hold a line break")
    request = FetchRequest(file="001565123456.cfg", address="192.0.2.7")

    for _ in range(2):
        at.herald.hear(answer, request, a_dossier(last), "7.1")
    at.run()

    told = [json.loads(body) for _, _, body in at.sender.sent]
    expected = {
        "mac_address": "001565123456",
        "vendor": "acme",
        "model": "x2",
        "firmware": "7.1",
        "address": "192.0.2.7",
        "site": "default",
    }
    if kinds == ["failing"]:
        expected |= {"reason": "must not hold a line break", "file": "001565123456.cfg"}
    assert [each["type"] for each in told] == kinds
    assert [each["data"] for each in told] == [expected] * len(kinds)


class Broken:
    """A store that is down; it counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def webhooks(self, *, within: float | None = None) -> list[Webhook]:
        assert within is not None
        self.asked += 1
        raise StoreDownError("throttled")

    def put_event(self, key: str, event: Event) -> bool:
        raise AssertionError(f"{key} {event.id} came although nobody could be asked who wants it")


def test_herald_fails_nobody_and_leaves_a_broken_store_alone() -> None:
    broken, now = Broken(), [NOON]
    herald = Herald(records=broken, clock=lambda: now[0])

    with logged() as messages:
        done = [herald.note(EventKind.FAILING, {}, site=None, once="1") for _ in range(5)]
    asked = broken.asked
    now[0] += timedelta(seconds=30)
    herald.note(EventKind.FAILING, {}, site=None, once="1")

    assert (asked, broken.asked) == (1, 2)
    assert not any(done)
    assert messages == ["events are not noted for a while: throttled"]
