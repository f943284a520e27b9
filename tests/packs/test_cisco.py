"""Is what Cisco phones and adapters get what guides and other people's production files say?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.device import Line
from chalicelib.domain.file_name import read_file_name
from chalicelib.domain.vendor import FileKind, FileRule
from tests.packs.sample import CATALOG, DEVICES, render, render_common, render_for

PACK = CATALOG.packs["cisco"]
SPA, MPP, ATA = "spa504g", "8851", "ata191"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def rule(shape: str) -> FileRule:
    return next(rule for rule in PACK.files if rule.shape == shape)


def parameters(text: str) -> dict[str, str]:
    """Fails when an element stands twice, of which the phone would take the last."""
    found = PACK.format.read(text)
    names = [parameter.name for parameter in found]
    assert len(names) == len(set(names))
    return {parameter.name: parameter.value for parameter in found}


def minimal(
    model: str,
    *,
    line: dict[str, Any] | None = None,
    keys: tuple[Any, ...] = (),
    **settings: object,
) -> dict[str, str]:
    """The parameters for the minimal device with these choices."""
    dossier, server = DEVICES["minimal"]
    device = replace(dossier.device, lines=(line or {},), keys=keys, settings=settings)
    dossier = replace(dossier, device=device)
    return parameters(render_for(PACK, PACK.models[model], dossier, server))


def pick(found: dict[str, str], *prefixes: str) -> dict[str, str]:
    return {name: value for name, value in found.items() if name.startswith(prefixes)}


BOOTSTRAPS = [rule for rule in PACK.files if rule.kind is FileKind.COMMON]


@pytest.mark.parametrize("bootstrap", BOOTSTRAPS, ids=lambda rule: rule.shape)
def test_file_of_a_series_tells_the_phone_where_its_own_is(bootstrap: FileRule) -> None:
    text = render_common(PACK, bootstrap, "minimal")

    [url] = [value for name, value in parameters(text).items() if name == "Profile_Rule"]
    assert url.endswith("/$MA.xml")
    assert text == (
        f"{HEAD}<flat-profile>\n"
        "<Provision_Enable>Yes</Provision_Enable>\n"
        "<Resync_On_Reset>Yes</Resync_On_Reset>\n"
        f"<Profile_Rule>{url}</Profile_Rule>\n"
        "</flat-profile>\n"
    )


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("spa504G.cfg", "spa504g"),
        ("spa525G2.cfg", "spa525g2"),
        ("init.cfg", "pap2t"),
        ("ata191.cfg", "ata191"),
        ("8851-3PCC.xml", "8851"),
        ("CP-8851-3PCC.xml", "8851"),
    ],
)
def test_file_of_a_series_is_of_one_model(name: str, model: str) -> None:
    asked = read_file_name(name)

    assert asked is not None
    [found] = CATALOG.rules(asked.shape, PACK.vendor)
    assert (found.vendor, found.kind, found.models) == ("cisco", FileKind.COMMON, (model,))


@pytest.mark.parametrize(
    "name",
    [
        "SEP0002FDAABBCC.cnf.xml",
        "CTLSEP0002FDAABBCC.tlv",
        "ITLFile.tlv",
        "SIP0002FDAABBCC.cnf",
        "OS79XX.TXT",
    ],
)
def test_file_of_enterprise_firmware_is_absent(name: str) -> None:
    asked = read_file_name(name)

    assert asked is not None
    assert [found.kind for found in CATALOG.rules(asked.shape, PACK.vendor)] == [FileKind.ABSENT]


@pytest.mark.parametrize("shape", ["{mac}.xml", "{mac}.cfg"])
def test_own_file_has_either_name(shape: str) -> None:
    assert (rule(shape).kind, rule(shape).template) == (FileKind.DEVICE, None)


@pytest.mark.parametrize("model", [SPA, MPP, ATA, "pap2t", "spa122"])
def test_line_registers_at_host_and_port(model: str) -> None:
    found = minimal(model)

    of_phones = {"Extension_1_": "1", "Short_Name_1_": "1", "Extended_Function_1_": ""}
    separate = {"Use_Outbound_Proxy_1_": "No", "Use_Auth_ID_1_": "Yes"}
    switched = {
        SPA: {"G722_Enable_1_": "No", "G729a_Enable_1_": "No"},
        MPP: {
            "G722_Enable_1_": "No",
            "G729a_Enable_1_": "No",
            "OPUS_Enable_1_": "No",
            "iLBC_Enable_1_": "No",
        },
    }
    assert {name: value for name, value in found.items() if name.endswith("_1_")} == {
        "Line_Enable_1_": "Yes",
        "Proxy_1_": "192.0.2.1:5060",
        "Use_DNS_SRV_1_": "No",
        "Register_1_": "Yes",
        "Display_Name_1_": "1",
        "User_ID_1_": "1",
        "Auth_ID_1_": "1",
        "Password_1_": "p",
        "Preferred_Codec_1_": "G711u",
        "Second_Preferred_Codec_1_": "Unspecified",
        "Third_Preferred_Codec_1_": "Unspecified",
        **({} if model == MPP else separate),
        **(of_phones if model in switched else {}),
        **switched.get(model, {"G729a_Enable_1_": "No"}),
    }


def test_backup_server_is_a_made_up_srv_record() -> None:
    found = minimal(SPA, line={"backup_server": "192.0.2.2", "backup_port": 5080})

    assert found["Proxy_1_"] == "offhook1:SRV=192.0.2.1:5060:p=0|192.0.2.2:5080:p=1"
    assert found["Use_DNS_SRV_1_"] == "Yes"


@pytest.mark.parametrize(
    ("model", "codecs", "preferred"),
    [
        (MPP, ["opus", "G722", "PCMA", "PCMU"], ["OPUS", "G722", "G711a"]),
        (SPA, ["opus", "G722", "PCMA", "PCMU"], ["G722", "G711a", "G711u"]),
        (ATA, ["opus", "G722", "PCMA", "PCMU"], ["G711a", "G711u", "Unspecified"]),
        (SPA, ["G729"], ["G729a", "Unspecified", "Unspecified"]),
        (MPP, ["iLBC", "PCMU"], ["iLBC", "G711u", "Unspecified"]),
    ],
)
def test_codecs_are_the_best_three_that_the_model_has(
    model: str, codecs: list[str], preferred: list[str]
) -> None:
    found = minimal(model, codecs=codecs)

    ranks = ("Preferred_Codec_1_", "Second_Preferred_Codec_1_", "Third_Preferred_Codec_1_")
    assert [found[rank] for rank in ranks] == preferred


@pytest.mark.parametrize(
    ("mode", "code"), [("inband", "InBand"), ("rfc2833", "AVT"), ("info", "INFO")]
)
def test_dtmf_has_words_of_its_own(mode: str, code: str) -> None:
    assert minimal(SPA, line={"dtmf": mode})["DTMF_Tx_Method_1_"] == code


KEYS = (
    {"position": 1, "module": 0, "type": "blf", "value": "1002", "label": "Anna"},
    {"position": 2, "module": 0, "type": "line", "line": 1},
    {"position": 3, "module": 0, "type": "speed_dial", "value": "0301", "label": "Taxi"},
    {"position": 4, "module": 0, "type": "none"},
    {"position": 5, "module": 0, "type": "park", "value": "701"},
    {"position": 2, "module": 1, "type": "blf", "value": "1003", "label": "Bob"},
    {"position": 3, "module": 2, "type": "speed_dial", "value": "0302"},
)


@pytest.mark.parametrize("model", [SPA, MPP])
def test_key_takes_the_place_of_a_line_key(model: str) -> None:
    found = minimal(model, keys=KEYS)

    assert pick(found, "Extension_", "Short_Name_", "Extended_Function_") == {
        "Extension_1_": "Disabled",
        "Short_Name_1_": "Anna",
        "Extended_Function_1_": "fnc=sd+blf+cp;sub=1002@$PROXY;nme=Anna",
        "Extension_2_": "1",
        "Short_Name_2_": "$USER",
        "Extended_Function_2_": "",
        "Extension_3_": "Disabled",
        "Short_Name_3_": "Taxi",
        "Extended_Function_3_": "fnc=sd;ext=0301@$PROXY;nme=Taxi",
        "Extension_4_": "Disabled",
        "Extended_Function_4_": "",
    }


def test_key_of_a_module_is_named_otherwise_on_either_family() -> None:
    anna = "fnc=sd+blf+cp;sub=1003@$PROXY;nme=Bob"
    taxi = "fnc=sd;ext=0302@$PROXY;nme=0302"

    spa, mpp = (pick(minimal(model, keys=KEYS), "Unit_", "PoE_") for model in (SPA, MPP))

    assert spa == {"Unit_1_Key_2": anna, "Unit_2_Key_3": taxi}
    assert mpp == {"Unit_1_Key_2_": anna, "Unit_2_Key_3_": taxi, "PoE_Power_Required": "Maximum"}


def test_line_without_a_key_of_its_own_gets_the_one_of_its_number() -> None:
    dossier, server = DEVICES["minimal"]
    lines = tuple(
        Line(position=position, number=f"10{position}", name=f"N{position}", password="p")
        for position in (1, 2)
    )
    device = replace(dossier.device, lines=({}, {}), keys=KEYS[:1])
    dossier = replace(dossier, device=device, lines=lines)

    found = parameters(render_for(PACK, PACK.models[SPA], dossier, server))

    assert pick(found, "Extension_", "Short_Name_") == {
        "Extension_1_": "Disabled",
        "Short_Name_1_": "Anna",
        "Extension_2_": "2",
        "Short_Name_2_": "N2",
    }


@pytest.mark.parametrize("model", [SPA, MPP, ATA, "pap2t", "spa122"])
def test_resync_is_in_seconds(model: str) -> None:
    assert minimal(model, resync={"interval": 90, "jitter": 10})["Resync_Periodic"] == "5400"


@pytest.mark.parametrize(
    ("model", "password"),
    [
        (SPA, "Admin_Passwd"),
        (MPP, "Admin_Password"),
        ("pap2t", "Admin_Passwd"),
        ("spa122", "Web_Login_Admin_Password"),
        (ATA, "Web_Login_Admin_Password"),
    ],
)
def test_password_of_the_web_page_has_a_name_in_each_family(model: str, password: str) -> None:
    found = minimal(model, web={"admin_password": "secret"})

    assert [name for name, value in found.items() if value == "secret"] == [password]


@pytest.mark.parametrize(("port", "server"), [(5060, "192.0.2.1"), (5070, "192.0.2.1:5070")])
def test_message_lamp_is_subscribed_to_at_the_server(port: int, server: str) -> None:
    found = minimal(MPP, line={"mwi": True, "port": port, "voicemail": "*97"})

    assert found["Mailbox_ID_1_"] == "1"
    assert found["Voice_Mail_Server_1_"] == server
    assert found["Voice_Mail_Number"] == "*97"


def test_router_adapter_has_its_network_in_a_part_of_its_own() -> None:
    text = render(PACK, PACK.models["spa122"], "maximal")

    assert text.endswith(
        "<router-configuration>\n"
        "<Web_Login_Admin_Name>admin</Web_Login_Admin_Name>\n"
        "<Web_Login_Admin_Password>admin-secret</Web_Login_Admin_Password>\n"
        "<Web_Login_Guest_Name>cisco</Web_Login_Guest_Name>\n"
        "<Web_Login_Guest_Password>user-secret</Web_Login_Guest_Password>\n"
        "<WAN_VLAN_Setting>\n"
        "<WAN_VLAN_Enable>1</WAN_VLAN_Enable>\n"
        "<WAN_VLAN_ID>100</WAN_VLAN_ID>\n"
        "</WAN_VLAN_Setting>\n"
        "<Time_Setup>\n"
        "<Time_Server>ntp1.example.com</Time_Server>\n"
        "</Time_Setup>\n"
        "</router-configuration>\n"
        "</flat-profile>\n"
    )
    assert "Time_Zone" not in text


ZONES = {
    "UTC": ("GMT+00:00", "No", ""),
    "Asia/Kolkata": ("GMT+05:30", "No", ""),
    "Europe/London": ("GMT+00:00", "Yes", "start=3/-1/7/1:0:0;end=10/-1/7/2:0:0;save=1"),
    "America/New_York": ("GMT-05:00", "Yes", "start=3/8/7/2:0:0;end=11/1/7/2:0:0;save=1"),
    "Australia/Sydney": ("GMT+10:00", "Yes", "start=10/1/7/2:0:0;end=4/1/7/3:0:0;save=1"),
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("model", [SPA, MPP, ATA, "pap2t"])
def test_time_zone_is_an_offset_and_a_rule(model: str, zone: str) -> None:
    dossier, server = DEVICES["minimal"]
    server = replace(server, timezone=CATALOG.time_zone(zone))

    found = parameters(render_for(PACK, PACK.models[model], dossier, server))

    assert (
        found["Time_Zone"],
        found["Daylight_Saving_Time_Enable"],
        found["Daylight_Saving_Time_Rule"],
    ) == ZONES[zone]
