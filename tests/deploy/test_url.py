"""Is the address that a phone is given right, whichever way the API is reached?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app import app
from chalicelib import wiring
from tests.lambda_runtime.event import Origin, build_event
from tests.lambda_runtime.message import Request
from tests.lambda_runtime.routing import Match
from tests.routes.installation import DEVICES, MAC, Installation

EXECUTE_API = "abcde12345.execute-api.eu-west-1.amazonaws.com"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation with one device."""
    monkeypatch.setenv("OFFHOOK_STAGE", "local")
    monkeypatch.setenv("OFFHOOK_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("OFFHOOK_CONFIG", str(tmp_path / "config.yml"))
    installation = Installation(folder=tmp_path, store="sqlite")
    installation.configure("server: {sip_host: pbx.example.com}\n")
    installation.create_extension("1001")
    installation.register()
    yield installation
    wiring.offhook.cache_clear()


@pytest.mark.parametrize(
    ("domain", "prefix", "url"),
    [
        (EXECUTE_API, "/api", f"https://{EXECUTE_API}/api/provision/{MAC}.cfg"),
        ("phones.example.com", "", f"https://phones.example.com/provision/{MAC}.cfg"),
        ("example.com", "/phones", f"https://example.com/phones/provision/{MAC}.cfg"),
    ],
    ids=["execute-api", "domain", "domain with a base path"],
)
def test_deployed_address_is_that_of_the_request(
    site: Installation, domain: str, prefix: str, url: str
) -> None:
    device = _ask_deployed(site, domain, prefix)

    assert device["config_url"] == url


def test_chalice_local_is_reached_by_its_own_address(site: Installation) -> None:
    device = site.get(f"{DEVICES}/{MAC}", host="192.168.1.14:8080").json_body

    assert device["config_url"] == f"http://192.168.1.14:8080/provision/{MAC}.cfg"


def test_address_of_a_relay_is_given_where_config_yml_names_it(site: Installation) -> None:
    site.configure(
        "server: {sip_host: pbx.example.com}\n"
        'provisioning: {url_format: "http://10.0.0.5:8069/provision/{mac}.cfg"}\n'
    )

    device = _ask_deployed(site, EXECUTE_API, "/api")

    assert device["config_url"] == f"http://10.0.0.5:8069/provision/{MAC}.cfg"


def _ask_deployed(site: Installation, domain: str, prefix: str) -> dict[str, Any]:
    """The device as the deployed API answers it at this address."""
    request = Request(
        method="GET",
        target=f"{prefix}{DEVICES}/{MAC}",
        headers=(("authorization", f"Bearer {site.token()}"),),
        body=b"",
        source_ip="203.0.113.7",
    )
    match = Match(resource=f"{DEVICES}/{{mac}}", parameters={"mac": MAC})
    origin = Origin(
        domain=domain,
        stage="api",
        prefix=prefix,
        binary_types=frozenset(),
        decodes_path_parameters=True,
    )
    answer = app(build_event(request, match, origin), SimpleNamespace())
    assert answer["statusCode"] == 200, answer
    device: dict[str, Any] = json.loads(answer["body"])
    return device
