"""Who is handed a file, and what is stored of it first, told with a gate that decides as told?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.access.admission import Admission, Effect
from chalicelib.domain.access.basic import Credentials
from chalicelib.domain.access.rehearsal import Rehearsal
from chalicelib.domain.access.state import AccessState
from chalicelib.domain.access.token import SiteToken
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.device import Dossier
from chalicelib.domain.errors import StoreDownError
from chalicelib.domain.evidence import Evidence as Identity
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Change, Stored
from chalicelib.domain.request import FetchRequest
from chalicelib.domain.vendor import FileKind, FileRule
from chalicelib.provisioning import Provisioning
from tests.fakes import (
    MAC,
    NOON,
    Brake,
    Catalogue,
    Directory,
    Drafter,
    Gate,
    Herald,
    Layers,
    Lookout,
    Records,
    a_door,
    a_dossier,
)

RULES = [
    FileRule(vendor="acme", shape="{mac}.cfg", kind=FileKind.DEVICE),
    FileRule(vendor="acme", shape="{mac}.boot", kind=FileKind.EMPTY),
    FileRule(vendor="acme", shape="{mac}-book.xml", kind=FileKind.PHONEBOOK),
    FileRule(vendor="acme", shape="{mac}-user.cfg", kind=FileKind.UPLOAD, keeps=True),
    FileRule(vendor="acme", shape="all.cfg", kind=FileKind.COMMON),
]
SPENDS = Admission(admitted=True, effect=Effect(spends=True))
CONFIRMS = Admission(admitted=True, effect=Effect(confirms=7), proved=True)
REFUSED = Admission(admitted=False, reason="the device is not armed")
ARMED = AccessState(
    generation=7, oldest=7, armed_until=NOON + timedelta(hours=1), armed_left=5, awaited=True
)


class Place:
    """Provisioning with every part made up."""

    def __init__(
        self,
        *dossiers: Dossier,
        gate: Gate | None = None,
        brake: Brake | None = None,
        **more: Any,  # noqa: ANN401 - as for Records
    ) -> None:
        self.records = Records(*dossiers, **more)
        self.catalogue = Catalogue(RULES)
        self.gate = gate or Gate()
        self.brake = brake or Brake()
        self.lookout = Lookout()
        self.herald = Herald()
        self._provisioning = Provisioning(
            records=self.records,
            catalog=self.catalogue,
            drafter=Drafter(),
            layers=Layers(),
            directory=Directory(),
            door=a_door(
                self.records,
                self.catalogue,
                gate=self.gate,
                brake=self.brake,
                lookout=self.lookout,
            ),
            gate=self.gate,
            herald=self.herald,
            clock=lambda: NOON,
        )

    def ask(self, file: str = "001565123456.cfg", **more: Any) -> Answer:  # noqa: ANN401 - fields of FetchRequest
        return self._provisioning.answer(
            FetchRequest(file=file, **{"address": "192.0.2.1", "user_agent": "acme x2 7.1", **more})
        )


def armed(state: AccessState = ARMED) -> Dossier:
    return a_dossier(access=Stored(state, "r1"))


@pytest.mark.parametrize("token", ["", "site", "001565123456", "not-ours"])
def test_refusal_and_unknown_device_do_the_same_work(token: str) -> None:
    known, unknown = Place(armed(), gate=Gate(REFUSED)), Place()

    refused, not_there = known.ask(token=token), unknown.ask(token=token)

    assert (refused.outcome, not_there.outcome) == (Outcome.REFUSED, Outcome.UNKNOWN_DEVICE)
    assert known.catalogue.identified == unknown.catalogue.identified == [("acme x2 7.1", None)]
    assert known.records.reads == unknown.records.reads == 1
    assert known.gate.shown == unknown.gate.shown
    assert len(known.gate.shown) == 1
    assert known.brake.counted == unknown.brake.counted == ["192.0.2.1"]
    site = "default" if token == "site" else None
    assert known.lookout.noted == [(MAC, site, "the device is not armed", True)]
    assert unknown.lookout.noted == [(MAC, site, "the device is not registered", False)]


@pytest.mark.parametrize(
    "file",
    ["001565123456.cfg", "001565123456.boot", "001565123456-book.xml", "001565123456-user.cfg"],
)
def test_refusal_says_nothing_but_to_the_log(file: str) -> None:
    place = Place(armed(), gate=Gate(REFUSED), upload="a secret")

    found = place.ask(file)

    assert found == Answer(
        outcome=Outcome.REFUSED,
        mac=MAC,
        seen=Identity(vendor="acme", model="x2", version="7.1"),
        reason="the device is not armed",
    )
    assert (place.records.notes, place.records.spent) == ([], [])


def test_gate_is_shown_all_that_the_request_shows() -> None:
    place = Place(armed())

    place.ask(token="site", authorization="Basic cGhvbmU6c2VjcmV0")

    [shown] = place.gate.shown
    assert shown.token == SiteToken("default", 1)
    assert shown.basic == Credentials(user="phone", password="secret")
    assert (shown.address, shown.certificate) == ("192.0.2.1", None)


def test_admitted_fetch_is_not_counted_as_a_miss() -> None:
    place = Place(armed())

    found = place.ask()

    assert (found.outcome, place.brake.counted) == (Outcome.SERVED, [])
    assert place.lookout.noted == []


def test_fetch_of_the_window_is_spent() -> None:
    place = Place(armed(), gate=Gate(SPENDS))

    found = place.ask()

    [(fetch, change)] = place.records.spent
    assert (found.outcome, fetch.etag) == (Outcome.SERVED, found.etag)
    assert change == Change(Stored(ARMED, "r1"), ARMED.spend())
    assert change.new.armed_left == 4
    assert place.records.notes == []


def test_fetch_that_cannot_be_spent_is_not_answered() -> None:
    place = Place(armed(), gate=Gate(SPENDS), failure="throttled")

    with pytest.raises(StoreDownError, match="throttled"):
        place.ask()
    assert place.herald.heard == []


def test_config_file_alone_is_heard_of() -> None:
    place = Place(armed())

    place.ask()
    place.ask(looks_only=True)
    for file in ("001565123456.boot", "001565123456-book.xml", "all.cfg"):
        place.ask(file)

    assert place.herald.heard == [Outcome.SERVED]


def test_fetch_that_is_known_already_is_spent_all_the_same() -> None:
    place = Place(armed(), gate=Gate(SPENDS))

    found = place.ask(known_etags=frozenset("*"))

    assert (found.outcome, len(place.records.spent)) == (Outcome.NOT_MODIFIED, 1)


@pytest.mark.parametrize("file", ["001565123456-book.xml", "001565123456-user.cfg"])
def test_other_file_of_the_device_is_spent_and_is_no_last_fetch(file: str) -> None:
    place = Place(armed(), gate=Gate(SPENDS), upload="a secret")

    found = place.ask(file)

    assert found.outcome is Outcome.SERVED
    assert place.records.saved == [ARMED.spend()]
    assert (place.records.notes, place.records.spent) == ([], [])


@pytest.mark.parametrize("file", ["001565123456-book.xml", "001565123456-user.cfg"])
def test_other_file_that_cannot_be_spent_is_not_answered(file: str) -> None:
    place = Place(armed(), gate=Gate(SPENDS), upload="a secret", failure="throttled")

    with pytest.raises(StoreDownError, match="throttled"):
        place.ask(file)


def test_other_file_by_the_own_url_shows_that_the_device_is_at_home() -> None:
    place = Place(armed(), gate=Gate(CONFIRMS))

    found = place.ask("001565123456-book.xml")

    assert (found.outcome, place.records.saved) == (Outcome.SERVED, [ARMED.confirm(7)])


def test_other_file_by_the_own_url_is_answered_though_nothing_can_be_stored() -> None:
    place = Place(armed(), gate=Gate(CONFIRMS), failure="throttled")

    found = place.ask("001565123456-book.xml")

    assert (found.outcome, found.note_failure) == (Outcome.SERVED, "throttled")


def test_upload_that_is_not_there_spends_nothing() -> None:
    place = Place(armed(), gate=Gate(SPENDS))

    found = place.ask("001565123456-user.cfg")

    assert (found.outcome, place.records.saved) == (Outcome.ABSENT, [])


@pytest.mark.parametrize("file", ["001565123456.boot", "all.cfg"])
def test_file_without_an_account_spends_nothing(file: str) -> None:
    place = Place(armed(), gate=Gate(SPENDS))

    found = place.ask(file)

    assert (found.outcome, place.records.spent) == (Outcome.SERVED, [])


def test_look_spends_nothing() -> None:
    place = Place(armed(), gate=Gate(SPENDS))

    place.ask(looks_only=True)

    assert (place.records.spent, place.records.notes) == ([], [])


@pytest.mark.parametrize(("rivals", "left"), [(1, 3), (2, 2)])
def test_fetch_is_decided_anew_when_others_came_in_between(rivals: int, left: int) -> None:
    place = Place(armed(), gate=Gate(SPENDS), rivals=rivals)

    found = place.ask()

    [(_, change)] = place.records.spent
    assert (found.outcome, place.records.reads) == (Outcome.SERVED, rivals + 1)
    assert len(place.gate.shown) == rivals + 1
    assert (change.was.revision, change.new.armed_left) == ("r1" + "+" * rivals, left)


def test_fetch_that_met_others_three_times_is_refused() -> None:
    place = Place(armed(), gate=Gate(SPENDS), rivals=3)

    found = place.ask()

    assert (found.outcome, found.body, found.etag) == (Outcome.REFUSED, "", "")
    assert found.reason == "other fetches of the device came in between"
    assert (place.records.reads, place.records.spent) == (3, [])


def test_last_fetch_of_a_window_that_another_one_took_is_refused() -> None:
    place = Place(armed(), gate=Gate(SPENDS, REFUSED), rivals=1)

    found = place.ask()

    assert (found.outcome, found.reason) == (Outcome.REFUSED, "the device is not armed")
    assert (place.records.spent, place.brake.counted) == ([], ["192.0.2.1"])


def test_first_use_of_the_own_url_is_noted_with_what_it_changes() -> None:
    place = Place(armed(), gate=Gate(CONFIRMS))

    found = place.ask()

    assert (found.outcome, len(place.records.notes)) == (Outcome.SERVED, 1)
    assert place.records.noted_changes == [Change(Stored(ARMED, "r1"), ARMED.confirm(7))]
    assert place.records.spent == []


def test_fetch_that_changes_no_access_is_noted_alone() -> None:
    place = Place(armed())

    place.ask()

    assert place.records.noted_changes == [None]


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ({"failure": "throttled"}, "throttled"),
        ({"rivals": 1}, "another fetch of the device came in between"),
    ],
)
def test_note_of_a_change_that_fails_is_told_and_harms_nothing(
    trouble: dict[str, Any], told: str
) -> None:
    place = Place(armed(), gate=Gate(CONFIRMS), **trouble)

    found = place.ask()

    assert (found.outcome, found.note_failure) == (Outcome.SERVED, told)
    assert place.records.reads == 1


@pytest.mark.parametrize(
    ("site", "counted"), [(None, []), ("default", []), ("paris", ["192.0.2.1"])]
)
def test_refused_rehearsal_is_a_miss_only_of_who_may_not_see_the_device(
    site: str | None, counted: list[str]
) -> None:
    place = Place(armed(), gate=Gate(REFUSED))

    found = place.ask(rehearsal=Rehearsal(caller="a test", site=site))

    assert found.mac == MAC
    assert found.outcome is (Outcome.UNKNOWN_DEVICE if site == "paris" else Outcome.REFUSED)
    assert place.brake.counted == counted
    assert place.lookout.noted == []


@pytest.mark.parametrize(("site", "counted"), [(None, []), ("default", ["192.0.2.1"])])
def test_rehearsal_of_an_unknown_device_is_a_miss_of_who_sees_one_site(
    site: str | None, counted: list[str]
) -> None:
    place = Place()

    place.ask(rehearsal=Rehearsal(caller="a test", site=site))

    assert place.brake.counted == counted
    assert place.lookout.noted == []


@pytest.mark.parametrize("file", ["001565123456.cfg", "001565123456-book.xml"])
def test_rehearsal_uses_up_nothing_and_is_told_to_nobody(file: str) -> None:
    place = Place(armed(), gate=Gate(SPENDS))

    found = place.ask(file, rehearsal=Rehearsal(caller="a test", site="default"))

    assert found.outcome is Outcome.SERVED
    assert (place.records.spent, place.records.notes, place.records.saved) == ([], [], [])
    assert place.herald.heard == []


@pytest.mark.parametrize("digits", ["001565123456", "001565000000"])
def test_braked_source_that_shows_nothing_reads_nothing(digits: str) -> None:
    place = Place(armed(), brake=Brake(on=True))

    found = place.ask(f"{digits}.cfg")

    assert found == Answer(
        outcome=Outcome.BRAKED,
        mac=Mac(digits),
        reason="its network asked for too many files that it may not have",
        retry_after=30,
    )
    assert (place.records.reads, place.gate.shown, place.brake.counted) == (0, [], [])
    assert place.lookout.noted == []


@pytest.mark.parametrize(
    ("admission", "outcome"),
    [
        (SPENDS, Outcome.BRAKED),
        (REFUSED, Outcome.BRAKED),
        (CONFIRMS, Outcome.SERVED),
    ],
)
def test_braked_source_is_served_by_a_proof_alone(admission: Admission, outcome: Outcome) -> None:
    place = Place(armed(), gate=Gate(admission), brake=Brake(on=True))

    found = place.ask(token="001565123456")

    assert found.outcome is outcome
    assert place.records.spent == []


def test_braked_source_gets_common_files() -> None:
    place = Place(armed(), brake=Brake(on=True))

    assert place.ask("all.cfg").outcome is Outcome.SERVED
