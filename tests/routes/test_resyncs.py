"""What does the API take and tell of resyncs?"""

from __future__ import annotations

import pytest

from tests.routes.installation import DEVICES, MAC, Installation, one_store
from tests.stores import SerialWire

QUEUE = "/api/provisioning/resync"
RESYNC = f"{DEVICES}/{MAC}/resync"


def test_resync_from_request_to_fetch(site: Installation) -> None:
    site.register()
    site.send("POST", RESYNC)

    claim = site.send("POST", f"{QUEUE}/{MAC}/claim", {}).json_body["claim"]
    second = site.send("POST", f"{QUEUE}/{MAC}/claim", {})
    done = site.send("POST", f"{QUEUE}/{MAC}/done", {"claim": claim}).json_body
    site.get(f"/provision/{MAC}.cfg")

    assert second.status_code == 409
    assert done["resync"]["state"] == "sent"
    assert site.get(RESYNC).json_body["state"] == "fetched"
    assert site.get(QUEUE).json_body == []


@one_store
@pytest.mark.parametrize(
    "body", [{}, {"macs": [MAC], "vendor": "zip"}, {"all": False}, {"all": True, "site": "a"}]
)
def test_selection_must_be_one(site: Installation, body: dict[str, object]) -> None:
    answer = site.send("POST", QUEUE, body)

    assert answer.status_code == 400
    assert answer.json_body["error"] == (
        "body: choose macs, or one or more of site, vendor, model, extension, state, firmware, "
        "or all: true"
    )


@one_store
@pytest.mark.parametrize(
    ("body", "field"),
    [({"foo": 1}, "foo"), ([1], "body"), (b"x", "body"), ({}, None), (None, None)],
)
def test_what_a_route_does_not_take_is_refused(
    site: Installation, body: object, field: str | None
) -> None:
    site.register()
    site.send("PUT", "/api/sites/berlin", {})
    hook = {"url": "http://127.0.0.1:9/", "events": ["failing"]}
    id_ = site.send("POST", "/api/webhooks", hook).json_body["webhook"]["id"]
    paths = (RESYNC, "/api/sites/berlin/key", f"/api/webhooks/{id_}/test")

    answers = [site.send("POST", path, body) for path in paths]

    if field is None:
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        return
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    told = [[each["field"] for each in answer.json_body["errors"]] for answer in answers]
    assert told == [[field]] * 3


@one_store
def test_cursor_of_another_list(site: Installation) -> None:
    answer = site.send("POST", QUEUE, {"all": True, "cursor": "nonsense"})

    assert answer.status_code == 400
    assert answer.json_body["errors"][0]["field"] == "cursor"


@one_store
def test_device_without_a_resync(site: Installation) -> None:
    site.register()

    answer = site.get(RESYNC)

    assert answer.status_code == 404
    assert answer.json_body["error"] == f"there is no resync of device {MAC}"


@pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
def test_fetch_writes_no_more_than_before(site: Installation, wire: SerialWire) -> None:
    site.register()
    site.get(f"/provision/{MAC}.cfg")
    site.send("POST", RESYNC)
    wire.forget()

    site.get(f"/provision/{MAC}.cfg")

    assert wire.operations == ["Query", "PutItem"]
