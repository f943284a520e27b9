"""Do Gigaset's DECT systems and Maxwell phones get what their firmware reads?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.catalog import BUILT_IN
from chalicelib.domain.device import Line
from chalicelib.domain.errors import InputError
from chalicelib.domain.file_name import read_file_name
from chalicelib.domain.timezone import TimeZoneError
from chalicelib.domain.vendor import FileKind
from tests.packs.sample import CATALOG, DEVICES, render_for

PACK = CATALOG.packs["gigaset"]


def render_with(
    model: str,
    *lines: Mapping[str, Any],
    zone: str = "Europe/London",
    **more: Any,  # noqa: ANN401 - keys, settings
) -> str:
    """The file of a device with these lines."""
    lines = lines or ({},)
    dossier, server = DEVICES["minimal"]
    dossier = replace(
        dossier,
        device=replace(dossier.device, lines=lines, **more),
        lines=tuple(
            Line(position=position, number=f"{1000 + position}", name="x", password="p")
            for position in range(1, len(lines) + 1)
        ),
    )
    server = replace(server, timezone=CATALOG.time_zone(zone))
    return render_for(PACK, PACK.models[model], dossier, server)


def values(text: str, part: str) -> dict[str, str]:
    """The parameters with this in their name."""
    found = {}
    for line in text.splitlines():
        _, quote, rest = line.partition('<param name="')
        name, _, value = rest.partition('" value="')
        if quote and part in name:
            found[name] = value.removesuffix('"/>')
    return found


def test_handsets_are_numbered_in_five_digits() -> None:
    text = render_with("n870", *[{}] * 11)

    assert text.count('<oper name="add_hs"') == 11
    assert '    <oper name="add_hs" value="00011">\n' in text
    assert values(text, ".UserName")["SipAccount.00001.UserName"] == "1001"
    assert values(text, ".UserName")["SipAccount.00009.UserName"] == "1009"
    assert values(text, ".UserName")["SipAccount.00010.UserName"] == "1010"


def test_lines_share_a_provider_unless_they_differ() -> None:
    text = render_with("n670", {}, {"server": "b.example.com"}, {}, {"transport": "tls"})

    assert values(text, "ProxyServerAddress") == {
        "SipProvider.0.ProxyServerAddress": "192.0.2.1",
        "SipProvider.1.ProxyServerAddress": "b.example.com",
        "SipProvider.3.ProxyServerAddress": "192.0.2.1",
    }
    assert list(values(text, "ProviderId").values()) == ["0", "1", "0", "3"]
    assert values(text, "TransportProtocol") == {"SipProvider.3.TransportProtocol": "3"}


@pytest.mark.parametrize(
    ("srtp", "on", "lax"), [("off", "0", "1"), ("optional", "1", "1"), ("required", "1", "0")]
)
def test_srtp_is_on_or_off_and_strict_or_not(srtp: str, on: str, lax: str) -> None:
    base = render_with("n670", {"srtp": srtp})
    maxwell = render_with("maxwell 3", {"srtp": srtp})

    assert values(base, "SRTP") == {
        "SipProvider.0.SRTP_Enabled": on,
        "SipProvider.0.AcceptNonSRTPCalls": lax,
    }
    assert values(maxwell, "SRTP") == {
        "SIP.Security.SRTP": on,
        "SIP.Security.AcceptNonSRTPCalls": lax,
    }


@pytest.mark.parametrize(
    ("dtmf", "base", "maxwell"),
    [("inband", ["1"], []), ("rfc2833", ["2"], ["1"]), ("info", ["4"], ["3"])],
)
def test_dtmf_is_coded_otherwise_in_the_maxwell(
    dtmf: str, base: list[str], maxwell: list[str]
) -> None:
    assert list(values(render_with("n870", {"dtmf": dtmf}), "DTMF").values()) == base
    assert list(values(render_with("maxwell 3", {"dtmf": dtmf}), "DTMF").values()) == maxwell


@pytest.mark.parametrize(
    ("transport", "base", "maxwell"),
    [("udp", ["1"], ["1"]), ("tcp", ["2"], []), ("tls", ["3"], ["2"])],
)
def test_transport_is_coded_otherwise_in_the_maxwell(
    transport: str, base: list[str], maxwell: list[str]
) -> None:
    line = {"transport": transport}

    assert list(values(render_with("n870", line), "TransportProtocol").values()) == base
    assert list(values(render_with("maxwell 3", line), "TransportProtocol").values()) == maxwell


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("UTC", "Greenwich"),
        ("Europe/London", "Europe/London"),
        ("Europe/Zurich", "Europe/Zurich"),
        ("Asia/Singapore", "Asia/Hong_Kong"),
        ("America/Detroit", "America/New_York"),
        ("Australia/Adelaide", "Australia/Adelaide"),
    ],
)
def test_base_is_told_a_zone_of_its_list(zone: str, name: str) -> None:
    text = render_with("n870", zone=zone)

    assert values(text, "TimeZone") == {"DmGlobal.0.TimeZone": name}


@pytest.mark.parametrize("zone", ["America/Phoenix", "Asia/Kolkata", "Pacific/Auckland"])
def test_zone_whose_clock_is_not_in_the_list_is_refused(zone: str) -> None:
    with pytest.raises(TimeZoneError):
        render_with("n870", zone=zone)


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/London", "GMT.Europe/London"),
        ("Europe/Dublin", "GMT.Europe/London"),
        ("Europe/Amsterdam", "GMT+1.Europe/Amsterdam"),
        ("Europe/Berlin", "GMT+1.Europe/Amsterdam"),
    ],
)
def test_maxwell_is_told_one_of_two_zones(zone: str, name: str) -> None:
    text = render_with("maxwell 3", zone=zone)

    assert values(text, "DateAndTime") == {
        "System.DateAndTime.TimeZone": name,
        "System.DateAndTime.AutoAdjustClockForDST": "AutomatedDaylightSavingEnabled",
    }


@pytest.mark.parametrize("zone", ["UTC", "Europe/Athens", "America/New_York"])
def test_maxwell_refuses_any_other_zone(zone: str) -> None:
    with pytest.raises(TimeZoneError, match=f"{zone} cannot be written for these phones"):
        render_with("maxwell 3", zone=zone)


@pytest.mark.parametrize(
    ("key", "written"),
    [
        (
            {"type": "blf", "value": "1002", "pickup": "*8"},
            {"Type": "4", "PhoneNumber": "1002", "CallPickupCode": "*8"},
        ),
        ({"type": "speed_dial", "value": "7"}, {"Type": "3", "PhoneNumber": "7"}),
        ({"type": "dtmf", "value": "1#"}, {"Type": "7", "EnableCode": "1#"}),
        ({"type": "none"}, {"Type": "-1"}),
        ({"type": "url", "value": "http://192.0.2.5/"}, {}),
        ({"type": "none", "position": 9}, {}),
    ],
)
def test_keys_of_the_maxwell_count_from_0(key: dict[str, Any], written: dict[str, str]) -> None:
    key = {"position": 1, "module": 0, "line": 1} | key

    text = render_with("maxwell 3", keys=(key,))

    found = values(text, "FunctionKeys")
    assert found == {f"PhoneUI.Keys.FunctionKeys.0.{name}": written[name] for name in written}


def test_base_that_is_only_recognised_is_no_model() -> None:
    with pytest.raises(InputError):
        CATALOG.find("gigaset", "N510 IP PRO")


@pytest.mark.parametrize("model", ["p710", "p810", "p820", "p825", "p850", "p855"])
def test_desk_phones_of_the_p_series_are_in_the_pack_of_snom(model: str) -> None:
    pack, found = CATALOG.find("snom", f"gigaset {model}")

    assert (pack.vendor, found.name) == ("snom", model)
    assert not (BUILT_IN / "gigaset" / f"{model}.template").exists()


def test_file_of_the_provider_is_absent_and_the_own_one_is_there() -> None:
    kinds = {}
    for name in ("provisioning.xml", "7C2F80AABBCC.xml", "7c2f80aabbcc.xml"):
        asked = read_file_name(name)
        assert asked is not None
        kinds[name] = [rule.kind for rule in PACK.files if rule.shape == asked.shape]

    assert kinds == {
        "provisioning.xml": [FileKind.ABSENT],
        "7C2F80AABBCC.xml": [FileKind.DEVICE],
        "7c2f80aabbcc.xml": [FileKind.DEVICE],
    }
