"""Who gets a device's file under each policy, and what do all others see?"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from chalice.test import HTTPResponse

from tests.routes.installation import DEVICES, MAC, PASSWORD, Installation, one_store
from tests.stores import SerialWire

CLOSED = "server: {sip_host: pbx.example.com}\naccess: {policy: [token]}\n"
FILE = f"{MAC}.cfg"
ACCESS = f"{DEVICES}/{MAC}/access"


@pytest.fixture
def closed(site: Installation) -> Installation:
    """An installation as it is deployed: an own URL or first contact, and one registered phone."""
    site.configure(CLOSED)
    site.register()
    return site


def own_folder(installation: Installation, mac: str = MAC) -> str:
    url = installation.get(f"{DEVICES}/{mac}/access").json_body["own_url"]
    return str(urlsplit(url).path)


def site_folder(installation: Installation, name: str = "default") -> str:
    url = installation.get(f"/api/sites/{name}").json_body["key_url"]
    return str(urlsplit(url).path)


def step(installation: Installation, action: str, **more: int) -> HTTPResponse:
    return installation.send("POST", ACCESS, {"action": action, **more})


def fetch(installation: Installation, folder: str, file: str = FILE) -> HTTPResponse:
    return installation.get(f"{folder}{file}")


def provisioning_url(answer: HTTPResponse) -> str:
    lines = dict(
        line.split(" = ", 1) for line in answer.body.decode().splitlines() if " = " in line
    )
    return urlsplit(lines["auto_provision.server.url"]).path


def seen(answer: HTTPResponse) -> tuple[int, Mapping[str, str], bytes]:
    return answer.status_code, answer.headers, answer.body


def test_plain_path_is_closed_and_the_log_says_why(closed: Installation) -> None:
    answer = fetch(closed, "/provision/")

    assert (answer.status_code, answer.body) == (404, b"")
    assert closed.last_request["outcome"] == "refused"
    assert closed.last_request["reason"] == "the URL holds no token of ours"


def test_own_url_opens(closed: Installation) -> None:
    answer = fetch(closed, own_folder(closed))

    assert answer.status_code == 200
    assert f"account.1.password = {PASSWORD}" in answer.body.decode()


def test_first_contact_moves_the_phone_to_its_own_url(closed: Installation) -> None:
    first = fetch(closed, site_folder(closed))
    home = provisioning_url(first)
    at_home = fetch(closed, home)
    again_by_site_key = fetch(closed, site_folder(closed))

    assert first.status_code == 200
    assert home == own_folder(closed)
    assert at_home.status_code == 200
    assert again_by_site_key.status_code == 404


def test_file_is_the_same_by_both_urls(closed: Installation) -> None:
    """A phone applies a file anew when a byte of it differs."""
    assert fetch(closed, site_folder(closed)).body == fetch(closed, own_folder(closed)).body


def test_common_file_is_served_by_token(closed: Installation) -> None:
    assert fetch(closed, own_folder(closed), "zip33g_common.cfg").status_code == 200


def test_window_of_first_contact_is_counted(closed: Installation) -> None:
    step(closed, "arm", count=2, seconds=600)

    answers = [fetch(closed, site_folder(closed)).status_code for _ in range(3)]

    assert answers == [200, 200, 404]


def test_site_key_opens_no_device_that_is_not_armed(closed: Installation) -> None:
    step(closed, "disarm")

    assert fetch(closed, site_folder(closed)).status_code == 404


def test_replaced_site_key_opens_nothing(closed: Installation) -> None:
    before = site_folder(closed)

    closed.send("POST", "/api/sites/default/key", {})

    assert fetch(closed, before).status_code == 404
    assert fetch(closed, site_folder(closed)).status_code == 200


def test_own_url_stays_good_until_the_next_one_was_used(closed: Installation) -> None:
    old = own_folder(closed)
    step(closed, "rotate")
    new = own_folder(closed)

    while_new_was_not_used = fetch(closed, old)
    by_new = fetch(closed, new)
    by_old_after = fetch(closed, old)

    assert provisioning_url(while_new_was_not_used) == new
    assert (by_new.status_code, by_old_after.status_code) == (200, 404)


def test_revoked_url_ends_at_once(closed: Installation) -> None:
    old = own_folder(closed)

    step(closed, "revoke")

    assert fetch(closed, old).status_code == 404


def test_disabled_device_gets_nothing(closed: Installation) -> None:
    folder = own_folder(closed)
    step(closed, "disable")

    refused = fetch(closed, folder)
    step(closed, "enable")

    assert refused.status_code == 404
    assert fetch(closed, folder).status_code == 200


def test_own_url_of_one_device_does_not_open_another(closed: Installation) -> None:
    closed.register("000bea112233")

    assert fetch(closed, own_folder(closed), "000bea112233.cfg").status_code == 404


def test_secret_of_the_url_is_in_no_log_line(closed: Installation) -> None:
    folder = own_folder(closed)

    fetch(closed, folder)
    fetch(closed, folder, "nonsense")

    assert folder.strip("/").removeprefix("p/") not in closed.log_text
    assert closed.last_request["path"] == "/p/***/nonsense"


@one_store
def test_site_has_a_policy_of_its_own(closed: Installation) -> None:
    closed.send("PUT", "/api/sites/lab", {"access": {"policy": ["open"]}})
    closed.send("PATCH", f"{DEVICES}/{MAC}", {"site": "lab"})

    assert fetch(closed, "/provision/").status_code == 200


@one_store
def test_policy_basic(site: Installation) -> None:
    site.configure(
        "access: {policy: [basic], basic: {user: phones, password: sixteen-letters-or-more}}\n"
        "server: {sip_host: pbx.example.com}\n"
    )
    site.register()
    good = base64.b64encode(b"phones:sixteen-letters-or-more").decode()
    bad = base64.b64encode(b"phones:sixteen-letters-or-less").decode()

    answers = [
        site.get(f"/provision/{FILE}", authorization=authorization).status_code
        for authorization in ("", f"Basic {bad}", f"Basic {good}")
    ]

    assert answers == [404, 404, 200]


@one_store
@pytest.mark.parametrize(("network", "status"), [("127.0.0.0/8", 200), ("192.0.2.0/24", 404)])
def test_policy_networks(site: Installation, network: str, status: int) -> None:
    site.configure(
        f"access: {{policy: [open, networks], networks: ['{network}']}}\n"
        "server: {sip_host: pbx.example.com}\n"
    )
    site.register()

    answer = site.get(f"/provision/{FILE}", x_forwarded_for="192.0.2.7")

    assert answer.status_code == status


@one_store
def test_policy_window(site: Installation) -> None:
    site.configure("access: {policy: [window]}\nserver: {sip_host: pbx.example.com}\n")
    site.register()
    step(site, "arm", count=1)

    answers = [fetch(site, "/provision/").status_code for _ in range(2)]

    assert answers == [200, 404]


UNKNOWN = "001565999999.cfg"


def test_refusals_look_the_same(closed: Installation) -> None:
    """Unknown, closed, wrong token, replaced token, disabled: nobody learns which it is."""
    closed.register("000bea112233")
    folder = own_folder(closed)
    unknown = fetch(closed, "/provision/", UNKNOWN)
    unknown_by_token = fetch(closed, folder, UNKNOWN)
    closed_path = fetch(closed, "/provision/")
    wrong_token = fetch(closed, "/p/d001565123456-1-aaaaaaaaaaaaaaaaaaaaaaaaaa/")
    of_another = fetch(closed, folder, "000bea112233.cfg")
    step(closed, "disarm")
    not_armed = fetch(closed, site_folder(closed))
    step(closed, "disable")
    disabled = fetch(closed, folder)

    others = [unknown_by_token, closed_path, wrong_token, of_another, not_armed, disabled]
    assert unknown.status_code == 404
    assert [seen(answer) for answer in others] == [seen(unknown)] * len(others)


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_refusals_cost_the_same_requests(closed: Installation, wire: SerialWire) -> None:
    folder = own_folder(closed)
    step(closed, "disable")
    fetch(closed, "/provision/", "000bea000001.cfg")  # the process learns whom to ignore
    costs = []
    for path in (f"/provision/{UNKNOWN}", f"/provision/{FILE}", f"{folder}{FILE}", f"/p/x/{FILE}"):
        wire.forget()
        closed.get(path)
        costs.append(wire.operations)

    # Each is noted once in a while, whether it is registered or not.
    assert costs == [["Query", "PutItem"], ["Query", "PutItem"], ["Query"], ["Query"]]


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_admission_costs_no_request(closed: Installation, wire: SerialWire) -> None:
    folder = own_folder(closed)
    fetch(closed, folder)
    wire.forget()

    fetch(closed, folder)

    assert wire.operations == ["Query", "PutItem"]


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_first_contact_and_coming_home_are_one_write_each(
    closed: Installation, wire: SerialWire
) -> None:
    by_site_key, home = site_folder(closed), own_folder(closed)
    fetch(closed, "/provision/")
    wire.forget()

    fetch(closed, by_site_key)
    fetch(closed, home)

    # Once a day a fetch also reads the count of its fleet, which it is about to change.
    first, home_again = ["Query", "GetItem", "TransactWriteItems"], ["Query", "TransactWriteItems"]
    assert wire.operations == first + home_again
