"""Does each word say what it should, and is each one documented?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.catalog import Catalog
from chalicelib.domain.device import Line
from chalicelib.domain.server import Server
from chalicelib.domain.vocabulary import (
    SAMPLE,
    WORDS,
    find_unsupported,
    rank_codecs,
    speak,
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
    lines=(
        Line(position=1, number="1001", name="Reception", password="s3cret-1"),
        Line(position=2, number="1002", name="Workshop", password="s3cret-2"),
    ),
)
GUIDE = Path(__file__).parents[2] / "docs" / "templates.md"
PERSONAL = {
    "EXTENSION_NUMBER",
    "EXTENSION_NAME",
    "EXTENSION_PASSWORD",
    "mac",
    "lines",
}


def test_every_word_is_spoken_and_no_other() -> None:
    words = speak(DOSSIER, server=SERVER, pack=PACK, model=MODEL)

    assert set(words) == set(WORDS)


def test_common_words_leave_out_what_is_the_devices_own() -> None:
    words = speak_of_model(server=SERVER, pack=PACK, model=MODEL)

    assert set(words) == set(WORDS) - PERSONAL


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
    assert words["ntp_servers"] == ["ntp.example.com"]
    assert words["lines"][1] == {
        "position": 2,
        "number": "1002",
        "name": "Workshop",
        "password": "s3cret-2",
        "server": "pbx.example.com",
        "port": 5080,
    }


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
