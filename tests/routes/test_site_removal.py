"""Can a site be made and removed, and does it stay while anything belongs to it?"""

from __future__ import annotations

from tests.routes.berlin import (
    DEVICE,
    SITE,
    mistakes,
)
from tests.routes.installation import Installation, one_store


@one_store
def test_site_is_made_and_removed(berlin: Installation) -> None:
    created = berlin.send("POST", "/api/sites", {"name": "rome", "settings": {"language": "it"}})
    removed = berlin.send("DELETE", "/api/sites/rome")

    assert (created.status_code, created.json_body["site"]["settings"]) == (201, {"language": "it"})
    assert removed.json_body == {"success": True, "message": "Site deleted"}
    assert berlin.get("/api/sites/rome").status_code == 404


def test_site_in_use_stays(berlin: Installation) -> None:
    berlin.create_extension("2001", site="berlin")
    berlin.send("POST", "/api/contacts", {"name": "X", "numbers": ["1"], "site": "berlin"})

    answer = berlin.send("DELETE", SITE)

    assert answer.status_code == 409
    assert answer.json_body["error"] == ("site berlin is used by 1 device, 1 extension, 1 contact")


def test_site_that_something_else_is_for_stays(berlin: Installation) -> None:
    berlin.send("DELETE", DEVICE)
    berlin.send("POST", "/api/layouts", {"name": "desk", "keys": [], "site": "berlin"})
    berlin.send("POST", "/api/tokens", {"name": "t", "role": "viewer", "site": "berlin"})
    hook = {"url": "https://hooks.example.com/1", "events": ["failing"], "site": "berlin"}
    berlin.send("POST", "/api/webhooks", hook)

    answer = berlin.send("DELETE", SITE)

    assert answer.status_code == 409
    assert answer.json_body["error"] == ("site berlin is used by 1 API token, 1 layout, 1 webhook")


@one_store
def test_token_for_no_site_is_refused(bare: Installation) -> None:
    answer = bare.send("POST", "/api/tokens", {"name": "t", "role": "viewer", "site": "rome"})

    assert mistakes(answer) == [
        ("site", '"rome" is not a site; create it first (PUT /api/sites/rome)')
    ]


@one_store
def test_default_site_stays(berlin: Installation) -> None:
    assert berlin.send("DELETE", "/api/sites/default").status_code == 409
