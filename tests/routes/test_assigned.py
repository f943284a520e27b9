"""Is it told which firmware a phone is to have, who says so, and what each rollout means for it?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.routes.installation import DEVICES, Installation, one_store
from tests.routes.rom import PHONE, make_ready, report, told

PATH = f"{DEVICES}/{PHONE}/firmware"
OLD = {"firmware": "96.86.0.75"}
NEW = {"firmware": "96.87.0.1"}


def roll_out(installation: Installation, **more: object) -> str:
    wanted = {"vendor": "yealink", "version": "96.87.0.1", **more}
    made = installation.send("POST", "/api/rollouts", wanted)
    assert made.status_code == 201, made.body
    return str(made.json_body["rollout"]["id"])


def show(installation: Installation) -> Any:  # noqa: ANN401 - JSON
    answer = installation.get(PATH)
    assert answer.status_code == 200, answer.body
    return answer.json_body


def test_phone_that_a_rollout_gives_a_version(stocked: Installation) -> None:
    stocked.send("PATCH", "/api/settings", {"settings": OLD})
    id_ = roll_out(stocked)
    report(stocked, "96.86.0.75")

    assert show(stocked) == {
        "mac_address": PHONE,
        "reported": "96.86.0.75",
        "told": "96.87.0.1",
        "version": "96.87.0.1",
        "by": f"rollout {id_}",
        "file": "T54W-96.87.0.1.rom",
        "firmware_url": None,
        "rollouts": [{"id": id_, "version": "96.87.0.1", "verdict": "has it"}],
    }
    assert str(told(stocked)).endswith("/T54W-96.87.0.1.rom")


@one_store
@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({}, "is given it"),
        ({"paused": True}, "paused"),
        ({"percent": 0}, "not in the percentage"),
        ({"version": "96.86.0.75", "allow_downgrade": False}, "has a newer one"),
        ({"version": "96.86.0.75", "allow_downgrade": True}, "is given it"),
    ],
)
def test_verdict_on_a_rollout(stocked: Installation, more: dict[str, object], verdict: str) -> None:
    report(stocked, "96.87.0.0")
    roll_out(stocked, **more)

    assert [each["verdict"] for each in show(stocked)["rollouts"]] == [verdict]


def test_settings_name_the_rollout_that_gives_a_version(stocked: Installation) -> None:
    """Beside what it overrode; the fleet's pace is named as well."""
    stocked.send("PATCH", "/api/sites/berlin", {"settings": OLD})
    id_ = roll_out(stocked)

    explained = stocked.get(f"{DEVICES}/{PHONE}/settings?explain=1").json_body["explained"]

    by_name = {each.pop("setting"): each for each in explained}
    assert by_name["firmware"] == {
        "value": "96.87.0.1",
        "layer": "rollout",
        "of": id_,
        "overrode": [{"layer": "site", "of": "berlin", "value": "96.86.0.75"}],
    }
    assert by_name["resync.interval"]["layer"] == "pace"
    assert list(by_name) == sorted(by_name)


def test_pace_is_not_named_where_somebody_chose(stocked: Installation) -> None:
    chosen = {"settings": {"resync": {"interval": 60}}}
    stocked.send("PATCH", "/api/settings", chosen)

    explained = stocked.get(f"{DEVICES}/{PHONE}/settings?explain=1").json_body["explained"]

    found = {each["setting"]: each["layer"] for each in explained}
    assert found["resync.interval"] == "server"


@one_store
def test_rollout_of_a_version_without_a_file_for_the_model_leaves_it_alone(
    stocked: Installation,
) -> None:
    """Its progress counts the devices that can get there, and nobody else looks outdated."""
    stocked.send("PATCH", "/api/settings", {"settings": OLD})
    make_ready(stocked, version="96.90.0.1", models=["t46s"], file_name="T46S-96.90.0.1.rom")
    report(stocked, "96.86.0.75")
    before = stocked.get(f"{DEVICES}/{PHONE}/status").json_body["state"]
    id_ = roll_out(stocked, version="96.90.0.1")

    found = show(stocked)
    progress = stocked.get(f"/api/rollouts/{id_}").json_body["progress"]
    after = stocked.get(f"{DEVICES}/{PHONE}/status").json_body["state"]

    assert (before, after) == ("current", "current")
    assert (found["version"], found["file"]) == ("96.86.0.75", "T54W-96.86.0.75.rom")
    assert found["rollouts"][0]["verdict"] == "has no file for the model"
    assert progress["devices"] == 0
    assert str(told(stocked)).endswith("/T54W-96.86.0.75.rom")


@one_store
def test_rollouts_stand_in_the_order_in_which_they_count(stocked: Installation) -> None:
    for_all, later, at_site = roll_out(stocked), roll_out(stocked), roll_out(stocked, site="berlin")
    roll_out(stocked, site="default")

    assert [each["id"] for each in show(stocked)["rollouts"]] == [at_site, later, for_all]


@one_store
@pytest.mark.parametrize(
    ("path", "by"),
    [
        ("/api/settings", "the server's settings"),
        ("/api/models/yealink/t54w/settings", "the settings of yealink/t54w"),
        ("/api/sites/berlin", "the site berlin"),
        (f"{DEVICES}/{PHONE}", "the device"),
    ],
)
def test_layer_that_names_the_version(stocked: Installation, path: str, by: str) -> None:
    stocked.send("PATCH", path, {"settings": OLD})

    found = show(stocked)

    assert (found["version"], found["by"], found["file"]) == (
        "96.86.0.75",
        by,
        "T54W-96.86.0.75.rom",
    )


@one_store
def test_version_without_a_file_and_address_in_its_place(stocked: Installation) -> None:
    roll_out(stocked, paused=True)
    stocked.send("PATCH", "/api/settings", {"settings": {"firmware": "96.99.0.1"}})
    absent = show(stocked)
    address = {"firmware_url": "https://files.example.com/t54w.rom"}
    stocked.send("PATCH", "/api/sites/berlin", {"settings": address})
    elsewhere = show(stocked)

    assert (absent["version"], absent["file"]) == ("96.99.0.1", None)
    assert (elsewhere["by"], elsewhere["firmware_url"]) == (
        "the site berlin",
        "https://files.example.com/t54w.rom",
    )
    assert (elsewhere["file"], elsewhere["rollouts"]) == (None, [])


@one_store
def test_phone_that_is_passed_over_has_the_rollouts_version_before_an_older_one(
    stocked: Installation,
) -> None:
    stocked.send("PATCH", "/api/settings", {"settings": OLD})
    id_ = roll_out(stocked)
    report(stocked, "96.88.0.1")  # by hand

    found = show(stocked)

    assert (found["version"], found["by"]) == ("96.87.0.1", f"rollout {id_}")
    assert found["rollouts"][0]["verdict"] == "has a newer one"


@one_store
def test_device_that_is_not_there_or_elsewhere(stocked: Installation) -> None:
    stocked.send("PUT", "/api/sites/rome", {})
    rome = {"authorization": f"Bearer {stocked.token('viewer', site='rome')}"}

    assert stocked.get(f"{DEVICES}/805ec0ffffff/firmware").status_code == 404
    assert stocked.send("GET", PATH, headers=rome).status_code == 404
