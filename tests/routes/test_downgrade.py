"""Does a setting that takes phones back to an older firmware ask first, in whatever layer?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.routes.installation import DEVICES, MAC, Installation, one_store
from tests.routes.rom import ASK, PHONE, announce, hand_in, make_ready, refused, report

SERVER = "/api/settings"
MODEL = "/api/models/yealink/t54w/settings"
SITE = "/api/sites/berlin"
DEVICE = f"{DEVICES}/{PHONE}"

OLD = {"firmware": "96.86.0.75"}
NEW = {"firmware": "96.87.0.1"}
PLACES = [
    (SERVER, lambda settings: {"settings": settings}),
    (MODEL, lambda settings: {"settings": settings}),
    (SITE, lambda settings: {"settings": settings}),
    (SITE, lambda settings: {"models": {"yealink/t54w": settings}}),
    (DEVICE, lambda settings: {"settings": settings}),
]


@pytest.mark.parametrize(("path", "body"), PLACES)
def test_older_version_than_phones_report_asks(
    stocked: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    report(stocked, "96.87.0.1")

    answer = stocked.send("PATCH", path, body(OLD))
    allowed = stocked.send("PATCH", path, {**body(OLD), "allow_downgrade": True})

    whose = "the device has" if path == DEVICE else "devices have"
    count = "" if path == DEVICE else " (1)"
    assert refused(answer) == (f"{whose} a newer version than 96.86.0.75: 96.87.0.1{count}; {ASK}")
    assert allowed.status_code == 200
    assert "allow_downgrade" not in allowed.body.decode()
    settings = stocked.get(f"{DEVICE}/settings").json_body["settings"]
    assert settings["firmware"] == "96.86.0.75"


@one_store
@pytest.mark.parametrize(("path", "body"), PLACES)
def test_older_version_than_was_set_asks(
    stocked: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    raised = stocked.send("PATCH", path, body(NEW))

    answer = stocked.send("PATCH", path, body(OLD))
    again = stocked.send("PATCH", path, {**body(OLD), "allow_downgrade": True})

    assert raised.status_code == 200
    assert refused(answer) == f"the firmware was 96.87.0.1, which is newer than 96.86.0.75; {ASK}"
    assert again.status_code == 200


@one_store
@pytest.mark.parametrize(("path", "body"), PLACES)
def test_newer_version_and_the_same_one_do_not_ask(
    stocked: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    report(stocked, "96.86.0.75")

    answers = [stocked.send("PATCH", path, body(each)) for each in (OLD, OLD, NEW, NEW)]
    report(stocked, "96.87.0.9")  # by hand
    still = stocked.send("PATCH", path, {**body(NEW)})

    assert [answer.status_code for answer in [*answers, still]] == [200, 200, 200, 200, 200]


@one_store
@pytest.mark.parametrize(("path", "body"), [place for place in PLACES if place[0] != SERVER])
def test_taking_back_what_hides_an_older_version_asks(
    stocked: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    stocked.send("PATCH", SERVER, {"settings": OLD})
    stocked.send("PATCH", path, body(NEW))

    answer = stocked.send("PATCH", path, body({"firmware": None}))
    allowed = stocked.send("PATCH", path, {**body({"firmware": None}), "allow_downgrade": True})

    assert refused(answer) == f"the firmware was 96.87.0.1, which is newer than 96.86.0.75; {ASK}"
    assert allowed.status_code == 200


@one_store
def test_deletion_of_what_is_set_for_a_model_asks(stocked: Installation) -> None:
    stocked.send("PATCH", SERVER, {"settings": OLD})
    stocked.send("PATCH", MODEL, {"settings": NEW})

    answer = stocked.send("DELETE", MODEL)
    wrong = stocked.send("DELETE", f"{MODEL}?allow_downgrade=yes")
    allowed = stocked.send("DELETE", f"{MODEL}?allow_downgrade=1")

    assert refused(answer).endswith(ASK)
    assert wrong.status_code == 400
    assert allowed.status_code == 200


@one_store
def test_put_asks_like_patch(stocked: Installation) -> None:
    report(stocked, "96.87.0.1")
    device = {"extension_number": "1009", "vendor": "yealink", "model": "t54w", "site": "berlin"}
    puts: list[tuple[str, dict[str, Any]]] = [
        (SERVER, {"settings": OLD}),
        (MODEL, {"settings": OLD}),
        (SITE, {"settings": OLD}),
        (DEVICE, {**device, "settings": OLD}),
    ]

    asked = [stocked.send("PUT", path, body).status_code for path, body in puts]
    allowed = [
        stocked.send("PUT", path, {**body, "allow_downgrade": True}).status_code
        for path, body in puts
    ]

    assert asked == [409, 409, 409, 409]
    assert allowed == [200, 200, 200, 200]


@one_store
def test_vendor_whose_phones_cannot_get_the_version_does_not_ask(stocked: Installation) -> None:
    """The settings of the server are those of all vendors, whose versions are not comparable."""
    stocked.create_extension("1001")
    stocked.register()
    stocked.get(f"/provision/{MAC}.cfg", user_agent="Zultys ZIP 33G - 147.80.132.4")

    answer = stocked.send("PATCH", SERVER, {"settings": NEW})

    assert answer.status_code == 200


@one_store
def test_other_sites_are_not_asked_about(stocked: Installation) -> None:
    stocked.send("PUT", "/api/sites/rome", {})
    report(stocked, "96.87.0.1")

    answer = stocked.send("PATCH", "/api/sites/rome", {"settings": OLD})

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
def test_row_of_an_import_asks(stocked: Installation) -> None:
    report(stocked, "96.87.0.1")
    rows = [{"mac_address": PHONE, "settings": OLD}]
    path = "/api/provisioning/import?format=json"

    answer = stocked.send("POST", path, {"devices": rows})
    allowed = stocked.send("POST", f"{path}&allow_downgrade=1", {"devices": rows})

    [row] = answer.json_body["rows"]
    assert row["outcome"] == "refused"
    assert row["errors"][0]["message"].endswith(ASK)
    assert allowed.json_body["rows"][0]["outcome"] == "updated"


def test_version_that_settings_named_before_it_was_there_asks(stocked: Installation) -> None:
    report(stocked, "96.87.0.1")
    older = {"firmware": "96.85.0.5"}
    assert stocked.send("PATCH", SERVER, {"settings": older}).status_code == 200
    handed = hand_in(stocked, announce(stocked, version="96.85.0.5"))
    path = "/api/firmware/yealink/96.85.0.5/confirm"

    answer = stocked.send("POST", path)
    still = stocked.get("/api/firmware/yealink/96.85.0.5").json_body["state"]
    allowed = stocked.send("POST", f"{path}?allow_downgrade=1")

    assert handed.status_code == 200
    assert refused(answer) == (f"devices have a newer version than 96.85.0.5: 96.87.0.1 (1); {ASK}")
    assert still == "awaiting upload"
    assert allowed.status_code == 200


@one_store
def test_version_that_a_site_hides_does_not_ask(stocked: Installation) -> None:
    report(stocked, "96.87.0.1")
    stocked.send("PATCH", SERVER, {"settings": {"firmware": "96.85.0.5"}})
    stocked.send("PATCH", SITE, {"settings": NEW})
    hand_in(stocked, announce(stocked, version="96.85.0.5"))

    answer = stocked.send("POST", "/api/firmware/yealink/96.85.0.5/confirm")

    assert answer.status_code == 200


@one_store
@pytest.mark.parametrize(("path", "body"), [place for place in PLACES if place[0] != SERVER])
def test_null_that_is_taken_away_from_before_an_older_version_asks(
    stocked: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    stocked.send("PATCH", SERVER, {"settings": OLD})
    stocked.send("PATCH", f"{path}?nulls=keep", body({"firmware": None}))
    report(stocked, "96.87.0.1")

    answer = stocked.send("PATCH", path, body({"firmware": None}))
    settings = stocked.get(f"{DEVICE}/settings").json_body["settings"]

    assert "a newer version than 96.86.0.75: 96.87.0.1" in refused(answer)
    assert "firmware" not in settings


@one_store
@pytest.mark.parametrize(("path", "body"), PLACES)
def test_address_that_is_taken_away_from_before_an_older_version_asks(
    stocked: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    """What lay at the address is not known; what the phone reports is."""
    below = SERVER if path != SERVER else MODEL
    address = {"firmware_url": "https://files.example.com/t54w.rom"}
    assert stocked.send("PATCH", path, body(address)).status_code == 200
    assert stocked.send("PATCH", below, {"settings": OLD}).status_code == 200
    report(stocked, "96.87.0.1")

    answer = stocked.send("PATCH", path, body({"firmware_url": None}))
    allowed = stocked.send("PATCH", path, {**body({"firmware_url": None}), "allow_downgrade": True})

    assert "a newer version than 96.86.0.75: 96.87.0.1" in refused(answer)
    assert allowed.status_code == 200


@one_store
@pytest.mark.parametrize("above", [SITE, MODEL])
def test_version_that_a_more_special_layer_hides_does_not_ask(
    stocked: Installation, above: str
) -> None:
    stocked.send("PATCH", above, {"settings": NEW})
    report(stocked, "96.87.0.1")

    answer = stocked.send("PATCH", SERVER, {"settings": OLD})

    assert answer.status_code == 200


@one_store
@pytest.mark.parametrize(("path", "body"), PLACES)
def test_version_that_is_not_there_asks_once_it_is(
    stocked: Installation,
    path: str,
    body: Any,  # noqa: ANN401 - a function
) -> None:
    report(stocked, "96.87.0.1")
    named = stocked.send("PATCH", path, body({"firmware": "96.85.0.5"}))
    hand_in(stocked, announce(stocked, version="96.85.0.5"))
    confirm = "/api/firmware/yealink/96.85.0.5/confirm"

    answer = stocked.send("POST", confirm)
    allowed = stocked.send("POST", f"{confirm}?allow_downgrade=1")

    says = f"devices have a newer version than 96.85.0.5: 96.87.0.1 (1); {ASK}"
    if path == DEVICE:
        says = (
            f"own settings give 96.85.0.5 to the device {PHONE}, and devices of such models have "
            f"a newer version: 96.87.0.1; {ASK}"
        )
    assert named.status_code == 200
    assert refused(answer) == says
    assert allowed.status_code == 200


@one_store
@pytest.mark.parametrize(("allows", "status"), [(True, 409), (False, 200)])
def test_file_that_lets_a_rollout_go_on_to_other_models_asks(
    stocked: Installation, allows: bool, status: int
) -> None:
    report(stocked, "96.87.0.1")
    make_ready(stocked, version="96.85.0.5", models=["t46s"], file_name="T46S-96.85.0.5.rom")
    rollout = {"vendor": "yealink", "version": "96.85.0.5", "allow_downgrade": allows}
    assert stocked.send("POST", "/api/rollouts", rollout).status_code == 201
    hand_in(stocked, announce(stocked, version="96.85.0.5"))
    confirm = "/api/firmware/yealink/96.85.0.5/confirm"

    answer = stocked.send("POST", confirm)
    allowed = stocked.send("POST", f"{confirm}?allow_downgrade=1")

    assert answer.status_code == status
    if status == 409:
        says = f"devices have a newer version than 96.85.0.5: 96.87.0.1 (1); {ASK}"
        assert refused(answer) == says
    assert allowed.status_code == 200


@one_store
def test_downgrade_alone_changes_nothing(stocked: Installation) -> None:
    for path in (SITE, DEVICE):
        answer = stocked.send("PATCH", path, {"allow_downgrade": True})

        assert answer.status_code == 400
        assert "changes nothing" in answer.json_body["error"]
