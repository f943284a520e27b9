"""Is a source that guesses stopped, and nobody else?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib import settings, wiring
from chalicelib.access.brake import Brake
from chalicelib.domain.access.brake import Limit
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.errors import StoreDownError
from chalicelib.domain.mac import Mac
from chalicelib.domain.request import FetchRequest
from chalicelib.fleet.choice import Choice
from chalicelib.routes.problem import to_phone
from chalicelib.storage.sqlite import SqliteTable

LIMIT = Limit(misses=6, seconds=3600, step=3)
NOW = datetime(2026, 11, 23, 12, 59, 30, tzinfo=UTC)
MAC = Mac("001565123456")
GUESSER = "198.51.100.7"


@pytest.fixture
def offhook(tmp_path: Path) -> wiring.Offhook:
    """A closed installation with one phone and a limit that a test can reach."""
    config = tmp_path / "config.yml"
    config.write_text("server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n")
    environ = {"OFFHOOK_CONFIG": str(config), "OFFHOOK_STATE_DIR": str(tmp_path / "state")}
    table = SqliteTable(tmp_path / "data", now=NOW.timestamp)
    offhook = wiring.build(
        settings.load(environ), table=table, clock=lambda: NOW, timer=lambda: 0.0, limit=LIMIT
    )
    offhook.extensions.put(number="1001", name=None, password="secret-1001")
    lines = ({"extension_number": "1001"},)
    offhook.devices.register(MAC, Choice(vendor="zip", model="33g", lines=lines))
    return offhook


def ask(offhook: wiring.Offhook, mac: str, *, address: str = GUESSER, token: str = "") -> Answer:
    return offhook.provisioning.answer(
        FetchRequest(file=f"{mac}.cfg", address=address, token=token)
    )


def guess(offhook: wiring.Offhook, times: int) -> list[Outcome]:
    return [ask(offhook, f"000bea{number:06x}").outcome for number in range(times)]


def test_source_that_guesses_is_stopped(offhook: wiring.Offhook) -> None:
    outcomes = guess(offhook, 8)

    assert outcomes == [Outcome.UNKNOWN_DEVICE] * 6 + [Outcome.BRAKED] * 2


def test_stopped_source_is_told_when_to_come_again(offhook: wiring.Offhook) -> None:
    guess(offhook, 6)

    response = to_phone(ask(offhook, "000bea999999"), with_body=True)

    assert (response.status_code, response.body) == (429, "")
    assert response.headers["Retry-After"] == "30"


def test_registered_and_unknown_devices_are_stopped_alike(offhook: wiring.Offhook) -> None:
    guess(offhook, 6)

    known = to_phone(ask(offhook, str(MAC)), with_body=True)
    unknown = to_phone(ask(offhook, "000bea999999"), with_body=True)

    assert known.to_dict() == unknown.to_dict()


def test_phone_of_that_source_with_its_own_url_is_served(offhook: wiring.Offhook) -> None:
    _, state = offhook.opening.show(MAC)
    token = offhook.gate.folder_of(MAC, state.value).strip("/").removeprefix("p/")
    guess(offhook, 6)

    assert ask(offhook, str(MAC), token=token).outcome is Outcome.SERVED


def test_another_source_is_not_stopped(offhook: wiring.Offhook) -> None:
    guess(offhook, 8)

    assert ask(offhook, "000bea999999", address="203.0.113.9").outcome is Outcome.UNKNOWN_DEVICE


def test_another_process_hears_of_the_misses(offhook: wiring.Offhook) -> None:
    guess(offhook, 6)
    another = Brake(records=offhook.records, clock=lambda: NOW, limit=LIMIT)

    for _ in range(3):
        another.count(GUESSER)

    assert another.is_on(GUESSER)


def test_limit_lets_a_busy_site_boot(offhook: wiring.Offhook) -> None:
    """250 phones behind one address, three optional files each, asked for six times."""
    brake = Brake(records=offhook.records, clock=lambda: NOW)

    for _ in range(250 * 3 * 6):
        brake.count(GUESSER)

    assert not brake.is_on(GUESSER)


class BrokenRecords:
    """A store that is down."""

    def tell_misses(self, *_: object) -> None:
        raise StoreDownError("down")

    def hear_misses(self, *_: object) -> list[int]:
        raise StoreDownError("down")


def test_store_that_is_down_does_not_stop_the_counting() -> None:
    brake = Brake(records=BrokenRecords(), clock=lambda: NOW, limit=LIMIT)

    for _ in range(6):
        brake.count(GUESSER)

    assert brake.is_on(GUESSER)
