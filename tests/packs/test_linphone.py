"""Does Linphone get what linphonec registered with, also where something else was there before?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from chalicelib.domain.device import Line
from tests.packs.sample import CATALOG, DEVICES, render_for

PACK = CATALOG.packs["linphone"]
NAMESPACE = "{http://www.linphone.org/xsds/lpconfig.xsd}"


def read_sections(*choices: dict[str, Any], name: str = "Desk") -> dict[str, dict[str, str | None]]:
    """The entries by section, for a device with these lines."""
    dossier, server = DEVICES["minimal"]
    lines = tuple(
        Line(position=position, number=f"10{position}", name=name, password="p")
        for position in range(1, len(choices) + 1)
    )
    dossier = replace(dossier, device=replace(dossier.device, lines=choices), lines=lines)
    root = ElementTree.fromstring(render_for(PACK, PACK.models["linphone"], dossier, server))  # noqa: S314 - our own
    sections: dict[str, dict[str, str | None]] = defaultdict(dict)
    for section in root.iter(f"{NAMESPACE}section"):
        for entry in section.iter(f"{NAMESPACE}entry"):
            assert entry.get("overwrite") == "true"
            sections[section.attrib["name"]][entry.attrib["name"]] = entry.text
    return sections


def test_account_is_a_proxy_and_its_authentication() -> None:
    sections = read_sections({"auth_user": "auth"})

    assert sections["proxy_0"] == {
        "reg_proxy": "<sip:192.0.2.1:5060;transport=udp>",
        "reg_route": "<sip:192.0.2.1:5060;transport=udp>",
        "reg_identity": '"Desk" <sip:101@192.0.2.1>',
        "reg_expires": "3600",
        "reg_sendregister": "1",
        "publish": "0",
    }
    assert sections["auth_info_0"] == {
        "username": "101",
        "userid": "auth",
        "passwd": "p",
        "ha1": None,
        "domain": "192.0.2.1",
    }


def test_own_address_is_that_of_its_file() -> None:
    uri = read_sections({})["misc"]["config-uri"]

    assert uri == "https://phones.example.com/p/TOKEN/001565000000.xml"


@pytest.mark.parametrize(
    ("choice", "route"),
    [
        ({"outbound_proxy": "o.example.com"}, "<sip:o.example.com:5060;transport=udp>"),
        (
            {"outbound_proxy": "o.example.com", "outbound_proxy_port": 5070, "transport": "tls"},
            "<sip:o.example.com:5070;transport=tls>",
        ),
        ({"server": "s.example.com", "port": 5062}, "<sip:s.example.com:5062;transport=udp>"),
    ],
)
def test_calls_go_by_the_outbound_proxy_or_the_server(choice: dict[str, Any], route: str) -> None:
    assert read_sections(choice)["proxy_0"]["reg_route"] == route


@pytest.mark.parametrize("count", [1, 3, 8])
def test_places_without_a_line_are_emptied_as_nothing_goes_away_by_itself(count: int) -> None:
    sections = read_sections(*[{}] * count)

    for place in range(8):
        used = place < count
        assert (sections[f"proxy_{place}"]["reg_proxy"] is not None) is used
        assert (sections[f"proxy_{place}"]["reg_identity"] is not None) is used
        assert (sections[f"auth_info_{place}"]["passwd"] is not None) is used
        assert sections[f"auth_info_{place}"]["ha1"] is None


@pytest.mark.parametrize("name", ['Bob "The Man"', "back\\slash"])
def test_name_that_would_break_the_address_is_left_out(name: str) -> None:
    assert read_sections({}, name=name)["proxy_0"]["reg_identity"] == "<sip:101@192.0.2.1>"


def test_name_stands_in_the_address_as_it_is() -> None:
    identity = read_sections({}, name="Zoë O'Neil & <Büro> # {{x}} -- 受付")["proxy_0"]

    assert identity["reg_identity"] == '"Zoë O\'Neil & <Büro> # {{x}} -- 受付" <sip:101@192.0.2.1>'
