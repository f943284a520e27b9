"""Is what Grandstream devices get what their guides and other people's production files say?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.device import Line
from chalicelib.domain.vendor import FileKind
from chalicelib.rendering import Renderer
from tests.packs.sample import CATALOG, DEVICES, render_for

PACK = CATALOG.packs["grandstream"]
OLD, NEW = "gxp1628", "grp2614"


def write(
    model: str = OLD,
    *,
    lines: tuple[dict[str, Any], ...] = ({},),
    keys: tuple[dict[str, Any], ...] = (),
    zone: str = "UTC",
    generation: str | None = None,
    **settings: object,
) -> str:
    """The file of the minimal device with these choices."""
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
    return render_for(PACK, PACK.models[model], dossier, server, generation=generation)


def minimal(model: str = OLD, **choices: Any) -> dict[str, str]:  # noqa: ANN401 - as `write`
    return {each.name: each.value for each in PACK.format.read(write(model, **choices))}


def pick(found: dict[str, str], *prefixes: str) -> dict[str, str]:
    return {name: value for name, value in found.items() if name.startswith(prefixes)}


def test_old_phone_is_told_an_account_in_p_values() -> None:
    text = write(lines=({"label": "Desk", "transport": "tls", "voicemail": "*97"},))

    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gs_provision version="1">\n'
        '<config version="1">\n'
        "<P271>1</P271>\n"
        "<P270>Desk</P270>\n"
        "<P47>192.0.2.1:5060</P47>\n"
        "<P130>2</P130>\n"
        "<P35>1</P35>\n"
        "<P36>1</P36>\n"
        "<P34>p</P34>\n"
        "<P3>x</P3>\n"
        "<P33>*97</P33>\n"
        "<P57>0</P57>\n"
        "<P64>customize</P64>\n"
    )


def test_new_phone_is_told_an_account_in_names() -> None:
    text = write(NEW, lines=({"label": "Desk", "transport": "tls", "srtp": "optional"},))

    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gs_provision version="1">\n'
        '<config version="2">\n'
        '<item name="account.1.enable">Yes</item>\n'
        '<item name="account.1.name">Desk</item>\n'
        '<item name="account.1.sip.server.1.address">192.0.2.1:5060</item>\n'
        '<item name="account.1.sip.transport">TlsOrTcp</item>\n'
        '<item name="account.1.sip.userid">1</item>\n'
        '<item name="account.1.sip.subscriber.userid">1</item>\n'
        '<item name="account.1.sip.subscriber.password">p</item>\n'
        '<item name="account.1.sip.subscriber.name">x</item>\n'
        '<item name="account.1.audio.srtpMode">EnabledButNotForced</item>\n'
        '<item name="account.1.codec.choice.1">PCMU</item>\n'
    )


@pytest.mark.parametrize(
    ("generation", "version"), [("p_values", "1"), ("aliases", "2"), (None, "2")]
)
def test_gxp21xx_is_told_what_its_firmware_knows(generation: str | None, version: str) -> None:
    text = write("gxp2170", generation=generation)

    assert f'<config version="{version}">\n' in text
    assert ("<P271>" in text) == (version == "1")


@pytest.mark.parametrize(
    ("firmware", "generation"),
    [("1.0.7.97", "p_values"), ("1.0.10.4", "p_values"), ("1.0.11.85", "aliases")],
)
def test_names_begin_with_firmware_1_0_11(firmware: str, generation: str) -> None:
    assert PACK.generation_of(firmware) == generation


def test_models_with_one_kind_of_firmware_do_not_look_at_the_generation() -> None:
    assert write(NEW, generation="p_values") == write(NEW)
    assert write(OLD, generation="p_values") == write(OLD)


@pytest.mark.parametrize("model", [OLD, NEW, "ht801"])
def test_file_has_no_mac_element(model: str) -> None:
    """One that differs from the phone's own makes it refuse the file."""
    assert "mac" not in minimal(model)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(60, "1"), (600, "10"), (601, "11"), (3600, "60")]
)
def test_registration_is_counted_in_minutes(seconds: int, minutes: str) -> None:
    lines = ({"expires": seconds},)

    assert minimal(OLD, lines=lines)["P32"] == minutes
    assert minimal("ht801", lines=lines)["P32"] == minutes
    assert minimal(NEW, lines=lines)["account.1.sip.registerExpiration"] == minutes


def test_server_is_told_as_scheme_and_path_apart() -> None:
    assert pick(minimal(OLD), "P212", "P237") == {"P212": "2", "P237": "phones.example.com/p/TOKEN"}
    assert pick(minimal(NEW), "provisioning.config.") == {
        "provisioning.config.protocol": "HTTPS",
        "provisioning.config.serverPath": "phones.example.com/p/TOKEN",
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://192.0.2.9:8080/provision/", {"P212": "1", "P237": "192.0.2.9:8080/provision"}),
        ("https://p.example.com/", {"P212": "2", "P237": "p.example.com"}),
        (None, {}),
    ],
)
def test_server_over_http_and_no_server(url: str | None, expected: dict[str, str]) -> None:
    template = PACK.models[OLD].template
    words: dict[str, Any] = dict.fromkeys(
        ("web", "vlan", "syslog", "resync", "time"),
        dict.fromkeys(
            (
                "admin_password",
                "user_password",
                "phone",
                "phone_priority",
                "server",
                "level",
                "interval",
                "posix",
            )
        ),
    )
    words |= dict.fromkeys(("date_format", "time_format", "language", "firmware_folder"))
    words |= {word: [] for word in ("lines", "codecs", "ntp_servers", "vendor_settings")}
    words |= {"facts": PACK.models[OLD].facts, "provisioning_url": url}

    text = Renderer().render(template, words)

    found = {parameter.name: parameter.value for parameter in PACK.format.read(text)}
    assert pick(found, "P212", "P237") == expected


@pytest.mark.parametrize(("wanted", "told"), [(5, "60"), (60, "60"), (1440, "1440")])
def test_phone_looks_for_a_new_file_once_an_hour_at_most(wanted: int, told: str) -> None:
    resync = {"interval": wanted}

    assert pick(minimal(OLD, resync=resync), "P19") == {"P194": "1", "P193": told}
    assert pick(minimal(NEW, resync=resync), "provisioning.auto.") == {
        "provisioning.auto.mode": "YesUpgradeMin",
        "provisioning.auto.minute": told,
    }


ZONES = {
    "UTC": "UTC+0",
    "Europe/Berlin": "CET-1CEST-2,M3.5.0/02:00:00,M10.5.0/03:00:00",
    "Europe/London": "GMT+0BST-1,M3.5.0/01:00:00,M10.5.0/02:00:00",
    "America/Sao_Paulo": "STD+3",
    "Asia/Kolkata": "IST-5:30",
    "Australia/Sydney": "AEST-10AEDT-11,M10.1.0/02:00:00,M4.1.0/03:00:00",
    "Pacific/Auckland": "NZST-12NZDT-13,M9.5.0/02:00:00,M4.1.0/03:00:00",
}


@pytest.mark.parametrize("zone", ZONES)
def test_time_zone_is_told_by_its_rule_and_never_from_the_phones_list(zone: str) -> None:
    assert pick(minimal(OLD, zone=zone), "P64", "P246") == {"P64": "customize", "P246": ZONES[zone]}
    assert pick(minimal(NEW, zone=zone), "dateTime.timezone") == {
        "dateTime.timezone": "customize",
        "dateTime.timezone.custom": ZONES[zone],
    }
    assert len(ZONES[zone]) <= 64


def test_accounts_of_an_old_phone_have_numbers_of_their_own() -> None:
    found = minimal(lines=({}, {}, {}, {}))

    users = {name: found[name] for name in ("P35", "P404", "P504", "P604")}
    assert users == {"P35": "1", "P404": "2", "P504": "3", "P604": "4"}
    assert {found[name] for name in ("P271", "P401", "P501", "P601")} == {"1"}


@pytest.mark.parametrize(
    ("choice", "active"),
    [
        ({}, ["1", "1", "1"]),
        ({"srtp": "optional"}, ["1", "1", "1"]),
        ({"srtp": "required"}, ["1", "0", "0"]),
        ({"transport": "udp"}, ["1", "1", "1"]),
        ({"transport": "tls"}, ["1", "1", "0"]),
        ({"transport": "tcp"}, ["1", "1", "0"]),
    ],
)
def test_account_that_cannot_be_told_to_be_safe_is_off(
    choice: dict[str, str], active: list[str]
) -> None:
    found = minimal(lines=(choice, choice, choice))

    assert [found[name] for name in ("P271", "P401", "P501")] == active


def test_second_port_of_an_adapter_has_other_numbers_than_the_second_account_of_a_phone() -> None:
    found = minimal("ht802", lines=({}, {}))

    assert pick(found, "P7") == {
        "P747": "192.0.2.1:5060",
        "P735": "2",
        "P736": "2",
        "P734": "p",
        "P703": "x",
    }
    assert "P402" not in found


def test_second_port_that_cannot_be_told_to_be_safe_is_off() -> None:
    assert minimal("ht802", lines=({}, {"transport": "tls"}))["P401"] == "0"
    assert minimal("ht802", lines=({}, {"srtp": "required"}))["P401"] == "0"
    assert minimal("ht802", lines=({}, {"srtp": "optional"}))["P401"] == "1"


@pytest.mark.parametrize(("dtmf", "code"), [("inband", "100"), ("rfc2833", "101"), ("info", "102")])
def test_adapter_has_dtmf_codes_of_its_own(dtmf: str, code: str) -> None:
    assert minimal("ht801", lines=({"dtmf": dtmf},))["P850"] == code


def test_ilbc_has_another_number_on_adapters() -> None:
    codecs = ["PCMA", "iLBC"]

    assert pick(minimal(OLD, codecs=codecs), "P57", "P58") == {"P57": "8", "P58": "98"}
    assert pick(minimal("ht801", codecs=codecs), "P57", "P58") == {"P57": "8", "P58": "97"}


def test_screen_keys_are_listed_without_a_gap_once_one_is_chosen() -> None:
    """Behind a key that is not listed the phone forgets the others."""
    blf = {"position": 3, "type": "blf", "value": "1002", "label": "Store", "line": 2}

    found = minimal(NEW, lines=({}, {}), keys=(blf,))

    modes = [found[f"pks.vpk.{number}.keyMode"] for number in range(1, 17)]
    assert modes == ["Line", "Line", "BLF", *["None"] * 13]
    assert pick(found, "pks.vpk.2.", "pks.vpk.3.") == {
        "pks.vpk.2.keyMode": "Line",
        "pks.vpk.2.account": "1",
        "pks.vpk.3.keyMode": "BLF",
        "pks.vpk.3.account": "1",
        "pks.vpk.3.description": "Store",
        "pks.vpk.3.value": "1002",
    }
    assert "pks.vpk.17.keyMode" not in found


def test_screen_keys_are_listed_between_and_behind_those_that_are_chosen() -> None:
    chosen = tuple({"position": number, "type": "dnd"} for number in (1, 4, 5, 16))
    on_a_module = {"position": 2, "type": "dnd", "module": 1}

    found = minimal(NEW, lines=({}, {}), keys=(*chosen, on_a_module))

    modes = [found[f"pks.vpk.{number}.keyMode"] for number in range(1, 17)]
    assert modes == ["DND", "Line", "None", "DND", "DND", *["None"] * 10, "DND"]


def test_phone_keeps_its_keys_while_none_is_chosen() -> None:
    assert pick(minimal(NEW), "pks.") == {}


def test_other_keys_are_counted_on_and_name_their_account() -> None:
    first = {"position": 17, "type": "park", "value": "701"}
    last = {"position": 40, "type": "speed_dial", "value": "7", "line": 2}
    beyond = {"position": 41, "type": "blf", "value": "8"}

    found = minimal(NEW, keys=(first, last, beyond))

    assert pick(found, "pks.mpk.") == {
        "pks.mpk.1.keyMode": "CallPark",
        "pks.mpk.1.account": "Account1",
        "pks.mpk.1.value": "701",
        "pks.mpk.24.keyMode": "SpeedDial",
        "pks.mpk.24.account": "Account2",
        "pks.mpk.24.value": "7",
    }


def test_number_of_keys_is_that_of_the_screen_and_the_others() -> None:
    keys = {name: model.keys for name, model in PACK.models.items() if model.facts.get("vpk")}

    assert keys == {
        "gxp2130": 20,
        "gxp2135": 32,
        "gxp2140": 16,
        "gxp2160": 48,
        "gxp2170": 48,
        "grp2612": 16,
        "grp2613": 24,
        "grp2614": 40,
        "grp2615": 40,
        "grp2616": 40,
    }


@pytest.mark.parametrize(
    ("chosen", "number", "name"), [("12h", "0", "12Hour"), ("24h", "1", "24Hour")]
)
def test_time_format_has_a_number_and_a_name(chosen: str, number: str, name: str) -> None:
    assert minimal(OLD, time_format=chosen)["P122"] == number
    assert minimal(NEW, time_format=chosen)["dateTime.format.time"] == name


def test_raw_parameter_is_told_in_the_way_of_the_file() -> None:
    assert minimal(OLD, vendor_settings={"P99": "1"})["P99"] == "1"
    assert minimal(NEW, vendor_settings={"network.cdp": "a<b"})["network.cdp"] == "a<b"


def test_boot_finds_the_own_file_only() -> None:
    kinds = {rule.shape: rule.kind for rule in PACK.files}

    assert kinds["cfg{mac}.xml"] is FileKind.DEVICE
    assert kinds["cfg{mac}"] is FileKind.ABSENT
    assert kinds["cfggxp2170.xml"] is FileKind.ABSENT
    assert kinds["cfg.xml"] is FileKind.ABSENT
    assert "cfg{mac}.cfg" not in kinds
