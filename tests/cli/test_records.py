"""Do the commands for devices, extensions, sites and tokens do what they say?"""

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


def test_device_is_added_and_shown(phones: Terminal) -> None:
    shown = phones.run("devices", "show", "0015.6512.3456")

    assert shown.code == 0
    assert shown.lines[:4] == [
        "mac_address       001565123456",
        "extension_number  1001",
        "vendor            zip",
        "model             33g",
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("devices", "add", MAC, "--extension", "1002", "--vendor", "zip", "--model", "37g"),
            (
                "there is a device 001565123456 already; "
                "`offhook devices set 001565123456` changes it"
            ),
        ),
        (
            ("extensions", "add", "1001", "--name", "Other", "--generate"),
            "there is an extension 1001 already; `offhook extensions set 1001` changes it",
        ),
        (
            ("sites", "add", "berlin", "--label", "Other"),
            "there is a site berlin already; `offhook sites set berlin` changes it",
        ),
    ],
)
def test_add_leaves_what_is_there_as_it_is(
    phones: Terminal, words: tuple[str, ...], says: str
) -> None:
    site = ("berlin", "--policy", "token", "--set", "timezone=Europe/Berlin")
    phones.all(("extensions", "add", "1002", "--generate"), ("sites", "add", *site))
    before = [phones.run(words[0], "show", words[2], "--json").json]

    run = phones.run(*words)

    assert run.code == 1
    assert run.err == f"offhook: {says}\n"
    assert [phones.run(words[0], "show", words[2], "--json").json] == before


def test_default_site_is_always_there(offhook: Terminal) -> None:
    run = offhook.run("sites", "add", "default", "--label", "Other")

    assert run.code == 1
    assert offhook.run("sites", "show", "default", "--json").json["label"] == "default"


def test_list_in_a_pipe_is_a_line_each(phones: Terminal) -> None:
    listed = phones.run("devices", "list")

    assert listed.code == 0
    [line] = listed.lines
    assert line.split("\t")[:2] == ["001565123456", "1001"]
    assert listed.err == ""


@pytest.mark.parametrize("words", [("--vendor", "ZIP"), ("--vendor", "Zultys", "--model", "33G")])
def test_list_takes_any_name_of_a_vendor(phones: Terminal, words: tuple[str, ...]) -> None:
    [line] = phones.run("devices", "list", *words).lines

    assert line.startswith("001565123456\t")


def test_list_as_json_is_the_rows_of_the_api(phones: Terminal) -> None:
    [row] = phones.run("devices", "list", "--json").json

    assert row["mac_address"] == "001565123456"
    assert row["config_url"].endswith("/provision/001565123456.cfg")


def test_options_may_stand_before_the_command(phones: Terminal) -> None:
    assert (
        phones.run("--json", "devices", "list").json == phones.run("devices", "list", "--json").json
    )


def test_list_follows_the_pages_and_ends_at_the_limit(offhook: Terminal) -> None:
    numbers = [f"{1000 + place}" for place in range(7)]
    for number in numbers:
        offhook.run("extensions", "add", number, "--generate")

    listed = offhook.run("extensions", "list", "--limit", "5", "--json").json

    assert [row["number"] for row in listed] == numbers[:5]


def test_setting_is_set_and_unset(phones: Terminal) -> None:
    phones.all(
        (
            *("devices", "set", MAC, "--set", "timezone=Europe/Berlin", "--set", "vlan.phone=100"),
            *("--set", "lldp=true", "--set", "codecs=G722,PCMA", "--set", "forward.busy=1002"),
        ),
        ("devices", "set", MAC, "--unset", "lldp"),
    )

    settings = phones.run("devices", "show", MAC, "--json").json["settings"]

    assert settings == {
        "timezone": "Europe/Berlin",
        "vlan": {"phone": 100},
        "codecs": ["G722", "PCMA"],
        "forward": {"busy": "1002"},
    }


def test_warning_and_guess_are_told_beside_the_answer(offhook: Terminal) -> None:
    offhook.run("extensions", "add", "1001", "--generate")

    added = offhook.run(
        *("devices", "add", "80:5e:c0:12:34:56", "--extension", "1001", "--model", "t46s"),
        *("--set", "language=vi"),
    )

    assert added.code == 0
    assert "Guessed: vendor yealink (MAC prefix 805ec0: yealink)\n" in added.err
    assert 'Warning: settings.language: Yealink knows no "vi"\n' in added.err


def test_every_flaw_is_told_as_a_sentence(offhook: Terminal) -> None:
    refused = offhook.run(
        "devices", "add", MAC, "--extension", "", "--vendor", "zip", "--from", "-", stdin='{"x": 1}'
    )

    assert refused.code == 1
    assert refused.out == ""
    assert refused.err.startswith("offhook: the server refused it, for 2 reasons:\n  ")
    assert "  x: is not a known field; known are" in refused.err


def test_refusal_as_json_goes_to_stderr(offhook: Terminal) -> None:
    refused = offhook.run("devices", "show", MAC, "--json")

    assert refused.code == 5
    assert refused.out == ""
    told = json.loads(refused.err)
    assert told["status"] == 404
    assert told["exit_code"] == 5
    assert told["error"] == "there is no device 001565123456"


def test_device_is_removed_with_consent_only(phones: Terminal) -> None:
    unasked = phones.run("devices", "remove", MAC)
    agreed = phones.run("devices", "remove", MAC, "--yes")

    assert unasked.code == 2
    assert "Nobody is there to answer; say --yes" in unasked.err
    assert agreed.out == "001565123456 is unregistered\n"
    assert phones.run("devices", "show", MAC).code == 5


def test_what_is_no_mac_address_is_usage(offhook: Terminal) -> None:
    wrong = offhook.run("devices", "show", "zz")

    assert wrong.code == 2
    assert '"zz" is not a MAC address (12 hex digits)' in wrong.err


def test_device_is_armed_and_rotated(phones: Terminal) -> None:
    armed = phones.run("devices", "arm", MAC, "--seconds", "3600", "--count", "6", "--json").json
    before = armed["own_url"]

    rotated = phones.run("devices", "rotate", MAC, "--json").json

    assert armed["armed_left"] == 6
    assert rotated["own_url"] != before


def test_password_comes_from_stdin_and_is_printed_alone(offhook: Terminal) -> None:
    offhook.run("extensions", "add", "1001", "--password-stdin", stdin="a long random text\n")

    shown = offhook.run("extensions", "password", "1001")

    assert shown.out == "a long random text\n"


def test_secret_setting_in_the_command_line_is_refused(phones: Terminal) -> None:
    typed = phones.run("devices", "set", MAC, "--set", "web.admin_password=hunter2")
    read = phones.run(
        "devices", "set", MAC, "--set", "web.admin_password=@-", stdin="a long random text\n"
    )

    assert typed.code == 2
    assert "web.admin_password is a secret" in typed.err
    assert "hunter2" not in typed.err
    assert read.code == 0


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("vlan.voice", "vlan has: phone, phone_priority, pc, pc_priority"),
        ("vlan.phones", 'did you mean "vlan.phone"?'),
        ("time_zone", 'did you mean "timezone"?'),
        ("language.x", "language has: nothing"),
    ],
)
def test_unknown_setting_tells_the_known_ones(phones: Terminal, path: str, says: str) -> None:
    wrong = phones.run("devices", "set", MAC, "--set", f"{path}=100")

    assert wrong.code == 2
    assert wrong.err == f'offhook: "{path}" is no setting; {says}\n'


def test_site_is_made_and_its_key_replaced(offhook: Terminal) -> None:
    made = offhook.run(
        *("sites", "add", "berlin", "--label", "Berlin", "--policy", "token"),
        *("--policy", "networks", "--network", "192.0.2.0/24", "--json"),
    ).json

    replaced = offhook.run("sites", "key", "berlin", "--yes", "--json").json

    assert made["access"] == {"policy": ["token", "networks"], "networks": ["192.0.2.0/24"]}
    assert replaced["key_url"] != made["key_url"]
    assert offhook.run("sites", "list").lines[0].split("\t")[:3] == [
        "berlin",
        "Berlin",
        "token, networks",
    ]


def test_token_is_printed_once_and_works(offhook: Terminal) -> None:
    made = offhook.run("tokens", "add", "monitoring", "--role", "viewer")
    text = made.out.strip()

    with_it = Terminal(environment={**offhook.environment, "OFFHOOK_TOKEN": text})

    assert made.err == "This is the only time that it is shown.\n"
    assert text.startswith("oh_")
    refused = with_it.run("extensions", "add", "1001", "--generate")
    assert with_it.run("extensions", "list").code == 0
    assert refused.code == 4
    assert text not in refused.err


def test_unknown_token_is_exit_code_4(offhook: Terminal) -> None:
    wrong = Terminal(environment={**offhook.environment, "OFFHOOK_TOKEN": "oh_wrong"})

    refused = wrong.run("devices", "list")

    assert refused.code == 4
    assert refused.err.startswith("offhook: the server does not know who asks")
    assert "oh_wrong" not in refused.err


def test_status_tells_the_server(offhook: Terminal) -> None:
    told = offhook.run("status", "--json").json

    assert told["server"] == offhook.environment["OFFHOOK_URL"]
    assert told["status"] == "ok"
    assert told["store"] == {"kind": "sqlite", "reachable": True}


def test_vendors_are_listed_with_their_models(offhook: Terminal) -> None:
    listed = offhook.run("vendors", "list")
    shown = offhook.run("vendors", "show", "zip")

    assert "zip\t2" in listed.lines
    assert [line.split("\t")[0] for line in shown.lines] == ["33g", "37g"]
