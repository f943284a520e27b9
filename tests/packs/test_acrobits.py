"""Is the account of an Acrobits app what the vendor's document says?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.packs.sample import CATALOG, DEVICES, render_for

PACK = CATALOG.packs["acrobits"]


def minimal(
    line: dict[str, Any] | None = None, settings: dict[str, Any] | None = None
) -> dict[str, str]:
    """The elements for the minimal Groundwire with this line and these settings."""
    dossier, server = DEVICES["minimal"]
    device = replace(dossier.device, lines=(line or {},), settings=settings or {})
    text = render_for(PACK, PACK.models["groundwire"], replace(dossier, device=device), server)
    return {parameter.name: parameter.value for parameter in PACK.format.read(text)}


def test_smallest_account_has_a_title() -> None:
    assert minimal() == {
        "title": "1",
        "username": "1",
        "authUsername": "1",
        "password": "p",
        "userDisplayName": "1",
        "host": "192.0.2.1:5060",
        "transport": "udp",
        "expires": "600",
    }


def test_title_is_the_label() -> None:
    assert minimal({"label": "Desk & <Hall>"})["title"] == "Desk & <Hall>"


@pytest.mark.parametrize(
    ("transport", "code"), [("udp", "udp"), ("tcp", "tcp"), ("tls", "tls+sip:")]
)
def test_tls_keeps_sip_addresses(transport: str, code: str) -> None:
    assert minimal({"transport": transport})["transport"] == code


@pytest.mark.parametrize(
    ("line", "proxy"),
    [
        ({"outbound_proxy": "o.example.com"}, "o.example.com"),
        ({"outbound_proxy": "o.example.com", "outbound_proxy_port": 5070}, "o.example.com:5070"),
        ({"outbound_proxy_port": 5070}, None),
    ],
)
def test_proxy_has_a_port_where_one_is_given(line: dict[str, Any], proxy: str | None) -> None:
    assert minimal(line).get("proxy") == proxy


def test_refresh_is_counted_in_seconds() -> None:
    assert minimal(settings={"resync": {"interval": 60}})["extProvInterval"] == "3600"
