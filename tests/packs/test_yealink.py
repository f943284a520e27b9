"""Do Yealink phones of every generation get the names that their firmware knows?

From V81 on (the second number of a version) network, provisioning and security parameters begin
with `static.`, and codecs have names instead of numbered slots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.device import Dossier, Line
from chalicelib.domain.vendor import FileKind
from tests.packs.sample import CATALOG, DEVICES, render_for

PACK = CATALOG.packs["yealink"]


def render(model: str, dossier: Dossier, version: str) -> str:
    _, server = DEVICES["maximal"]
    generation = PACK.generation_of(version)
    return render_for(PACK, PACK.models[model], dossier, server, generation=generation)


def parameters(text: str, *beginnings: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = (line.partition(" = ") for line in lines)
    return {name: value for name, _, value in pairs if name.startswith(beginnings)}


def place(*lines: Mapping[str, Any], **more: Any) -> Dossier:  # noqa: ANN401 - fields of a device
    dossier, _ = DEVICES["minimal"]
    return replace(
        dossier,
        device=replace(dossier.device, lines=lines, **more),
        lines=tuple(
            Line(position=position, number=f"10{position}", name="x", password="p")
            for position in range(1, len(lines) + 1)
        ),
    )


@pytest.mark.parametrize(
    ("version", "generation"),
    [
        ("2.70.0.140", "v80"),
        ("18.0.0.80", "v80"),
        ("28.71.0.81", "v80"),
        ("54.80.0.10", "v80"),
        ("28.81.0.25", "v81"),
        ("108.86.0.90", "v81"),
        ("185.87.0.10", "v81"),
        (None, "v81"),
        ("unknown", "v81"),
    ],
)
def test_generation_is_told_by_the_second_number(version: str | None, generation: str) -> None:
    assert PACK.generation_of(version) == generation


@pytest.mark.parametrize("model", ["t46g", "w52p"])
def test_system_parameters_are_static_from_v81_on(model: str) -> None:
    dossier, _ = DEVICES["maximal"]
    beginnings = ("network.", "auto_provision.", "security.", "syslog.", "firmware.", "trusted_")

    old = parameters(render(model, dossier, "28.80.0.10"), "static.", *beginnings)
    new = parameters(render(model, dossier, "28.83.0.120"), "static.", *beginnings)

    assert new == {f"static.{name}": value for name, value in old.items()}
    assert old == {
        "network.vlan.internet_port_enable": "1",
        "network.vlan.internet_port_vid": "100",
        "network.vlan.internet_port_priority": "5",
        "network.vlan.pc_port_enable": "1",
        "network.vlan.pc_port_vid": "200",
        "network.vlan.pc_port_priority": "1",
        "network.lldp.enable": "1",
        "network.cdp.enable": "0",
        "network.qos.rtptos": "46",
        "network.qos.signaltos": "26",
        "auto_provision.server.url": "https://phones.example.com/p/TOKEN/",
        "auto_provision.repeat.enable": "1",
        "auto_provision.repeat.minutes": "1440",
        "firmware.url": "https://files.example.com/firmware.rom",
        "trusted_certificates.url": "https://files.example.com/ca.pem",
        "security.ca_cert": "2",
        "security.user_password": "admin:admin-secret",
        "syslog.enable": "1",
        "syslog.server": "log.example.com",
        "syslog.server_port": "514",
        "syslog.level": "6",
    }


def test_codecs_have_names_from_v81_on() -> None:
    dossier = place({"extension_number": "101"}, settings={"codecs": ["G722", "PCMA"]})

    found = parameters(render("t46u", dossier, "108.86.0.90"), "account.1.codec.")

    assert {name: value for name, value in found.items() if value != "0"} == {
        "account.1.codec.g722.enable": "1",
        "account.1.codec.g722.priority": "1",
        "account.1.codec.pcma.enable": "1",
        "account.1.codec.pcma.priority": "2",
    }


def test_codecs_are_left_to_the_phone_before_v81() -> None:
    """Which of the numbered slots is which codec is not confirmed."""
    dossier, _ = DEVICES["maximal"]

    assert parameters(render("t46g", dossier, "28.80.0.10"), "account.1.codec.") == {}


KEYS = {
    "none": "0",
    "forward": "2",
    "dnd": "5",
    "pickup": "9",
    "park": "10",
    "dtmf": "11",
    "voicemail": "12",
    "speed_dial": "13",
    "intercom": "14",
    "line": "15",
    "blf": "16",
    "url": "17",
    "multicast": "24",
}


@pytest.mark.parametrize("kind", KEYS)
def test_key_has_the_code_of_its_type(kind: str) -> None:
    key = {"position": 7, "module": 0, "type": kind, "line": 1}
    dossier = place({"extension_number": "101"}, keys=(key,))

    found = parameters(render("t46u", dossier, "108.86.0.90"), "linekey.7.")

    assert found == {"linekey.7.type": KEYS[kind], "linekey.7.line": "1"}


@pytest.mark.parametrize(
    ("version", "name"), [("28.80.0.10", "pickup_value"), ("28.83.0.120", "extension")]
)
def test_busy_lamp_has_its_pickup_code_where_the_firmware_reads_it(version: str, name: str) -> None:
    keys = tuple(
        {"position": 1, "module": module, "type": "blf", "value": "102", "line": 1, "pickup": "**"}
        for module in (0, 2)
    )
    dossier = place({"extension_number": "101"}, keys=keys)

    found = parameters(render("t46g", dossier, version), "linekey.1.", "expansion_module.")

    assert found == {
        "linekey.1.type": "16",
        "linekey.1.line": "1",
        "linekey.1.value": "102",
        "linekey.1.label": "102",
        f"linekey.1.{name}": "**",
        "expansion_module.2.key.1.type": "16",
        "expansion_module.2.key.1.line": "1",
        "expansion_module.2.key.1.value": "102",
        "expansion_module.2.key.1.label": "102",
        f"expansion_module.2.key.1.{name}": "**",
    }


@pytest.mark.parametrize(("model", "line"), [("t46u", "2"), ("t38g", "1"), ("t32g", "1")])
def test_first_account_of_a_key_is_counted_as_the_model_does(model: str, line: str) -> None:
    key = {"position": 1, "module": 0, "type": "line", "line": 2}
    dossier = place({"extension_number": "101"}, {"extension_number": "102"}, keys=(key,))

    found = parameters(render(model, dossier, "38.70.0.125"), "linekey.1.line")

    assert found == {"linekey.1.line": line}


def test_accounts_and_line_keys_that_nothing_takes_are_switched_off() -> None:
    key = {"position": 4, "module": 0, "type": "blf", "value": "102", "line": 1}
    dossier = place({"extension_number": "101"}, {"extension_number": "102"}, keys=(key,))

    found = parameters(render("t27g", dossier, "69.86.0.15"), "account.", "linekey.")

    assert {
        name: value
        for name, value in found.items()
        if name.count(".") == 2 and name.endswith((".enable", ".type"))
    } == {
        "account.1.enable": "1",
        "account.2.enable": "1",
        "account.3.enable": "0",
        "account.4.enable": "0",
        "account.5.enable": "0",
        "account.6.enable": "0",
        "linekey.3.type": "0",
        "linekey.4.type": "16",
        "linekey.5.type": "0",
        "linekey.6.type": "0",
    }


@pytest.mark.parametrize("model", ["w70b", "w75dm", "w80dm", "w90dm"])
def test_handsets_of_a_newer_base_share_a_server_template(model: str) -> None:
    dossier = place(
        {"extension_number": "101"},
        {"extension_number": "102", "server": "other.example.com", "transport": "tls"},
        {"extension_number": "103"},
    )

    text = render(model, dossier, "146.87.0.15")

    assert "account.1.sip_server.1.address" not in parameters(text)
    assert {
        name: value
        for name, value in parameters(text, "account.", "template.").items()
        if "sip_server" in name
    } == {
        "account.1.sip_server.template": "1",
        "template.1.sip_server.1.address": "registrar.voice.example.com",
        "template.1.sip_server.1.port": "65535",
        "template.1.sip_server.1.transport_type": "0",
        "template.1.sip_server.2.address": "%NULL%",
        "account.2.sip_server.template": "2",
        "template.2.sip_server.1.address": "other.example.com",
        "template.2.sip_server.1.port": "65535",
        "template.2.sip_server.1.transport_type": "2",
        "template.2.sip_server.2.address": "%NULL%",
        "account.3.sip_server.template": "1",
    }


@pytest.mark.parametrize("model", ["w52p", "w56p", "w60b"])
def test_handsets_of_an_older_base_have_their_server_in_the_account(model: str) -> None:
    dossier = place({"extension_number": "101"}, {"extension_number": "102"})

    found = parameters(render(model, dossier, "25.80.0.15"), "account.", "template.")

    assert {name: value for name, value in found.items() if name.endswith(".address")} == {
        "account.1.sip_server.1.address": "registrar.voice.example.com",
        "account.1.sip_server.2.address": "%NULL%",
        "account.2.sip_server.1.address": "registrar.voice.example.com",
        "account.2.sip_server.2.address": "%NULL%",
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("{mac}.boot", FileKind.ABSENT),
        ("y000000000000.boot", FileKind.ABSENT),
        ("y000000000000.cfg", FileKind.ABSENT),
        ("y000000000108.cfg", FileKind.COMMON),
        ("{mac}.cfg", FileKind.DEVICE),
        ("{mac}-local.cfg", FileKind.UPLOAD),
        ("{mac}-contact.xml", FileKind.UPLOAD),
        ("{mac}-calllog.xml", FileKind.UPLOAD),
        ("{mac}-phonebook.xml", FileKind.PHONEBOOK),
    ],
)
def test_file_of_the_boot_sequence_is_answered_as_phones_expect(name: str, kind: FileKind) -> None:
    assert [rule.kind for rule in PACK.files if rule.shape == name] == [kind]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("t46u", "y000000000108.cfg"),
        ("t54w", "y000000000096.cfg"),
        ("t53w", "y000000000095.cfg"),
        ("w52p", "y000000000025.cfg"),
        ("w70b", "y000000000146.cfg"),
        ("t88v", "y000000000192.cfg"),
    ],
)
def test_common_file_of_a_model_has_its_number(model: str, name: str) -> None:
    names = [
        rule.shape for rule in PACK.files if model in rule.models and rule.kind is FileKind.COMMON
    ]

    assert names == [name]
