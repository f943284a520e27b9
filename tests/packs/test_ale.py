"""Do ALE phones get payload types, the numbers of languages and the keys behind their line?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.vendor import Model, Pack
from tests.packs.sample import CATALOG, DEVICES, render, render_for

PACK = CATALOG.packs["ale"]
PHONE = PACK.models["m5"]


def test_codecs_are_payload_types_in_the_order_of_preference() -> None:
    text = render(PACK, PHONE, "maximal")

    assert '    <setting id="Account1AudioCodec" value="9;8;0;18" />\n' in text


@pytest.mark.parametrize(("dtmf", "code"), [("inband", 1), ("rfc2833", 2), ("info", 4)])
def test_dtmf_by_info_is_four(dtmf: str, code: int) -> None:
    dossier, server = DEVICES["minimal"]
    device = replace(dossier.device, lines=({"extension_number": "1", "dtmf": dtmf},))

    text = render_for(PACK, PHONE, replace(dossier, device=device), server)

    assert f'    <setting id="Account1DtmfMode" value="{code}" />\n' in text


def test_first_key_is_the_line_so_the_next_ones_count_from_two() -> None:
    dossier, server = DEVICES["minimal"]
    key = {"position": 1, "module": 0, "type": "blf", "value": "1002", "label": "Bob", "line": 1}
    module_key = key | {"module": 2, "type": "speed_dial"}
    device = replace(dossier.device, keys=(key, module_key))

    text = render_for(PACK, PHONE, replace(dossier, device=device), server)

    assert '    <setting id="ProgramKey2Type" value="59" />\n' in text
    assert '    <setting id="Aom2ProgramKey1Type" value="1" />\n' in text
    assert "ProgramKey1Type" not in text.replace("Aom2ProgramKey1Type", "")


@pytest.mark.parametrize(
    ("zone", "offset", "name"),
    [
        ("UTC", "+0:00", "Etc/UTC"),
        ("Europe/Paris", "+1:00", "Europe/Paris"),
        ("America/New_York", "-5:00", "America/New_York"),
        ("Asia/Kolkata", "+5:30", "Asia/Kolkata"),
    ],
)
def test_time_zone_is_an_offset_and_a_place(zone: str, offset: str, name: str) -> None:
    dossier, server = DEVICES["minimal"]
    server = replace(server, timezone=CATALOG.time_zone(zone))

    assert (
        f'    <setting id="SettingTimeZone" value="{offset}" />\n'
        f'    <setting id="SettingTimeZoneLocation" value="{name}" />\n'
        '    <setting id="SettingDstEnable" value="2" />\n'
    ) in render_for(PACK, PHONE, dossier, server)


@pytest.mark.parametrize("vendor", ["ALE", "Alcatel", "Alcatel-Lucent"])
def test_pack_is_the_one_that_the_aliases_mean(vendor: str) -> None:
    found: tuple[Pack, Model] = CATALOG.find(vendor, "M5")

    assert found == (PACK, PHONE)


def test_every_model_has_a_common_file_of_its_own_beside_that_of_all() -> None:
    common = {rule.shape for rule in PACK.files if rule.kind.value == "common"}

    assert common == {"config.xml"} | {f"config.{model}.xml" for model in PACK.models}
