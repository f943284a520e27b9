"""How does firmware get into the catalogue and out of it, and who has which?"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from chalicelib import wiring
from chalicelib.domain.shared import SERVER_PLACE, Place, SharedSettings, place_of_model
from tests.routes.installation import DEVICES, MAC, Installation, one_store
from tests.routes.rom import (
    NEW,
    ONE,
    PHONE,
    ROM,
    SHA,
    announce,
    hand_in,
    make_ready,
    register,
    told,
    without_times,
)


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


@one_store
def test_catalogue_is_read_by_all_and_changed_by_administrators_of_all(bare: Installation) -> None:
    make_ready(bare)
    bare.send("PUT", "/api/sites/berlin", {})
    of_site = {"authorization": f"Bearer {bare.token('admin', site='berlin')}"}

    assert bare.send("GET", ONE, headers=of_site).status_code == 200
    assert bare.send("POST", "/api/firmware", NEW, headers=of_site).status_code == 404
    assert bare.send("POST", f"{ONE}/confirm", headers=of_site).status_code == 404
    assert bare.send("DELETE", ONE, headers=of_site).status_code == 404


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
def test_ticket_is_in_no_log(bare: Installation) -> None:
    announced = announce(bare)
    hand_in(bare, announced)

    ticket = announced.json_body["upload"]["url"].rpartition("/")[2]
    assert bare.last_request["path"].endswith("/api/assets/***")
    assert ticket not in bare.log_text
    assert ticket not in str(bare.get("/api/audit").json_body)
