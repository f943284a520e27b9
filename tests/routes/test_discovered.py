"""What does the API tell of devices that ask and are not registered, and what becomes of them?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from chalice.test import HTTPResponse
from moto.core.models import botocore_stubber

from tests.routes.installation import DEVICES, MAC, Installation, one_store
from tests.routes.test_phone_access import CLOSED, own_folder, site_folder
from tests.storage.wire import refuses
from tests.stores import SerialWire

DISCOVERED = "/api/provisioning/discovered"
PHONE = "805ec0000001"
USER_AGENT = "Yealink SIP-T46S 66.85.0.5"


def ask(
    site: Installation, mac: str = PHONE, folder: str = "/provision/", agent: str = USER_AGENT
) -> HTTPResponse:
    """A phone asks, and is refused."""
    answer = site.get(f"{folder}{mac}.cfg", user_agent=agent)
    assert (answer.status_code, answer.body) == (404, b"")
    return answer


def listed(site: Installation, query: str = "") -> list[str]:
    return [each["mac_address"] for each in site.get(f"{DISCOVERED}{query}").json_body]


def adopt(site: Installation, mac: str = PHONE, **more: Any) -> HTTPResponse:  # noqa: ANN401 - JSON
    return site.send("POST", f"{DISCOVERED}/{mac}/adopt", {"extension_number": "1001", **more})


def test_unknown_phone_is_discovered(site: Installation) -> None:
    ask(site)

    [found] = site.get(DISCOVERED).json_body
    times = found.pop("first_seen"), found.pop("last_seen")
    assert found == {
        "mac_address": PHONE,
        "vendor": "yealink",
        "model": "t46s",
        "firmware": "66.85.0.5",
        "user_agent": USER_AGENT,
        "address": "127.0.0.1",
        "network": "127.0.0.0/24",
        "site": None,
        "reason": "the device is not registered",
        "count": 1,
    }
    assert times[0] == times[1]


def test_upload_of_an_unknown_phone_discovers_it(site: Installation) -> None:
    headers = {"user-agent": USER_AGENT}
    answer = site.send("PUT", f"/provision/{PHONE}-calldata.xml", b"<x/>", headers=headers)

    assert answer.status_code == 404
    assert listed(site) in ([PHONE], [])  # whether a vendor writes a file of this name
    site.send("PUT", f"/provision/{PHONE}.cfg", b"x", headers=headers)
    assert listed(site) == [PHONE]


def test_registered_phone_that_is_refused_is_not_discovered(site: Installation) -> None:
    site.configure(CLOSED)
    site.register()

    ask(site, MAC)

    assert listed(site) == []


def test_phone_that_was_registered_meanwhile_is_not_listed(site: Installation) -> None:
    ask(site, MAC)

    site.register()

    assert listed(site) == []


def test_browser_discovers_nothing(site: Installation) -> None:
    ask(site, "aabbcc000001", agent="Mozilla/5.0")

    assert listed(site) == []


@one_store
@pytest.mark.parametrize(
    ("query", "macs"),
    [
        ("", ["000bea000001", PHONE]),
        ("?vendor=yealink", [PHONE]),
        ("?vendor=snom", []),
        ("?address=127.0.0.1", ["000bea000001", PHONE]),
        ("?address=192.0.2.0/24", []),
        ("?vendor=zip&address=127.0.0.0/8&limit=10", ["000bea000001"]),
    ],
)
def test_filters(site: Installation, query: str, macs: list[str]) -> None:
    ask(site)
    ask(site, "000bea000001", agent="")

    assert listed(site, query) == macs


@one_store
def test_address_that_is_none(site: Installation) -> None:
    answer = site.get(f"{DISCOVERED}?address=here")

    assert answer.status_code == 400
    assert answer.json_body["error"] == (
        'address: "here" is neither an address nor a network such as 192.0.2.0/24'
    )


def test_pages_keep_the_filter(site: Installation) -> None:
    ask(site)
    ask(site, "805ec0000002")

    first = site.get(f"{DISCOVERED}?vendor=yealink&limit=1")
    link = first.headers["Link"]
    rest = site.get(link[link.index("/api") : link.index(">")])

    assert [each["mac_address"] for each in first.json_body + rest.json_body] == [
        PHONE,
        "805ec0000002",
    ]
    assert "vendor=yealink" in link


def test_adoption_registers_and_arms(site: Installation) -> None:
    ask(site)

    answer = adopt(site)

    assert answer.status_code == 201
    device = answer.json_body["device"]
    assert (device["vendor"], device["model"], device["site"]) == ("yealink", "t46s", "default")
    assert answer.json_body["guessed"]["vendor"] == "yealink"
    assert answer.json_body["guessed"]["model"] == "t46s"
    assert "User-Agent: yealink" in answer.json_body["guessed"]["because"]
    assert site.get(f"{DEVICES}/{PHONE}/access").json_body["armed_left"] == 12
    assert site.get(f"/provision/{PHONE}.cfg").status_code == 200
    assert listed(site) == []


def test_what_is_chosen_counts_more_than_what_was_seen(site: Installation) -> None:
    ask(site)

    answer = adopt(site, vendor="zip", model="37g")

    device = answer.json_body["device"]
    assert (device["vendor"], device["model"]) == ("zip", "37g")
    assert "guessed" not in answer.json_body


def test_null_in_the_settings_of_an_adopted_phone_unsets(site: Installation) -> None:
    site.send("PUT", "/api/settings", {"settings": {"language": "de", "lldp": True}})
    ask(site)

    answer = adopt(site, settings={"language": None, "vlan": {"pc": None, "phone": 7}})

    assert answer.status_code == 201
    assert answer.json_body["device"]["settings"] == {
        "language": None,
        "vlan": {"pc": None, "phone": 7},
    }
    effective = site.get(f"{DEVICES}/{PHONE}/settings").json_body["settings"]
    assert "language" not in effective
    assert (effective["lldp"], effective["vlan"]) == (True, {"phone": 7})


def test_prefix_of_another_vendor_is_told_when_it_is_adopted(site: Installation) -> None:
    ask(site, MAC, agent="Zultys ZIP 33G - 47.80.132.4")

    answer = adopt(site, MAC)

    assert answer.status_code == 201
    assert (answer.json_body["device"]["vendor"], answer.json_body["device"]["model"]) == (
        "zip",
        "33g",
    )
    assert answer.json_body["guessed"]["because"].endswith("but MAC prefix 001565: yealink")


@one_store
def test_phone_that_nobody_saw_cannot_be_adopted(site: Installation) -> None:
    answer = adopt(site)

    assert answer.status_code == 404
    assert answer.json_body["error"] == f"there is no discovered device {PHONE}"


@one_store
def test_phone_that_is_registered_cannot_be_adopted(site: Installation) -> None:
    ask(site, MAC)
    site.register()

    answer = adopt(site, MAC, vendor="zip", model="37g")

    assert answer.status_code == 409
    assert site.get(f"{DEVICES}/{MAC}").json_body["model"] == "33g"


@one_store
def test_adoption_tells_every_flaw(site: Installation) -> None:
    ask(site, agent="")

    answer = adopt(site, extension_number="9999")

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json_body["errors"]] == ["extension_number", "model"]


def test_registration_by_the_mac_alone_uses_what_was_seen(site: Installation) -> None:
    ask(site)
    body = {"mac_address": PHONE, "extension_number": "1001"}

    answer = site.send("POST", DEVICES, body)

    assert answer.status_code == 201
    assert answer.json_body["device"]["model"] == "t46s"
    assert answer.json_body["guessed"]["model"] == "t46s"


@one_store
def test_registration_does_not_trust_a_user_agent_against_the_prefix(site: Installation) -> None:
    ask(site, MAC, agent="Zultys ZIP 33G - 47.80.132.4")

    answer = site.send("POST", DEVICES, {"mac_address": MAC, "extension_number": "1001"})

    assert answer.status_code == 400
    assert "but MAC prefix 001565: yealink" in answer.json_body["error"]


def test_ignored_phone_is_not_noted_until_that_is_taken_back(site: Installation) -> None:
    ask(site)

    ignored = site.send("POST", f"{DISCOVERED}/{PHONE}/ignore")
    site.restart()  # another process, which has noted nothing yet
    ask(site)
    while_ignored = listed(site)
    [entry] = site.get(f"{DISCOVERED}/ignored").json_body
    heeded = site.send("DELETE", f"{DISCOVERED}/{PHONE}/ignore")
    site.restart()
    ask(site)

    assert (ignored.status_code, heeded.status_code) == (200, 200)
    assert (entry["mac_address"], entry["site"]) == (PHONE, None)
    assert while_ignored == []
    assert listed(site) == [PHONE]
    assert site.send("DELETE", f"{DISCOVERED}/{PHONE}/ignore").status_code == 404


def test_adoption_ends_ignoring(site: Installation) -> None:
    ask(site)
    site.send("POST", f"{DISCOVERED}/805ec0000002/ignore")
    site.send("POST", f"{DISCOVERED}/{PHONE}/ignore")
    site.send("DELETE", f"{DISCOVERED}/{PHONE}/ignore")
    site.restart()
    ask(site)

    adopt(site)

    ignored = site.get(f"{DISCOVERED}/ignored").json_body
    assert [each["mac_address"] for each in ignored] == ["805ec0000002"]


def test_forgotten_phone_comes_back_when_it_asks(site: Installation) -> None:
    ask(site)

    gone = site.send("DELETE", f"{DISCOVERED}/{PHONE}")
    after = listed(site)
    site.restart()
    ask(site)

    assert (gone.status_code, after) == (200, [])
    assert listed(site) == [PHONE]
    assert site.send("DELETE", f"{DISCOVERED}/805ec0000002").status_code == 404


def test_key_of_a_site_says_whose_a_phone_is(site: Installation) -> None:
    site.send("PUT", "/api/sites/berlin", {})
    site.create_extension("2001", site="berlin")
    ask(site, folder=site_folder(site, "berlin"))

    [found] = site.get(DISCOVERED).json_body
    answer = adopt(site, extension_number="2001")

    assert found["site"] == "berlin"
    assert answer.json_body["device"]["site"] == "berlin"


def test_key_that_was_replaced_says_nothing(site: Installation) -> None:
    site.send("PUT", "/api/sites/berlin", {})
    folder = site_folder(site, "berlin")
    site.send("POST", "/api/sites/berlin/key", {})

    ask(site, folder=folder)

    assert [each["site"] for each in site.get(DISCOVERED).json_body] == [None]


@pytest.fixture
def berlin(site: Installation) -> dict[str, str]:
    """What a token of Berlin sends, while Berlin's and two other phones are discovered."""
    for name in ("berlin", "paris"):
        site.send("PUT", f"/api/sites/{name}", {})
    ask(site, PHONE, site_folder(site, "berlin"))
    ask(site, "805ec0000002", site_folder(site, "paris"))
    ask(site, "805ec0000003")
    return {"authorization": f"Bearer {site.token('admin', site='berlin')}"}


def test_token_of_a_site_sees_its_own_only(site: Installation, berlin: dict[str, str]) -> None:
    found = site.send("GET", DISCOVERED, headers=berlin).json_body

    assert [each["mac_address"] for each in found] == [PHONE]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "805ec0000002/adopt", {"extension_number": "1001"}),
        ("POST", "805ec0000003/adopt", {"extension_number": "1001"}),
        ("DELETE", "805ec0000002", None),
        ("DELETE", "805ec0000002/ignore", None),
    ],
)
def test_token_of_a_site_does_nothing_with_others(
    site: Installation,
    berlin: dict[str, str],
    method: str,
    path: str,
    body: Mapping[str, object] | None,
) -> None:
    answer = site.send(method, f"{DISCOVERED}/{path}", body, headers=berlin)

    assert answer.status_code == 404
    assert listed(site) == [PHONE, "805ec0000002", "805ec0000003"]


def test_token_of_a_site_ignores_for_its_site_only(
    site: Installation, berlin: dict[str, str]
) -> None:
    site.send("POST", f"{DISCOVERED}/805ec0000002/ignore", headers=berlin)
    site.restart()
    ask(site, "805ec0000002", site_folder(site, "paris"))

    assert "805ec0000002" in listed(site)
    assert [each["site"] for each in site.get(f"{DISCOVERED}/ignored").json_body] == ["berlin"]


@one_store
def test_changes_stand_in_the_trail(site: Installation) -> None:
    ask(site)
    site.send("POST", f"{DISCOVERED}/{PHONE}/ignore")
    site.send("DELETE", f"{DISCOVERED}/{PHONE}/ignore")

    kinds = [each["kind"] for each in site.get("/api/audit").json_body]

    assert kinds[-2:] == ["ignored device", "ignored device"]


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
@pytest.mark.parametrize("trouble", [1, 2, 3])
def test_store_in_trouble_changes_no_answer(
    site: Installation, wire: SerialWire, trouble: int
) -> None:
    ask(site, "aabbcc000001", agent="Mozilla/5.0")
    wire.forget()
    wire.meets(*[botocore_stubber] * trouble, refuses("ProvisionedThroughputExceededException"))

    ask(site)

    assert len(wire.operations) == 1 + trouble


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_list_costs_two_requests(site: Installation, wire: SerialWire) -> None:
    for number in range(1, 10):
        ask(site, f"805ec000000{number}")
    wire.forget()

    listed(site, "?limit=50")

    assert wire.operations == ["GetItem", "Query", "BatchGetItem"]  # the first knows the token


def test_own_url_of_a_registered_phone_is_still_served(site: Installation) -> None:
    site.configure(CLOSED)
    site.register()
    ask(site, MAC)

    assert site.get(f"{own_folder(site)}{MAC}.cfg").status_code == 200
