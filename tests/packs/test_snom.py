"""Do Snom phones get what their firmware reads?

What is written stands in the golden files; here is what differs from model to model, and what must
not be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.device import Line
from chalicelib.domain.file_name import read_file_name
from chalicelib.domain.vendor import FileKind
from chalicelib.domain.vocabulary import speak_of_contacts
from chalicelib.rendering import Renderer
from tests.packs.sample import CATALOG, DEVICES, render, render_for

PACK = CATALOG.packs["snom"]


def parameters(text: str, model: str = "d785") -> dict[str, str]:
    read = PACK.models[model].template.format.read(text)
    return {parameter.name: parameter.value for parameter in read}


def render_with(model: str, *lines: Mapping[str, Any], **settings: object) -> dict[str, str]:
    """What a device with these lines and settings gets, at a server in UTC."""
    dossier, server = DEVICES["minimal"]
    dossier = replace(
        dossier,
        device=replace(dossier.device, lines=lines or ({},), settings=settings),
        lines=tuple(
            Line(position=position, number=f"10{position:02}", name="x", password="p")
            for position in range(1, len(lines or ({},)) + 1)
        ),
    )
    return parameters(render_for(PACK, PACK.models[model], dossier, server), model)


def render_key(model: str, **key: object) -> dict[str, str]:
    dossier, server = DEVICES["minimal"]
    key = {"module": 0, "type": "speed_dial", "value": "7", "line": 1} | key
    dossier = replace(dossier, device=replace(dossier.device, keys=(key,)))
    found = parameters(render_for(PACK, PACK.models[model], dossier, server))
    return {name: found[name] for name in found if name.startswith("fkey") and "@" not in name}


@pytest.mark.parametrize(
    ("model", "module", "position", "index"),
    [
        ("d785", 0, 1, "0"),
        ("d785", 0, 24, "23"),
        ("d785", 1, 1, "24"),
        ("d785", 1, 18, "41"),
        ("d785", 2, 1, "42"),
        ("d785", 4, 18, "95"),
        ("d735", 1, 1, "32"),
        ("d120", 0, 2, "1"),
        ("p710", 3, 1, "40"),
        ("320", 0, 12, "11"),
    ],
)
def test_keys_count_from_0_and_go_on_in_the_modules(
    model: str, module: int, position: int, index: str
) -> None:
    found = render_key(model, module=module, position=position)

    assert found == {f"fkey[idx={index}][context=1]": "speed 7"}


@pytest.mark.parametrize(
    ("model", "module", "position"),
    [("d785", 0, 25), ("d785", 1, 19), ("d785", 5, 1), ("d120", 1, 1), ("d862", 1, 1)],
)
def test_key_that_a_model_lacks_does_not_land_on_another(
    model: str, module: int, position: int
) -> None:
    found = render_key(model, module=module, position=position)

    assert found == {}


def test_blf_names_the_code_that_picks_up_behind_a_bar() -> None:
    found = render_key("d785", position=1, type="blf", value="1002", pickup="*8", line=2)

    assert found == {"fkey[idx=0][context=2]": "blf 1002|*8"}


@pytest.mark.parametrize(
    ("line", "outbound"),
    [
        ({}, "192.0.2.1:5060"),
        ({"transport": "tls", "port": 5061}, "192.0.2.1:5061;transport=tls"),
        ({"server": "sip.example.com", "transport": "udp"}, "sip.example.com:5060;transport=udp"),
        ({"outbound_proxy": "edge.example.com"}, "edge.example.com:5060"),
        (
            {"outbound_proxy": "edge.example.com", "outbound_proxy_port": 5065, "port": 5062},
            "edge.example.com:5065",
        ),
    ],
)
def test_port_and_transport_are_told_with_the_first_hop(
    line: Mapping[str, Any], outbound: str
) -> None:
    found = render_with("d785", line)

    assert found["user_outbound[idx=1]"] == outbound
    assert found["user_host[idx=1]"] == line.get("server", "192.0.2.1")


@pytest.mark.parametrize(
    ("srtp", "on", "strict"),
    [("off", "off", "off"), ("optional", "on", "optional"), ("required", "on", "mandatory")],
)
def test_srtp_is_on_or_off_and_strict_or_not(srtp: str, on: str, strict: str) -> None:
    found = render_with("d785", {"srtp": srtp})

    assert found["user_srtp[idx=1]"] == on
    assert found["user_savp[idx=1]"] == strict


def test_backup_servers_are_hidden_identities_behind_those_of_the_lines() -> None:
    backup = {"backup_server": "b.example.com"}

    found = render_with("d785", backup, backup)

    assert found["user_failover_identity[idx=1]"] == "3"
    assert found["user_failover_identity[idx=2]"] == "4"
    assert found["user_outbound[idx=3]"] == found["user_outbound[idx=4]"] == "b.example.com:5060"
    assert found["user_name[idx=4]"] == "1002"
    assert found["hide_identity[idx=3]"] == found["hide_identity[idx=4]"] == "true"


def test_backup_server_beyond_the_twelfth_identity_is_not_written() -> None:
    backup = {"backup_server": "b.example.com"}

    found = render_with("d785", *[backup] * 7)

    assert found["user_failover_identity[idx=5]"] == "12"
    assert "user_failover_identity[idx=6]" not in found
    assert "user_name[idx=13]" not in found


ZONES = {
    "UTC": ("+0", ""),
    "Asia/Kolkata": ("+19800", ""),
    "Europe/Berlin": ("+3600", "3600 03.05.07 02:00:00 10.05.07 03:00:00"),
    "America/New_York": ("-18000", "3600 03.02.07 02:00:00 11.01.07 02:00:00"),
}


@pytest.mark.parametrize("zone", ZONES)
def test_time_zone_is_offset_and_rule_and_the_zones_code_is_emptied(zone: str) -> None:
    offset, rule = ZONES[zone]
    dossier, server = DEVICES["minimal"]
    server = replace(server, timezone=CATALOG.time_zone(zone))

    text = render_for(PACK, PACK.models["d785"], dossier, server)

    assert (
        f"""\
    <timezone perm="R"></timezone>
    <utc_offset perm="R">{offset}</utc_offset>
    <dst perm="R">{rule}</dst>
"""
        in text
    )


@pytest.mark.parametrize("model", ["d810", "d862", "d892", "sp800", "p820"])
def test_d8xx_has_words_of_its_own_for_the_web_password(model: str) -> None:
    found = render_with(model, web={"admin_password": "a", "user_password": "u"})

    assert found["webserver_admin_name"] == "admin"
    assert found["webserver_admin_password"] == found["admin_mode_password"] == "a"
    assert found["webserver_user_password"] == "u"
    assert "http_pass" not in found


@pytest.mark.parametrize("model", ["320", "760", "d120", "d785", "p710"])
def test_other_models_have_the_older_words_for_the_web_password(model: str) -> None:
    found = render_with(model, web={"admin_password": "a", "user_password": "u"})

    assert (found["http_user"], found["http_pass"]) == ("admin", "a")
    assert "webserver_admin_password" not in found


def test_interval_of_looking_is_in_seconds_in_the_words_of_the_firmware() -> None:
    older = render_with("320", resync={"interval": 60})
    newer = render_with("d785", resync={"interval": 60})

    assert older["settings_refresh_timer"] == newer["prov_polling_period"] == "3600"
    assert newer["prov_polling_enabled"] == "on"
    assert "prov_polling_period" not in older
    assert "settings_refresh_timer" not in newer


def test_what_its_user_chooses_stays_and_the_rest_is_read_only() -> None:
    found = parameters(render(PACK, PACK.models["d785"], "maximal"))

    writable = {name.partition("@")[0] for name in found if found[name] == "RW"}
    assert {name.partition("[")[0] for name in writable} == {
        "call_waiting",
        "date_us_format",
        "dnd_mode",
        "fkey",
        "fwd_all_enabled",
        "fwd_all_target",
        "fwd_busy_enabled",
        "fwd_busy_target",
        "fwd_time_enabled",
        "fwd_time_secs",
        "fwd_time_target",
        "language",
        "time_24_format",
        "web_language",
    }


def test_base_has_a_server_for_each_line_that_is_not_as_the_first() -> None:
    found = render_with("m900", {}, {"server": "b.example.com"}, {}, {"port": 5062})

    servers = {name: found[name] for name in found if name.startswith("user_host[")}
    assert {name: value for name, value in servers.items() if "@" not in name} == {
        "user_host[idx=1]": "192.0.2.1",
        "user_host[idx=2]": "b.example.com",
        "user_host[idx=4]": "192.0.2.1:5062",
    }
    assert [found[f"subscr_sip_ua_data_server_id[idx={n}]"] for n in (1, 2, 3, 4)] == [
        "1",
        "2",
        "1",
        "4",
    ]


@pytest.mark.parametrize(
    ("name", "kind", "models"),
    [
        ("snomD785.htm", FileKind.ABSENT, ("d785",)),
        ("snomD785-000413AABBCC.htm", FileKind.DEVICE, ("d785",)),
        ("snomD785-firmware.htm", FileKind.ABSENT, ("d785",)),
        ("snomD785-firmware.xml", FileKind.ABSENT, ("d785",)),
        ("snomM900-000413AABBCC.htm", FileKind.DEVICE, ("m900",)),
        ("snom320.htm", FileKind.ABSENT, ("320",)),
        ("GigasetP82x-000413AABBCC.htm", FileKind.DEVICE, ("p820", "p825")),
        ("GigasetP82x-firmware.htm", FileKind.ABSENT, ("p820", "p825")),
        ("000413AABBCC.xml", FileKind.DEVICE, ()),
    ],
)
def test_what_a_phone_asks_for_is_known(name: str, kind: FileKind, models: tuple[str, ...]) -> None:
    asked = read_file_name(name)

    assert asked is not None
    rules = [rule for rule in PACK.files if rule.shape == asked.shape]
    assert [(rule.kind, rule.models) for rule in rules] == [(kind, models)]


def test_phonebook_has_an_entry_for_each_number() -> None:
    rule = next(rule for rule in PACK.files if rule.kind is FileKind.PHONEBOOK)
    assert rule.template is not None
    contacts = [
        {"name": "Müller & Söhne", "numbers": ["1001", "+4930123"]},
        {"name": "Nobody", "numbers": []},
        {"name": "Taxi", "numbers": ["030 44"]},
    ]
    _, server = DEVICES["minimal"]
    words = speak_of_contacts(contacts, server=server, pack=PACK, model=PACK.models["d785"])

    text = Renderer().render(rule.template, words)

    assert (
        text
        == """\
<?xml version="1.0" encoding="utf-8"?>
<settings>
  <tbook e="2" complete="true">
    <item context="active" type="none" index="0">
      <first_name>Müller &amp; Söhne</first_name>
      <number>1001</number>
    </item>
    <item context="active" type="none" index="1">
      <first_name>Taxi</first_name>
      <number>030 44</number>
    </item>
    <item context="active" type="none" index="3">
      <first_name>Müller &amp; Söhne</first_name>
      <number>+4930123</number>
    </item>
  </tbook>
</settings>
"""
    )
