"""Does a device keep the lines, keys and settings that it was given, and show no password?"""

from __future__ import annotations

from typing import Any

import pytest
from chalice.test import HTTPResponse

from tests.routes.installation import DEVICES, MAC, Installation, one_store

PATH = f"{DEVICES}/{MAC}"
SECRETS = ("own-secret", "web-secret", "ldap-secret")
LINES = [
    {"extension_number": "1001", "label": "Front desk", "voicemail": "*97"},
    {"user": "trunk", "password": "own-secret", "server": "other.example.com"},
]
KEYS = [{"position": 2, "type": "blf", "value": "1002", "label": "Lab"}]
SETTINGS = {
    "language": "de",
    "vlan": {"phone": 100},
    "web": {"admin_password": "web-secret"},
    "ldap": {"host": "ldap.example.com", "password": "ldap-secret"},
}
WHOLE = {
    "vendor": "yealink",
    "model": "t46s",
    "lines": LINES,
    "keys": KEYS,
    "settings": SETTINGS,
}


def file_of(site: Installation, **headers: str) -> str:
    return str(site.get(f"/provision/{MAC}.cfg", **headers).body.decode())


def mistakes(answer: HTTPResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 400
    return [(mistake["field"], mistake["message"]) for mistake in answer.json_body["errors"]]


@pytest.fixture
def phone(site: Installation) -> Installation:
    """An installation with one device of which much is set."""
    answer = site.send("PUT", PATH, WHOLE)
    assert answer.status_code == 201
    return site


def test_device_shows_all_that_was_given_but_passwords(phone: Installation) -> None:
    device = phone.get(PATH).json_body

    assert device["extension_number"] == "1001"
    assert device["lines"] == [LINES[0], {"user": "trunk", "server": "other.example.com"}]
    assert device["keys"] == [{**KEYS[0], "module": 0, "line": 1}]
    assert device["settings"] == {
        "language": "de",
        "vlan": {"phone": 100},
        "web": {},
        "ldap": {"host": "ldap.example.com"},
    }


def test_no_password_is_in_any_answer_or_log_line(phone: Installation) -> None:
    answers = [
        phone.send("PUT", PATH, WHOLE),
        phone.send("PATCH", PATH, {"settings": SETTINGS}),
        phone.get(PATH),
        phone.get(DEVICES),
        phone.send("PUT", PATH, {**WHOLE, "settings": {"web": {"admin_password": "web-secret\n"}}}),
    ]

    told = b"".join(answer.body for answer in answers).decode() + phone.log_text
    assert not any(secret in told for secret in SECRETS)


def test_file_says_all_that_was_given(phone: Installation) -> None:
    lines = file_of(phone).splitlines()

    assert {
        "account.1.user_name = 1001",
        "account.1.label = Front desk",
        "account.2.user_name = trunk",
        "account.2.password = own-secret",
        "account.2.sip_server.1.address = other.example.com",
        "linekey.2.type = 16",
        "linekey.2.value = 1002",
    } <= set(lines)


def test_list_stays_short(phone: Installation) -> None:
    [device] = phone.get(DEVICES).json_body

    assert {"lines", "keys", "settings"}.isdisjoint(device)


def test_device_with_an_account_of_its_own_only(site: Installation) -> None:
    answer = site.send("PUT", PATH, {**WHOLE, "lines": LINES[1:]})

    assert answer.status_code == 201
    assert answer.json_body["device"]["extension_number"] is None
    assert "account.1.user_name = trunk" in file_of(site)


@pytest.mark.parametrize(
    ("patch", "settings"),
    [
        ({"language": None}, {"vlan": {"phone": 100}}),
        ({"language": "fr"}, {"language": "fr", "vlan": {"phone": 100}}),
        ({"vlan": {"pc": 200}}, {"language": "de", "vlan": {"phone": 100, "pc": 200}}),
        ({"vlan": {"phone": None}}, {"language": "de"}),
        ({"vlan": None}, {"language": "de"}),
        ({}, {"language": "de", "vlan": {"phone": 100}}),
    ],
)
def test_patch_merges_settings_and_null_unsets(
    site: Installation, patch: dict[str, Any], settings: dict[str, Any]
) -> None:
    site.send("PUT", PATH, {**WHOLE, "settings": {"language": "de", "vlan": {"phone": 100}}})

    answer = site.send("PATCH", PATH, {"settings": patch})

    assert answer.status_code == 200
    assert answer.json_body["device"]["settings"] == settings
    assert site.get(PATH).json_body["settings"] == settings


@one_store
def test_raw_parameters_are_shown_to_who_may_reveal_only(site: Installation) -> None:
    raw = {"features.a": "canary-of-raw"}
    site.send("PUT", PATH, {**WHOLE, "settings": {"language": "de", "vendor_settings": raw}})
    hidden, open_ = (
        site.get(PATH, authorization=f"Bearer {site.token('viewer', reveal=reveal)}").json_body
        for reveal in (False, True)
    )

    assert hidden["settings"] == {"language": "de"}
    assert open_["settings"] == {"language": "de", "vendor_settings": raw}


@one_store
def test_raw_parameters_that_are_left_out_stay(site: Installation) -> None:
    """Who may not see them would otherwise lose them by writing back what was shown."""
    raw = {"features.a": "1"}
    site.send("PUT", PATH, {**WHOLE, "settings": {"vendor_settings": raw}})

    answer = site.send("PUT", PATH, {**WHOLE, "settings": {"language": "de"}})
    unset = site.send("PATCH", PATH, {"settings": {"vendor_settings": None}})

    assert answer.json_body["device"]["settings"] == {"language": "de", "vendor_settings": raw}
    assert unset.json_body["device"]["settings"] == {"language": "de"}


def test_patch_of_one_raw_parameter_leaves_the_others(site: Installation) -> None:
    raw = {"features.a": "1", "features.b": "2"}
    site.send("PUT", PATH, {**WHOLE, "settings": {"vendor_settings": raw}})

    answer = site.send(
        "PATCH", PATH, {"settings": {"vendor_settings": {"features.a": None, "features.c": "3"}}}
    )

    found = answer.json_body["device"]["settings"]["vendor_settings"]
    assert found == {"features.b": "2", "features.c": "3"}


@one_store
def test_patch_that_leaves_a_half_object_is_refused(site: Installation) -> None:
    site.send("PUT", PATH, {**WHOLE, "settings": {"syslog": {"server": "log.example.com"}}})

    answer = site.send("PATCH", PATH, {"settings": {"syslog": {"server": None, "port": 514}}})

    assert mistakes(answer) == [("settings.syslog.server", "is required")]


def test_patch_keeps_passwords(phone: Installation) -> None:
    phone.send("PATCH", PATH, {"settings": {"web": {"user_password": "second"}}})

    assert "static.security.user_password = admin:web-secret" in file_of(phone)


def test_patch_of_the_extension_keeps_what_was_chosen_for_the_line(phone: Installation) -> None:
    answer = phone.send("PATCH", PATH, {"extension_number": "1002"})

    assert answer.json_body["device"]["lines"] == [
        {"extension_number": "1002", "label": "Front desk", "voicemail": "*97"},
        {"user": "trunk", "server": "other.example.com"},
    ]


def test_patch_of_lines_keeps_the_password_of_an_account_that_stays(phone: Installation) -> None:
    answer = phone.send("PATCH", PATH, {"lines": [{"user": "trunk", "label": "Trunk"}]})

    assert answer.status_code == 200
    assert "account.1.password = own-secret" in file_of(phone)


def test_put_of_what_get_showed_changes_nothing_that_matters(phone: Installation) -> None:
    before = file_of(phone)
    shown = phone.get(PATH).json_body
    body = {name: shown[name] for name in ("vendor", "model", "lines", "keys", "settings")}

    answer = phone.send("PUT", PATH, {**body, "extension_number": shown["extension_number"]})

    assert answer.status_code == 200
    assert file_of(phone) == before


def test_put_without_settings_removes_them_with_their_passwords(phone: Installation) -> None:
    phone.send("PUT", PATH, {**WHOLE, "settings": {}})

    phone.send("PATCH", PATH, {"settings": {"web": {"user_password": "second"}}})

    assert "web-secret" not in file_of(phone)


@one_store
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"lines": [{"label": "x"}]},
            [("lines[0]", "needs either an extension_number or a user with a password")],
        ),
        (
            {"lines": [{"extension_number": "1001", "user": "x"}]},
            [("lines[0]", "needs either an extension_number or a user with a password")],
        ),
        (
            {"lines": [{"extension_number": "1001", "password": "x"}]},
            [("lines[0].password", "is that of the extension, which has its own; leave it out")],
        ),
        ({"lines": [{"user": "x"}]}, [("lines[0].password", "is required for a new user")]),
        ({"lines": []}, [("lines", "has 0 items; 1 to 24 are allowed")]),
        (
            {"lines": [{"extension_number": "1001"}, {"extension_number": "9999"}]},
            [
                (
                    "lines[1].extension_number",
                    '"9999" is not an extension; create it first (POST /api/extensions)',
                )
            ],
        ),
        (
            {"extension_number": "1002"},
            [
                (
                    "extension_number",
                    "is not the extension of the first of lines; give only one of them",
                )
            ],
        ),
        (
            {"keys": [KEYS[0], {"position": 2, "type": "dnd"}, {**KEYS[0], "module": 1}]},
            [("keys", "names key 2 2 times")],
        ),
        (
            {"keys": [{**KEYS[0], "module": 1}, {**KEYS[0], "module": 1}]},
            [("keys", "names key 2 of module 1 2 times")],
        ),
        (
            {"settings": {"timezone": "Europe/Nowhere"}},
            [
                (
                    "settings.timezone",
                    '"Europe/Nowhere" is not an IANA time zone (such as "Europe/Paris" or "UTC")',
                )
            ],
        ),
        (
            {"settings": {"vendor_settings": {"a = 1\nb": "2"}}},
            [("settings.vendor_settings", '"a = 1\\nb" is not the name of a parameter')],
        ),
        (
            {"settings": {"vendor_settings": {"a ": "2"}}},
            [("settings.vendor_settings", '"a " is not the name of a parameter')],
        ),
        (
            {"settings": {"vendor_settings": {"account.1.label": "x"}}},
            [
                (
                    'settings.vendor_settings."account.1.label"',
                    "is already in the file, from another setting or the template",
                )
            ],
        ),
        (
            {"settings": {"ring_tone": "%NULL%"}},
            [
                (
                    "settings.ring_tone",
                    (
                        "must not be %NULL%, which tells the phone to clear the value, "
                        "in the files of yealink"
                    ),
                )
            ],
        ),
        (
            {"settings": {"web": {"admin_password": " x"}}},
            [
                (
                    "settings.web.admin_password",
                    "begins with a blank",
                )
            ],
        ),
        ({"settings": {"codecs": None}}, [("settings.codecs", "is null, not a list")]),
    ],
)
def test_choice_that_cannot_be_is_refused(
    site: Installation, change: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    answer = site.send("PUT", PATH, {**WHOLE, "settings": {}, **change})

    assert mistakes(answer) == expected
    assert site.get(DEVICES).json_body == []


@one_store
def test_patch_of_extension_beside_lines_is_refused(phone: Installation) -> None:
    answer = phone.send("PATCH", PATH, {"extension_number": "1002", "lines": LINES})

    assert mistakes(answer) == [
        ("extension_number", "cannot be given beside lines: it is the extension of the first line")
    ]


@one_store
def test_what_the_vendor_cannot_be_told_is_a_warning(site: Installation) -> None:
    settings = {"cdp": True, "date_format": "yyyy-mm-dd", "codecs": ["PCMU", "opus"]}
    keys = [{"position": 1, "type": "park", "value": "701"}]

    answer = site.send(
        "PUT",
        PATH,
        {"vendor": "zip", "model": "33g", "extension_number": "1001", "settings": settings}
        | {"keys": keys},
    )

    assert answer.status_code == 201
    warnings = answer.json_body["warnings"]
    assert any(warning.startswith("settings.codecs: ") for warning in warnings)
    assert "warnings" not in site.get(PATH).json_body


@one_store
def test_key_of_a_line_that_is_not_there_is_told(site: Installation) -> None:
    keys = [{"position": 1, "type": "line", "line": 99}, {"position": 2, "type": "line", "line": 2}]
    body = {"extension_number": "1001", "vendor": "yealink", "model": "t46s"}
    line_2 = "key 2: there is no line 2; the device has 1"

    own = site.send("PUT", PATH, {**body, "keys": keys}).json_body
    site.send("PUT", "/api/layouts/desk", {"keys": keys})
    by_layout = site.send("PUT", PATH, {**body, "settings": {"key_layout": "desk"}}).json_body
    of_site = site.send("PATCH", "/api/sites/default", {"settings": {"key_layout": "desk"}})
    by_site = site.send("PUT", PATH, body).json_body
    two_lines = {**body, "lines": [{"extension_number": "1001"}, {"extension_number": "1002"}]}
    del two_lines["extension_number"]
    fits = site.send("PUT", PATH, two_lines).json_body

    line_99 = "key 1: there is no line 99; Yealink SIP-T46S has 16"
    assert own["warnings"] == [line_99, line_2]
    assert by_layout["warnings"] == [line_99, line_2]
    assert of_site.json_body["warnings"] == [line_99]
    assert by_site["warnings"] == [line_99, line_2]
    assert fits["warnings"] == [line_99]


@one_store
def test_device_that_loses_nothing_has_no_warnings(site: Installation) -> None:
    body = {"vendor": "zip", "model": "33g", "extension_number": "1001"}

    answer = site.send("PUT", PATH, body)

    assert "warnings" not in answer.json_body
    assert "guessed" not in answer.json_body


def test_extension_that_changes_changes_each_line(site: Installation) -> None:
    lines = [{"extension_number": number} for number in ("1001", "1002", "1001")]
    site.send("PUT", PATH, {**WHOLE, "lines": lines})

    site.send("PATCH", "/api/extensions/1001", {"name": "Lobby"})

    assert [line for line in file_of(site).splitlines() if ".display_name" in line] == [
        "account.1.display_name = Lobby",
        "account.2.display_name = 1002",
        "account.3.display_name = Lobby",
    ]


@one_store
def test_firmware_chooses_the_generation_and_is_remembered(phone: Installation) -> None:
    newest = file_of(phone)

    older = file_of(phone, user_agent="Yealink SIP-T46S 66.80.0.15 00:15:65:12:34:56")
    silent = file_of(phone)
    newer = file_of(phone, user_agent="Yealink SIP-T46S 66.86.0.15 00:15:65:12:34:56")

    assert older != newest
    assert silent == older
    assert newer == newest == file_of(phone)
