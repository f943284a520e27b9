"""Does the end of a rollout ask before it takes phones back, and takes nothing else any back?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib.domain.firmware.rollout import DAYS
from tests.routes.installation import DEVICES, Installation, one_store
from tests.routes.rom import PHONE, make_ready, refused, report, told
from tests.stores import SerialWire

OLD = {"firmware": "96.86.0.75"}
NEW = {"firmware": "96.87.0.1"}
SITE = "/api/sites/berlin"
OTHER = "805ec0000007"
ENDS = (
    "devices have a newer version than 96.86.0.75: 96.87.0.1 (1); "
    'set "firmware" to what is to stay, or say allow_downgrade to take it back'
)


def roll_out(installation: Installation, **more: object) -> str:
    """Roll the new version out; the path of that."""
    wanted = {"vendor": "yealink", "version": "96.87.0.1", **more}
    made = installation.send("POST", "/api/rollouts", wanted)
    assert made.status_code == 201, made.body
    return f"/api/rollouts/{made.json_body['rollout']['id']}"


def take(installation: Installation) -> None:
    """Have the phone told the version of the rollout, take it, and report it."""
    report(installation, "96.86.0.75")
    assert has_new(installation)
    report(installation, "96.87.0.1")


def has_new(installation: Installation, *, mac: str = PHONE) -> bool:
    return str(told(installation, mac=mac)).endswith("/T54W-96.87.0.1.rom")


def test_end_of_a_rollout_asks(stocked: Installation) -> None:
    stocked.send("PATCH", "/api/settings", {"settings": OLD})
    path = roll_out(stocked, site="berlin", models=["t54w"], percent=100)
    take(stocked)

    answer = stocked.send("DELETE", path)
    still = has_new(stocked)
    wrong = stocked.send("DELETE", f"{path}?allow_downgrade=yes")
    ended = stocked.send("DELETE", f"{path}?allow_downgrade=1")

    assert refused(answer) == ENDS
    assert still
    assert wrong.status_code == 400
    assert ended.status_code == 200
    assert not has_new(stocked)


@one_store
@pytest.mark.parametrize(
    ("place", "settings"),
    [
        ("/api/settings", {}),
        ("/api/settings", NEW),
        ("/api/settings", {"firmware": "96.88.0.1"}),
        ("/api/settings", {"firmware": "96.85.0.5"}),
        (f"{DEVICES}/{PHONE}", NEW),
        (SITE, {"firmware_url": "https://files.example.com/t54w.rom"}),
    ],
)
def test_end_that_takes_nothing_back(
    stocked: Installation, place: str, settings: dict[str, Any]
) -> None:
    """The catalogue has no 96.85.0.5 and no 96.88.0.1, so no phone is told to have it."""
    path = roll_out(stocked)
    take(stocked)
    assert stocked.send("PATCH", place, {"settings": settings}).status_code == 200

    assert stocked.send("DELETE", path).status_code == 200


@one_store
def test_end_of_a_rollout_that_nobody_took(stocked: Installation) -> None:
    stocked.send("PATCH", "/api/settings", {"settings": OLD})
    path = roll_out(stocked, percent=0)
    report(stocked, "96.86.0.75")

    assert stocked.send("DELETE", path).status_code == 200


@one_store
def test_end_of_one_of_two_rollouts_of_a_version(stocked: Installation) -> None:
    stocked.send("PATCH", "/api/settings", {"settings": OLD})
    first, second = roll_out(stocked), roll_out(stocked, paused=True, site="berlin")
    take(stocked)

    ended = stocked.send("DELETE", first)
    answer = stocked.send("DELETE", second)

    assert ended.status_code == 200
    assert has_new(stocked)
    assert refused(answer) == ENDS


@one_store
def test_end_of_a_rollout_before_one_of_an_older_version(stocked: Installation) -> None:
    """The older one takes nothing back by itself, but is what the phone would have then."""
    stocked.send("PATCH", "/api/settings", {"settings": {"firmware": "96.85.0.5"}})
    roll_out(stocked, version="96.86.0.75")
    path = roll_out(stocked)
    take(stocked)

    answer = stocked.send("DELETE", path)
    ended = stocked.send("DELETE", f"{path}?allow_downgrade=1")

    assert refused(answer) == ENDS
    assert ended.status_code == 200
    assert str(told(stocked)).endswith("/T54W-96.86.0.75.rom")


@one_store
def test_end_asks_for_phones_that_never_report(stocked: Installation) -> None:
    """They were told the version, and nobody knows whether they have it."""
    stocked.send("PATCH", "/api/settings", {"settings": OLD})
    path = roll_out(stocked)
    unseen = stocked.send("DELETE", path)
    path = roll_out(stocked)
    told(stocked)

    answer = stocked.send("DELETE", path)

    assert unseen.status_code == 200
    assert refused(answer) == (
        "devices that report no version (1) may have 96.87.0.1, which is newer than 96.86.0.75; "
        'set "firmware" to what is to stay, or say allow_downgrade to take it back'
    )


@one_store
def test_caller_of_one_site_is_asked(stocked: Installation) -> None:
    berlin = {"authorization": f"Bearer {stocked.token('operator', site='berlin')}"}
    stocked.send("PATCH", SITE, {"settings": OLD})
    path = roll_out(stocked, site="berlin")
    take(stocked)

    answer = stocked.send("DELETE", path, headers=berlin)
    ended = stocked.send("DELETE", f"{path}?allow_downgrade=1", headers=berlin)

    assert refused(answer) == ENDS
    assert ended.status_code == 200


# None of the two that it is somewhere on Earth while this runs.
_DAY = DAYS[(datetime.now(UTC) + timedelta(days=3)).weekday()]
CHANGES = [
    {"paused": True},
    {"percent": 0},
    {"percent": 0, "paused": True},
    {"window": {"from": "03:00", "to": "03:01", "days": [_DAY]}},
]


@pytest.mark.parametrize("change", CHANGES)
def test_rollout_that_gives_less_takes_nothing_back(
    stocked: Installation, change: dict[str, object]
) -> None:
    """Those who have it keep it, and so do those who were told; others are given it no more."""
    stocked.send("PATCH", "/api/settings", {"settings": OLD})
    stocked.create_extension("1007")
    body = {"extension_number": "1007", "vendor": "yealink", "model": "t54w", "site": "berlin"}
    for mac in (OTHER, "805ec0000008"):
        assert stocked.send("PUT", f"{DEVICES}/{mac}", body).status_code == 201
    path = roll_out(stocked)
    take(stocked)
    on_its_way = has_new(stocked, mac=OTHER)

    answer = stocked.send("PATCH", path, change)
    stocked.restart()

    assert answer.status_code == 200
    assert on_its_way
    for _ in range(3):
        assert has_new(stocked)
        assert has_new(stocked, mac=OTHER)
        assert not has_new(stocked, mac="805ec0000008")


@one_store
@pytest.mark.parametrize("change", [*CHANGES, {"percent": 50}])
def test_rollout_that_gives_less_does_not_ask(
    stocked: Installation, change: dict[str, object]
) -> None:
    """Somebody has got a newer version by hand since the rollout began."""
    path = roll_out(stocked, version="96.86.0.75", percent=60)
    report(stocked, "96.87.0.1")

    def send(change: dict[str, object]) -> HTTPResponse:
        return stocked.send("PATCH", path, change)

    assert send(change).status_code == 200
    assert send({"paused": False, "percent": 70}).status_code == 409


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_question_costs_the_same_however_many_phones_there_are(
    stocked: Installation, wire: SerialWire
) -> None:
    """It goes by the counts of the site's phones: no device is read."""
    stocked.send("PATCH", "/api/settings", {"settings": OLD})
    path = roll_out(stocked)
    take(stocked)
    make_ready(stocked, version="96.86.0.70")
    oldest = {"settings": {"firmware": "96.86.0.70"}}
    places = ("/api/models/yealink/t54w/settings", SITE, "/api/settings")
    asked: list[tuple[str, str, object]] = [("DELETE", path, None)]
    asked += [("PATCH", place, oldest) for place in places]

    def count() -> list[list[str]]:
        costs = []
        for method, at, body in asked:
            wire.forget()
            refused(stocked.send(method, at, body))
            costs.append(list(wire.operations))
        return costs

    count()  # what a process remembers is read once
    few = count()
    for number in range(12):
        body = {"extension_number": "1009", "vendor": "yealink", "model": "t54w"}
        assert stocked.send("PUT", f"{DEVICES}/805ec00000{number:02x}", body).status_code == 201
        told(stocked, mac=f"805ec00000{number:02x}")
    many = count()

    assert many == few
    assert few == [
        ["GetItem", "GetItem", "Query", "BatchGetItem"],
        ["GetItem", "GetItem", "GetItem", "Query", "BatchGetItem"],
        ["GetItem", "GetItem", "Query", "BatchGetItem", "Query", "BatchGetItem"],
        ["GetItem", "GetItem", "Query", "GetItem", "Query", "BatchGetItem"],
    ]
