"""How do the tests reach a phone in Berlin, and what it shares with others?"""

from __future__ import annotations

from typing import Any

from chalice.test import HTTPResponse

from chalicelib.domain.standing import Group
from tests.routes.installation import DEVICES, MAC, Installation

SERVER = "/api/settings"
MODEL = "/api/models/zip/33g/settings"
SITE = "/api/sites/berlin"
DEVICE = f"{DEVICES}/{MAC}"
GROUP = Group(site="berlin", vendor="zip", model="33g")


def as_role(
    installation: Installation,
    role: str,
    method: str,
    path: str,
    body: object = None,
    *,
    site: str | None = None,
    **headers: str,
) -> HTTPResponse:
    token = installation.token(role, reveal=False, site=site)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return installation.send(
        method, path, body, headers={"authorization": f"Bearer {token}", **named}
    )


def file_of(installation: Installation) -> str:
    return installation.get(f"/provision/{MAC}.cfg").body.decode()


def mistakes(answer: HTTPResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.body
    return [(flaw["field"], flaw["message"]) for flaw in answer.json_body["errors"]]


def effective(installation: Installation) -> Any:  # noqa: ANN401 - JSON
    return installation.get(f"{DEVICE}/settings").json_body["settings"]


def a_device() -> dict[str, Any]:
    return {"extension_number": "1001", "vendor": "zip", "model": "33g", "site": "berlin"}


def own_file(answer: HTTPResponse) -> Any:  # noqa: ANN401 - JSON
    [found] = [file for file in answer.json_body["files"] if file["name"] == f"{MAC}.cfg"]
    return found
