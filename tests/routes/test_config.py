"""Are the files of a device shown as its phone gets them?"""

from __future__ import annotations

import pytest

from tests.routes.berlin import (
    DEVICE,
    SITE,
    as_role,
    mistakes,
    own_file,
)
from tests.routes.installation import DEVICES, MAC, Installation, one_store


def test_config_is_what_the_phone_gets(berlin: Installation) -> None:
    berlin.send("PATCH", SITE, {"settings": {"language": "de", "vlan": {"phone": 100}}})

    file = own_file(berlin.get(f"{DEVICE}/config"))
    fetched = berlin.get(f"/provision/{MAC}.cfg")

    assert file["name"] == f"{MAC}.cfg"
    assert file["text"] == fetched.body.decode()
    assert f'"{file["etag"]}"' == fetched.headers["ETag"]


@one_store
def test_config_is_what_the_phone_gets_by_its_own_url(berlin: Installation) -> None:
    berlin.configure("server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n")
    url = berlin.get(f"{DEVICE}/access").json_body["own_url"]

    file = own_file(berlin.get(f"{DEVICE}/config"))
    veiled = own_file(as_role(berlin, "viewer", "GET", f"{DEVICE}/config"))

    path = url.removeprefix("http://192.168.1.14:8080")
    assert file["text"] == berlin.get(f"{path}{MAC}.cfg").body.decode()
    assert url in file["text"]
    assert "http://192.168.1.14:8080/p/********/" in veiled["text"]


@one_store
def test_config_that_cannot_be_written_is_the_devices_fault_not_the_requests(
    site: Installation,
) -> None:
    site.register()
    site.configure("server: {sip_host: pbx.example.com, timezone: Pacific/Chatham}\n")

    answer = site.get(f"{DEVICES}/{MAC}/config")

    assert answer.status_code == 409
    assert answer.json_body["error"].startswith(
        f"the files of device {MAC} cannot be written: server.timezone: Pacific/Chatham "
    )


@one_store
def test_config_without_secrets_has_no_checksum_of_them(berlin: Installation) -> None:
    file = own_file(as_role(berlin, "viewer", "GET", f"{DEVICE}/config"))

    assert file["etag"] is None
    assert "account.1.password = ********" in file["text"]
    assert "account.1.user_name = 1001" in file["text"]


@one_store
@pytest.mark.parametrize(
    ("query", "flaw"),
    [
        ("config?diff=first", ("diff", '"first" is not last')),
        ("settings?explain=yes", ("explain", '"yes" is not 1')),
        ("config?x=1", ("x", "is not a known parameter; known is diff")),
    ],
)
def test_parameter_that_cannot_be_is_refused(
    berlin: Installation, query: str, flaw: tuple[str, str]
) -> None:
    assert mistakes(berlin.get(f"{DEVICE}/{query}")) == [flaw]


@one_store
@pytest.mark.parametrize("path", ["config", "settings"])
def test_device_of_another_site_does_not_exist(berlin: Installation, path: str) -> None:
    berlin.send("PUT", "/api/sites/rome", {})

    answer = as_role(berlin, "admin", "GET", f"{DEVICE}/{path}", site="rome")

    assert answer.status_code == 404
