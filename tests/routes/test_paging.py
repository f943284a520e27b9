"""Can a list be read in parts while it changes?"""

from __future__ import annotations

import re

from chalice.test import HTTPResponse

from tests.routes.installation import DEVICES, EXTENSIONS, Installation

ORIGIN = "http://192.168.1.14:8080"


def next_path(answer: HTTPResponse) -> str:
    found = re.fullmatch(rf'<{ORIGIN}(\S+)>; rel="next"', answer.headers["Link"])
    assert found is not None
    return found[1]


def macs(answer: HTTPResponse) -> list[str]:
    return [device["mac_address"] for device in answer.json_body]


def register(site: Installation, *last_digits: int) -> None:
    for digits in last_digits:
        site.register(f"0015651234{digits:02d}", f"100{digits % 5 + 1}")


def test_list_in_parts(site: Installation) -> None:
    register(site, 4, 1, 3, 5, 2)

    first = site.get(f"{DEVICES}?limit=2")
    second = site.get(next_path(first))
    third = site.get(next_path(second))

    assert [macs(first), macs(second), macs(third)] == [
        ["001565123401", "001565123402"],
        ["001565123403", "001565123404"],
        ["001565123405"],
    ]
    assert "Link" not in third.headers
    assert next_path(first).startswith("/api/provisioning/devices?limit=2&cursor=")


def test_list_whole_has_no_link(site: Installation) -> None:
    register(site, 1, 2, 3)

    whole, exact = site.get(DEVICES), site.get(f"{DEVICES}?limit=3")

    assert (len(macs(whole)), len(macs(exact))) == (3, 3)
    assert "Link" not in whole.headers
    assert "Link" not in exact.headers


def test_list_in_parts_while_it_changes(site: Installation) -> None:
    register(site, 10, 20, 30, 40, 50)
    first = site.get(f"{DEVICES}?limit=2")
    site.send("DELETE", f"{DEVICES}/001565123420")  # the one that the cursor names
    site.send("DELETE", f"{DEVICES}/001565123430")
    register(site, 5, 25, 60)

    second = site.get(next_path(first))
    third = site.get(next_path(second))

    assert [macs(first), macs(second), macs(third)] == [
        ["001565123410", "001565123420"],
        ["001565123425", "001565123440"],
        ["001565123450", "001565123460"],
    ]


def test_devices_of_a_state_by_name_in_parts_while_they_change(site: Installation) -> None:
    for number, name in (("1001", "Émile"), ("1002", "ann"), ("1003", "Zoë"), ("1004", "Bob")):
        assert site.send("PATCH", f"{EXTENSIONS}/{number}", {"name": name}).status_code == 200
        site.register(f"00156512340{number[-1]}", number)

    first = site.get(f"{DEVICES}?state=never&sort=name&limit=2")
    site.send("DELETE", f"{DEVICES}/001565123404")  # the one that the cursor names
    site.send("PATCH", f"{EXTENSIONS}/1005", {"name": "Ada"})
    site.register("001565123405", "1005")  # it stands before
    second = site.get(next_path(first))

    names = [[row["name"] for row in answer.json_body] for answer in (first, second)]
    assert names == [["ann", "Bob"], ["Zoë", "Émile"]]
    assert "Link" not in second.headers


def test_parts_carry_last_provisioned(site: Installation) -> None:
    register(site, 1, 2)
    site.get("/provision/001565123402.cfg")

    first = site.get(f"{DEVICES}?limit=1")
    second = site.get(next_path(first))

    assert first.json_body[0]["last_provisioned"] is None
    assert second.json_body[0]["last_provisioned"] is not None


def test_extensions_in_parts(site: Installation) -> None:
    first = site.get(f"{EXTENSIONS}?limit=3")
    second = site.get(next_path(first))

    numbers = [[entry["number"] for entry in answer.json_body] for answer in (first, second)]
    assert numbers == [["1001", "1002", "1003"], ["1004", "1005"]]
