"""Is the address that a phone is given right, whichever way the API is reached?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from app import app
from chalicelib import wiring
from tests.lambda_runtime.event import Origin, build_event
from tests.lambda_runtime.message import Request
from tests.lambda_runtime.routing import Match
from tests.routes.installation import DEVICES, MAC, Installation

EXECUTE_API = "abcde12345.execute-api.eu-west-1.amazonaws.com"
ROM = b"a rom"
DOORS = pytest.mark.parametrize(
    ("domain", "prefix", "url"),
    [
        (EXECUTE_API, "/api", f"https://{EXECUTE_API}/api"),
        ("phones.example.com", "", "https://phones.example.com"),
        ("example.com", "/phones", "https://example.com/phones"),
    ],
    ids=["execute-api", "domain", "domain with a base path"],
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation with one device."""
    monkeypatch.setenv("OFFHOOK_STAGE", "local")
    monkeypatch.setenv("OFFHOOK_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("OFFHOOK_CONFIG", str(tmp_path / "config.yml"))
    installation = Installation(folder=tmp_path, store="sqlite")
    installation.configure("server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n")
    installation.create_extension("1001")
    installation.register()
    yield installation
    wiring.offhook.cache_clear()


@DOORS
def test_deployed_address_is_that_of_the_request(
    site: Installation, domain: str, prefix: str, url: str
) -> None:
    device = _ask_deployed(site, domain, prefix)
    access = _ask_deployed(site, domain, prefix, "/access")

    assert device["config_url"] == f"{url}/provision/{MAC}.cfg"
    assert access["own_url"].startswith(f"{url}/p/")


@DOORS
def test_file_sends_the_phone_to_the_address_that_it_came_by(
    site: Installation, domain: str, prefix: str, url: str
) -> None:
    """The folder holds all that the phone fetches next: its files, phonebook and firmware."""
    folder = _give_firmware(site)

    lines = _fetch_deployed(domain, prefix, folder)

    assert f"auto_provision.server.url = {url}{folder}" in lines
    assert f"firmware.url = {url}{folder}firmware/33g.rom" in lines


def test_chalice_local_is_reached_by_its_own_address(site: Installation) -> None:
    folder = _give_firmware(site)

    device = site.get(f"{DEVICES}/{MAC}", host="192.168.1.14:8080").json_body
    file = site.get(f"{folder}{MAC}.cfg", host="192.168.1.14:8080").body.decode()

    here = "http://192.168.1.14:8080"
    assert device["config_url"] == f"{here}/provision/{MAC}.cfg"
    assert f"auto_provision.server.url = {here}{folder}" in file.splitlines()
    assert f"firmware.url = {here}{folder}firmware/33g.rom" in file.splitlines()


def test_address_of_a_relay_is_given_where_config_yml_names_it(site: Installation) -> None:
    site.configure(
        "server: {sip_host: pbx.example.com}\n"
        'provisioning: {url_format: "http://10.0.0.5:8069/provision/{mac}.cfg"}\n'
    )

    device = _ask_deployed(site, EXECUTE_API, "/api")

    assert device["config_url"] == f"http://10.0.0.5:8069/provision/{MAC}.cfg"


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("http://10.0.0.5:8069", "http://10.0.0.5:8069"),
        ("http://relay.example.com:80/", "http://relay.example.com"),
        ("https://[fd00::5]/phones/", "https://[fd00::5]/phones"),
        ("1", f"https://{EXECUTE_API}/api"),
        ("ftp://10.0.0.5", f"https://{EXECUTE_API}/api"),
        ('http://a.example/"><x', f"https://{EXECUTE_API}/api"),
        ("http://user@a.example", f"https://{EXECUTE_API}/api"),
        ("http://a.example/?x", f"https://{EXECUTE_API}/api"),
    ],
)
def test_file_sends_the_phone_back_to_the_relay(site: Installation, said: str, url: str) -> None:
    folder = _give_firmware(site)

    lines = _fetch_deployed(EXECUTE_API, "/api", folder, ("offhook-relay", said))

    assert f"auto_provision.server.url = {url}{folder}" in lines
    assert f"firmware.url = {url}{folder}firmware/33g.rom" in lines


def _give_firmware(site: Installation) -> str:
    """Assign a firmware to the device; returns the path of its own folder."""
    wanted = {
        "vendor": "zip",
        "version": "47.80.132.4",
        "file_name": "33g.rom",
        "size": len(ROM),
        "sha256": hashlib.sha256(ROM).hexdigest(),
    }
    upload = site.send("POST", "/api/firmware", wanted).json_body["upload"]
    path = urlsplit(upload["url"]).path
    assert site.send("PUT", path, ROM, headers=upload["headers"]).status_code == 200
    assert site.send("POST", "/api/firmware/zip/47.80.132.4/confirm").status_code == 200
    settings = {"settings": {"firmware": "47.80.132.4"}}
    assert site.send("PATCH", f"{DEVICES}/{MAC}", settings).status_code == 200
    own_url: str = site.get(f"{DEVICES}/{MAC}/access").json_body["own_url"]
    return urlsplit(own_url).path


def _fetch_deployed(domain: str, prefix: str, folder: str, *headers: tuple[str, str]) -> list[str]:
    """The lines of the device's file as the deployed API answers it at this address."""
    file = f"{MAC}.cfg"
    token = folder.split("/")[2]
    match = Match(resource="/p/{first}/{second}", parameters={"first": token, "second": file})
    answer = _call_deployed(domain, prefix, f"{folder}{file}", match, *headers)
    body: str = answer["body"]
    return body.splitlines()


def _ask_deployed(site: Installation, domain: str, prefix: str, more: str = "") -> dict[str, Any]:
    """The device, or `more` of it, as the deployed API answers it at this address."""
    match = Match(resource=f"{DEVICES}/{{mac}}{more}", parameters={"mac": MAC})
    token = ("authorization", f"Bearer {site.token()}")
    answer = _call_deployed(domain, prefix, f"{DEVICES}/{MAC}{more}", match, token)
    found: dict[str, Any] = json.loads(answer["body"])
    return found


def _call_deployed(
    domain: str, prefix: str, path: str, match: Match, *headers: tuple[str, str]
) -> dict[str, Any]:
    request = Request(
        method="GET",
        target=f"{prefix}{path}",
        headers=headers,
        body=b"",
        source_ip="203.0.113.7",
    )
    origin = Origin(
        domain=domain,
        stage="api",
        prefix=prefix,
        binary_types=frozenset(),
        decodes_path_parameters=True,
    )
    answer: dict[str, Any] = app(build_event(request, match, origin), SimpleNamespace())
    assert answer["statusCode"] == 200, answer
    return answer
