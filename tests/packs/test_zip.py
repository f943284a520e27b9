"""Do real ZIP 33G and 37G phones take what they get?

What they take and refuse stands in the boot logs of a ZIP 33G (firmware 47.80.132.4) and a ZIP 37G
(27.71.132.29).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.device import Dossier, Line
from chalicelib.domain.vendor import Model, Pack
from tests.packs.sample import CATALOG, DEVICES, render, render_for

PACK = CATALOG.packs["zip"]

every_model = pytest.mark.parametrize("model", PACK.models.values(), ids=list(PACK.models))
every_size = pytest.mark.parametrize("size", DEVICES)

# The log counts 53 of these; here N stands for any number.
REFUSED_BY_33G = [
    "account.1.sip_server.1.failover_timeout",
    "account.1.sip_server.1.transport",
    "account.1.reregister_enable",
    "account.1.registration_period",
    "account.1.codec.N.name",
    "account.1.codec.N.sample_rate",
    "account.1.codec.N.bitrate",
    "account.1.codec.N.ptime",
    "account.1.rtp.port_min",
    "account.1.rtp.port_max",
    "account.1.rtp.packet_time",
    "account.1.dialed_calllog",
    "account.1.answered_calllog",
    "account.1.session_timer",
    "account.1.srtp_mode",
    "account.1.call_waiting",
    "account.1.send_line_id",
    "voice_mail.subscribe.1",
    "voice_mail.subscribe.1.mwi",
    "network.dhcp",
    "network.dhcp_vlan",
    "network.qos.enable",
    "network.qos.voice.priority",
    "network.qos.signaling.priority",
    "voice.handset.ring_vol",
    "voice.handfree.ring_vol",
    "voice.headset.ring_vol",
    "voice.comfort_noise",
    "voice.noise_reduction",
    "phone_setting.display_name_method",
    "phone_setting.call_history.dialed_calls",
    "phone_setting.call_history.missed_calls",
    "phone_setting.call_history.received_calls",
    "phone_setting.backlight_timeout",
    "phone_setting.lcd_contrast",
    "phone_setting.language",
    "auto_provision.dhcp_option.option43_enable",
    "auto_provision.pnp.enable",
    "auto_provision.server.auth_enable",
    "ldap.server",
    "ldap.number_attr",
    "remote_phonebook.url",
    "remote_phonebook.refresh_interval",
]
REFUSED_BY_37G = [
    "account.1.dnd.enable",
    "account.1.earlymedia",
    "account.1.sip_server_host.legacy",
    "ldap.enable",
    "ldap.tls_mode",
    "linekey.N.extension",
    "phone_setting.call_return_number",
    "phone_setting.call_return_server",
    "phone_setting.call_return_user_name",
    "phone_setting.redial_number",
    "phone_setting.redial_server",
]


def parameters(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: value for name, _, value in (line.partition(" = ") for line in lines)}


def place(lines: int, **more: Any) -> Dossier:  # noqa: ANN401 - fields of a device
    """A minimal device with so many lines."""
    dossier, _ = DEVICES["minimal"]
    positions = range(1, lines + 1)
    choices = tuple({"extension_number": f"{position}"} for position in positions)
    return replace(
        dossier,
        device=replace(dossier.device, lines=choices, **more),
        lines=tuple(
            Line(position=position, number=f"{position}", name="x", password="p")
            for position in positions
        ),
    )


def general(name: str) -> str:
    """The name as the lists above have it: account 1, and N for other numbers."""
    name = re.sub(r"^account\.\d+", "account.1", name)
    return re.sub(r"(codec|linekey)\.\d+", r"\1.N", name)


@every_model
@every_size
def test_first_line_is_the_header_that_the_firmware_wants(model: Model, size: str) -> None:
    text = render(PACK, model, size)

    assert text.startswith("#!version:1.0.0.1\n")


@every_model
@every_size
def test_no_parameter_is_among_those_that_a_real_33g_refused(model: Model, size: str) -> None:
    found = {general(name) for name in parameters(render(PACK, model, size))}

    assert found.isdisjoint(REFUSED_BY_33G)


@every_size
def test_no_parameter_of_a_37g_is_among_those_that_a_real_one_refused(size: str) -> None:
    found = {general(name) for name in parameters(render(PACK, PACK.models["37g"], size))}

    assert found.isdisjoint(REFUSED_BY_37G)


def test_pack_knows_what_a_real_33g_refused() -> None:
    refused = {general(name.replace("{n}", "1")) for name in PACK.refused_parameters}

    assert refused == set(REFUSED_BY_33G)


@every_model
def test_template_has_no_comment_behind_a_value(model: Model) -> None:
    """The firmware would take it for a part of the value."""
    texts = [model.template.source, *model.template.parts.values()]
    lines = [line for text in texts for line in text.splitlines()]

    assert [line for line in lines if "=" in line and " #" in line.partition("=")[2]] == []


@every_model
def test_no_value_is_empty(model: Model) -> None:
    """The firmware passes over an empty value, so that it keeps what was there before."""
    assert "" not in parameters(render(PACK, model, "minimal")).values()


@every_model
def test_registration_says_what_the_product_document_lists(model: Model) -> None:
    found = parameters(render(PACK, model, "minimal"))

    assert {name: found[name] for name in found if name.startswith("account.1.")} == {
        "account.1.enable": "1",
        "account.1.label": "1",
        "account.1.display_name": "1",
        "account.1.user_name": "1",
        "account.1.auth_name": "1",
        "account.1.password": "p",
        "account.1.sip_server.1.address": "192.0.2.1",
        "account.1.sip_server.1.port": "5060",
        "account.1.sip_server.1.expires": "3600",
        "account.1.sip_server.1.retry_counts": "3",
        "account.1.outbound_proxy_enable": "0",
        "account.1.nat.rport": "1",
        "account.1.nat.udp_update_time": "30",
        "account.1.srtp_encryption": "0",
        "account.1.codec.1.enable": "1",
        "account.1.codec.1.priority": "1",
        "account.1.codec.2.enable": "0",
        "account.1.codec.2.priority": "0",
        "account.1.codec.3.enable": "0",
        "account.1.codec.3.priority": "0",
        "account.1.codec.4.enable": "0",
        "account.1.codec.4.priority": "0",
        "account.1.codec.5.enable": "0",
        "account.1.codec.5.priority": "0",
        "account.1.codec.6.enable": "0",
        "account.1.codec.6.priority": "0",
        "account.1.codec.7.enable": "0",
        "account.1.codec.7.priority": "0",
        "account.1.dtmf.type": "1",
        "account.1.dtmf.dtmf_payload": "101",
        "account.1.subscribe_mwi": "1",
    }


@every_model
@pytest.mark.parametrize(
    ("lines", "blank"), [(1, ["2", "3"]), (2, ["3"]), (3, []), (6, [])], ids=str
)
def test_line_keys_without_a_line_are_blank_and_no_others(
    model: Model, lines: int, blank: list[str]
) -> None:
    _, server = DEVICES["minimal"]

    found = parameters(render_for(PACK, model, place(lines), server))

    keys = {name: value for name, value in found.items() if name.startswith("linekey.")}
    assert keys == {f"linekey.{key}.type": "0" for key in blank}


@every_model
def test_key_in_place_of_a_line_key_is_not_blank(model: Model) -> None:
    keys = (
        {"position": 2, "module": 0, "type": "blf", "value": "1002", "line": 1, "pickup": "*81002"},
        {"position": 3, "module": 0, "type": "multicast", "value": "224.1.2.3:9000", "line": 1},
    )
    _, server = DEVICES["minimal"]

    found = parameters(render_for(PACK, model, place(1, keys=keys), server))

    assert {name: value for name, value in found.items() if name.startswith("linekey.")} == {
        "linekey.2.type": "16",
        "linekey.2.line": "1",
        "linekey.2.value": "1002",
        "linekey.2.label": "1002",
        "linekey.2.pickup_value": "*81002",
        "linekey.3.type": "24",
        "linekey.3.line": "1",
        "linekey.3.value": "224.1.2.3:9000",
        "linekey.3.label": "224.1.2.3:9000",
    }


@every_model
def test_phonebooks_and_ldap_have_the_names_that_the_firmware_knows(model: Model) -> None:
    found = parameters(render(PACK, model, "maximal"))

    names = {name for name in found if name.startswith(("remote_phonebook.", "ldap."))}
    assert names - {"ldap.enable"} == {
        "remote_phonebook.data.1.name",
        "remote_phonebook.data.1.url",
        "remote_phonebook.data.2.name",
        "remote_phonebook.data.2.url",
        "ldap.base",
        "ldap.host",
        "ldap.name_attr",
        "ldap.name_filter",
        "ldap.numb_attr",
        "ldap.number_filter",
        "ldap.password",
        "ldap.port",
        "ldap.user",
    }


@every_model
def test_phone_is_told_where_and_how_often_to_fetch(model: Model) -> None:
    found = parameters(render(PACK, model, "minimal"))

    assert {name: value for name, value in found.items() if name.startswith("auto_provision.")} == {
        "auto_provision.server.url": "https://phones.example.com/p/TOKEN/",
        "auto_provision.repeat.enable": "1",
        "auto_provision.repeat.minutes": "1440",
    }


ZONES = {
    "Europe/Berlin": """\
local_time.time_zone = +1
local_time.summer_time = 1
local_time.dst_time_type = 1
local_time.start_time = 3/5/7/2
local_time.end_time = 10/5/7/3
local_time.offset_time = 60
""",
    "Europe/London": """\
local_time.time_zone = 0
local_time.summer_time = 1
local_time.dst_time_type = 1
local_time.start_time = 3/5/7/1
local_time.end_time = 10/5/7/2
local_time.offset_time = 60
""",
    "America/New_York": """\
local_time.time_zone = -5
local_time.summer_time = 1
local_time.dst_time_type = 1
local_time.start_time = 3/2/7/2
local_time.end_time = 11/1/7/2
local_time.offset_time = 60
""",
    "Asia/Kolkata": """\
local_time.time_zone = +5:30
local_time.summer_time = 0
""",
    "America/Phoenix": """\
local_time.time_zone = -7
local_time.summer_time = 0
""",
    "Pacific/Auckland": """\
local_time.time_zone = +12
local_time.summer_time = 1
local_time.dst_time_type = 1
local_time.start_time = 9/5/7/2
local_time.end_time = 4/1/7/3
local_time.offset_time = 60
""",
}


@every_model
@pytest.mark.parametrize("zone", ZONES)
def test_time_zone_is_written_as_the_firmware_reads_it(model: Model, zone: str) -> None:
    dossier, server = DEVICES["minimal"]
    server = replace(server, timezone=CATALOG.time_zone(zone))

    text = render_for(PACK, model, dossier, server)

    assert f"\n\n{ZONES[zone]}local_time.dhcp_time = 0\n" in text


@every_model
def test_time_servers_are_at_most_two(model: Model) -> None:
    found = parameters(render(PACK, model, "maximal"))

    servers = {name: value for name, value in found.items() if "ntp_server" in name}
    assert servers == {
        "local_time.ntp_server1": "ntp1.example.com",
        "local_time.ntp_server2": "ntp2.example.com",
    }


def test_only_the_33g_gets_what_a_37g_refuses() -> None:
    first = render(PACK, PACK.models["33g"], "maximal").replace("33G", "37G").splitlines()
    second = render(PACK, PACK.models["37g"], "maximal").splitlines()

    assert [line for line in second if line not in first] == []
    assert [line for line in first if line not in second] == [
        "account.1.dnd.enable = 1",
        "account.2.dnd.enable = 1",
        "features.dnd_mode = 1",
        "ldap.enable = 1",
    ]


def test_pack_is_the_one_that_the_aliases_mean() -> None:
    found: list[tuple[Pack, Model]] = [
        CATALOG.find("Zultys", name) for name in ("33G", "ZIP 33G", "zip33G")
    ]

    assert found == [(PACK, PACK.models["33g"])] * 3
