"""Does each word say what it should, and is each one documented?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.catalog import Catalog
from chalicelib.domain.device import Line
from chalicelib.domain.profile import LINE, SETTINGS
from chalicelib.domain.server import Server
from chalicelib.domain.shape import Record
from chalicelib.domain.vocabulary import (
    SAMPLE,
    WORDS,
    find_unsupported,
    rank_codecs,
    speak,
    speak_of_contacts,
    speak_of_model,
)

CATALOG = Catalog()
PACK, MODEL = CATALOG.find("zip", "33g")
SERVER = Server(
    name="Head office",
    sip_host="pbx.example.com",
    sip_port=5080,
    timezone=CATALOG.time_zone("Asia/Kolkata"),
    ntp_servers=("ntp.example.com",),
    codecs=("PCMA", "opus", "PCMU"),
)
DOSSIER = replace(
    SAMPLE,
    device=replace(
        SAMPLE.device,
        lines=(
            {"extension_number": "1001", "label": "Desk", "expires": 90, "mwi": True},
            {"user": "1002", "password": "s3cret-2", "server": "other.example.com"},
        ),
        keys=(
            {"position": 1, "module": 1, "type": "blf", "value": "1009", "line": 1},
            {"position": 7, "module": 0, "type": "dnd", "line": 1},
        ),
        settings={
            "language": "de",
            "syslog": {"server": "log.example.com", "level": "info"},
            "lldp": False,
            "resync": {"interval": 90},
            "codecs": ["PCMU"],
            "ntp_servers": ["own.example.com"],
            "vendor_settings": {"b": "2", "a": "1"},
        },
    ),
    lines=(
        Line(position=1, number="1001", name="Reception", password="s3cret-1"),
        Line(position=2, number="1002", name="Workshop", password="s3cret-2"),
    ),
)
CODED = replace(
    PACK,
    codes={
        "language": {"de": 3},
        "syslog.level": {"info": 6},
        "boolean": {"true": "Yes", "false": "No"},
        "key": {"blf": 16, "dnd": 5},
        "transport": {"tls": 2},
    },
    codecs={"PCMU": 1, "PCMA": 2, "G722": 3},
)
GUIDE = Path(__file__).parents[2] / "docs" / "templates.md"
PERSONAL = {
    "EXTENSION_NUMBER",
    "EXTENSION_NAME",
    "EXTENSION_PASSWORD",
    "mac",
    "lines",
    "keys",
}
OF_CONTACTS = {"contacts"}


def test_every_word_is_spoken_and_no_other() -> None:
    words = speak(DOSSIER, server=SERVER, pack=PACK, model=MODEL)

    assert set(words) == set(WORDS) - OF_CONTACTS


def test_common_words_leave_out_what_is_the_devices_own() -> None:
    words = speak_of_model(server=SERVER, pack=PACK, model=MODEL)

    assert set(words) == set(WORDS) - PERSONAL - OF_CONTACTS


def test_words_of_a_phonebook_leave_out_what_is_the_devices_own() -> None:
    contacts = [{"name": "Taxi", "numbers": ["12345"]}]

    words = speak_of_contacts(contacts, server=SERVER, pack=PACK, model=MODEL)

    assert set(words) == set(WORDS) - PERSONAL
    assert words["contacts"] == contacts


def test_every_field_that_an_operator_may_set_is_a_word() -> None:
    words = speak(SAMPLE, server=SERVER, pack=PACK, model=MODEL)

    # A zone is said by `time`, a layout by `keys`.
    assert set(SETTINGS.fields) - {"timezone", "key_layout"} <= set(words)
    assert set(LINE.fields) - {"extension_number", "user"} <= set(words["lines"][0])
    for name, field in SETTINGS.fields.items():
        if isinstance(field.shape, Record):
            assert set(field.shape.fields) <= set(words[name])


def test_words_say_what_the_device_and_the_server_are() -> None:
    words = speak(DOSSIER, server=SERVER, pack=PACK, model=MODEL)

    assert words["EXTENSION_NUMBER"] == "1001"
    assert words["EXTENSION_NAME"] == "Reception"
    assert words["EXTENSION_PASSWORD"] == "s3cret-1"
    assert words["SIP_SERVER"] == "pbx.example.com"
    assert words["SIP_PORT"] == 5080
    assert words["SERVER_NAME"] == "Head office"
    assert words["mac"] == "001565000000"
    assert (words["vendor"], words["model"]) == ("zip", "33g")
    assert words["time"] == {"offset": "+5:30", "summer_time": 0}
    assert words["ntp_servers"] == ["own.example.com"]


def test_lines_say_what_was_chosen_and_else_what_the_server_is() -> None:
    words = speak(DOSSIER, server=SERVER, pack=CODED, model=MODEL)

    unset = dict.fromkeys(
        (
            "transport",
            "outbound_proxy",
            "outbound_proxy_port",
            "backup_server",
            "backup_port",
            "srtp",
            "dtmf",
            "voicemail",
        )
    )
    assert words["lines"] == [
        {
            **unset,
            "extension_number": "1001",
            "user": None,
            "position": 1,
            "number": "1001",
            "auth_user": "1001",
            "name": "Reception",
            "label": "Desk",
            "password": "s3cret-1",
            "server": "pbx.example.com",
            "port": 5080,
            "expires": 90,
            "expires_minutes": 2,
            "mwi": "Yes",
        },
        {
            **unset,
            "extension_number": None,
            "user": "1002",
            "position": 2,
            "number": "1002",
            "auth_user": "1002",
            "name": "Workshop",
            "label": "Workshop",
            "password": "s3cret-2",
            "server": "other.example.com",
            "port": 5080,
            "expires": None,
            "expires_minutes": None,
            "mwi": None,
        },
    ]


def test_first_six_words_follow_what_was_chosen_for_the_first_line() -> None:
    choice = {
        "extension_number": "1001",
        "name": "Night desk",
        "server": "night.example.com",
        "port": 5070,
    }
    dossier = replace(SAMPLE, device=replace(SAMPLE.device, lines=(choice,)))

    words = speak(dossier, server=SERVER, pack=PACK, model=MODEL)

    assert words["EXTENSION_NAME"] == "Night desk"
    assert (words["SIP_SERVER"], words["SIP_PORT"]) == ("night.example.com", 5070)


def test_keys_stand_in_the_order_of_module_and_position_with_their_codes() -> None:
    words = speak(DOSSIER, server=SERVER, pack=CODED, model=MODEL)

    unset = {"value": None, "label": None, "pickup": None, "line": 1}
    assert words["keys"] == [
        {**unset, "position": 7, "module": 0, "type": 5, "kind": "dnd"},
        {**unset, "position": 1, "module": 1, "type": 16, "kind": "blf", "value": "1009"},
    ]


def test_settings_are_spoken_in_the_codes_and_units_of_the_vendor() -> None:
    words = speak(DOSSIER, server=SERVER, pack=CODED, model=MODEL)

    assert words["language"] == 3
    assert words["syslog"] == {"server": "log.example.com", "port": None, "level": 6}
    assert (words["lldp"], words["cdp"]) == ("No", None)
    assert words["resync"] == {
        "interval": 90,
        "interval_seconds": 5400,
        "interval_hours": 2,
        "jitter": None,
        "jitter_seconds": None,
    }
    assert [codec["name"] for codec in words["codecs"] if codec["enabled"]] == ["PCMU"]
    assert words["vendor_settings"] == [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]


def test_value_without_a_code_is_not_spoken() -> None:
    settings = {"language": "fr"}
    dossier = replace(SAMPLE, device=replace(SAMPLE.device, settings=settings))

    words = speak(dossier, server=SERVER, pack=CODED, model=MODEL)

    assert words["language"] is None


def test_vendor_without_codes_gets_neutral_values_and_ones_and_noughts() -> None:
    pack = replace(PACK, codes={})

    words = speak(DOSSIER, server=SERVER, pack=pack, model=MODEL)

    assert words["language"] == "de"
    assert words["syslog"]["level"] == "info"
    assert (words["lldp"], words["lines"][0]["mwi"]) == (0, 1)
    assert words["keys"][0]["type"] is None


def test_own_time_zone_comes_before_the_servers() -> None:
    zone = CATALOG.time_zone("Asia/Tokyo")

    words = speak(DOSSIER, server=SERVER, pack=PACK, model=MODEL, timezone=zone)

    assert words["time"] == {"offset": "+9", "summer_time": 0}


def test_codecs_are_ranked_as_wanted_in_the_order_of_the_vendor() -> None:
    codecs = rank_codecs({"PCMU": 1, "PCMA": 2, "G722": 3}, ("PCMA", "opus", "PCMU"))

    assert codecs == [
        {"name": "PCMU", "code": 1, "enabled": True, "priority": 2},
        {"name": "PCMA", "code": 2, "enabled": True, "priority": 1},
        {"name": "G722", "code": 3, "enabled": False, "priority": 0},
    ]


def test_vendor_without_facts_of_time_has_an_empty_time() -> None:
    pack = replace(PACK, time_zone_form=None, codecs={})

    words = speak(DOSSIER, server=SERVER, pack=pack, model=MODEL)

    assert words["time"] == {}
    assert words["codecs"] == []


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        (
            "https://phones.example.com:8443/p/TOKEN/",
            {"scheme": "https", "host": "phones.example.com", "port": 8443, "path": "p/TOKEN/"},
        ),
        ("http://192.0.2.1/", {"scheme": "http", "host": "192.0.2.1", "port": None, "path": ""}),
        ("", {"scheme": None, "host": None, "port": None, "path": None}),
    ],
)
def test_address_is_also_told_in_parts(url: str, parts: dict[str, object]) -> None:
    words = speak(DOSSIER, server=SERVER, pack=PACK, model=MODEL, provisioning_url=url)

    assert words["provisioning"] == parts


def test_server_that_the_vendor_can_express_has_no_flaw() -> None:
    assert find_unsupported(PACK, SERVER) == []


def test_time_zone_and_codecs_that_the_vendor_lacks_are_told() -> None:
    server = replace(SERVER, timezone=CATALOG.time_zone("Pacific/Chatham"), codecs=("opus", "L16"))

    flaws = [str(flaw) for flaw in find_unsupported(PACK, server)]

    assert flaws[0].startswith("server.timezone: Pacific/Chatham cannot be written as month")
    assert flaws[0].endswith("; needed for Zultys ZIP")
    assert flaws[1:] == [
        (
            "server.codecs: holds no codec of Zultys ZIP, "
            "which has PCMU, PCMA, G722, G729, G726-32, iLBC, Speex"
        )
    ]


@pytest.mark.parametrize("word", WORDS)
def test_word_stands_in_the_guide_with_its_meaning(word: str) -> None:
    rows = [row for row in GUIDE.read_text("utf-8").splitlines() if row.startswith(f"| `{word}` |")]

    assert len(rows) == 1
    assert WORDS[word] in rows[0]


def test_password_stays_out_of_what_is_printed() -> None:
    assert "s3cret" not in repr(DOSSIER)
