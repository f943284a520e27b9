"""Is what Poly phones get what their guides and other people's production files say?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.file_name import read_file_name
from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor import FileKind, FileRule
from chalicelib.domain.vocabulary import speak_of_contacts
from chalicelib.rendering import Renderer
from tests.packs.sample import CATALOG, DEVICES, render, render_common, render_for

PACK = CATALOG.packs["polycom"]
VVX = PACK.models["vvx450"]
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def rule(shape: str) -> FileRule:
    return next(rule for rule in PACK.files if rule.shape == shape)


def parameters(text: str) -> dict[str, str]:
    """Fails when a name stands twice: the phone refuses such a file as a whole."""
    found = PACK.format.read(text)
    names = [parameter.name for parameter in found]
    assert len(names) == len(set(names))
    return {parameter.name: parameter.value for parameter in found}


def minimal(
    *, line: dict[str, Any] | None = None, keys: tuple[Any, ...] = (), **settings: object
) -> dict[str, str]:
    """The parameters for the minimal device with these choices."""
    dossier, server = DEVICES["minimal"]
    device = replace(dossier.device, lines=(line or {},), keys=keys, settings=settings)
    return parameters(render_for(PACK, VVX, replace(dossier, device=device), server))


def pick(found: dict[str, str], *prefixes: str) -> dict[str, str]:
    return {name: value for name, value in found.items() if name.startswith(prefixes)}


def test_master_file_names_the_own_file_and_leaves_the_firmware_alone() -> None:
    dossier, server = DEVICES["minimal"]
    dossier = replace(dossier, device=replace(dossier.device, mac=Mac("0004f2aabbcc")))

    text = render_for(PACK, VVX, dossier, server, template=rule("{mac}.cfg").template)

    assert text == (
        f'{HEAD}<APPLICATION APP_FILE_PATH="" CONFIG_FILES="0004f2aabbcc-offhook.cfg"/>\n'
    )


def test_master_file_names_a_firmware_that_was_chosen() -> None:
    dossier, server = DEVICES["maximal"]

    text = render_for(PACK, VVX, dossier, server, template=rule("{mac}.cfg").template)

    assert 'APP_FILE_PATH="https://files.example.com/firmware.rom"' in text


def test_fallback_lets_the_phone_put_its_own_address_in() -> None:
    text = render_common(PACK, rule("000000000000.cfg"), "maximal")

    assert text == (
        f'{HEAD}<APPLICATION APP_FILE_PATH="" CONFIG_FILES="[PHONE_MAC_ADDRESS]-offhook.cfg"/>\n'
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("000000000000.cfg", FileKind.COMMON),
        ("000000000000-license.cfg", FileKind.ABSENT),
        ("000000000000-directory.xml", FileKind.ABSENT),
    ],
)
def test_file_of_twelve_zeros_is_nobodys_and_reaches_its_rule(name: str, kind: FileKind) -> None:
    asked = read_file_name(name)

    assert asked is not None
    assert asked.mac is None
    assert [found.kind for found in CATALOG.rules(asked.shape, PACK.vendor)] == [kind]


@pytest.mark.parametrize("name", ["0004f2aabbcc-phone.cfg", "0004F2AABBCC-web.cfg"])
def test_overrides_of_the_phone_are_taken(name: str) -> None:
    asked = read_file_name(name)

    assert asked is not None
    assert asked.mac == Mac("0004f2aabbcc")
    assert [found.kind for found in CATALOG.rules(asked.shape, PACK.vendor)] == [FileKind.UPLOAD]


@pytest.mark.parametrize("size", DEVICES)
def test_parameter_of_the_device_is_switched_on_beside_its_value(size: str) -> None:
    found = pick(parameters(render(PACK, VVX, size)), "device.")

    assert found.pop("device.set") == "1"
    values = {name for name in found if not name.endswith(".set")}
    assert {name for name in found if name.endswith(".set")} == {f"{name}.set" for name in values}
    assert all(found[f"{name}.set"] == "1" for name in values)


@pytest.mark.parametrize("size", DEVICES)
def test_provisioning_server_stays_as_it_is(size: str) -> None:
    assert pick(parameters(render(PACK, VVX, size)), "device.prov.") == {}


def test_registration_of_a_line_with_all_choices() -> None:
    found = parameters(render(PACK, VVX, "maximal"))

    dossier, _ = DEVICES["maximal"]
    assert pick(found, "reg.1.", "msg.mwi.1.") == {
        "reg.1.address": "*1001-a.b_c+2",
        "reg.1.label": "Reception & <Desk>",
        "reg.1.displayName": dossier.lines[0].name,
        "reg.1.auth.userId": "*1001-a.b_c+2",
        "reg.1.auth.password": dossier.lines[0].password,
        "reg.1.server.1.address": "registrar.voice.example.com",
        "reg.1.server.1.port": "65535",
        "reg.1.server.1.transport": "TLS",
        "reg.1.server.1.expires": "600",
        "reg.1.server.1.register": "1",
        "reg.1.server.2.address": "backup.example.com",
        "reg.1.server.2.port": "5080",
        "reg.1.server.2.transport": "TLS",
        "reg.1.server.2.expires": "600",
        "reg.1.outboundProxy.address": "proxy.example.com",
        "reg.1.outboundProxy.port": "5070",
        "reg.1.outboundProxy.transport": "TLS",
        "reg.1.lineKeys": "1",
        "msg.mwi.1.subscribe": "*1001-a.b_c+2",
        "msg.mwi.1.callBackMode": "contact",
        "msg.mwi.1.callBack": "*97",
    }


DTMF = {
    "rfc2833": {
        "tone.dtmf.viaRtp": "1",
        "tone.dtmf.rfc2833Control": "1",
        "tone.dtmf.rfc2833Payload": "101",
        "voIpProt.SIP.dtmfViaSignaling.rfc2976": "0",
    },
    "inband": {
        "tone.dtmf.viaRtp": "1",
        "tone.dtmf.rfc2833Control": "0",
        "voIpProt.SIP.dtmfViaSignaling.rfc2976": "0",
    },
    "info": {"tone.dtmf.viaRtp": "0", "voIpProt.SIP.dtmfViaSignaling.rfc2976": "1"},
    None: {},
}


@pytest.mark.parametrize("mode", DTMF)
def test_dtmf_is_three_switches(mode: str | None) -> None:
    found = minimal(line={"dtmf": mode} if mode else {})

    assert pick(found, "tone.", "voIpProt.") == DTMF[mode]


@pytest.mark.parametrize(
    ("mode", "switches"), [("off", "000"), ("optional", "110"), ("required", "111")]
)
def test_srtp_is_three_switches(mode: str, switches: str) -> None:
    found = pick(minimal(line={"srtp": mode}), "sec.")

    assert found == dict(
        zip(("sec.srtp.enable", "sec.srtp.offer", "sec.srtp.require"), switches, strict=True)
    )


def test_mwi_switched_off_is_an_empty_subscription() -> None:
    assert minimal(line={"mwi": False})["msg.mwi.1.subscribe"] == ""


def test_keys_close_ranks_and_line_keys_are_counted() -> None:
    found = minimal(
        keys=(
            {"position": 1, "module": 0, "type": "line", "line": 1},
            {"position": 2, "module": 0, "type": "line", "line": 1},
            {"position": 4, "module": 0, "type": "blf", "value": "1002", "label": "Anna"},
            {"position": 5, "module": 0, "type": "dnd"},
            {"position": 7, "module": 0, "type": "speed_dial", "value": "0301", "label": "Taxi"},
            {"position": 1, "module": 1, "type": "park", "value": "701"},
        )
    )

    assert found["reg.1.lineKeys"] == "2"
    assert pick(found, "attendant.") == {
        "attendant.resourceList.1.address": "1002",
        "attendant.resourceList.1.label": "Anna",
        "attendant.resourceList.1.type": "automata",
        "attendant.resourceList.2.address": "0301",
        "attendant.resourceList.2.label": "Taxi",
        "attendant.resourceList.2.type": "normal",
        "attendant.resourceList.3.address": "701",
        "attendant.resourceList.3.type": "normal",
    }


def test_codec_that_is_not_wanted_has_no_rank() -> None:
    assert pick(minimal(codecs=["G722", "PCMA"]), "voice.") == {
        "voice.codecPref.G711_Mu": "0",
        "voice.codecPref.G711_A": "2",
        "voice.codecPref.G722": "1",
        "voice.codecPref.G729_AB": "0",
    }


@pytest.mark.parametrize(("minutes", "seconds"), [(5, "3601"), (60, "3601"), (1440, "86400")])
def test_polling_is_in_seconds_and_rarer_than_hourly(minutes: int, seconds: str) -> None:
    assert pick(minimal(resync={"interval": minutes}), "prov.") == {
        "prov.polling.enabled": "1",
        "prov.polling.mode": "rel",
        "prov.polling.period": seconds,
    }


def test_raw_parameter_that_stands_in_the_file_too_is_seen_twice() -> None:
    """The file stays readable, so that the name can be told to the operator."""
    dossier, server = DEVICES["minimal"]
    settings = {"vendor_settings": {"reg.1.address": "x", "up.mwiVisible": "1"}}
    dossier = replace(dossier, device=replace(dossier.device, settings=settings))

    text = render_for(PACK, VVX, dossier, server)

    names = [parameter.name for parameter in PACK.format.read(text)]
    assert names.count("reg.1.address") == 2
    assert names.count("up.mwiVisible") == 1


DST = "tcpIpApp.sntp.daylightSavings."
ZONES = {
    "UTC": ("0", {f"{DST}enable": "0"}),
    "Asia/Kolkata": ("19800", {f"{DST}enable": "0"}),
    "Europe/London": (
        "0",
        {
            f"{DST}enable": "1",
            f"{DST}fixedDayEnable": "0",
            f"{DST}start.month": "3",
            f"{DST}start.time": "1",
            f"{DST}start.dayOfWeek": "1",
            f"{DST}start.dayOfWeek.lastInMonth": "1",
            f"{DST}start.date": "1",
            f"{DST}stop.month": "10",
            f"{DST}stop.time": "2",
            f"{DST}stop.dayOfWeek": "1",
            f"{DST}stop.dayOfWeek.lastInMonth": "1",
            f"{DST}stop.date": "1",
        },
    ),
    "America/New_York": (
        "-18000",
        {
            f"{DST}enable": "1",
            f"{DST}fixedDayEnable": "0",
            f"{DST}start.month": "3",
            f"{DST}start.time": "2",
            f"{DST}start.dayOfWeek": "1",
            f"{DST}start.dayOfWeek.lastInMonth": "0",
            f"{DST}start.date": "8",
            f"{DST}stop.month": "11",
            f"{DST}stop.time": "2",
            f"{DST}stop.dayOfWeek": "1",
            f"{DST}stop.dayOfWeek.lastInMonth": "0",
            f"{DST}stop.date": "1",
        },
    ),
}


@pytest.mark.parametrize("zone", ZONES)
def test_time_zone_is_seconds_and_a_rule(zone: str) -> None:
    dossier, server = DEVICES["minimal"]
    server = replace(server, timezone=CATALOG.time_zone(zone))

    found = parameters(render_for(PACK, VVX, dossier, server))

    offset, rule_of_summer_time = ZONES[zone]
    assert found["tcpIpApp.sntp.gmtOffset"] == offset
    assert found["tcpIpApp.sntp.gmtOffset.overrideDHCP"] == "1"
    assert pick(found, DST) == rule_of_summer_time


def test_directory_has_an_item_for_each_number() -> None:
    _, server = DEVICES["minimal"]
    contacts = [{"name": "Anna & Co", "numbers": ["1002", "+4930123"]}]
    words = speak_of_contacts(contacts, server=server, pack=PACK, model=VVX)
    template = rule("{mac}-directory.xml").template
    assert template is not None

    text = Renderer().render(template, words)

    assert text == (
        f"{HEAD}<directory>\n<item_list>\n"
        "<item>\n<fn>Anna &amp; Co</fn>\n<ct>1002</ct>\n</item>\n"
        "<item>\n<fn>Anna &amp; Co</fn>\n<ct>+4930123</ct>\n</item>\n"
        "</item_list>\n</directory>\n"
    )
