"""Are the files of Avaya J100 phones chained as they read them?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.packs.sample import CATALOG, COMMON_FILES, DEVICES, render, render_common, render_for

PACK = CATALOG.packs["avaya"]
COMMON = {rule.shape: rule for pack, rule in COMMON_FILES if pack.vendor == "avaya"}
PHONE = PACK.models["j179"]


@pytest.mark.parametrize(
    ("shape", "last"),
    [
        ("j100supgrade.txt", "GET 46xxsettings.txt"),
        ("46xxsettings.txt", "GET $MACADDR.txt"),
    ],
)
def test_next_file_is_named_in_the_last_line_and_nowhere_else(shape: str, last: str) -> None:
    lines = render_common(PACK, COMMON[shape], "maximal").splitlines()

    assert [line for line in lines if line.startswith("GET ")] == [last]
    assert lines[-1] == last


@pytest.mark.parametrize("size", DEVICES)
def test_own_file_names_no_other(size: str) -> None:
    text = render(PACK, PHONE, size)

    assert "\nGET " not in text


@pytest.mark.parametrize("size", DEVICES)
def test_comment_has_two_signs_as_one_would_be_a_tag(size: str) -> None:
    texts = [render(PACK, PHONE, size), *(render_common(PACK, r, size) for r in COMMON.values())]

    comments = [line for text in texts for line in text.splitlines() if line.startswith("#")]
    assert comments
    assert all(line.startswith("## ") for line in comments)


def test_own_file_is_there_under_both_endings() -> None:
    own = [rule.shape for rule in PACK.files if rule.kind.value == "device"]

    assert own == ["{mac}.txt", "{mac}.cfg"]


def test_server_port_and_transport_are_one_value() -> None:
    minimal = render(PACK, PHONE, "minimal")
    maximal = render(PACK, PHONE, "maximal")

    assert 'SET SIP_CONTROLLER_LIST "192.0.2.1:5060;transport=udp"\n' in minimal
    assert (
        'SET SIP_CONTROLLER_LIST "registrar.voice.example.com:65535;transport=tls,'
        'backup.example.com:5080;transport=tls"\n'
    ) in maximal


@pytest.mark.parametrize(
    ("zone", "name"), [("UTC", "Etc/UTC"), ("Europe/Paris", "Europe/Paris")], ids=str
)
def test_time_zone_is_the_name_of_the_list(zone: str, name: str) -> None:
    dossier, server = DEVICES["minimal"]
    server = replace(server, timezone=CATALOG.time_zone(zone))

    assert f'SET TIMEZONE "{name}"\n' in render_for(PACK, PHONE, dossier, server)


def test_codecs_are_in_the_order_of_preference() -> None:
    text = render(PACK, PHONE, "maximal")

    assert 'SET CODEC_PRIORITY "G722,G711A,G711U"\nSET ENABLE_G722 "1"\n' in text
