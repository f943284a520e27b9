"""Does a setting that takes phones back to an older firmware ask first, in whatever layer?"""

from __future__ import annotations

from typing import Any

import pytest
from chalice.test import HTTPResponse

from tests.routes.installation import DEVICES, MAC, Installation, one_store
from tests.routes.rom import PHONE, announce, hand_in, make_ready, told

SERVER = "/api/settings"
MODEL = "/api/models/yealink/t54w/settings"
SITE = "/api/sites/berlin"
DEVICE = f"{DEVICES}/{PHONE}"

OLD = {"firmware": "96.86.0.75"}
NEW = {"firmware": "96.87.0.1"}
ASK = 'say "allow_downgrade": true to take it back'
PLACES = [
    (SERVER, lambda settings: {"settings": settings}),
    (MODEL, lambda settings: {"settings": settings}),
    (SITE, lambda settings: {"settings": settings}),
    (SITE, lambda settings: {"models": {"yealink/t54w": settings}}),
    (DEVICE, lambda settings: {"settings": settings}),
]


@pytest.fixture
def berlin(bare: Installation) -> Installation:
    """Berlin has a T54W, and the catalogue an old and a new version for it."""
    make_ready(bare)
    make_ready(bare, version="96.87.0.1")
    bare.send("PUT", SITE, {})
    bare.create_extension("1009")
    device = {"extension_number": "1009", "vendor": "yealink", "model": "t54w", "site": "berlin"}
    assert bare.send("PUT", DEVICE, device).status_code == 201
    return bare


def refused(answer: HTTPResponse) -> Any:  # noqa: ANN401 - JSON
    assert answer.status_code == 409, answer.body
    return answer.json_body["error"]


def report(installation: Installation, version: str) -> None:
    told(installation, agent=f"Yealink SIP-T54W {version} 80:5e:c0:12:34:56")


@pytest.mark.parametrize(("path", "body"), PLACES)
def test_older_version_than_phones_report_asks(
    berlin: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    report(berlin, "96.87.0.1")

    answer = berlin.send("PATCH", path, body(OLD))
    allowed = berlin.send("PATCH", path, {**body(OLD), "allow_downgrade": True})

    whose = "the device has" if path == DEVICE else "devices have"
    count = "" if path == DEVICE else " (1)"
    assert refused(answer) == (f"{whose} a newer version than 96.86.0.75: 96.87.0.1{count}; {ASK}")
    assert allowed.status_code == 200
    assert "allow_downgrade" not in allowed.body.decode()
    settings = berlin.get(f"{DEVICE}/settings").json_body["settings"]
    assert settings["firmware"] == "96.86.0.75"


@one_store
@pytest.mark.parametrize(("path", "body"), PLACES)
def test_older_version_than_was_set_asks(
    berlin: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    raised = berlin.send("PATCH", path, body(NEW))

    answer = berlin.send("PATCH", path, body(OLD))
    again = berlin.send("PATCH", path, {**body(OLD), "allow_downgrade": True})

    assert raised.status_code == 200
    assert refused(answer) == f"the firmware was 96.87.0.1, which is newer than 96.86.0.75; {ASK}"
    assert again.status_code == 200


@one_store
@pytest.mark.parametrize(("path", "body"), PLACES)
def test_newer_version_and_the_same_one_do_not_ask(
    berlin: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    report(berlin, "96.86.0.75")

    answers = [berlin.send("PATCH", path, body(each)) for each in (OLD, OLD, NEW, NEW)]
    report(berlin, "96.87.0.9")  # by hand
    still = berlin.send("PATCH", path, {**body(NEW)})

    assert [answer.status_code for answer in [*answers, still]] == [200, 200, 200, 200, 200]


@one_store
@pytest.mark.parametrize(("path", "body"), [place for place in PLACES if place[0] != SERVER])
def test_taking_back_what_hides_an_older_version_asks(
    berlin: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    berlin.send("PATCH", SERVER, {"settings": OLD})
    berlin.send("PATCH", path, body(NEW))

    answer = berlin.send("PATCH", path, body({"firmware": None}))
    allowed = berlin.send("PATCH", path, {**body({"firmware": None}), "allow_downgrade": True})

    assert refused(answer) == f"the firmware was 96.87.0.1, which is newer than 96.86.0.75; {ASK}"
    assert allowed.status_code == 200


@one_store
def test_deletion_of_what_is_set_for_a_model_asks(berlin: Installation) -> None:
    berlin.send("PATCH", SERVER, {"settings": OLD})
    berlin.send("PATCH", MODEL, {"settings": NEW})

    answer = berlin.send("DELETE", MODEL)
    wrong = berlin.send("DELETE", f"{MODEL}?allow_downgrade=yes")
    allowed = berlin.send("DELETE", f"{MODEL}?allow_downgrade=1")

    assert refused(answer).endswith(ASK)
    assert wrong.status_code == 400
    assert allowed.status_code == 200


@one_store
def test_put_asks_like_patch(berlin: Installation) -> None:
    report(berlin, "96.87.0.1")
    device = {"extension_number": "1009", "vendor": "yealink", "model": "t54w", "site": "berlin"}
    puts: list[tuple[str, dict[str, Any]]] = [
        (SERVER, {"settings": OLD}),
        (MODEL, {"settings": OLD}),
        (SITE, {"settings": OLD}),
        (DEVICE, {**device, "settings": OLD}),
    ]

    asked = [berlin.send("PUT", path, body).status_code for path, body in puts]
    allowed = [
        berlin.send("PUT", path, {**body, "allow_downgrade": True}).status_code
        for path, body in puts
    ]

    assert asked == [409, 409, 409, 409]
    assert allowed == [200, 200, 200, 200]


@one_store
def test_vendor_whose_phones_cannot_get_the_version_does_not_ask(berlin: Installation) -> None:
    """The settings of the server are those of all vendors, whose versions are not comparable."""
    berlin.create_extension("1001")
    berlin.register()
    berlin.get(f"/provision/{MAC}.cfg", user_agent="Zultys ZIP 33G - 147.80.132.4")

    answer = berlin.send("PATCH", SERVER, {"settings": NEW})

    assert answer.status_code == 200


@one_store
def test_other_sites_are_not_asked_about(berlin: Installation) -> None:
    berlin.send("PUT", "/api/sites/rome", {})
    report(berlin, "96.87.0.1")

    answer = berlin.send("PATCH", "/api/sites/rome", {"settings": OLD})

    assert answer.status_code == 200


@one_store
def test_adopted_phone_with_a_newer_version_asks(bare: Installation) -> None:
    make_ready(bare)
    bare.create_extension("1009")
    bare.get(f"/provision/{PHONE}.cfg", user_agent="Yealink SIP-T54W 96.87.0.1")
    path = f"/api/provisioning/discovered/{PHONE}/adopt"
    body = {"extension_number": "1009", "settings": OLD}

    answer = bare.send("POST", path, body)
    allowed = bare.send("POST", path, {**body, "allow_downgrade": True})

    assert refused(answer) == f"the device has a newer version than 96.86.0.75: 96.87.0.1; {ASK}"
    assert allowed.status_code == 201


@one_store
def test_row_of_an_import_asks(berlin: Installation) -> None:
    report(berlin, "96.87.0.1")
    rows = [{"mac_address": PHONE, "settings": OLD}]
    path = "/api/provisioning/import?format=json"

    answer = berlin.send("POST", path, {"devices": rows})
    allowed = berlin.send("POST", f"{path}&allow_downgrade=1", {"devices": rows})

    [row] = answer.json_body["rows"]
    assert row["outcome"] == "refused"
    assert row["errors"][0]["message"].endswith(ASK)
    assert allowed.json_body["rows"][0]["outcome"] == "updated"


def test_version_that_settings_named_before_it_was_there_asks(berlin: Installation) -> None:
    report(berlin, "96.87.0.1")
    older = {"firmware": "96.85.0.5"}
    assert berlin.send("PATCH", SERVER, {"settings": older}).status_code == 200
    handed = hand_in(berlin, announce(berlin, version="96.85.0.5"))
    path = "/api/firmware/yealink/96.85.0.5/confirm"

    answer = berlin.send("POST", path)
    still = berlin.get("/api/firmware/yealink/96.85.0.5").json_body["state"]
    allowed = berlin.send("POST", f"{path}?allow_downgrade=1")

    assert handed.status_code == 200
    assert refused(answer) == (f"devices have a newer version than 96.85.0.5: 96.87.0.1 (1); {ASK}")
    assert still == "awaiting upload"
    assert allowed.status_code == 200


@one_store
def test_version_that_a_site_hides_does_not_ask(berlin: Installation) -> None:
    report(berlin, "96.87.0.1")
    berlin.send("PATCH", SERVER, {"settings": {"firmware": "96.85.0.5"}})
    berlin.send("PATCH", SITE, {"settings": NEW})
    hand_in(berlin, announce(berlin, version="96.85.0.5"))

    answer = berlin.send("POST", "/api/firmware/yealink/96.85.0.5/confirm")

    assert answer.status_code == 200


@one_store
def test_downgrade_alone_changes_nothing(berlin: Installation) -> None:
    for path in (SITE, DEVICE):
        answer = berlin.send("PATCH", path, {"allow_downgrade": True})

        assert answer.status_code == 400
        assert "changes nothing" in answer.json_body["error"]
