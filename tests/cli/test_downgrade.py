"""Do the commands that may take phones back to an older firmware have the flag that allows it?"""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.cli.conftest import Terminal

MAC = "805ec0123456"


@pytest.fixture
def stocked(offhook: Terminal, tmp_path: Path) -> Terminal:
    """Two versions for the T46S, of which the settings name the older one."""
    for version in ("66.85.0.5", "66.86.0.15"):
        file = tmp_path / f"T46S-{version}.rom"
        file.write_bytes(version.encode())
        offhook.all(("firmware", "add", "yealink", version, str(file)))
    offhook.all(
        ("extensions", "add", "1001", "--generate"),
        ("settings", "set", "--set", "firmware=66.85.0.5"),
    )
    return offhook


def fetch(server: str) -> str:
    agent = {"User-Agent": "Yealink SIP-T46S 66.86.0.15 80:5e:c0:12:34:56"}
    return requests.get(f"{server}/provision/{MAC}.cfg", headers=agent, timeout=10).text


def test_phone_with_a_newer_version_is_adopted(stocked: Terminal, server: str) -> None:
    fetch(server)
    adopt = ("discovered", "adopt", MAC, "--extension", "1001")

    refused = stocked.run(*adopt)
    allowed = stocked.run(*adopt, "--allow-downgrade")

    assert refused.code != 0
    assert refused.err == (
        "offhook: the device has a newer version than 66.85.0.5: 66.86.0.15; "
        "say --allow-downgrade to take it back\n"
    )
    assert allowed.code == 0, allowed.err
    assert "/T46S-66.85.0.5.rom" in fetch(server)


def test_rollout_that_phones_have_taken_is_ended(stocked: Terminal, server: str) -> None:
    stocked.all(("devices", "add", MAC, "--extension", "1001", "--model", "t46s"))
    rollout = stocked.run("rollouts", "add", "yealink", "66.86.0.15", "--json").json["id"]
    assert "/T46S-66.86.0.15.rom" in fetch(server)

    paused = stocked.run("rollouts", "pause", rollout)
    still = fetch(server)
    refused = stocked.run("rollouts", "remove", rollout, "--yes")
    allowed = stocked.run("rollouts", "remove", rollout, "--yes", "--allow-downgrade")

    assert paused.code == 0
    assert "/T46S-66.86.0.15.rom" in still
    assert refused.code != 0
    assert refused.err == (
        "offhook: devices have a newer version than 66.85.0.5: 66.86.0.15 (1); "
        'set "firmware" to what is to stay, or say --allow-downgrade to take it back\n'
    )
    assert allowed.code == 0, allowed.err
    assert "/T46S-66.85.0.5.rom" in fetch(server)


def test_rollout_of_an_older_version_has_two_answers(stocked: Terminal, server: str) -> None:
    stocked.all(("devices", "add", MAC, "--extension", "1001", "--model", "t46s"))
    fetch(server)

    refused = stocked.run("rollouts", "add", "yealink", "66.85.0.5")

    assert refused.err == (
        "offhook: devices have a newer version than 66.85.0.5: 66.86.0.15 (1); "
        "say --no-downgrade to pass over who has one, or --allow-downgrade to take it back\n"
    )


def test_lists_say_in_words_who_has_what(stocked: Terminal, server: str) -> None:
    stocked.all(("devices", "add", MAC, "--extension", "1001", "--model", "t46s"))
    fetch(server)
    hours = ("--window", "22:00-04:00", "--day", "mon", "--day", "tue")
    rollout = stocked.run("rollouts", "add", "yealink", "66.86.0.15", *hours, "--json").json["id"]

    rollouts = stocked.run("rollouts", "list")
    always = stocked.run("rollouts", "set", rollout, "--window", "always", "--json").json
    nightly = stocked.run("rollouts", "set", rollout, "--window", "01:00-02:00", "--json").json
    wrong = stocked.run("rollouts", "set", rollout, "--day", "mon")

    assert rollouts.out == (
        f"{rollout}\tyealink\t66.86.0.15\t-\t100\tno\t22:00-04:00 mon tue\t1 of 1\n"
    )
    assert always["window"] is None
    assert len(nightly["window"]["days"]) == 7
    assert wrong.code == 2
    assert stocked.run("firmware", "list").out == (
        "yealink\t66.85.0.5\tready\tdirect\t-\t-\nyealink\t66.86.0.15\tready\tdirect\t1 t46s\t-\n"
    )


def test_firmware_of_a_phone_is_explained(stocked: Terminal) -> None:
    stocked.all(("devices", "add", MAC, "--extension", "1001", "--model", "t46s"))

    found = stocked.run("firmware", "explain", MAC, "--json").json

    assert (found["version"], found["by"]) == ("66.85.0.5", "the server's settings")
    assert "T46S-66.85.0.5.rom" in stocked.run("firmware", "explain", MAC).out
