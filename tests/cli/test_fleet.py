"""Do the commands for discovery, firmware, resync, settings and the rest do what they say?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from tests.cli.broken import Heard, Said, serve
from tests.cli.conftest import Run, Terminal

MAC = "805ec0123456"


@pytest.fixture
def phones(offhook: Terminal) -> Terminal:
    """The extension 1001, and a Yealink on it."""
    offhook.all(
        ("extensions", "add", "1001", "--generate"),
        ("devices", "add", MAC, "--extension", "1001", "--model", "t46s"),
    )
    return offhook


def test_unknown_phone_is_found_and_adopted(offhook: Terminal, server: str) -> None:
    offhook.run("extensions", "add", "1001", "--generate")
    agent = {"User-Agent": "Yealink SIP-T46S 66.86.0.15 80:5e:c0:12:34:56"}
    requests.get(f"{server}/provision/{MAC}.cfg", headers=agent)

    [found] = offhook.run("discovered", "list", "--json").json
    adopted = offhook.run("discovered", "adopt", MAC, "--extension", "1001", "--json")

    assert (found["vendor"], found["model"]) == ("yealink", "t46s")
    assert adopted.code == 0
    assert adopted.json["mac_address"] == MAC
    assert offhook.run("discovered", "list", "--json").json == []


def test_unknown_phone_is_ignored_and_heeded(offhook: Terminal) -> None:
    ignored = offhook.run("discovered", "ignore", MAC)
    listed = offhook.run("discovered", "list", "--ignored", "--json").json
    heeded = offhook.run("discovered", "heed", MAC)

    assert ignored.out == f"{MAC} is ignored\n"
    assert [row["mac_address"] for row in listed] == [MAC]
    assert heeded.code == 0
    assert offhook.run("discovered", "list", "--ignored", "--json").json == []


def test_phones_are_asked_to_fetch_anew(phones: Terminal) -> None:
    asked = phones.run("devices", "resync", MAC, "00:15:65:00:00:01")
    listed = phones.run("devices", "resyncs", "--json").json

    assert asked.code == 5
    assert asked.out == "1 phone is asked to fetch anew\n"
    assert asked.err == "There is no device 001565000001.\n"
    assert [row["mac_address"] for row in listed] == [MAC]


def test_phones_that_stand_so_are_asked_to_fetch_anew(phones: Terminal) -> None:
    never = phones.run("devices", "resync", "--vendor", "Yealink", "--state", "never")
    outdated = phones.run("devices", "resync", "--state", "outdated")

    assert never.out == "1 phone is asked to fetch anew\n"
    assert outdated.out == "0 phones are asked to fetch anew\n"


@pytest.mark.parametrize("words", [(), (MAC, "--site", "berlin"), ("--all", "--vendor", "zip")])
def test_resync_takes_one_way_of_choosing(offhook: Terminal, words: tuple[str, ...]) -> None:
    assert offhook.run("devices", "resync", *words).code == 2


def test_firmware_is_handed_in_and_rolled_out(phones: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "T46S-66.86.0.15.rom"
    file.write_bytes(b"firmware" * 1000)

    added = phones.run("firmware", "add", "yealink", "66.86.0.15", str(file), "--json")
    begun = phones.run(
        *("rollouts", "add", "yealink", "66.86.0.15", "--percent", "10"),
        *("--window", "22:00-05:00", "--json"),
    )

    assert added.code == 0, added.err
    assert added.json["state"] == "ready"
    assert begun.code == 0, begun.err
    rollout = begun.json
    assert rollout["percent"] == 10
    assert rollout["window"]["from"] == "22:00"
    assert phones.run("rollouts", "pause", rollout["id"], "--json").json["paused"] is True
    assert phones.run("rollouts", "go", rollout["id"], "--json").json["paused"] is False
    changed = phones.run(
        "rollouts", "set", rollout["id"], "--percent", "50", "--window", "always", "--json"
    ).json
    assert (changed["percent"], changed["window"]) == (50, None)
    assert len(phones.run("rollouts", "list").lines) == 1
    assert phones.run("rollouts", "remove", rollout["id"], "--yes").code == 0
    assert phones.run("firmware", "list").lines[0].split("\t")[:3] == [
        "yealink",
        "66.86.0.15",
        "ready",
    ]
    assert phones.run("firmware", "remove", "yealink", "66.86.0.15", "--yes").code == 0


def test_settings_cascade_and_are_explained(phones: Terminal) -> None:
    phones.all(
        ("settings", "set", "--set", "timezone=Europe/Berlin", "--set", "language=de"),
        ("settings", "set", "--model", "yealink/t46s", "--set", "qos.rtp=46"),
        ("devices", "set", MAC, "--set", "language=fr"),
    )

    explained = phones.run("settings", "explain", MAC)

    assert explained.code == 0
    lines = [line.split("\t") for line in explained.lines]
    assert ["language", "fr", "device", 'server: "de"'] in lines
    assert ["timezone", "Europe/Berlin", "server"] in [line[:3] for line in lines]
    assert ["qos.rtp", "46", "model yealink/t46s", "-"] in lines
    shown = phones.run("settings", "show", "--model", "yealink/t46s", "--json").json
    assert shown["settings"] == {"qos": {"rtp": 46}}


def test_layout_is_put_shown_and_removed(offhook: Terminal) -> None:
    keys = '[{"position": 2, "type": "blf", "value": "1002"}]'

    put = offhook.run("layouts", "put", "desk", "-", "--label", "Desk", stdin=keys)

    assert put.code == 0
    assert offhook.run("layouts", "list").lines[0].split("\t")[:2] == ["desk", "Desk"]
    shown = offhook.run("layouts", "show", "desk", "--json").json
    assert (shown["keys"][0]["position"], shown["keys"][0]["value"]) == (2, "1002")
    assert offhook.run("layouts", "remove", "desk", "--yes").code == 0
    assert offhook.run("layouts", "show", "desk").code == 5


def test_files_of_a_phone_are_shown(phones: Terminal) -> None:
    shown = phones.run("config", "show", MAC, "--file", f"{MAC}.cfg")

    assert shown.code == 0
    assert "account.1.user_name = 1001" in shown.lines


def test_phone_is_followed_from_its_first_fetch_to_a_change(phones: Terminal, server: str) -> None:
    before = phones.run("devices", "status", MAC, "--json").json
    unfetched = phones.run("config", "diff", MAC)
    agent = {"User-Agent": "Yealink SIP-T46S 66.86.0.15 80:5e:c0:12:34:56"}
    requests.get(f"{server}/provision/{MAC}.cfg", headers=agent)
    same = phones.run("config", "diff", MAC)
    phones.run("extensions", "set", "1001", "--name", "Front desk")

    changed = phones.run("config", "diff", MAC)

    assert before["state"] == "never"
    assert f"{MAC}.cfg: the phone has not fetched it.\n" in unfetched.err
    assert f"{MAC}.cfg: nothing has changed since its last fetch.\n" in same.err
    assert "+account.1.display_name = Front desk" in changed.lines
    assert phones.run("devices", "status", MAC, "--json").json["state"] == "outdated"
    [fetched] = phones.run("devices", "fetches", MAC, "--json").json
    assert fetched["file"] == f"{MAC}.cfg"
    assert phones.run("devices", "list", "--state", "outdated").lines[0].startswith(MAC)
    assert phones.run("summary", "--json").json["devices"] == 1


def test_site_is_changed_and_removed(offhook: Terminal) -> None:
    offhook.run("sites", "add", "berlin", "--label", "Berlin")

    changed = offhook.run("sites", "set", "berlin", "--set", "language=de", "--json").json
    removed = offhook.run("sites", "remove", "berlin", "--yes")

    assert changed["settings"] == {"language": "de"}
    assert removed.out == "berlin is deleted\n"
    assert offhook.run("sites", "show", "berlin").code == 5


def test_downgrade_asks(phones: Terminal) -> None:
    run = phones.run("rollouts", "add", "yealink", "1.2.3.4", "--allow-downgrade")

    assert run.code == 2
    assert "Phones may get an older firmware than they have." in run.err


def test_phones_with_a_newer_firmware_are_passed_over(phones: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "T46S-66.86.0.15.rom"
    file.write_bytes(b"firmware" * 1000)
    phones.run("firmware", "add", "yealink", "66.86.0.15", str(file))

    added = phones.run("rollouts", "add", "yealink", "66.86.0.15", "--no-downgrade", "--json").json
    id_ = added["id"]
    again = phones.run("rollouts", "set", id_, "--percent", "50", "--json").json
    back = phones.run("rollouts", "set", id_, "--allow-downgrade")
    agreed = phones.run("rollouts", "set", id_, "--allow-downgrade", "--yes", "--json").json

    assert (added["allow_downgrade"], again["allow_downgrade"]) == (False, False)
    assert back.code == 2
    assert agreed["allow_downgrade"] is True


def test_window_that_is_none(offhook: Terminal) -> None:
    run = offhook.run("rollouts", "add", "yealink", "1.2.3.4", "--window", "at night")

    assert run.code == 2
    assert '"at night" is not HH:MM-HH:MM, such as 22:00-05:00' in run.err


def test_backup_moves_to_another_place(
    phones: Terminal, offline: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.jsonl"

    saved = phones.run("backup", str(file), "--json")
    monkeypatch.setenv("OFFHOOK_STATE_DIR", str(tmp_path / "other"))
    brought = offline.run("restore", str(file), "--json")
    again = offline.run("restore", str(file))
    counted = offline.run("recount", "--json")

    assert saved.code == 0
    assert saved.json["table"] == "offhook-local"
    assert brought.json["written"] == saved.json["items"]
    assert again.out == (
        f"offhook-local has all items of {file}: 0 written, "
        f"{saved.json['items']} were there, 0 had expired\n"
        "1 devices, all counted right\n"
    )
    assert counted.json == {"devices": 1, "put_right": [], "sites": []}


def test_first_token_is_made_and_works(offhook: Terminal) -> None:
    made = offhook.run("token", "--name", "Alice", "--role", "viewer")

    text = made.out.strip()
    assert text.startswith("oh_")
    asked = Terminal(environment={**offhook.environment, "OFFHOOK_TOKEN": text})
    assert asked.run("devices", "list").code == 0
    assert asked.run("tokens", "list").code == 4


def answering(
    offline: Terminal, body: object, *words: str, stdin: str = ""
) -> tuple[Run, list[Heard]]:
    """Run a command against a server that answers this to everything."""
    said = Said(body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    with serve(lambda _: said) as serving:
        run = offline.run(*words, "--url", serving.url, stdin=stdin)
    return run, serving.heard


FILES: Mapping[str, object] = {
    "files": [
        {
            "name": f"{MAC}.cfg",
            "content_type": "text/plain",
            "etag": "x",
            "text": "a = 1\nb = 2\n",
            "diff": "-a = 0\n+a = 1\n",
        }
    ]
}


def test_config_is_printed_as_it_is(offline: Terminal) -> None:
    run, [heard] = answering(offline, FILES, "config", "show", MAC)

    assert heard.path == f"/api/provisioning/devices/{MAC}/config"
    assert run.out == "a = 1\nb = 2\n"


def test_change_of_the_config_is_printed(offline: Terminal) -> None:
    run, [heard] = answering(offline, FILES, "config", "diff", MAC)

    assert heard.path == f"/api/provisioning/devices/{MAC}/config?diff=last"
    assert run.out == "-a = 0\n+a = 1\n"


@pytest.mark.parametrize(
    ("words", "method", "path"),
    [
        (("summary", "--silent-days", "3"), "GET", "/api/provisioning/summary?silent_days=3"),
        (("settings", "show"), "GET", "/api/settings"),
        (("settings", "set", "--set", "lldp=true"), "PATCH", "/api/settings"),
        (
            ("settings", "set", "--model", "zip/33g", "--set", "lldp=true"),
            "PATCH",
            "/api/models/zip/33g/settings",
        ),
        (("settings", "remove", "zip/33g", "--yes"), "DELETE", "/api/models/zip/33g/settings"),
        (("devices", "status", MAC), "GET", f"/api/provisioning/devices/{MAC}/status"),
        (("layouts", "show", "desk"), "GET", "/api/layouts/desk"),
        (("layouts", "remove", "desk", "--yes"), "DELETE", "/api/layouts/desk"),
        (("webhooks", "show", "x1"), "GET", "/api/webhooks/x1"),
        (("webhooks", "test", "x1"), "POST", "/api/webhooks/x1/test"),
        (("webhooks", "remove", "x1", "--yes"), "DELETE", "/api/webhooks/x1"),
    ],
)
def test_command_asks_for_its_path(
    offline: Terminal, words: tuple[str, ...], method: str, path: str
) -> None:
    run, [heard] = answering(offline, {"success": True, "delivered": True}, *words)

    assert run.code == 0
    assert (heard.method, heard.path) == (method, path)


def test_older_firmware_is_set_when_the_flag_allows_it(phones: Terminal) -> None:
    places = (
        ("settings", "set"),
        ("settings", "set", "--model", "yealink/t46s"),
        ("sites", "set", "default"),
        ("devices", "set", MAC),
    )
    for place in places:
        newer = phones.run(*place, "--set", "firmware=66.86.0.15")
        refused = phones.run(*place, "--set", "firmware=66.85.0.5")
        allowed = phones.run(*place, "--set", "firmware=66.85.0.5", "--allow-downgrade")

        assert newer.code == 0, newer.err
        assert refused.code != 0, place
        assert "which is newer than 66.85.0.5" in refused.err
        assert allowed.code == 0, allowed.err


def test_settings_of_a_model_are_removed_with_the_flag(phones: Terminal) -> None:
    phones.run("settings", "set", "--model", "yealink/t46s", "--set", "language=de")

    removed = phones.run("settings", "remove", "yealink/t46s", "--yes", "--allow-downgrade")

    assert removed.code == 0, removed.err
    assert (
        phones.run("settings", "show", "--model", "yealink/t46s", "--json").json["settings"] == {}
    )
