"""How do the tests hand firmware in, and see what a phone is told of it?"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from chalice.test import HTTPResponse

from tests.routes.installation import DEVICES, Installation

ROM = b"\x00\xffa rom" * 1000
SHA = hashlib.sha256(ROM).hexdigest()
NEW = {
    "vendor": "Yealink",
    "version": "96.86.0.75",
    "models": ["T54W"],
    "file_name": "T54W-96.86.0.75.rom",
    "size": len(ROM),
    "sha256": SHA,
    "notes": "from the vendor",
}
ONE = "/api/firmware/yealink/96.86.0.75"
PHONE = "805ec0123456"
ASK = "say allow_downgrade to take it back"


def announce(site: Installation, **more: object) -> HTTPResponse:
    return site.send("POST", "/api/firmware", NEW | more)


def hand_in(site: Installation, answer: HTTPResponse, body: bytes = ROM) -> HTTPResponse:
    upload = answer.json_body["upload"]
    path = "/api/" + upload["url"].partition("/api/")[2]
    headers = {**upload["headers"], "authorization": ""}
    return site.send(upload["method"], path, body, headers=headers)


def make_ready(site: Installation, **more: object) -> None:
    assert hand_in(site, announce(site, **more)).status_code == 200
    version = more.get("version", NEW["version"])
    vendor = str(more.get("vendor", NEW["vendor"])).lower()
    confirmed = site.send("POST", f"/api/firmware/{vendor}/{version}/confirm")
    assert confirmed.status_code == 200


def register(site: Installation, /, **more: object) -> None:
    site.create_extension("1009")
    body = {"extension_number": "1009", "vendor": "yealink", "model": "t54w", **more}
    assert site.send("PUT", f"{DEVICES}/{PHONE}", body).status_code == 201


def without_times(record: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in record.items() if not name.endswith("_at")}


def told(site: Installation, *, agent: str = "", mac: str = PHONE) -> str | None:
    """The address that the phone's file tells it to fetch firmware from."""
    text = site.get(f"/provision/{mac}.cfg", user_agent=agent).body.decode()
    found = re.search(r"^static\.firmware\.url = (.*)$", text, re.MULTILINE)
    return found[1] if found else None


def refused(answer: HTTPResponse) -> Any:  # noqa: ANN401 - JSON
    assert answer.status_code == 409, answer.body
    return answer.json_body["error"]


def report(installation: Installation, version: str) -> None:
    told(installation, agent=f"Yealink SIP-T54W {version} 80:5e:c0:12:34:56")
