"""Does any route tell a token of one site of what another site has?

The routes come from the app itself. What another site has must be answered as what nobody has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pytest
from chalice.test import HTTPResponse

from tests.routes.installation import DEVICES, EXTENSIONS, MAC, Installation, one_store
from tests.routes.test_roles import MATRIX

pytestmark = one_store

THEIRS = {"mac": "0004f2abcdef", "number": "2987001", "name": "paris"}
NOBODYS = {"mac": "0004f2abcdee", "number": "2987002", "name": "milan", "id": "0123456789ab"}
MARK = "canary-paris"
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
"""Two answers that are compared may be given in different seconds."""
SHARED = {"vendor": "zip", "version": "1.0"}
CREATING = (("PUT", f"{DEVICES}/{{mac}}"), ("PUT", f"{EXTENSIONS}/{{number}}"))
"""Here what nobody has would be made. MAC addresses and numbers are one name space for all sites,
so whoever may make one learns that a name is taken."""

BODIES: Mapping[str, list[dict[str, Any] | None]] = {
    "GET": [None],
    "DELETE": [None],
    "POST": [{}, {"action": "arm"}, {"site": "berlin"}, {"vendor": "zip", "model": "33g"}],
    "PUT": [
        {},
        {"label": "Mine"},
        {"name": "Mine", "numbers": ["1"]},
        {"name": "Mine", "password": "mine-mine-mine"},
        {"vendor": "zip", "model": "33g", "extension_number": "1001"},
    ],
    "PATCH": [{}, {"model": "37g"}, {"name": "Mine"}, {"active": False}, {"percent": 50}],
}


@pytest.fixture
def ids(bare: Installation) -> list[str]:
    """Berlin and Paris have a device, an extension, a contact, a token and a webhook each.

    Gives the ids of what is Paris'.
    """
    found: list[str] = []
    for site, mac, number in (
        ("berlin", MAC, "1001"),
        ("paris", THEIRS["mac"], THEIRS["number"]),
    ):
        label = f"canary-{site}"
        sends: list[tuple[str, str, dict[str, Any]]] = [
            ("PUT", f"/api/sites/{site}", {"label": label}),
            (
                "POST",
                EXTENSIONS,
                {"number": number, "name": label, "password": "a-b-c-d-e", "site": site},
            ),
            (
                "POST",
                DEVICES,
                {
                    "mac_address": mac,
                    "extension_number": number,
                    "vendor": "zip",
                    "model": "33g",
                    "site": site,
                },
            ),
            ("POST", f"{DEVICES}/{mac}/resync", {}),
            ("POST", "/api/contacts", {"name": label, "numbers": ["+49301"], "site": site}),
            ("POST", "/api/tokens", {"name": label, "role": "viewer", "site": site}),
            (
                "POST",
                "/api/webhooks",
                {
                    "url": f"https://hooks.example.com/{label}",
                    "events": ["failing"],
                    "site": site,
                },
            ),
        ]
        for method, path, body in sends:
            answer = bare.send(method, path, body)
            assert answer.status_code < 300, (path, answer.body)
            if site == "paris":
                found += ids_in(answer.json_body)
    assert len(found) == 3, "a contact, a token and a webhook"
    return found


def ids_in(body: object) -> Iterator[str]:
    """All ids in an answer."""
    if isinstance(body, dict):
        for name, part in body.items():
            if name == "id":
                yield part
            else:
                yield from ids_in(part)


def told(answer: HTTPResponse, filling: Mapping[str, str]) -> tuple[int, str]:
    """The answer, without the names that the request itself has given, and without the time."""
    text = answer.body.decode()
    for name in filling.values():
        text = text.replace(name, "***")
    return answer.status_code, _TIME.sub("<time>", text)


@pytest.mark.parametrize("argument", ["{mac}", "{number}", "{name}", "{id}"])
def test_what_another_site_has_is_answered_as_what_nobody_has(
    bare: Installation, ids: list[str], argument: str
) -> None:
    before = inventory(bare)

    for id_ in ids if argument == "{id}" else ids[:1]:
        theirs, nobodys = {**THEIRS, "id": id_}, NOBODYS
        routes = [route for route in MATRIX if argument in route[1]]
        assert routes
        found = sweep(bare, argument, theirs)
        expected = sweep(bare, argument, nobodys, leave=CREATING)
        for request, answer in found.items():
            if request[:2] in CREATING:
                assert answer.status_code in {400, 404}, request
            else:
                assert told(answer, theirs) == told(expected[request], nobodys), request

    assert inventory(bare) == before


def sweep(
    installation: Installation,
    argument: str,
    filling: Mapping[str, str],
    leave: Collection[tuple[str, str]] = (),
) -> dict[tuple[str, str, str], HTTPResponse]:
    headers = {"authorization": f"Bearer {installation.token('admin', reveal=True, site='berlin')}"}
    return {
        (method, path, json.dumps(body)): installation.send(
            method, path.format(**SHARED, ticket="x", **filling), body, headers=headers
        )
        for method, path in MATRIX
        if argument in path and (method, path) not in leave
        for body in BODIES[method]
    }


def test_no_list_holds_what_another_site_has(bare: Installation, ids: list[str]) -> None:
    headers = {"authorization": f"Bearer {bare.token('admin', reveal=True, site='berlin')}"}
    lists = [path for method, path in MATRIX if method == "GET" and "{" not in path]

    for path in lists:
        text = bare.send("GET", path, headers=headers).body.decode()
        for mark in (MARK, THEIRS["mac"], THEIRS["number"], *ids):
            assert mark not in text, path

    assert len(lists) > 10
    assert "canary-berlin" in bare.send("GET", EXTENSIONS, headers=headers).body.decode()


@pytest.mark.usefixtures("ids")
def test_no_route_takes_the_site_of_another_one(bare: Installation) -> None:
    """The routes are those whose body has a field `site`, as the API tells itself."""
    headers = {"authorization": f"Bearer {bare.token('admin', reveal=True, site='berlin')}"}
    own = {"mac": MAC, "number": "1001", "id": own_contact(bare), "name": "desk"}
    bare.send("POST", "/api/layouts", {"name": "desk", "site": "berlin", "keys": []})
    before, answers = inventory(bare), {}

    for method, path, example in taking_a_site(bare):
        for site in ("paris", "nowhere"):
            body = {**example, "site": site}
            if "mac_address" in body:
                body["mac_address"] = MAC
            answer = bare.send(method, path.format(**own), body, headers=headers)
            answers[method, path, site] = answer.status_code

    assert len(answers) > 20
    assert {
        route: status for route, status in answers.items() if status not in {400, 403, 404}
    } == {}
    assert inventory(bare) == before


def own_contact(installation: Installation) -> str:
    """The id of Berlin's contact."""
    contacts = installation.get("/api/contacts").json_body
    return next(str(each["id"]) for each in contacts if each["site"] == "berlin")


def taking_a_site(installation: Installation) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The routes whose body may name a site, each with its example."""
    for path, operations in installation.get("/api/openapi.json").json_body["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            taken = content.get("application/json", {})
            if "site" in taken.get("schema", {}).get("properties", {}):
                yield method.upper(), path, taken["example"]


def inventory(installation: Installation) -> dict[str, Any]:
    """All that the lists show to who may see all of it, but for when tokens were used."""
    paths = [path for method, path in MATRIX if method == "GET" and "{" not in path]
    found = {}
    for path in paths:
        text = installation.get(path).body.decode()
        found[path] = [line for line in text.splitlines() if MARK in line] or text
    del found["/api/tokens"], found["/api/audit"]
    return found
