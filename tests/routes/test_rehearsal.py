"""Does a fetch that an administrator makes in a phone's place leave everything as it was?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from chalice.test import HTTPResponse

from app import app
from chalicelib import wiring
from tests.routes.installation import DEVICES, MAC, Installation, one_store

FILE = f"/provision/{MAC}.cfg"
AGENT = "Zultys ZIP 33G - 47.80.132.4"
OTHER = "0004f2abcdef"
UNKNOWN = "001565abcdef"
HOOK = {"url": "http://127.0.0.1:9/", "events": ["first_contact", "adoption_needed"]}
DISCOVERED = "/api/provisioning/discovered"


def rehearse(
    installation: Installation, path: str, token: str | None, method: str = "GET"
) -> HTTPResponse:
    """Fetch as a phone does, with this token; None: without that header."""
    shown = {} if token is None else {"Offhook-Token": token}
    return installation.send(method, path, headers={"User-Agent": AGENT, **shown})


def is_rehearsed(answer: HTTPResponse) -> bool:
    return answer.headers.get("Offhook-Rehearsal") == "true"


def traces(installation: Installation, mac: str = MAC) -> dict[str, Any]:
    """All that is told of what a phone did."""
    device = f"{DEVICES}/{mac}"
    return {
        "device": installation.get(device).json_body,
        "status": installation.get(f"{device}/status").json_body,
        "fetches": installation.get(f"{device}/fetches").json_body,
        "diff": installation.get(f"{device}/config?diff=last").json_body["files"],
        "access": installation.get(f"{device}/access").json_body,
        "resync": installation.get("/api/provisioning/resync").json_body,
        "discovered": installation.get(DISCOVERED).json_body,
        "summary": installation.get("/api/provisioning/summary").json_body,
        "outbox": len(wiring.offhook().records.due_events(datetime.now(UTC))),
    }


@pytest.fixture
def fleet(site: Installation) -> Installation:
    """A phone that has fetched, and whose extension, policy and resync came after that."""
    assert site.send("POST", "/api/webhooks", HOOK).status_code == 201
    site.register()
    site.send("GET", FILE, headers={"User-Agent": "Zultys ZIP 33G - 47.80.100.1"})
    site.send("PATCH", "/api/extensions/1001", {"name": "Other"})
    site.send("PUT", "/api/sites/default", {"access": {"policy": ["window"]}})
    site.send("POST", f"{DEVICES}/{MAC}/access", {"action": "arm", "seconds": 3600, "count": 2})
    site.send("POST", f"{DEVICES}/{MAC}/resync")
    return site


def test_rehearsal_is_answered_as_the_phone_and_leaves_no_trace(fleet: Installation) -> None:
    before = traces(fleet)

    rehearsed = [rehearse(fleet, FILE, fleet.token("viewer")) for _ in range(3)]
    looked = rehearse(fleet, FILE, fleet.token("viewer"), "HEAD")

    assert traces(fleet) == before
    assert before["status"]["state"] == "outdated"
    assert before["access"]["armed_left"] == 2
    served = rehearse(fleet, FILE, None)
    assert served.status_code == 200
    assert b"Other" in served.body
    for each in rehearsed:
        assert (each.status_code, each.body) == (200, served.body)
        assert is_rehearsed(each)
        assert each.headers["ETag"] == served.headers["ETag"]
    assert (looked.status_code, is_rehearsed(looked)) == (200, True)
    assert not is_rehearsed(served)
    assert traces(fleet) != before


def test_rehearsal_of_a_phone_that_never_fetched_is_no_first_contact(site: Installation) -> None:
    assert site.send("POST", "/api/webhooks", HOOK).status_code == 201
    site.register()
    before = traces(site)

    answer = rehearse(site, FILE, site.token())
    after = traces(site)
    rehearse(site, FILE, None)

    assert answer.status_code == 200
    assert after == before
    assert (before["status"]["state"], before["outbox"]) == ("never", 0)
    assert traces(site)["outbox"] == 1


def test_rehearsal_by_the_own_url_does_not_bring_the_phone_home(site: Installation) -> None:
    site.send("PUT", "/api/sites/default", {"access": {"policy": ["token"]}})
    site.register()
    before = traces(site)
    own = before["access"]["own_url"].partition("/p/")[2]

    answer = rehearse(site, f"/p/{own}{MAC}.cfg", site.token())

    assert answer.status_code == 200
    assert traces(site) == before
    assert before["access"]["awaited"] is True
    assert own.strip("/") not in site.log_text
    assert own.strip("/") not in json.dumps(site.get("/api/audit").json_body)


def test_rehearsal_shows_the_proofs_that_a_phone_shows(site: Installation) -> None:
    """The token takes notes away; it opens nothing."""
    site.send("PUT", "/api/sites/default", {"access": {"policy": ["token"]}})
    site.register()
    before = traces(site)

    answer = rehearse(site, FILE, site.token())
    reason = site.last_request["reason"]

    assert (answer.status_code, answer.body) == (404, b"")
    assert is_rehearsed(answer)
    assert traces(site) == before
    assert reason == "the URL holds no token of ours"


def test_rehearsal_of_an_unknown_phone_is_not_discovered(site: Installation) -> None:
    rehearsed = rehearse(site, f"/provision/{UNKNOWN}.cfg", site.token())
    quiet = site.get(DISCOVERED).json_body
    asked = rehearse(site, f"/provision/{UNKNOWN}.cfg", None)

    assert (rehearsed.status_code, rehearsed.body) == (asked.status_code, asked.body)
    assert quiet == []
    assert [each["mac_address"] for each in site.get(DISCOVERED).json_body] == [UNKNOWN]


@one_store
@pytest.mark.parametrize(
    "token",
    [
        "oh_000000000000000000000000000000000",
        "",
        "x" * 5000,
        "oh_\u00e4",
        "viewer without reveal",
        "revoked",
    ],
)
def test_bad_token_changes_nothing_of_an_ordinary_fetch(site: Installation, token: str) -> None:
    site.register()
    plain = rehearse(site, FILE, None)
    if token == "viewer without reveal":
        token = site.token("viewer", reveal=False)
    elif token == "revoked":
        token = site.token("operator")
        (held,) = [each for each in site.get("/api/tokens").json_body if each["role"] == "operator"]
        site.send("DELETE", f"/api/tokens/{held['id']}")
    before = len(site.get(f"{DEVICES}/{MAC}/fetches").json_body)

    answer = rehearse(site, FILE, token)
    missed = rehearse(site, f"/provision/{UNKNOWN}.cfg", token)

    assert (answer.status_code, answer.body) == (plain.status_code, plain.body)
    assert {**answer.headers} == {**plain.headers}
    assert not is_rehearsed(missed)
    assert len(site.get(f"{DEVICES}/{MAC}/fetches").json_body) == before + 1
    assert [each["mac_address"] for each in site.get(DISCOVERED).json_body] == [UNKNOWN]


@pytest.fixture
def two_sites(bare: Installation) -> Installation:
    """Berlin has the extension 1001 and a device on it, paris 2001 and another."""
    for name, number, mac in (("berlin", "1001", MAC), ("paris", "2001", OTHER)):
        bare.send("PUT", f"/api/sites/{name}", {})
        bare.create_extension(number, site=name)
        device = {"mac_address": mac, "extension_number": number, "vendor": "zip", "model": "33g"}
        bare.send("POST", DEVICES, {**device, "site": name})
    return bare


def test_token_of_a_site_sees_no_other(two_sites: Installation) -> None:
    token = two_sites.token("viewer", site="berlin")
    before = traces(two_sites, OTHER)

    own = rehearse(two_sites, FILE, token)
    other = rehearse(two_sites, f"/provision/{OTHER}.cfg", token)
    unknown = rehearse(two_sites, f"/provision/{UNKNOWN}.cfg", token)

    assert own.status_code == 200
    assert other.status_code == unknown.status_code == 404
    assert (other.body, {**other.headers}) == (unknown.body, {**unknown.headers})
    assert traces(two_sites, OTHER) == before


@one_store
def test_log_tells_who_rehearsed_and_no_token(fleet: Installation) -> None:
    token = fleet.token("viewer")

    rehearse(fleet, FILE, token)
    rehearsed = fleet.last_request
    rehearse(fleet, FILE, token[:-1] + ("0" if token[-1] != "0" else "1"))
    mistyped = fleet.last_request
    rehearse(fleet, FILE, fleet.token("viewer", reveal=False))
    not_allowed = fleet.last_request

    assert (rehearsed["event"], rehearsed["outcome"], rehearsed["mac"]) == (
        *("rehearsal", "served"),
        MAC,
    )
    assert rehearsed["caller"].startswith("viewer of the tests (")
    assert (mistyped["event"], mistyped["rehearsal"]) == (
        *("provision",),
        "refused: the API token is not known, or has expired",
    )
    assert not_allowed["event"] == "provision"
    assert not_allowed["rehearsal"] == "refused: this token may not reveal secrets"
    for text in fleet.tokens.values():
        assert text not in fleet.log_text
        assert text[:-1] not in fleet.log_text


@one_store
def test_audit_tells_that_files_were_seen(fleet: Installation) -> None:
    rehearse(fleet, FILE, fleet.token("viewer"))
    rehearse(fleet, FILE, fleet.token("viewer"), "HEAD")
    rehearse(fleet, f"/provision/{UNKNOWN}.cfg", fleet.token("viewer"))

    found = [
        each for each in fleet.get("/api/audit").json_body if each["kind"] == "files of device"
    ]
    assert [(each["name"], each["action"], each["new"]) for each in found] == [
        (MAC, f"GET {FILE}", {"revealed": True})
    ]
    assert found[0]["who"].startswith("viewer of the tests (")


@one_store
def test_upload_is_no_rehearsal(site: Installation) -> None:
    answer = rehearse(site, f"/provision/{MAC}-web.cfg", site.token(), "PUT")

    assert not is_rehearsed(answer)
    assert site.last_request["event"] == "provision"


@one_store
@pytest.mark.parametrize(("host", "rehearsed"), [("127.0.0.1:8080", True), ("evil.test", False)])
def test_machine_itself_needs_no_token(
    site: Installation, monkeypatch: pytest.MonkeyPatch, host: str, *, rehearsed: bool
) -> None:
    """Where its API asks for none; a page in a browser comes under another name."""
    monkeypatch.setenv("OFFHOOK_HOST", "127.0.0.1")
    site.restart()
    site.register()

    answer = site.send("GET", FILE, headers={"Offhook-Token": "", "host": host})

    assert answer.status_code == 200
    assert is_rehearsed(answer) is rehearsed


@one_store
def test_cloudwatch_counts_phones_alone(site: Installation) -> None:
    site.register()
    lambda_context = SimpleNamespace(
        aws_request_id="1", function_name="offhook-test", log_group_name="/aws/lambda/offhook-test"
    )

    for headers in ({}, {"offhook-token": site.token()}):
        event = {
            "requestContext": {
                "httpMethod": "GET",
                "resourcePath": "/provision/{first}",
                "path": FILE,
                "identity": {"sourceIp": "192.0.2.7"},
            },
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "pathParameters": {"first": f"{MAC}.cfg"},
            "multiValueQueryStringParameters": None,
            "body": None,
            "isBase64Encoded": False,
            "stageVariables": None,
        }
        assert app(event, lambda_context)["statusCode"] == 200

    phone, rehearsed = site.log[-2:]
    assert (phone["event"], phone["requests"]) == ("provision", 1)
    assert (rehearsed["event"], "requests" in rehearsed, "_aws" in rehearsed) == (
        *("rehearsal", False),
        False,
    )
