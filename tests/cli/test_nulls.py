"""Does the command unset what is inherited, and take a setting's own word back?"""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Terminal

MAC = "00:15:65:12:34:56"


@pytest.fixture
def phones(offhook: Terminal) -> Terminal:
    """The extension 1001, and a device on it."""
    offhook.all(
        ("extensions", "add", "1001", "--name", "Front desk", "--generate"),
        ("devices", "add", MAC, "--extension", "1001", "--vendor", "zip", "--model", "33g"),
    )
    return offhook


def test_null_unsets_and_unset_takes_back(phones: Terminal) -> None:
    phones.run("settings", "set", "--set", "language=en", "--set", "vlan.pc=5")

    phones.run("devices", "set", MAC, "--null", "language", "--null", "vlan.pc", "--set", "lldp=on")
    unset = phones.run("devices", "show", MAC, "--json").json["settings"]
    phones.run("devices", "set", MAC, "--unset", "language")

    assert unset == {"lldp": True, "language": None, "vlan": {"pc": None}}
    assert phones.run("devices", "show", MAC, "--json").json["settings"] == {
        "lldp": True,
        "vlan": {"pc": None},
    }


@pytest.mark.parametrize(
    "words", [("sites", "set", "default"), ("settings", "set"), ("sites", "add", "berlin")]
)
def test_null_of_what_many_share(offhook: Terminal, words: tuple[str, ...]) -> None:
    run = offhook.run(*words, "--null", "language", "--json")

    assert run.code == 0
    assert run.json["settings"] == {"language": None}


def test_unset_and_null_are_not_for_one_request(phones: Terminal) -> None:
    run = phones.run("devices", "set", MAC, "--null", "language", "--unset", "vlan.pc")

    assert run.code == 2
    assert "--unset and --null exclude each other" in run.err


def test_settings_of_a_file_and_of_options_come_together(phones: Terminal) -> None:
    held = json.dumps({"settings": {"vlan": {"phone": 5}}})

    phones.run("devices", "set", MAC, "--from", "-", "--set", "vlan.pc=6", stdin=held)

    assert phones.run("devices", "show", MAC, "--json").json["settings"] == {
        "vlan": {"phone": 5, "pc": 6}
    }
