"""Do layouts give their keys to devices, and do they stay while devices use them?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.routes.berlin import (
    DEVICE,
    SERVER,
    SITE,
    a_device,
    as_role,
    file_of,
    mistakes,
)
from tests.routes.installation import DEVICES, MAC, Installation, one_store

LAYOUT = "/api/layouts/desk"
KEYS = [
    {"position": 1, "type": "blf", "value": "1001", "label": "Boss"},
    {"position": 2, "type": "speed_dial", "value": "*5{{EXTENSION_NUMBER}}", "label": "Park"},
]


def test_layout_gives_its_keys_to_every_device_of_the_site(berlin: Installation) -> None:
    berlin.send("PUT", LAYOUT, {"label": "Desks", "keys": KEYS})
    answer = berlin.send("PATCH", SITE, {"settings": {"key_layout": "desk"}})
    text = file_of(berlin)

    assert "warnings" not in answer.json_body
    assert "*51001" in text
    assert "Boss" in text


def test_own_key_stands_in_place_of_the_layouts(berlin: Installation) -> None:
    berlin.send("PUT", LAYOUT, {"keys": KEYS})
    own = [{"position": 1, "type": "blf", "value": "1003", "label": "Own"}]
    berlin.send("PATCH", DEVICE, {"settings": {"key_layout": "desk"}, "keys": own})

    text = file_of(berlin)

    assert "Own" in text
    assert "Boss" not in text
    assert "*51001" in text


def test_layout_is_shown_listed_changed_and_removed(berlin: Installation) -> None:
    created = berlin.send("POST", "/api/layouts", {"name": "desk", "keys": KEYS})
    changed = berlin.send(
        "PATCH", LAYOUT, {"label": "Desks"}, headers={"if-match": created.headers["ETag"]}
    )
    listed = berlin.get("/api/layouts").json_body
    stale = berlin.send("DELETE", LAYOUT, headers={"if-match": created.headers["ETag"]})
    removed = berlin.send("DELETE", LAYOUT)

    assert (created.status_code, created.json_body["layout"]["label"]) == (201, "desk")
    assert [each["label"] for each in listed] == ["Desks"]
    assert changed.json_body["layout"] == listed[0] == berlin_layout(listed)
    assert (stale.status_code, removed.status_code) == (412, 200)
    assert berlin.get(LAYOUT).status_code == 404


def berlin_layout(listed: list[Any]) -> Any:  # noqa: ANN401 - JSON
    [found] = listed
    assert [key["position"] for key in found["keys"]] == [1, 2]
    return found


@one_store
@pytest.mark.parametrize(
    ("keys", "flaw"),
    [
        (
            [{"position": 1, "type": "blf", "value": "{{EXTENSION_PASSWORD}}"}],
            ("keys[0].value", '"EXTENSION_PASSWORD" is not a placeholder; known are '),
        ),
        (
            [{"position": 1, "type": "blf"}, {"position": 1, "type": "dnd"}],
            ("keys", "names key 1 2 times"),
        ),
    ],
)
def test_layout_that_cannot_be_is_refused(
    berlin: Installation, keys: list[Any], flaw: tuple[str, str]
) -> None:
    [(field, message)] = mistakes(berlin.send("PUT", LAYOUT, {"keys": keys}))

    assert field == flaw[0]
    assert message.startswith(flaw[1])


@one_store
def test_layout_in_use_stays(berlin: Installation) -> None:
    berlin.send("PUT", LAYOUT, {"keys": KEYS})
    berlin.send("PATCH", SITE, {"settings": {"key_layout": "desk"}})
    berlin.send("PUT", SERVER, {"settings": {"key_layout": "desk"}})

    answer = berlin.send("DELETE", LAYOUT)

    assert answer.status_code == 409
    assert (
        answer.json_body["error"] == "layout desk is used by the server's settings, the site berlin"
    )


def test_layout_that_devices_name_themselves_stays(berlin: Installation) -> None:
    berlin.send("PUT", LAYOUT, {"keys": KEYS})
    named = {"key_layout": "desk"}
    berlin.send("PATCH", DEVICE, {"settings": named})
    one = berlin.send("DELETE", LAYOUT)
    for number in range(4):
        mac = f"00156500000{number}"
        body = {**a_device(), "site": "default", "settings": named}
        assert berlin.send("PUT", f"{DEVICES}/{mac}", body).status_code == 201
    many = berlin.send("DELETE", LAYOUT)

    assert (one.status_code, many.status_code) == (409, 409)
    assert one.json_body["error"] == f"layout desk is used by the device {MAC}"
    assert many.json_body["error"] == (
        "layout desk is used by 5 devices (001565000000, 001565000001, 001565000002, ...)"
    )


def test_layout_that_devices_name_no_more_is_deleted(berlin: Installation) -> None:
    berlin.send("PUT", LAYOUT, {"keys": KEYS})
    berlin.send("PATCH", DEVICE, {"settings": {"key_layout": "desk", "firmware": "1.0"}})
    other = f"{DEVICES}/001565000000"
    berlin.send("PUT", other, {**a_device(), "settings": {"key_layout": "desk"}})
    used = berlin.send("DELETE", LAYOUT)
    berlin.send("PATCH", DEVICE, {"settings": {"key_layout": None}})
    berlin.send("DELETE", other)

    assert used.status_code == 409
    assert berlin.send("DELETE", LAYOUT).status_code == 200


@one_store
def test_only_what_the_caller_may_know_is_told_of_the_use_of_a_layout(
    berlin: Installation,
) -> None:
    berlin.send("PUT", "/api/sites/rome", {})
    berlin.send("PUT", LAYOUT, {"keys": KEYS, "site": "berlin"})
    berlin.send("PUT", SERVER, {"settings": {"key_layout": "desk"}})
    berlin.send("PATCH", "/api/sites/rome", {"settings": {"key_layout": "desk"}})
    berlin.send("PATCH", DEVICE, {"settings": {"key_layout": "desk"}})
    elsewhere = {**a_device(), "site": "rome", "settings": {"key_layout": "desk"}}
    berlin.send("PUT", f"{DEVICES}/001565000000", elsewhere)

    answer = as_role(berlin, "operator", "DELETE", LAYOUT, site="berlin")

    assert answer.status_code == 409
    assert answer.json_body["error"] == (
        f"layout desk is used by settings that more than this site has, the device {MAC}"
    )


@one_store
def test_layout_of_a_site_is_for_nobody_else(berlin: Installation) -> None:
    berlin.send("PUT", "/api/sites/rome", {})
    berlin.send("PUT", LAYOUT, {"keys": KEYS, "site": "rome"})
    seen = as_role(berlin, "operator", "GET", LAYOUT, site="berlin")
    taken = as_role(berlin, "operator", "PUT", LAYOUT, {"keys": []}, site="berlin")
    named = berlin.send("PATCH", DEVICE, {"settings": {"key_layout": "desk"}})

    assert (seen.status_code, taken.status_code) == (404, 404)
    assert as_role(berlin, "viewer", "GET", "/api/layouts", site="berlin").json_body == []
    assert named.json_body["warnings"] == [
        'settings.key_layout: there is no layout "desk" for the site berlin; its keys are left out'
    ]
