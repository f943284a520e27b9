"""Does a token of one site see and change nothing of another?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from chalice.test import HTTPResponse

from tests.routes.installation import DEVICES, EXTENSIONS, MAC, PASSWORD, Installation

OTHER = "0004f2abcdef"


@pytest.fixture
def two_sites(bare: Installation) -> Installation:
    """Berlin has extension 1001 and a device on it, paris 2001 and another."""
    for name, number, mac in (("berlin", "1001", MAC), ("paris", "2001", OTHER)):
        bare.send("PUT", f"/api/sites/{name}", {"label": name.title()})
        bare.create_extension(number, site=name)
        device = {"mac_address": mac, "extension_number": number, "vendor": "zip", "model": "33g"}
        assert bare.send("POST", DEVICES, {**device, "site": name}).status_code == 201
    return bare


def as_berlin(
    installation: Installation, method: str, path: str, body: Mapping[str, object] | None = None
) -> HTTPResponse:
    token = installation.token("admin", reveal=True, site="berlin")
    headers = {"authorization": f"Bearer {token}"}
    return installation.send(method, path, body, headers=headers)


def test_lists_show_the_own_site_only(two_sites: Installation) -> None:
    devices = as_berlin(two_sites, "GET", DEVICES).json_body
    extensions = as_berlin(two_sites, "GET", EXTENSIONS).json_body
    sites = as_berlin(two_sites, "GET", "/api/sites").json_body

    assert [device["mac_address"] for device in devices] == [MAC]
    assert [extension["number"] for extension in extensions] == ["1001"]
    assert [each["name"] for each in sites] == ["berlin"]


def test_status_counts_the_own_site_only(two_sites: Installation) -> None:
    two_sites.create_extension("2002", site="paris")

    own = as_berlin(two_sites, "GET", "/api/status").json_body
    whole = two_sites.get("/api/status").json_body

    assert (own["devices"], own["extensions"]) == (1, 1)
    assert (whole["devices"], whole["extensions"]) == (2, 3)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{DEVICES}/{OTHER}", None),
        ("PATCH", f"{DEVICES}/{OTHER}", {"model": "37g"}),
        ("DELETE", f"{DEVICES}/{OTHER}", None),
        ("GET", f"{DEVICES}/{OTHER}/access", None),
        ("POST", f"{DEVICES}/{OTHER}/access", {"action": "arm"}),
        ("GET", f"{EXTENSIONS}/2001", None),
        ("GET", f"{EXTENSIONS}/2001/password", None),
        ("PATCH", f"{EXTENSIONS}/2001", {"name": "Mine"}),
        ("PUT", f"{EXTENSIONS}/2001", {"password": "mine-mine-mine"}),
        ("DELETE", f"{EXTENSIONS}/2001", None),
        ("GET", "/api/sites/paris", None),
        ("POST", "/api/sites/paris/key", {}),
        ("PUT", "/api/sites/paris", {"access": {"policy": ["open"]}}),
        ("PUT", "/api/sites/rome", {}),
        ("GET", "/api/audit", None),
    ],
)
def test_other_site_does_not_exist(
    two_sites: Installation, method: str, path: str, body: Mapping[str, object] | None
) -> None:
    before = two_sites.inventory

    answer = as_berlin(two_sites, method, path, body)

    assert answer.status_code == 404
    assert two_sites.inventory == before


def test_device_of_another_site_is_not_taken_over(two_sites: Installation) -> None:
    body = {"mac_address": OTHER, "extension_number": "1001", "vendor": "zip", "model": "33g"}

    answer = as_berlin(two_sites, "POST", DEVICES, {**body, "site": "berlin"})

    assert answer.status_code == 404
    assert two_sites.get(f"{DEVICES}/{OTHER}").json_body["extension_number"] == "2001"


def test_extension_of_another_site_cannot_be_placed(two_sites: Installation) -> None:
    """Else its password would be in a file that the site may fetch."""
    answer = as_berlin(two_sites, "PATCH", f"{DEVICES}/{MAC}", {"extension_number": "2001"})

    assert answer.status_code == 400
    assert '"2001" is not an extension' in answer.json_body["error"]


def test_device_cannot_be_moved_to_another_site(two_sites: Installation) -> None:
    answer = as_berlin(two_sites, "PATCH", f"{DEVICES}/{MAC}", {"site": "paris"})

    assert answer.status_code == 400


def test_token_of_a_site_issues_none_for_another(two_sites: Installation) -> None:
    wanted = {"name": "more", "role": "viewer", "site": "paris"}

    assert as_berlin(two_sites, "POST", "/api/tokens", wanted).status_code == 403


def test_password_of_a_device_file_stays_within_the_site(two_sites: Installation) -> None:
    answers = [
        as_berlin(two_sites, "GET", path).body.decode()
        for path in (DEVICES, EXTENSIONS, f"{DEVICES}/{MAC}", "/api/sites", "/api/audit")
    ]

    assert not any(PASSWORD in answer for answer in answers)
