"""Does whatever takes one phone back to an older firmware ask first, but its own settings?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.routes.installation import DEVICES, MAC, Installation, one_store
from tests.routes.rom import ASK, PHONE, make_ready, refused, register, report, told
from tests.stores import SerialWire

DEVICE = f"{DEVICES}/{PHONE}"
IMPORT = "/api/provisioning/import?format=json"
ADOPT = f"/api/provisioning/discovered/{PHONE}/adopt"
OLD = {"firmware": "96.86.0.75"}
NEW = {"firmware": "96.87.0.1"}
BODY = {"extension_number": "1009", "vendor": "yealink", "model": "t54w"}
HAS = f"the device has a newer version than 96.86.0.75: 96.87.0.1; {ASK}"


@pytest.fixture
def rome(stocked: Installation) -> Installation:
    """Rome has the old version; the phone in Berlin reports the new one."""
    stocked.send("PUT", "/api/sites/rome", {"settings": OLD})
    report(stocked, "96.87.0.1")
    return stocked


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_move_to_a_site_with_an_older_version_asks(rome: Installation, method: str) -> None:
    body = {**({} if method == "PATCH" else BODY), "site": "rome"}

    answer = rome.send(method, DEVICE, body)
    there = rome.get(DEVICE).json_body["site"]
    allowed = rome.send(method, DEVICE, {**body, "allow_downgrade": True})

    assert refused(answer) == HAS
    assert there == "berlin"
    assert allowed.status_code == 200
    assert allowed.json_body["device"]["site"] == "rome"


def test_row_that_moves_its_device_asks(rome: Installation) -> None:
    rows = {"devices": [{"mac_address": PHONE, "site": "rome"}]}

    answer = rome.send("POST", IMPORT, rows)
    allowed = rome.send("POST", f"{IMPORT}&allow_downgrade=1", rows)

    [row] = answer.json_body["rows"]
    assert (row["outcome"], row["errors"][0]["message"]) == ("refused", HAS)
    assert allowed.json_body["rows"][0]["outcome"] == "updated"


@one_store
@pytest.mark.parametrize(
    "settings",
    [{}, NEW, {"firmware": None}, {"firmware": "96.88.0.1"}, {"firmware": "96.85.0.5"}],
)
def test_move_to_a_site_that_takes_nothing_back(
    stocked: Installation, settings: dict[str, Any]
) -> None:
    """The catalogue has no 96.85.0.5, so no phone is told to have it."""
    report(stocked, "96.87.0.1")
    stocked.send("PUT", "/api/sites/rome", {"settings": settings})

    assert stocked.send("PATCH", DEVICE, {"site": "rome"}).status_code == 200


@one_store
def test_move_of_a_device_with_a_version_of_its_own(rome: Installation) -> None:
    rome.send("PATCH", DEVICE, {"settings": NEW})

    assert rome.send("PATCH", DEVICE, {"site": "rome"}).status_code == 200


@one_store
def test_move_of_a_device_without_any_version_of_its_own(rome: Installation) -> None:
    rome.send("PATCH", f"{DEVICE}?nulls=keep", {"settings": {"firmware": None}})

    moved = rome.send("PATCH", DEVICE, {"site": "rome"})
    answer = rome.send("PATCH", DEVICE, {"settings": {"firmware": None}})

    assert moved.status_code == 200
    assert refused(answer) == HAS


@one_store
def test_move_of_a_phone_that_was_told_a_newer_version_asks(stocked: Installation) -> None:
    """It is on its way: it has fetched the file that tells it so, and reports no version."""
    rollout = {"vendor": "yealink", "version": "96.87.0.1", "site": "berlin"}
    stocked.send("POST", "/api/rollouts", rollout)
    stocked.send("PUT", "/api/sites/rome", {"settings": OLD})
    told(stocked)

    answer = stocked.send("PATCH", DEVICE, {"site": "rome"})

    assert refused(answer) == (
        f"the device was told a newer version than 96.86.0.75: 96.87.0.1; {ASK}"
    )


@one_store
def test_move_between_sites_of_which_one_names_a_newer_version_asks(stocked: Installation) -> None:
    """The device has never fetched; what stands there for its phone would be older."""
    stocked.send("PATCH", "/api/sites/berlin", {"settings": NEW})
    stocked.send("PUT", "/api/sites/rome", {"settings": OLD})

    answer = stocked.send("PATCH", DEVICE, {"site": "rome"})

    assert refused(answer) == f"the firmware was 96.87.0.1, which is newer than 96.86.0.75; {ASK}"


@one_store
def test_move_to_where_a_rollout_takes_devices_back_asks(stocked: Installation) -> None:
    stocked.send("PUT", "/api/sites/rome", {})
    report(stocked, "96.87.0.1")
    rollout = {"vendor": "yealink", "version": "96.86.0.75", "site": "rome"}
    made = stocked.send("POST", "/api/rollouts", {**rollout, "allow_downgrade": True})

    answer = stocked.send("PATCH", DEVICE, {"site": "rome"})
    stocked.send("PATCH", f"/api/rollouts/{made.json_body['rollout']['id']}", {"paused": True})
    paused = stocked.send("PATCH", DEVICE, {"site": "rome"})

    assert refused(answer) == HAS
    assert paused.status_code == 200


@one_store
def test_move_of_a_device_that_keeps_what_a_rollout_gave_it(stocked: Installation) -> None:
    rollout = {"vendor": "yealink", "version": "96.87.0.1", "paused": True}
    stocked.send("POST", "/api/rollouts", rollout)
    stocked.send("PUT", "/api/sites/rome", {"settings": OLD})
    report(stocked, "96.87.0.1")

    moved = stocked.send("PATCH", DEVICE, {"site": "rome"})

    assert moved.status_code == 200
    assert str(told(stocked)).endswith("/T54W-96.87.0.1.rom")


@one_store
def test_other_model_with_an_older_version_asks(stocked: Installation) -> None:
    make_ready(stocked, version="96.86.0.70", models=["t53w"])
    report(stocked, "96.87.0.1")
    older = {"firmware": "96.86.0.70"}
    stocked.send("PATCH", "/api/models/yealink/t53w/settings", {"settings": older})

    answer = stocked.send("PATCH", DEVICE, {"model": "t53w"})
    allowed = stocked.send("PATCH", DEVICE, {"model": "t53w", "allow_downgrade": True})

    assert refused(answer) == (f"the device has a newer version than 96.86.0.70: 96.87.0.1; {ASK}")
    assert allowed.status_code == 200


@one_store
def test_other_vendor_does_not_ask(stocked: Installation) -> None:
    """What the phone reported of the one says nothing of the other."""
    report(stocked, "96.87.0.1")
    make_ready(stocked, vendor="zip", models=["33g"], version="1.0", file_name="33g.rom")
    stocked.send("PATCH", "/api/models/zip/33g/settings", {"settings": {"firmware": "1.0"}})

    moved = stocked.send("PATCH", DEVICE, {"vendor": "zip", "model": "33g"})

    assert moved.status_code == 200


@one_store
def test_address_in_place_of_an_older_version_that_is_taken_away_asks(rome: Installation) -> None:
    address = {"firmware_url": "https://files.example.com/t54w.rom"}
    rome.send("PATCH", DEVICE, {"settings": address, "site": "rome"})

    answer = rome.send("PATCH", DEVICE, {"settings": {"firmware_url": None}})

    assert refused(answer) == HAS


@one_store
@pytest.mark.parametrize("how", ["adopt", "register", "import"])
def test_phone_that_was_seen_with_a_newer_version_asks(bare: Installation, how: str) -> None:
    make_ready(bare)
    bare.create_extension("1009")
    bare.send("PUT", "/api/sites/rome", {"settings": OLD})
    bare.get(f"/provision/{PHONE}.cfg", user_agent="Yealink SIP-T54W 96.87.0.1")
    body = {**BODY, "site": "rome"}
    ways: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
        "adopt": (ADOPT, body, {"allow_downgrade": True}),
        "register": (DEVICES, {**body, "mac_address": PHONE}, {"allow_downgrade": True}),
        "import": (IMPORT, {"devices": [{**body, "mac_address": PHONE}]}, {}),
    }
    path, given, more = ways[how]

    answer = bare.send("POST", path, given)
    again = bare.send("POST", path if more else f"{path}&allow_downgrade=1", {**given, **more})

    if how == "import":
        assert answer.json_body["rows"][0]["errors"][0]["message"] == HAS
        assert again.json_body["rows"][0]["outcome"] == "created"
    else:
        assert refused(answer) == HAS
        assert again.status_code == 201


@one_store
def test_phone_that_was_seen_asks_where_a_rollout_takes_devices_back(bare: Installation) -> None:
    make_ready(bare)
    bare.create_extension("1009")
    bare.send("PUT", "/api/sites/rome", {})
    bare.get(f"/provision/{PHONE}.cfg", user_agent="Yealink SIP-T54W 96.87.0.1")
    rollout = {"vendor": "yealink", "version": "96.86.0.75", "allow_downgrade": True}
    assert bare.send("POST", "/api/rollouts", rollout).status_code == 201

    answer = bare.send("POST", ADOPT, {**BODY, "site": "rome"})
    allowed = bare.send("POST", ADOPT, {**BODY, "site": "rome", "allow_downgrade": True})

    assert refused(answer) == HAS
    assert allowed.status_code == 201


@one_store
def test_phone_that_nobody_has_seen_does_not_ask(bare: Installation) -> None:
    make_ready(bare)
    bare.send("PATCH", "/api/settings", {"settings": OLD})

    register(bare)


@one_store
def test_change_of_something_else_does_not_ask(rome: Installation) -> None:
    rome.send("PATCH", DEVICE, {"site": "rome", "allow_downgrade": True})
    report(rome, "96.88.0.1")  # by hand

    answer = rome.send("PATCH", DEVICE, {"settings": {"language": "de"}})

    assert answer.status_code == 200


@one_store
def test_device_that_takes_anothers_place_is_asked_about_itself(rome: Installation) -> None:
    """Another device at Rome has the old version, and reports it: nothing goes back."""
    rome.create_extension("1010")
    body = {**BODY, "extension_number": "1010", "site": "rome", "mac_address": MAC}

    assert rome.send("POST", DEVICES, body).status_code == 201


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_rows_of_new_devices_cost_no_read_each(bare: Installation, wire: SerialWire) -> None:
    """Their site names a version, so it matters whether they were seen with a newer one."""
    bare.send("PUT", "/api/sites/rome", {"settings": OLD})
    bare.create_extension("1009")
    rows = [{**BODY, "site": "rome", "mac_address": f"805ec00000{n:02x}"} for n in range(12)]

    def count(some: list[dict[str, str]]) -> int:
        wire.forget()
        answer = bare.send("POST", IMPORT, {"devices": some})
        assert {row["outcome"] for row in answer.json_body["rows"]} == {"created"}
        return wire.operations.count("Query")

    assert (count(rows[:1]), count(rows[1:])) == (3, 3)
