"""Does the API answer the product document's examples as it promises?"""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib import VERSION
from tests.routes.installation import DEVICES, EXTENSIONS, Installation

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
FRONT_DESK = {
    "mac_address": "00:15:65:12:34:56",
    "extension_number": "1001",
    "vendor": "zip",
    "model": "33g",
}


def without_times(device: dict[str, Any]) -> dict[str, Any]:
    """The device without the times that differ at each run; they must look as promised."""
    times = {name: device[name] for name in ("created_at", "updated_at")}
    assert all(TIME.fullmatch(time) for time in times.values())
    return {name: value for name, value in device.items() if name not in times}


def test_register_a_device(site: Installation) -> None:
    answer = site.send("POST", DEVICES, FRONT_DESK)

    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json_body["success"] is True
    assert without_times(answer.json_body["device"]) == {
        "mac_address": "001565123456",
        "extension_number": "1001",
        "vendor": "zip",
        "model": "33g",
        "config_url": "http://192.168.1.14:8080/provision/001565123456.cfg",
        "last_provisioned": None,
        "origin": "api",
        "lines": [{"extension_number": "1001"}],
        "keys": [],
        "settings": {},
        "site": "default",
    }


def test_list_provisioned_devices(site: Installation) -> None:
    site.send("POST", DEVICES, FRONT_DESK)
    site.get("/provision/001565123456.cfg")

    answer = site.get(DEVICES)

    assert answer.status_code == 200
    [device] = answer.json_body
    assert TIME.fullmatch(device.pop("last_provisioned"))
    assert without_times(device) == {
        "mac_address": "001565123456",
        "extension_number": "1001",
        "vendor": "zip",
        "model": "33g",
        "config_url": "http://192.168.1.14:8080/provision/001565123456.cfg",
        "origin": "api",
        "site": "default",
        "name": "1001",
        "state": "current",
        "firmware": None,
    }


def test_list_is_empty_at_first(site: Installation) -> None:
    answer = site.get(DEVICES)

    assert (answer.status_code, answer.body) == (200, b"[]")


def test_get_supported_vendors_and_models(site: Installation) -> None:
    answer = site.get("/api/provisioning/vendors")

    assert answer.status_code == 200
    assert set(answer.json_body) == {"vendors", "models"}
    assert list(answer.json_body["models"]) == answer.json_body["vendors"]
    assert answer.json_body["models"]["zip"] == ["33g", "37g"]


def test_unregister_a_device(site: Installation) -> None:
    site.send("POST", DEVICES, FRONT_DESK)

    answer = site.send("DELETE", f"{DEVICES}/00:15:65:12:34:56")

    assert answer.status_code == 200
    assert answer.json_body == {"success": True, "message": "Device unregistered"}
    assert site.get(DEVICES).json_body == []


def test_python_integration_example(site: Installation) -> None:
    answer = site.send("POST", DEVICES, {**FRONT_DESK, "extension_number": "1005"})

    assert answer.json_body["device"]["extension_number"] == "1005"
    assert [device["extension_number"] for device in site.get(DEVICES).json_body] == ["1005"]


def test_batch_provisioning_script(site: Installation) -> None:
    batch = [
        "00:15:65:12:34:56,1001,zip,33g",
        "00:15:65:12:34:57,1002,zip,33g",
        "00:04:f2:ab:cd:ef,1003,zip,37g",
    ]

    for line in batch:
        mac, extension, vendor, model = line.split(",")
        text = (
            f'{{\n      "mac_address": "{mac}",\n      "extension_number": "{extension}",\n'
            f'      "vendor": "{vendor}",\n      "model": "{model}"\n    }}'
        )
        assert site.send("POST", DEVICES, text.encode()).status_code == 201

    devices = site.get(DEVICES).json_body
    assert [
        [device[name] for name in ("mac_address", "extension_number", "model")]
        for device in devices
    ] == [
        ["0004f2abcdef", "1003", "37g"],
        ["001565123456", "1001", "33g"],
        ["001565123457", "1002", "33g"],
    ]


def test_register_again_updates_and_keeps_created_at(site: Installation) -> None:
    first = site.send("POST", DEVICES, FRONT_DESK).json_body["device"]
    site.get("/provision/001565123456.cfg")

    answer = site.send("POST", DEVICES, {**FRONT_DESK, "model": "37g", "extension_number": "1002"})

    assert answer.status_code == 200
    device = answer.json_body["device"]
    assert (device["model"], device["extension_number"]) == ("37g", "1002")
    assert device["created_at"] == first["created_at"]
    assert TIME.fullmatch(device["last_provisioned"])
    assert len(site.get(DEVICES).json_body) == 1


@pytest.mark.parametrize(
    ("vendor", "model"),
    [("zip", "33g"), ("ZIP", "33G"), ("zultys", "zip33g"), ("Zultys", "ZIP 33G")],
)
def test_vendor_and_model_by_alias_and_case(site: Installation, vendor: str, model: str) -> None:
    answer = site.send("POST", DEVICES, {**FRONT_DESK, "vendor": vendor, "model": model})

    device = answer.json_body["device"]
    assert (device["vendor"], device["model"]) == ("zip", "33g")


def test_config_url_by_url_format(site: Installation) -> None:
    site.configure(
        "provisioning:\n"
        '  url_format: "http://{{SERVER_IP}}:{{PORT}}/provision/{mac}.cfg"\n'
        "server: {sip_host: pbx.example.com, external_ip: 10.1.2.3, port: 9090}\n"
    )

    answer = site.send("POST", DEVICES, FRONT_DESK)

    url = "http://10.1.2.3:9090/provision/001565123456.cfg"
    assert answer.json_body["device"]["config_url"] == url


def test_config_url_by_url_format_without_address(site: Installation) -> None:
    site.configure(
        "provisioning:\n"
        '  url_format: "http://{{SERVER_IP}}:{{PORT}}/provision/{mac}.cfg"\n'
        "server: {sip_host: pbx.example.com}\n"
    )

    answer = site.send("POST", DEVICES, FRONT_DESK)

    url = "http://192.168.1.14:8080/provision/001565123456.cfg"
    assert answer.json_body["device"]["config_url"] == url


def test_create_an_extension(bare: Installation) -> None:
    body = {"number": "1001", "name": "Front desk", "password": "never-shown-5f0c"}

    answer = bare.send("POST", EXTENSIONS, body)

    assert answer.status_code == 201
    assert without_times(answer.json_body["extension"]) == {
        "number": "1001",
        "name": "Front desk",
        "origin": "api",
        "site": "default",
    }
    assert answer.json_body["success"] is True


def test_create_an_extension_again_keeps_created_at_and_password(site: Installation) -> None:
    first = site.get(f"{EXTENSIONS}/1001").json_body
    site.register()
    before = site.get("/provision/001565123456.cfg").body

    answer = site.send("POST", EXTENSIONS, {"number": "1001", "name": "Lobby"})

    assert answer.status_code == 200
    assert answer.json_body["extension"]["name"] == "Lobby"
    assert answer.json_body["extension"]["created_at"] == first["created_at"]
    after = site.get("/provision/001565123456.cfg").body
    assert b"account.1.password = never-shown-5f0c\n" in before
    assert b"account.1.password = never-shown-5f0c\n" in after
    assert b"account.1.display_name = Lobby\n" in after


def test_extensions_are_listed_shorter_numbers_first(bare: Installation) -> None:
    for number in ("1001", "201", "*97", "1000"):
        bare.create_extension(number)

    answer = bare.get(EXTENSIONS)

    assert [extension["number"] for extension in answer.json_body] == ["*97", "201", "1000", "1001"]
    assert [extension["name"] for extension in answer.json_body] == ["*97", "201", "1000", "1001"]


def test_delete_an_extension(site: Installation) -> None:
    answer = site.send("DELETE", f"{EXTENSIONS}/1001")

    assert answer.json_body == {"success": True, "message": "Extension deleted"}
    assert site.get(f"{EXTENSIONS}/1001").status_code == 404


def test_status(site: Installation) -> None:
    site.register()

    answer = site.get("/api/status")

    assert answer.status_code == 200
    assert answer.json_body == {
        "status": "ok",
        "version": VERSION,
        "stage": "local",
        "provisioning": {"enabled": True},
        "store": {"kind": site.store, "reachable": True},
        "devices": 1,
        "extensions": 5,
    }
