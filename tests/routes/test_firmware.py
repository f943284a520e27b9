"""How does firmware get in, who is given which, and how does a phone get the file?"""

from __future__ import annotations

import hashlib
import itertools
import re
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
import requests
from chalice.test import HTTPResponse

from chalicelib import wiring
from chalicelib.domain.shared import SERVER_PLACE, Place, SharedSettings, place_of_model
from tests.routes.installation import DEVICES, MAC, Installation, one_store
from tests.routes.test_phone_access import own_folder

ROM = b"\x00\xffa rom" * 1000
SHA = hashlib.sha256(ROM).hexdigest()
NEW = {
    "vendor": "Yealink",
    "version": "96.86.0.75",
    "models": ["T54W"],
    "file_name": "T54W-96.86.0.75.rom",
    "size": len(ROM),
    "sha256": SHA,
    "notes": "from the vendor",
}
ONE = "/api/firmware/yealink/96.86.0.75"
PHONE = "805ec0123456"

_numbers = itertools.count(1)


def announce(site: Installation, **more: object) -> HTTPResponse:
    return site.send("POST", "/api/firmware", NEW | more)


def hand_in(site: Installation, answer: HTTPResponse, body: bytes = ROM) -> HTTPResponse:
    upload = answer.json_body["upload"]
    path = "/api/" + upload["url"].partition("/api/")[2]
    headers = {**upload["headers"], "authorization": ""}
    return site.send(upload["method"], path, body, headers=headers)


def make_ready(site: Installation, **more: object) -> None:
    assert hand_in(site, announce(site, **more)).status_code == 200
    version = more.get("version", NEW["version"])
    vendor = str(more.get("vendor", NEW["vendor"])).lower()
    confirmed = site.send("POST", f"/api/firmware/{vendor}/{version}/confirm")
    assert confirmed.status_code == 200


def register(site: Installation, **more: object) -> None:
    site.create_extension("1009")
    body = {"extension_number": "1009", "vendor": "yealink", "model": "t54w", **more}
    assert site.send("PUT", f"{DEVICES}/{PHONE}", body).status_code == 201


def test_file_is_announced_handed_in_and_confirmed(bare: Installation) -> None:
    announced = announce(bare)

    assert announced.status_code == 201
    assert announced.json_body["firmware"]["state"] == "awaiting upload"
    upload = announced.json_body["upload"]
    assert upload["method"] == "PUT"
    assert upload["url"].startswith("http://192.168.1.14:8080/api/assets/")
    assert upload["headers"] == {
        "Content-Length": str(len(ROM)),
        "Content-Type": "application/octet-stream",
    }
    early = bare.send("POST", f"{ONE}/confirm")
    assert early.status_code == 409
    assert early.json_body["error"] == "T54W-96.86.0.75.rom was not handed in yet"
    assert hand_in(bare, announced).json_body == {"success": True, "message": "File received"}
    confirmed = bare.send("POST", f"{ONE}/confirm")
    assert confirmed.status_code == 200
    shown = bare.get(ONE).json_body
    assert without_times(shown) == {
        "vendor": "yealink",
        "version": "96.86.0.75",
        "state": "ready",
        "notes": "from the vendor",
        "delivery": "direct",
        "files": [
            {
                "name": "T54W-96.86.0.75.rom",
                "models": ["t54w"],
                "size": 7000,
                "sha256": SHA,
                "state": "ready",
            }
        ],
        "devices": {},
    }
    assert bare.get("/api/firmware").json_body == [shown]


def without_times(record: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in record.items() if not name.endswith("_at")}


@one_store
def test_another_file_than_announced(bare: Installation) -> None:
    announced = announce(bare)

    answer = hand_in(bare, announced, ROM[:-1] + b"x")

    assert answer.status_code == 400
    assert answer.json_body["error"].startswith("body: has the SHA-256 ")
    assert bare.send("POST", f"{ONE}/confirm").status_code == 409


@one_store
def test_address_of_no_file(bare: Installation) -> None:
    headers = {"authorization": "", "Content-Type": "application/octet-stream"}
    answer = bare.send("PUT", "/api/assets/made-up.ticket", ROM, headers=headers)

    assert answer.status_code == 404


@one_store
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"vendor": "acme"}, 'vendor: "acme" is not a supported vendor'),
        ({"models": ["t54w", "x9", "y9"]}, 'models[1]: "x9" is not a model of yealink'),
        ({"file_name": "../x"}, "file_name: "),
        ({"size": 0}, "size: "),
        ({"sha256": "00"}, "sha256: "),
        ({"more": 1}, "more: is not a known field"),
    ],
)
def test_what_cannot_be_announced(
    bare: Installation, changed: dict[str, object], says: str
) -> None:
    answer = announce(bare, **changed)

    assert answer.status_code == 400
    assert answer.json_body["error"].startswith(says)


@one_store
def test_file_that_is_there_already(bare: Installation) -> None:
    make_ready(bare)

    answer = announce(bare)

    assert answer.status_code == 409


@one_store
def test_list_is_read_part_by_part(bare: Installation) -> None:
    for version in ("96.86.0.70", "96.86.0.75", "96.87.0.1"):
        announce(bare, version=version)
    announce(bare, vendor="zip", models=[], version="1.0")

    path, found = "/api/firmware?limit=2", []
    while path:
        answer = bare.get(path)
        found += [(each["vendor"], each["version"]) for each in answer.json_body]
        link = re.search(r"<http://[^/]+([^>]+)>", answer.headers.get("Link", ""))
        path = link[1] if link else ""

    assert found == [
        ("yealink", "96.86.0.70"),
        ("yealink", "96.86.0.75"),
        ("yealink", "96.87.0.1"),
        ("zip", "1.0"),
    ]
    only = bare.get("/api/firmware?vendor=zip").json_body
    assert [each["version"] for each in only] == ["1.0"]
    assert bare.get("/api/firmware?vendor=acme").status_code == 400
    assert bare.get("/api/firmware?cursor=nonsense").status_code == 400


def test_version_is_deleted_but_not_while_it_is_used(bare: Installation) -> None:
    make_ready(bare)
    rollout = bare.send("POST", "/api/rollouts", {"vendor": "yealink", "version": "96.86.0.75"})
    assert rollout.status_code == 201

    refused = bare.send("DELETE", ONE)
    bare.send("DELETE", f"/api/rollouts/{rollout.json_body['rollout']['id']}")
    stale = bare.send("DELETE", ONE, headers={"if-match": '"other"'})
    deleted = bare.send("DELETE", ONE)

    assert refused.status_code == 409
    assert "is rolled out" in refused.json_body["error"]
    assert stale.status_code == 412
    assert deleted.status_code == 200
    assert bare.get(ONE).status_code == 404
    assert [each for each in (bare.folder / "state/assets").rglob("*") if each.is_file()] == []


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
def test_catalogue_is_read_by_all_and_changed_by_administrators_of_all(bare: Installation) -> None:
    make_ready(bare)
    bare.send("PUT", "/api/sites/berlin", {})
    of_site = {"authorization": f"Bearer {bare.token('admin', site='berlin')}"}

    assert bare.send("GET", ONE, headers=of_site).status_code == 200
    assert bare.send("POST", "/api/firmware", NEW, headers=of_site).status_code == 404
    assert bare.send("POST", f"{ONE}/confirm", headers=of_site).status_code == 404
    assert bare.send("DELETE", ONE, headers=of_site).status_code == 404


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


def test_phone_fetches_its_firmware(bare: Installation) -> None:
    make_ready(bare)
    register(bare)
    path = f"/provision/firmware/{PHONE}/T54W-96.86.0.75.rom"

    answer = bare.get(path)

    assert answer.status_code == 200
    assert answer.body == ROM
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["ETag"] == f'"{SHA[:32]}"'
    assert bare.get(path, if_none_match=f'"{SHA[:32]}"').status_code == 304
    head = bare.send("HEAD", path)
    assert (head.status_code, head.body) == (200, b"")
    assert bare.last_request["outcome"] == "served"
    assert bare.last_request["mac"] == PHONE


def test_phone_fetches_its_firmware_by_its_own_url(bare: Installation) -> None:
    bare.configure("server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n")
    make_ready(bare)
    register(bare)
    folder = own_folder(bare, PHONE)

    assert bare.get(f"{folder}firmware/T54W-96.86.0.75.rom").body == ROM
    assert bare.get(f"{folder}firmware/t54w-96.86.0.75.ROM").body == ROM
    assert bare.get(f"/provision/firmware/{PHONE}/T54W-96.86.0.75.rom").status_code == 404
    assert bare.get("/p/nonsense/firmware/T54W-96.86.0.75.rom").status_code == 404
    assert folder.split("/")[2] not in bare.log_text


@one_store
@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        (f"/provision/firmware/{PHONE}/other.rom", "absent"),
        ("/provision/firmware/805ec0ffffff/T54W-96.86.0.75.rom", "unknown_device"),
        ("/provision/firmware/T54W-96.86.0.75.rom", "unknown_file"),
        (f"/provision/firmware/{PHONE}/..%2F..%2Foffhook.sqlite3", "absent"),
    ],
)
def test_firmware_that_is_not_there(bare: Installation, path: str, outcome: str) -> None:
    make_ready(bare)
    register(bare)

    answer = bare.get(path)

    assert (answer.status_code, answer.body) == (404, b"")
    assert bare.last_request["outcome"] == outcome


def told(site: Installation, *, agent: str = "", mac: str = PHONE) -> str | None:
    """The address that the phone's file tells it to fetch firmware from."""
    text = site.get(f"/provision/{mac}.cfg", user_agent=agent).body.decode()
    found = re.search(r"^static\.firmware\.url = (.*)$", text, re.MULTILINE)
    return found[1] if found else None


def test_setting_becomes_the_address_of_the_file(bare: Installation) -> None:
    make_ready(bare)
    register(bare, settings={"firmware": "96.86.0.75"})

    address = told(bare)

    assert address == f"http://192.168.1.14:8080/provision/firmware/{PHONE}/T54W-96.86.0.75.rom"
    assert bare.get(address.removeprefix("http://192.168.1.14:8080")).body == ROM


def test_address_is_below_the_own_url(bare: Installation) -> None:
    bare.configure("server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n")
    make_ready(bare)
    register(bare, settings={"firmware": "96.86.0.75"})
    folder = own_folder(bare, PHONE)

    text = bare.get(f"{folder}{PHONE}.cfg").body.decode()

    address = f"http://192.168.1.14:8080{folder}firmware/T54W-96.86.0.75.rom"
    assert f"static.firmware.url = {address}\n" in text


@one_store
def test_version_that_the_catalogue_has_not_is_told_when_the_device_is_registered(
    bare: Installation,
) -> None:
    bare.create_extension("1001")
    body = {
        "extension_number": "1001",
        "vendor": "yealink",
        "model": "t54w",
        "settings": {"firmware": "1.2.3"},
    }

    answer = bare.send("PUT", f"{DEVICES}/{PHONE}", body)

    assert answer.json_body["warnings"] == [
        "settings.firmware: the catalogue has no file of 1.2.3 for yealink t54w yet"
    ]
    assert told(bare) is None


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


def test_who_has_which_version(bare: Installation) -> None:
    make_ready(bare)
    register(bare)
    before = bare.get(ONE).json_body["devices"]
    told(bare, agent="Yealink SIP-T54W 96.86.0.75 80:5e:c0:12:34:56")
    rollout = bare.send("POST", "/api/rollouts", {"vendor": "yealink", "version": "96.86.0.75"})

    assert before == {}
    assert bare.get(ONE).json_body["devices"] == {"t54w": 1}
    assert rollout.json_body["rollout"]["progress"] == {
        "devices": 1,
        "updated": 1,
        "by_version": {"96.86.0.75": 1},
    }
    bare.send("PUT", "/api/sites/berlin", {})
    berlin = {"authorization": f"Bearer {bare.token('viewer', site='berlin')}"}
    assert bare.send("GET", ONE, headers=berlin).json_body["devices"] == {}


@one_store
@pytest.mark.parametrize("place", [SERVER_PLACE, place_of_model("yealink", "t54w")])
def test_version_comes_from_what_devices_share(bare: Installation, place: Place) -> None:
    make_ready(bare)
    register(bare)
    now = datetime.now(UTC)
    shared = SharedSettings(
        place=place, settings={"firmware": "96.86.0.75"}, settings_at=now, updated_at=now
    )

    wiring.offhook().records.save_settings(shared, was=None)
    bare.restart()

    address = told(bare)
    refused = bare.send("DELETE", ONE)
    assert address is not None
    assert address.endswith("/T54W-96.86.0.75.rom")
    assert refused.status_code == 409
    by = "the server's settings" if place == SERVER_PLACE else "the settings of yealink/t54w"
    assert refused.json_body["error"] == f"yealink 96.86.0.75 is used by {by}"


def test_version_that_devices_name_themselves_stays(bare: Installation) -> None:
    make_ready(bare)
    register(bare, settings={"firmware": "96.86.0.75"})
    other = {"extension_number": "1009", "vendor": "zip", "model": "33g"}
    bare.send("PUT", f"{DEVICES}/{MAC}", {**other, "settings": {"firmware": "96.86.0.75"}})

    refused = bare.send("DELETE", ONE)
    bare.send("PATCH", f"{DEVICES}/{PHONE}", {"settings": {"firmware": None}})

    assert refused.status_code == 409
    assert refused.json_body["error"] == f"yealink 96.86.0.75 is used by the device {PHONE}"
    assert bare.send("DELETE", ONE).status_code == 200


@one_store
def test_fleet_that_grows_looks_at_another_pace(bare: Installation) -> None:
    bare.configure("server: {sip_host: pbx.example.com}\nfleet: {fetches_per_second: 1}\n")
    macs = [f"805ec00000{number:02x}" for number in range(80)]
    for number, mac in enumerate(macs):
        bare.create_extension(f"2{number:03d}")
        body = {"extension_number": f"2{number:03d}", "vendor": "yealink", "model": "t54w"}
        assert bare.send("PUT", f"{DEVICES}/{mac}", body).status_code == 201
    first = [bare.get(f"/provision/{mac}.cfg").body for mac in macs]

    bare.restart()
    register(bare)

    then = [bare.get(f"/provision/{mac}.cfg").body for mac in macs]
    assert wiring.offhook().pacing.tell({"yealink": 81}).level == 1
    # Sixteen slots in place of four: who stood in a slot of both stays there.
    assert 0 < sum(one == other for one, other in zip(first, then, strict=True)) < 40


@one_store
def test_phone_looks_at_the_pace_of_the_fleet(bare: Installation) -> None:
    register(bare)
    text = bare.get(f"/provision/{PHONE}.cfg").body.decode()
    bare.send("PATCH", f"{DEVICES}/{PHONE}", {"settings": {"resync": {"interval": 30}}})
    chosen = bare.get(f"/provision/{PHONE}.cfg").body.decode()

    found = re.search(r"^static\.auto_provision\.repeat\.minutes = (\d+)$", text, re.MULTILINE)
    assert found is not None
    assert 1440 <= int(found[1]) < 1444
    assert "static.auto_provision.repeat.minutes = 30\n" in chosen


@one_store
def test_phone_of_another_model_does_not_get_the_file(bare: Installation) -> None:
    make_ready(bare)
    register(bare, model="t46s")

    assert bare.get(f"/provision/firmware/{PHONE}/T54W-96.86.0.75.rom").status_code == 404


@one_store
def test_ticket_is_in_no_log(bare: Installation) -> None:
    announced = announce(bare)
    hand_in(bare, announced)

    ticket = announced.json_body["upload"]["url"].rpartition("/")[2]
    assert bare.last_request["path"].endswith("/api/assets/***")
    assert ticket not in bare.log_text
    assert ticket not in str(bare.get("/api/audit").json_body)


@pytest.fixture
def over_s3(bare: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation whose files lie in a bucket."""
    name = f"offhook-test-assets-{next(_numbers)}"
    boto3.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    monkeypatch.setenv("OFFHOOK_ASSETS", name)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    bare.restart()
    return bare


def make_ready_in_s3(site: Installation, **more: object) -> None:
    answer = announce(site, **more)
    upload = answer.json_body["upload"]
    assert requests.put(upload["url"], ROM, headers=upload["headers"], timeout=5).ok
    version = more.get("version", NEW["version"])
    vendor = str(more.get("vendor", NEW["vendor"])).lower()
    assert site.send("POST", f"/api/firmware/{vendor}/{version}/confirm").status_code == 200


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_phones_that_follow_are_sent_to_the_bucket(over_s3: Installation) -> None:
    rule = {"vendor": "cisco", "version": "11-3-1", "models": ["8841"], "file_name": "sip8.loads"}
    make_ready_in_s3(over_s3, **rule)
    register(over_s3, vendor="cisco", model="8841")

    answer = over_s3.get(f"/provision/firmware/{PHONE}/sip8.loads")

    assert answer.status_code == 302
    assert requests.get(answer.headers["Location"], timeout=5).content == ROM
    assert over_s3.get("/api/firmware/cisco/11-3-1").json_body["delivery"] == "redirect"
    assert "X-Amz-Signature" not in over_s3.log_text


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_other_phones_get_it_through_the_relay_alone(over_s3: Installation) -> None:
    announced = announce(over_s3)
    make_ready_in_s3(over_s3)
    register(over_s3)
    path = f"/provision/firmware/{PHONE}/T54W-96.86.0.75.rom"

    answer = over_s3.get(path)

    assert announced.json_body["firmware"]["delivery"] == "relay"
    [warning] = announced.json_body["warnings"]
    assert warning == (
        "phones of this vendor are not known to follow redirects: they get the file through the "
        "relay only, or from an address of your own (firmware_url)"
    )
    assert answer.status_code == 404
    assert b"let them ask through the relay" in answer.body
    assert over_s3.last_request["outcome"] == "needs_relay"
    relayed = over_s3.get(path, offhook_relay="1")
    assert relayed.status_code == 302
    assert requests.get(relayed.headers["Location"], timeout=5).content == ROM


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_relay_of_a_stranger_gets_nothing(over_s3: Installation) -> None:
    over_s3.configure("server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n")
    make_ready_in_s3(over_s3)
    register(over_s3)

    answer = over_s3.get(f"/provision/firmware/{PHONE}/T54W-96.86.0.75.rom", offhook_relay="1")

    assert answer.status_code == 404
    assert "Location" not in answer.headers
