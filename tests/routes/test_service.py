"""Does Offhook tell how it is, and that it is switched off or cannot reach its store?"""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.routes.installation import DEVICES, EXTENSIONS, MAC, Installation
from tests.storage.wire import refuses
from tests.stores import SerialWire

OFF = "provisioning: {enabled: false}\nserver: {sip_host: pbx.example.com}\n"
HERE = {"host": "127.0.0.1:8080", "authorization": ""}
"""Somebody on this machine; who has no token is told more than a stranger is."""


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", DEVICES),
        ("GET", f"{DEVICES}/{MAC}"),
        ("DELETE", f"{DEVICES}/{MAC}"),
        ("GET", EXTENSIONS),
        ("GET", "/api/provisioning/vendors"),
    ],
)
def test_api_when_switched_off(site: Installation, method: str, path: str) -> None:
    site.configure(OFF)

    answer = site.send(method, path)

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json_body["error"] == "provisioning.enabled is false in config.yml"


def test_writes_when_switched_off(site: Installation) -> None:
    site.configure(OFF)

    assert site.register().status_code == 503
    assert site.create_extension("2001").status_code == 503

    site.configure("server: {sip_host: pbx.example.com}\n")
    assert site.get(DEVICES).json_body == []
    assert len(site.get(EXTENSIONS).json_body) == 5


@pytest.mark.parametrize("file", [f"{MAC}.cfg", "zip33g_common.cfg", "%7Bmac%7D.cfg"])
def test_phone_when_switched_off(site: Installation, file: str) -> None:
    site.register()
    site.configure(OFF)

    answer = site.get(f"/provision/{file}")

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.body == b"Provisioning is switched off.\n"
    assert site.last_request["reason"] == "provisioning.enabled is false in config.yml"


def test_status_when_switched_off(site: Installation) -> None:
    site.configure(OFF)

    answer = site.get("/api/status")

    assert answer.status_code == 200
    assert answer.json_body["provisioning"] == {"enabled": False}


def test_vendors_with_custom_templates(site: Installation) -> None:
    templates = site.folder / "custom_templates"
    templates.mkdir()
    (templates / "zip_t57w.template").write_text("account.1.label = {{EXTENSION_NAME}}\n", "utf-8")
    (templates / "acme_x1.template").write_text("label = {{EXTENSION_NAME}}\n", "utf-8")
    site.configure("provisioning: {custom_templates_dir: custom_templates}\n")

    answer = site.get("/api/provisioning/vendors")

    body = answer.json_body
    assert body["vendors"] == sorted(body["vendors"])
    assert {"acme", "zip"} < set(body["vendors"])
    assert list(body["models"]) == body["vendors"]
    assert body["models"]["acme"] == ["x1"]
    assert body["models"]["zip"] == ["33g", "37g", "t57w"]


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_status_when_dynamodb_refuses(site: Installation, wire: SerialWire) -> None:
    wire.meets(*[refuses("AccessDeniedException")] * 9)

    answer = site.get("/api/status", **HERE)

    assert answer.status_code == 503
    assert answer.json_body["status"] == "degraded"
    assert answer.json_body["store"]["reachable"] is False
    assert "access is refused (AccessDeniedException)" in answer.json_body["store"]["error"]


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_api_and_phone_when_dynamodb_refuses(site: Installation, wire: SerialWire) -> None:
    site.register()
    wire.meets(*[refuses("AccessDeniedException")] * 2)

    api = site.get(f"{DEVICES}/{MAC}")
    phone = site.get(f"/provision/{MAC}.cfg")

    assert (api.status_code, api.headers["Retry-After"]) == (503, "5")
    assert api.json_body["success"] is False
    assert "access is refused" in api.json_body["error"]
    assert (phone.status_code, phone.headers["Retry-After"]) == (503, "5")
    assert phone.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert phone.body == b""
    assert site.last_request["level"] == "error"
    assert "access is refused" in site.last_request["reason"]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_everything_when_the_data_file_cannot_be_opened(bare: Installation) -> None:
    (bare.folder / "state").write_text("in the way", "utf-8")

    status, api, phone = (
        bare.get("/api/status", **HERE),
        bare.get(DEVICES, **HERE),
        bare.get(f"/provision/{MAC}.cfg"),
    )

    assert [answer.status_code for answer in (status, api, phone)] == [503, 503, 503]
    assert status.json_body["store"]["reachable"] is False
    assert "check that this user may write" in api.json_body["error"]
    assert phone.body == b""


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_read_while_another_process_writes(site: Installation) -> None:
    site.register()
    with closing(sqlite3.connect(site.folder / "state" / "offhook.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")

        answer = site.get(f"{DEVICES}/{MAC}")

    assert answer.status_code == 200


def test_broken_config(site: Installation) -> None:
    site.configure("provisioning: {enabled: maybe}\n")

    api, phone = site.get(DEVICES), site.get(f"/provision/{MAC}.cfg")

    assert api.status_code == 500
    assert api.json_body["errors"] == [
        {
            "field": "provisioning.enabled",
            "message": '"maybe" is a text, not a boolean (true or false)',
        }
    ]
    assert (phone.status_code, phone.body) == (500, b"")
    assert phone.headers["Content-Type"] == "text/plain; charset=utf-8"
