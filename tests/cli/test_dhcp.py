"""Are the lines for DHCP servers those that phones need?"""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Terminal

ADDRESS = ("--address", "http://192.0.2.5:8080/provision/")


def lines(offline: Terminal, server: str, *vendors: str) -> list[str]:
    chosen = [word for vendor in vendors for word in ("--vendor", vendor)]
    run = offline.run("dhcp", "--server", server, *ADDRESS, *chosen)
    assert run.code == 0
    assert run.err == ""
    return run.lines


def test_dnsmasq(offline: Terminal) -> None:
    assert lines(offline, "dnsmasq", "yealink", "mitel")[:4] == [
        "# dnsmasq: /etc/dnsmasq.d/offhook.conf",
        'dhcp-option-force=66,"http://192.0.2.5:8080/provision/"',
        "# yealink",
        "dhcp-vendorclass=set:yealink,yealink",
    ]
    told = lines(offline, "dnsmasq", "fanvil")
    assert "dhcp-mac=set:fanvil,0c:38:3e:*:*:*" in told
    assert 'dhcp-option-force=tag:fanvil,66,"http://192.0.2.5:8080/provision/$mac.cfg"' in told


def test_mitel_has_its_part_of_option_43(offline: Terminal) -> None:
    url = b"http://192.0.2.5:8080/provision/"
    encoded = (bytes((2, len(url))) + url).hex(":")

    assert lines(offline, "dnsmasq", "mitel")[-1] == (f"dhcp-option-force=tag:mitel,43,{encoded}")
    assert lines(offline, "isc", "mitel")[-2:] == [
        f"  option vendor-encapsulated-options {encoded};",
        "}",
    ]


def test_avaya_has_its_own_option(offline: Terminal) -> None:
    told = lines(offline, "isc", "avaya")

    assert "option offhook-242 code 242 = text;" in told
    assert '  option offhook-242 "HTTPSRVR=192.0.2.5,HTTPPORT=8080,HTTPDIR=/provision";' in told


def test_kea_is_json(offline: Terminal) -> None:
    first, *rest = lines(offline, "kea", "avaya", "yealink")

    assert first == "// Kea: merge into kea-dhcp4.conf"
    told = json.loads("\n".join(rest))["Dhcp4"]
    assert told["option-data"] == [
        {"code": 66, "always-send": True, "data": "http://192.0.2.5:8080/provision/"}
    ]
    assert told["option-def"] == [
        {"name": "offhook-242", "code": 242, "space": "dhcp4", "type": "string"}
    ]
    avaya, yealink = told["client-classes"]
    assert avaya["option-data"] == [
        {
            "code": 242,
            "always-send": True,
            "data": "HTTPSRVR=192.0.2.5\\,HTTPPORT=8080\\,HTTPDIR=/provision",
        }
    ]
    assert yealink["test"].startswith(
        "substring(option[60].hex,0,7) == 'yealink' or substring(pkt4.mac,0,3) == 0x001565"
    )


def test_mikrotik(offline: Terminal) -> None:
    assert lines(offline, "mikrotik", "fanvil") == [
        "# MikroTik RouterOS; then name the set in your network: dhcp-option-set=offhook",
        "/ip dhcp-server option",
        (
            "add code=66 name=offhook-66 force=yes "
            "value=\"s'http://192.0.2.5:8080/provision/\\$mac.cfg'\""
        ),
        (
            "add code=43 name=offhook-43 force=yes "
            "value=\"s'http://192.0.2.5:8080/provision/\\$mac.cfg'\""
        ),
        "/ip dhcp-server option sets",
        "add name=offhook options=offhook-66,offhook-43",
    ]


def test_windows_tells_what_it_cannot_tell_apart(offline: Terminal) -> None:
    told = lines(offline, "windows", "polycom", "cisco")

    assert 'Set-DhcpServerv4OptionValue -OptionId 66 -Value "http://192.0.2.5:8080/provision/"' in (
        told
    )
    assert "# cisco needs another option 66: http://192.0.2.5:8080/provision/$MA.xml" in told


def test_https_has_its_own_words_for_avaya(offline: Terminal) -> None:
    run = offline.run(
        "dhcp", "--address", "https://phones.example.com/p/x", "--vendor", "avaya", "--json"
    )

    [option] = run.json["vendors"][0]["options"]
    assert option["value"] == "TLSSRVR=phones.example.com,TLSPORT=443,HTTPDIR=/p/x"


def test_key_of_a_site_is_told(offhook: Terminal) -> None:
    made = offhook.run("sites", "add", "berlin", "--policy", "token", "--json").json

    told = offhook.run("dhcp", "--site", "berlin", "--vendor", "yealink")

    assert f'dhcp-option-force=66,"{made["key_url"]}"' in told.lines


def test_address_of_this_machine_is_warned_of(offline: Terminal) -> None:
    run = offline.run("dhcp", "--vendor", "zip")

    assert "Warning: phones cannot reach this machine by that name" in run.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--vendor", "nobody"), '"nobody" is not a vendor'),
        (("--address", "phones.example.com"), "is not an address"),
        (("--site", "x", *ADDRESS), "exclude each other"),
    ],
)
def test_what_cannot_be_told(offline: Terminal, words: tuple[str, ...], says: str) -> None:
    run = offline.run("dhcp", *words)

    assert run.code == 2
    assert says in run.err


def test_option_that_is_too_long_is_warned_of(offline: Terminal) -> None:
    run = offline.run("dhcp", "--address", f"http://192.0.2.5/{'x' * 250}/", "--vendor", "zip")

    assert "Warning: zip: option 66 has 268 bytes; 255 fit\n" in run.err
