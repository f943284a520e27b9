"""Do Mitel and Aastra phones get what their firmware reads?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.device import Line
from chalicelib.domain.errors import InexpressibleError
from chalicelib.domain.file_name import read_file_name
from chalicelib.domain.vendor import FileKind
from tests.packs.sample import CATALOG, DEVICES, render, render_for

PACK = CATALOG.packs["mitel"]


def render_text(model: str, *, keys: tuple[Mapping[str, Any], ...] = (), **line: object) -> str:
    """What a device with this line and these keys gets, at a server in UTC."""
    dossier, server = DEVICES["minimal"]
    device = replace(dossier.device, lines=(line,), keys=keys)
    return render_for(PACK, PACK.models[model], replace(dossier, device=device), server)


def render_key(model: str, **key: object) -> list[str]:
    """The lines of one key."""
    key = {"module": 0, "type": "speed_dial", "value": "7", "line": 1} | key
    text = render_text(model, keys=(key,))
    return [line for line in text.splitlines() if " type:" in line or " value:" in line]


@pytest.mark.parametrize(
    ("model", "module", "position", "name"),
    [
        ("6863i", 0, 3, "prgkey3"),
        ("6910", 0, 8, "prgkey8"),
        ("6930", 0, 22, "topsoftkey22"),
        ("6867i", 0, 20, "topsoftkey20"),
        ("6867i", 0, 21, "softkey1"),
        ("6867i", 0, 38, "softkey18"),
        ("6755i", 0, 6, "prgkey6"),
        ("6755i", 0, 7, "softkey1"),
        ("6757i", 0, 11, "softkey1"),
        ("6739i", 0, 55, "softkey55"),
        ("6867i", 1, 1, "expmod1 key1"),
        ("6757i", 3, 60, "expmod3 key60"),
    ],
)
def test_keys_are_called_as_the_model_calls_them(
    model: str, module: int, position: int, name: str
) -> None:
    found = render_key(model, module=module, position=position)

    assert found == [f"{name} type: speeddial", f"{name} value: 7"]


@pytest.mark.parametrize(
    ("model", "module", "position", "kind"),
    [
        ("6863i", 0, 4, "speed_dial"),
        ("6867i", 0, 39, "speed_dial"),
        ("6867i", 0, 21, "blf"),
        ("6731i", 1, 1, "speed_dial"),
        ("6867i", 4, 1, "speed_dial"),
        ("6757i", 0, 1, "park"),
        ("6867i", 0, 1, "multicast"),
    ],
)
def test_key_that_a_model_does_not_take_is_not_written(
    model: str, module: int, position: int, kind: str
) -> None:
    found = render_key(model, module=module, position=position, type=kind)

    assert found == []


def test_older_softkey_takes_blf() -> None:
    found = render_key("6757i", position=11, type="blf", value="1002")

    assert found == ["softkey1 type: blf", "softkey1 value: 1002"]


def test_orbit_of_a_park_key_names_the_kind_of_server() -> None:
    found = render_key("6930", position=1, type="park", value="701")

    assert found == ["topsoftkey1 type: park", 'topsoftkey1 value: "asterisk;701"']


def test_orbit_that_would_leave_its_quotes_is_not_written() -> None:
    assert render_key("6930", position=1, type="park", value="70#") == []
    assert render_key("6930", position=1, type="park", value='7"0;') == []


@pytest.mark.parametrize(("model", "lock"), [("6867i", "!"), ("6940w", "!"), ("6731i", "")])
def test_account_is_locked_where_a_guide_tells_how(model: str, lock: str) -> None:
    lines = render_text(model).splitlines()

    assert f"{lock}sip line1 user name: 1" in lines
    assert f"{lock}sip line1 registrar ip: 192.0.2.1" in lines


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        ("a#b", '"a#b"'),
        ("a;b", '"a;b"'),
        (" padded ", '" padded "'),
        ("it's 100 %", "it's 100 %"),
    ],
)
def test_password_is_quoted_where_it_would_begin_a_comment(value: str, written: str) -> None:
    dossier, server = DEVICES["minimal"]
    line = Line(position=1, number="1", name="1", password=value)
    dossier = replace(dossier, lines=(line,))

    text = render_for(PACK, PACK.models["6867i"], dossier, server)

    assert f"!sip line1 password: {written}\n" in text


def test_password_with_a_double_quote_is_refused() -> None:
    dossier, server = DEVICES["minimal"]
    line = Line(position=1, number="1", name="1", password='a"b')

    with pytest.raises(InexpressibleError):
        render_for(PACK, PACK.models["6867i"], replace(dossier, lines=(line,)), server)


@pytest.mark.parametrize(
    ("transport", "lines"),
    [
        ("udp", ["!sip transport protocol: 1"]),
        ("tcp", ["!sip transport protocol: 2"]),
        ("tls", ["!sip transport protocol: 4", "!sips persistent tls: 1"]),
    ],
)
def test_transport_is_said_once_for_all_lines(transport: str, lines: list[str]) -> None:
    text = render_text("6867i", transport=transport)

    assert [line for line in text.splitlines() if "transport" in line or "sips" in line] == lines


ZONES = {
    "UTC": """\
time zone minutes: 0
dst config: 0
""",
    "Asia/Kolkata": """\
time zone minutes: -330
dst config: 0
""",
    "America/New_York": """\
time zone minutes: 300
dst config: 3
dst minutes: 60
dst [start|end] relative date: 1
dst start month: 3
dst start week: 2
dst start day: 1
dst start hour: 2
dst end month: 11
dst end week: 1
dst end day: 1
dst end hour: 2
""",
    "Europe/Paris": """\
time zone minutes: -60
dst config: 3
dst minutes: 60
dst [start|end] relative date: 1
dst start month: 3
dst start week: -1
dst start day: 1
dst start hour: 2
dst end month: 10
dst end week: -1
dst end day: 1
dst end hour: 3
""",
}


@pytest.mark.parametrize("zone", ZONES)
def test_time_zone_counts_minutes_to_the_west(zone: str) -> None:
    dossier, server = DEVICES["minimal"]
    server = replace(server, timezone=CATALOG.time_zone(zone))

    text = render_for(PACK, PACK.models["6867i"], dossier, server)

    assert f"\ntime zone name: Custom\n{ZONES[zone]}\n" in text


def test_vlan_port_of_the_computer_is_untagged_where_it_has_no_vlan() -> None:
    dossier, server = DEVICES["minimal"]
    dossier = replace(dossier, device=replace(dossier.device, settings={"vlan": {"phone": 100}}))

    text = render_for(PACK, PACK.models["6867i"], dossier, server)

    assert "\ntagging enabled: 1\nvlan id: 100\n# 4095 is untagged\nvlan id port 1: 4095\n" in text


@pytest.mark.parametrize("model", ["6731i", "6867i"])
def test_only_newer_phones_are_told_a_firmware(model: str) -> None:
    text = render(PACK, PACK.models[model], "maximal")

    assert ("\nupgrade uri: " in text) == (model == "6867i")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("security.tuz", FileKind.ABSENT),
        ("startup.cfg", FileKind.COMMON),
        ("aastra.cfg", FileKind.COMMON),
        ("6867i.cfg", FileKind.ABSENT),
        ("6867i.tuz", FileKind.ABSENT),
        ("6867i.st", FileKind.ABSENT),
        ("00085DAABBCC.cfg", FileKind.DEVICE),
        ("00085DAABBCC.tuz", FileKind.ABSENT),
    ],
)
def test_what_a_phone_asks_for_is_known(name: str, kind: FileKind) -> None:
    asked = read_file_name(name)

    assert asked is not None
    rules = [rule for rule in PACK.files if rule.shape == asked.shape]
    assert [rule.kind for rule in rules] == [kind]


@pytest.mark.parametrize(("name", "model"), [("53i", "6753i"), ("6920w", "6920w")])
def test_pack_is_found_by_the_name_of_old(name: str, model: str) -> None:
    assert CATALOG.find("Aastra", name) == (PACK, PACK.models[model])
