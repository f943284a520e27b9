"""What does the API take and tell of webhooks, and are phones kept waiting for them?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib import wiring
from tests.delivering.receiver import answers_status, receiving
from tests.routes.installation import Installation, one_store
from tests.routes.test_discovered import PHONE, ask
from tests.routes.test_phone_access import CLOSED, site_folder
from tests.stores import SerialWire

WEBHOOKS = "/api/webhooks"
NEW = {"url": "http://127.0.0.1:9/T0/canary", "events": ["adoption_needed", "failing"]}


def create(site: Installation, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    answer = site.send("POST", WEBHOOKS, {**NEW, **more})
    assert answer.status_code == 201
    body: dict[str, Any] = answer.json_body
    return body


def test_secret_is_shown_once(site: Installation) -> None:
    made = create(site)

    path = f"{WEBHOOKS}/{made['webhook']['id']}"
    later = [site.get(path), site.get(WEBHOOKS), site.send("PATCH", path, {"active": False})]

    assert made["secret"].startswith("whsec_")
    assert len(made["secret"]) == 54
    assert not any(made["secret"] in answer.body.decode() for answer in later)
    assert made["secret"] not in site.log_text


def test_secret_is_replaced(site: Installation) -> None:
    made = create(site)

    changed = site.send("PATCH", f"{WEBHOOKS}/{made['webhook']['id']}", {"new_secret": True})

    assert changed.json_body["secret"] not in ("", made["secret"])
    [line] = [
        each for each in site.get("/api/audit").json_body if each["action"].startswith("PATCH")
    ]
    assert line["new"]["secret"] == "changed"
    assert made["secret"] not in json.dumps(line)


def test_address_is_shown_to_who_may_reveal(site: Installation) -> None:
    create(site)
    headers = {"authorization": f"Bearer {site.token('admin', reveal=False)}"}

    revealed = site.get(WEBHOOKS).json_body
    masked = site.send("GET", WEBHOOKS, headers=headers).json_body
    trail = site.get("/api/audit").body.decode()

    assert [each["url"] for each in revealed] == ["http://127.0.0.1:9/T0/canary"]
    assert [each["url"] for each in masked] == ["http://127.0.0.1:9/***"]
    assert "T0/canary" not in trail


def test_webhook_is_changed_and_removed(site: Installation) -> None:
    made = create(site)
    path = f"{WEBHOOKS}/{made['webhook']['id']}"

    changed = site.send("PATCH", path, {"events": ["failing", "failing"], "active": False})
    gone = site.send("DELETE", path)

    assert changed.json_body["webhook"]["events"] == ["failing"]
    assert changed.json_body["webhook"]["active"] is False
    assert changed.json_body["webhook"]["url"] == NEW["url"]
    assert gone.status_code == 200
    assert site.get(path).status_code == 404
    assert site.get(WEBHOOKS).json_body == []


@one_store
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "ftp://x.example.com/"}, "url"),
        ({"url": "https://u:p@x.example.com/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["other"]}, "events[0]"),
        ({"site": "nowhere"}, "site"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_webhook_that_cannot_be(site: Installation, body: Mapping[str, Any], field: str) -> None:
    answer = site.send("POST", WEBHOOKS, {**NEW, **body})

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json_body["errors"]] == [field]


@one_store
@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://169.254.169.254/latest", "is no address of one machine on the internet"),
        ("http://0.0.0.0:8080/", "is no address of one machine on the internet"),
        ("http://224.0.0.1/", "is no address of one machine on the internet"),
        ("http://[fd00:ec2::254]/", "is that of a cloud's metadata service"),
        ("http://[::ffff:100.100.100.200]/", "is that of a cloud's metadata service"),
        ("https://[2002:7f00:1::]/", "is not on the internet"),
    ],
)
def test_address_that_is_never_called_is_refused(site: Installation, url: str, says: str) -> None:
    made = create(site)

    answers = [
        site.send("POST", WEBHOOKS, {**NEW, "url": url, "site": "nowhere"}),
        site.send("PATCH", f"{WEBHOOKS}/{made['webhook']['id']}", {"url": url}),
        site.send("POST", WEBHOOKS, {**NEW, "url": url, "events": []}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    told = [[each["message"] for each in answer.json_body["errors"]] for answer in answers]
    host = url.split("//")[1].split("/")[0].removesuffix(":8080").strip("[]")
    refused = f'"{host}" {says}, and is never called'
    assert told == [
        [refused, '"nowhere" is not a site; create it first (PUT /api/sites/nowhere)'],
        [refused],
        ["has 0 items; 1 to 3 are allowed", refused],
    ]


@one_store
def test_change_of_nothing(site: Installation) -> None:
    made = create(site)

    answer = site.send("PATCH", f"{WEBHOOKS}/{made['webhook']['id']}", {})

    assert answer.status_code == 400


@one_store
def test_change_of_what_was_changed(site: Installation) -> None:
    made = create(site)
    path = f"{WEBHOOKS}/{made['webhook']['id']}"

    answer = site.send("PATCH", path, {"active": False}, headers={"if-match": '"old"'})

    assert answer.status_code == 412


@one_store
def test_webhooks_are_few(site: Installation) -> None:
    for _ in range(20):
        create(site)

    answer = site.send("POST", WEBHOOKS, NEW)

    assert answer.status_code == 409
    assert answer.json_body["error"] == "there are 20 webhooks, and no more can be"


def as_berlin(
    site: Installation, method: str, path: str, body: object | None = None
) -> HTTPResponse:
    headers = {"authorization": f"Bearer {site.token('admin', site='berlin')}"}
    return site.send(method, path, body, headers=headers)


def test_token_of_a_site_sees_and_makes_its_own_only(site: Installation) -> None:
    site.send("PUT", "/api/sites/berlin", {})
    of_all = create(site)["webhook"]["id"]

    made = as_berlin(site, "POST", WEBHOOKS, NEW).json_body["webhook"]
    others = [
        as_berlin(site, "GET", f"{WEBHOOKS}/{of_all}"),
        as_berlin(site, "PATCH", f"{WEBHOOKS}/{of_all}", {"active": False}),
        as_berlin(site, "DELETE", f"{WEBHOOKS}/{of_all}"),
        as_berlin(site, "POST", f"{WEBHOOKS}/{of_all}/test"),
    ]

    assert made["site"] == "berlin"
    assert [each["id"] for each in as_berlin(site, "GET", WEBHOOKS).json_body] == [made["id"]]
    assert [answer.status_code for answer in others] == [404] * 4
    assert as_berlin(site, "POST", WEBHOOKS, {**NEW, "site": "paris"}).status_code == 400


def test_test_tells_how_it_went(site: Installation) -> None:
    with receiving(answers_status(200), answers_status(500)) as receiver:
        id_ = create(site, url=receiver.url)["webhook"]["id"]
        well = site.send("POST", f"{WEBHOOKS}/{id_}/test").json_body["delivery"]
        ill = site.send("POST", f"{WEBHOOKS}/{id_}/test").json_body["delivery"]

    shown = site.get(f"{WEBHOOKS}/{id_}").json_body
    assert (well["delivered"], well["status"], well["error"]) == (True, 200, None)
    assert (ill["delivered"], ill["status"], ill["error"]) == (False, 500, "answered 500")
    assert [each["status"] for each in shown["deliveries"]] == [500, 200]
    assert shown["given_up"] == []


def test_unknown_phone_is_told_of(site: Installation) -> None:
    with receiving(answers_status(200)) as receiver:
        create(site, url=receiver.url)
        ask(site)
        ask(site)
        wiring.offhook().courier.run()
        wiring.offhook().courier.run()

    [request] = receiver.requests
    told = json.loads(request.partition(b"\r\n\r\n")[2])
    assert told["type"] == "adoption_needed"
    assert told["data"] == {
        "mac_address": PHONE,
        "vendor": "yealink",
        "model": "t46s",
        "firmware": "66.85.0.5",
        "address": "127.0.0.1",
        "site": None,
    }


def test_registered_phone_that_is_refused_is_told_of_to_nobody(site: Installation) -> None:
    with receiving(answers_status(200)) as receiver:
        create(site, url=receiver.url)
        site.configure(CLOSED)
        site.register()
        ask(site, "001565123456")
        wiring.offhook().courier.run()

    assert receiver.requests == []


def test_first_contact_is_told_of_once(site: Installation) -> None:
    with receiving(answers_status(200)) as receiver:
        create(site, url=receiver.url, events=["first_contact"])
        site.register()
        for _ in range(2):
            assert site.get("/provision/001565123456.cfg").status_code == 200
        wiring.offhook().courier.run()

    [request] = receiver.requests
    told = json.loads(request.partition(b"\r\n\r\n")[2])
    assert (told["type"], told["data"]["mac_address"]) == ("first_contact", "001565123456")


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_usual_fetch_writes_no_more_than_before(site: Installation, wire: SerialWire) -> None:
    create(site, events=["first_contact", "failing", "adoption_needed"])
    site.register()
    site.get("/provision/001565123456.cfg")
    wire.forget()

    site.get("/provision/001565123456.cfg")

    assert wire.operations == ["Query", "PutItem"]


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_refusals_cost_the_same_requests_where_somebody_wants_to_know(
    site: Installation, wire: SerialWire
) -> None:
    create(site)
    site.configure(CLOSED)
    site.register()
    by_key = site_folder(site)
    ask(site, "000bea000001")  # the process learns who is ignored, and who wants to know
    costs = []
    for mac, folder in (("001565000001", "/provision/"), ("001565123456", "/provision/")):
        wire.forget()
        ask(site, mac, folder)
        costs.append(wire.operations)

    assert costs == [["Query", "PutItem", "PutItem"]] * 2
    assert by_key
