"""Do Fanvil phones get their own codes, quarter hours and pages of keys?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.device import Device
from tests.packs.sample import CATALOG, DEVICES, render, render_for

PACK = CATALOG.packs["fanvil"]


def with_choices(**choices: object) -> str:
    """The file of an X6U with these lines, keys or settings."""
    dossier, server = DEVICES["minimal"]
    device: Device = replace(dossier.device, **choices)  # type: ignore[arg-type]
    dossier = replace(dossier, device=device)
    return render_for(PACK, PACK.models["x6u"], dossier, server)


@pytest.mark.parametrize(("transport", "code"), [("udp", 0), ("tcp", 1), ("tls", 3)])
def test_tls_is_three(transport: str, code: int) -> None:
    text = with_choices(lines=({"extension_number": "1", "transport": transport},))

    assert f"            <Transport>{code}</Transport>\n" in text


# The side of an X6U has five keys, and each page behind them twelve.
@pytest.mark.parametrize(
    ("position", "block", "index"),
    [
        (1, '<dssSide index="1">', 1),
        (5, '<dssSide index="1">', 5),
        (6, '<internal index="1">', 1),
        (17, '<internal index="1">', 12),
        (18, '<internal index="2">', 1),
        (65, '<internal index="5">', 12),
    ],
)
def test_key_stands_on_its_page(position: int, block: str, index: int) -> None:
    key = {"position": position, "module": 0, "type": "speed_dial", "value": "7", "line": 2}

    text = with_choices(keys=(key,))

    assert (
        f"        {block}\n"
        f'            <Fkey index="{index}">\n'
        "                <Type>1</Type>\n"
        "                <Value>7@2/f</Value>\n"
        "            </Fkey>\n"
    ) in text
    assert text.count("<Fkey ") == 1


@pytest.mark.parametrize(
    ("kind", "type_code", "value"),
    [
        ("line", 2, "SIP2"),
        ("blf", 1, "200@2/ba*8200"),
        ("park", 1, "200@2/c"),
        ("intercom", 1, "200@2/i"),
        ("forward", 1, "200@2/a"),
        ("dtmf", 4, "200"),
        ("multicast", 14, "200/PCMU"),
        ("dnd", 3, "F_DND"),
    ],
)
def test_key_says_what_it_is_for_behind_its_number(kind: str, type_code: int, value: str) -> None:
    key = {"position": 1, "module": 0, "type": kind, "value": "200", "line": 2, "pickup": "*8200"}

    text = with_choices(keys=(key,))

    assert f"<Type>{type_code}</Type>\n                <Value>{value}</Value>\n" in text


@pytest.mark.parametrize(("model", "language"), [("x6u", "de"), ("w611w", "16")])
def test_language_is_letters_or_a_number_as_the_model_has_it(model: str, language: str) -> None:
    text = render(PACK, PACK.models[model], "maximal")

    assert f"<DefaultLanguage>{language}</DefaultLanguage>" in text


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        (
            "Asia/Kolkata",
            "            <TimeZone>22</TimeZone>\n            <EnableDST>0</EnableDST>\n",
        ),
        ("America/New_York", "            <TimeZone>-20</TimeZone>\n"),
        (
            "Europe/Berlin",
            (
                "            <TimeZone>4</TimeZone>\n"
                "            <TimeZoneName>UTC+1</TimeZoneName>\n"
                "            <EnableDST>2</EnableDST>\n"
                "            <DSTFixedType>2</DSTFixedType>\n"
                "            <DSTMinOffset>60</DSTMinOffset>\n"
                "            <DSTStartMon>3</DSTStartMon>\n"
                "            <DSTStartWeek>5</DSTStartWeek>\n"
                "            <DSTStartWday>0</DSTStartWday>\n"
                "            <DSTStartHour>2</DSTStartHour>\n"
            ),
        ),
    ],
)
def test_time_zone_counts_quarter_hours(zone: str, written: str) -> None:
    dossier, server = DEVICES["minimal"]
    server = replace(server, timezone=CATALOG.time_zone(zone))

    assert written in render_for(PACK, PACK.models["x4u"], dossier, server)


def test_polling_is_counted_in_hours_and_else_follows_a_reboot() -> None:
    polling = with_choices(settings={"resync": {"interval": 90}})
    rebooting = with_choices(settings={})

    assert "<FlashMode>2</FlashMode>\n        <FlashInterval>2</FlashInterval>\n" in polling
    assert "<FlashMode>1</FlashMode>\n    </ap>\n" in rebooting


def test_common_and_firmware_files_are_optional_and_tell_the_model() -> None:
    by_name = {rule.shape: rule for rule in PACK.files}

    assert by_name["f0v00x200000.cfg"].models == ("x210",)
    assert by_name["fanvil_x4u_pro_hwv2_0.txt"].models == ("x4u-pro",)
    assert {rule.kind.value for rule in PACK.files} == {"device", "absent"}
