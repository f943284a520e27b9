"""How is a version rolled out, stage by stage, and what does a phone see of it?"""

from __future__ import annotations

import re

import pytest

from tests.routes.installation import DEVICES, Installation, one_store
from tests.routes.rom import ONE, PHONE, announce, make_ready, register, told, without_times


def test_rollout_is_made_changed_and_ended(bare: Installation) -> None:
    make_ready(bare)
    wanted = {
        "vendor": "yealink",
        "version": "96.86.0.75",
        "models": ["t54w"],
        "percent": 5,
        "window": {"from": "22:00", "to": "04:00", "days": ["fri", "mon"]},
    }

    created = bare.send("POST", "/api/rollouts", wanted)

    rollout = created.json_body["rollout"]
    path = f"/api/rollouts/{rollout['id']}"
    assert created.status_code == 201
    assert re.fullmatch("yealink-[0-9a-f]{8}", rollout["id"])
    assert without_times(rollout) == {
        "id": rollout["id"],
        "vendor": "yealink",
        "version": "96.86.0.75",
        "models": ["t54w"],
        "site": None,
        "percent": 5,
        "paused": False,
        "window": {"from": "22:00", "to": "04:00", "days": ["mon", "fri"]},
        "allow_downgrade": None,
        "progress": {"devices": 0, "updated": 0, "by_version": {}},
    }
    assert bare.get(path).headers["ETag"] == created.headers["ETag"]
    changed = bare.send("PATCH", path, {"percent": 25, "paused": True, "window": None})
    assert changed.json_body["rollout"]["percent"] == 25
    assert changed.json_body["rollout"]["window"] is None
    stale = bare.send("PATCH", path, {"percent": 50}, headers={"if-match": created.headers["ETag"]})
    assert stale.status_code == 412
    assert bare.get("/api/rollouts").json_body == [changed.json_body["rollout"]]
    assert bare.send("DELETE", path).status_code == 200
    assert bare.get(path).status_code == 404
    told = [(each["action"], each["kind"]) for each in bare.get("/api/audit").json_body]
    assert (f"PATCH {path}", "rollout") in told
    assert (f"POST {ONE}/confirm", "firmware") in told


@one_store
@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"version": "1.2"}, 'version: "1.2" is not in the catalogue of yealink, which has 96.86'),
        ({"models": ["t46s"]}, "version: 96.86.0.75 has no file that is ready for t46s"),
        ({"site": "nowhere"}, 'site: "nowhere" is not a site'),
        ({"percent": 101}, "percent: "),
        ({"window": {"from": "25:00", "to": "26:00"}}, "window.from: "),
        ({"window": {"from": "22:00", "to": "23:00", "days": []}}, "window.days: has 0 items"),
        (
            {"window": {"from": "22:00", "to": "22:00"}},
            'window.to: "22:00" is when it begins; without a window it is always open',
        ),
    ],
)
def test_what_cannot_be_rolled_out(
    bare: Installation, wanted: dict[str, object], says: str
) -> None:
    make_ready(bare)

    answer = bare.send(
        "POST", "/api/rollouts", {"vendor": "yealink", "version": "96.86.0.75", **wanted}
    )

    assert answer.status_code == 400
    assert answer.json_body["error"].startswith(says)


@one_store
def test_version_that_is_awaited_cannot_be_rolled_out(bare: Installation) -> None:
    announce(bare)

    answer = bare.send("POST", "/api/rollouts", {"vendor": "yealink", "version": "96.86.0.75"})

    assert answer.status_code == 400
    assert "has no file that is ready" in answer.json_body["error"]


@one_store
def test_caller_of_one_site_rolls_out_there_alone(bare: Installation) -> None:
    make_ready(bare)
    for name in ("berlin", "paris"):
        bare.send("PUT", f"/api/sites/{name}", {})
    berlin = {"authorization": f"Bearer {bare.token('operator', site='berlin')}"}
    wanted = {"vendor": "yealink", "version": "96.86.0.75"}
    of_paris = bare.send("POST", "/api/rollouts", {**wanted, "site": "paris"}).json_body
    of_all = bare.send("POST", "/api/rollouts", wanted).json_body

    own = bare.send("POST", "/api/rollouts", wanted, headers=berlin)
    other = bare.send("POST", "/api/rollouts", {**wanted, "site": "paris"}, headers=berlin)

    paths = [f"/api/rollouts/{each['rollout']['id']}" for each in (of_paris, of_all)]
    assert own.json_body["rollout"]["site"] == "berlin"
    assert other.status_code == 400
    seen = bare.send("GET", "/api/rollouts", headers=berlin).json_body
    assert sorted(str(each["site"]) for each in seen) == ["None", "berlin"]
    assert [bare.send("GET", path, headers=berlin).status_code for path in paths] == [404, 200]
    changes = [bare.send("PATCH", path, {"percent": 1}, headers=berlin) for path in paths]
    assert [answer.status_code for answer in changes] == [404, 404]
    ends = [bare.send("DELETE", path, headers=berlin) for path in paths]
    assert [answer.status_code for answer in ends] == [404, 404]


@one_store
def test_site_of_a_rollout_stays_until_that_ends(bare: Installation) -> None:
    make_ready(bare)
    bare.send("PUT", "/api/sites/berlin", {})
    wanted = {"vendor": "yealink", "version": "96.86.0.75", "site": "berlin"}
    id_ = bare.send("POST", "/api/rollouts", wanted).json_body["rollout"]["id"]

    refused = bare.send("DELETE", "/api/sites/berlin")

    assert refused.status_code == 409
    assert refused.json_body["error"] == f"site berlin is used by rollout {id_}"
    assert bare.send("DELETE", f"/api/rollouts/{id_}").status_code == 200
    assert bare.send("DELETE", "/api/sites/berlin").status_code == 200


def test_rollout_changes_the_file_and_never_takes_back(bare: Installation) -> None:
    make_ready(bare)
    register(bare)
    before = told(bare)
    wanted = {"vendor": "yealink", "version": "96.86.0.75"}
    created = bare.send("POST", "/api/rollouts", wanted).json_body["rollout"]
    path = f"/api/rollouts/{created['id']}"

    given = told(bare)
    bare.send("PATCH", path, {"paused": True, "percent": 0})
    kept = told(bare)
    bare.send("DELETE", path)
    ended = told(bare)

    assert before is None
    assert given is not None
    assert given.endswith("/T54W-96.86.0.75.rom")
    assert kept == given
    assert ended is None


def test_rollout_that_is_paused_gives_nothing_to_who_had_nothing(bare: Installation) -> None:
    make_ready(bare)
    register(bare)
    wanted = {"vendor": "yealink", "version": "96.86.0.75", "paused": True}
    bare.send("POST", "/api/rollouts", wanted)

    assert told(bare) is None
    # One that got the version in another way keeps it.
    assert told(bare, agent=f"Yealink SIP-T54W 96.86.0.75 {PHONE}") is not None


@one_store
def test_rollout_passes_over_a_phone_with_a_newer_version(bare: Installation) -> None:
    make_ready(bare)
    register(bare)
    bare.send("POST", "/api/rollouts", {"vendor": "yealink", "version": "96.86.0.75"})

    assert told(bare, agent="Yealink SIP-T54W 96.87.0.1 80:5e:c0:12:34:56") is None


def test_downgrade_asks(bare: Installation) -> None:
    make_ready(bare)
    register(bare)
    told(bare, agent="Yealink SIP-T54W 96.87.0.1 80:5e:c0:12:34:56")
    wanted = {"vendor": "yealink", "version": "96.86.0.75"}

    refused = bare.send("POST", "/api/rollouts", wanted)
    paused = bare.send("POST", "/api/rollouts", {**wanted, "paused": True})
    path = f"/api/rollouts/{paused.json_body['rollout']['id']}"
    resumed = bare.send("PATCH", path, {"paused": False})
    allowed = bare.send("PATCH", path, {"paused": False, "allow_downgrade": True})

    says = (
        "devices have a newer version than 96.86.0.75: 96.87.0.1 (1); "
        'say "allow_downgrade": false to pass over who has one, or true to take it back'
    )
    assert (refused.status_code, refused.json_body["error"]) == (409, says)
    assert (resumed.status_code, resumed.json_body["error"]) == (409, says)
    assert allowed.status_code == 200
    assert told(bare, agent="Yealink SIP-T54W 96.87.0.1 80:5e:c0:12:34:56") is not None


def test_phones_with_a_newer_version_are_passed_over_where_it_is_said(bare: Installation) -> None:
    make_ready(bare)
    register(bare)
    newer = "Yealink SIP-T54W 96.87.0.1 80:5e:c0:12:34:56"
    older, older_agent = "805ec0000007", "Yealink SIP-T54W 96.85.0.5 80:5e:c0:00:00:07"
    bare.create_extension("1007")
    body = {"extension_number": "1007", "vendor": "yealink", "model": "t54w"}
    assert bare.send("PUT", f"{DEVICES}/{older}", body).status_code == 201
    told(bare, agent=newer)
    told(bare, agent=older_agent, mac=older)
    wanted = {"vendor": "yealink", "version": "96.86.0.75", "percent": 0}

    path = f"/api/rollouts/{bare.send('POST', '/api/rollouts', wanted).json_body['rollout']['id']}"
    asked = bare.send("PATCH", path, {"percent": 100})
    answered = bare.send("PATCH", path, {"percent": 50, "allow_downgrade": False})
    widened = bare.send("PATCH", path, {"percent": 100})

    assert asked.status_code == 409
    assert (answered.status_code, widened.status_code) == (200, 200)
    assert widened.json_body["rollout"]["allow_downgrade"] is False
    assert told(bare, agent=newer) is None
    given = told(bare, agent=older_agent, mac=older)
    assert given is not None
    assert given.endswith("/T54W-96.86.0.75.rom")


@one_store
def test_question_on_downgrades_is_asked_again_where_its_answer_is_taken_back(
    bare: Installation,
) -> None:
    make_ready(bare)
    register(bare)
    told(bare, agent="Yealink SIP-T54W 96.87.0.1 80:5e:c0:12:34:56")
    wanted = {"vendor": "yealink", "version": "96.86.0.75", "allow_downgrade": False}
    made = bare.send("POST", "/api/rollouts", wanted)

    again = bare.send(
        "PATCH", f"/api/rollouts/{made.json_body['rollout']['id']}", {"allow_downgrade": None}
    )

    assert (made.status_code, again.status_code) == (201, 409)
