"""Is what Htek phones get what other people's production files say?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.device import Line
from chalicelib.domain.timezone import TimeZoneError
from tests.packs.sample import CATALOG, DEVICES, render_for

PACK = CATALOG.packs["htek"]


def minimal(
    *,
    lines: tuple[dict[str, Any], ...] = ({},),
    keys: tuple[dict[str, Any], ...] = (),
    zone: str = "UTC",
    **settings: object,
) -> dict[str, str]:
    """The parameters for the minimal UC926 with these choices."""
    dossier, server = DEVICES["minimal"]
    keys = tuple({"module": 0, "line": 1, **key} for key in keys)
    dossier = replace(
        dossier,
        device=replace(dossier.device, lines=lines, keys=keys, settings=settings),
        lines=tuple(
            Line(position=position, number=f"{position}", name="x", password="p")
            for position in range(1, len(lines) + 1)
        ),
    )
    server = replace(server, timezone=CATALOG.time_zone(zone))
    text = render_for(PACK, PACK.models["uc926"], dossier, server)
    return {parameter.name: parameter.value for parameter in PACK.format.read(text)}


def test_accounts_have_numbers_of_their_own() -> None:
    assert minimal(lines=({}, {})) == {
        "P271": "1",
        "P47": "192.0.2.1:5060",
        "P20000": "x",
        "P35": "1",
        "P36": "1",
        "P34": "p",
        "P3": "x",
        "P31": "1",
        "P57": "0",
        "P64": "33",
        "P75": "0",
        "P401": "1",
        "P747": "192.0.2.1:5060",
        "P20001": "x",
        "P735": "2",
        "P736": "2",
        "P734": "p",
        "P703": "x",
    }


@pytest.mark.parametrize(
    ("transport", "active"), [("udp", "1"), ("tcp", "0"), ("tls", "0"), (None, "1")]
)
def test_second_account_that_cannot_be_told_its_transport_is_off(
    transport: str | None, active: str
) -> None:
    choice = {"transport": transport} if transport else {}

    assert minimal(lines=({}, choice))["P401"] == active


@pytest.mark.parametrize(("dtmf", "code"), [("rfc2833", "0"), ("inband", "1"), ("info", "2")])
def test_dtmf_codes_begin_with_rfc_2833(dtmf: str, code: str) -> None:
    assert minimal(lines=({"dtmf": dtmf},))["P20166"] == code


def test_registration_is_counted_in_minutes() -> None:
    assert minimal(lines=({"expires": 601},))["P32"] == "11"


@pytest.mark.parametrize(
    ("position", "numbers"),
    [
        (1, ("P41200", "P41300", "P41400", "P41600")),
        (4, ("P41203", "P41303", "P41403", "P41603")),
        (5, ("P20200", "P20201", "P20202", "P20204")),
        (6, ("P20205", "P20206", "P20207", "P20209")),
        (36, ("P20355", "P20356", "P20357", "P20359")),
    ],
)
def test_key_has_the_numbers_of_its_block(position: int, numbers: tuple[str, ...]) -> None:
    key = {"position": position, "type": "blf", "value": "7", "label": "L", "pickup": "**7"}

    found = minimal(keys=(key,))

    assert {name: found[name] for name in found if found[name] in ("3", "7", "L", "**7")} == dict(
        zip(numbers, ("3", "7", "L", "**7"), strict=True)
    )


@pytest.mark.parametrize(
    ("vlan", "told"),
    [
        ({}, {}),
        ({"phone": 10, "phone_priority": 5}, {"P24053": "1", "P51": "10", "P87": "5"}),
        ({"pc": 20}, {"P24054": "1", "P229": "20"}),
    ],
)
def test_vlan_is_switched_on_beside_its_number(vlan: dict[str, int], told: dict[str, str]) -> None:
    found = minimal(vlan=vlan)

    numbers = ("P24053", "P51", "P87", "P24054", "P229")
    assert {name: found[name] for name in numbers if name in found} == told


@pytest.mark.parametrize(
    ("zone", "code", "summer"),
    [
        ("UTC", "33", "0"),
        ("Europe/Vienna", "50", "2"),
        ("America/Phoenix", "10", "0"),
        ("America/Denver", "10", "2"),
        ("Asia/Kolkata", "84", "0"),
    ],
)
def test_time_zone_is_a_code_and_a_switch_for_summer_time(
    zone: str, code: str, summer: str
) -> None:
    told = minimal(zone=zone)

    assert (told["P64"], told["P75"]) == (code, summer)


def test_time_zone_with_a_summer_time_of_its_own_is_refused() -> None:
    with pytest.raises(TimeZoneError, match="Europe/Helsinki cannot be written for these phones"):
        minimal(zone="Europe/Helsinki")
