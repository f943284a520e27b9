"""How is every part of Offhook used, so that each record that it keeps is there?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from chalice.test import HTTPResponse

from app import app
from chalicelib import wiring
from chalicelib.domain.pace import Pace
from chalicelib.routes.outbox import deliver
from tests.lambda_runtime.event import SCHEDULED
from tests.routes.installation import DEVICES, EXTENSIONS, MAC, Installation

POLY = "0004f2123456"
STRANGERS = ("805ec0000001", "805ec0000002", "805ec0000003")
SECRET = "canary-in-a-file"

CONFIG = (
    "server: {sip_host: pbx.example.com}\n"
    'access: {policy: ["open"]}\n'
    "extensions:\n"
    + "".join(f'  - {{number: "{n}", password: "canary-{n}"}}\n' for n in range(100, 130))
    + "provisioning:\n  devices:\n"
    '    - {mac: "0004f2abcdab", extension: "100", vendor: zip, model: 37g}\n'
)
_ROM = b"a rom"
_VERSION = "/api/firmware/zip/47.80.132.4"


@dataclass(frozen=True, kw_only=True)
class Watched(Installation):
    """An installation that knows which of its routes were used."""

    used: set[tuple[str, str]] = field(default_factory=set)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> HTTPResponse:
        self.used.add((method, _route(path)))
        return super().send(method, path, body, headers=headers)

    def must(self, method: str, path: str, body: object = None, *, status: int = 200) -> Any:  # noqa: ANN401 - JSON
        """Send it; the body of the answer, which has this status."""
        answer = self.send(method, path, body)
        assert answer.status_code == status, (method, path, answer.body)
        return answer.json_body if "json" in answer.headers["Content-Type"] else answer.body


def use_everything(site: Watched) -> None:
    """Each route, with what it does for records that are there and that are not; much is kept."""
    site.configure(CONFIG)
    for path in ("/api/status", "/api/openapi.json", "/api/provisioning/vendors"):
        site.must("GET", path)
    site.must("GET", "/api/provisioning/vendors/zip")
    _use_sites(site)
    _use_extensions(site)
    _use_devices(site)
    _use_phones(site)
    _use_firmware(site)
    _use_queues(site)
    _use_files(site)
    _use_webhooks(site)
    for path in ("/api/audit", "/api/provisioning/summary", "/api/tokens", "/api/sites"):
        site.must("GET", path)
    _keep_what_comes_rarely()
    _take_some_away(site)
    site.configure("server: {sip_host: pbx.example.com}\n")
    site.must("GET", DEVICES)


def _use_sites(site: Watched) -> None:
    site.must("POST", "/api/sites", {"name": "berlin"}, status=201)
    site.must("PUT", "/api/sites/rome", {}, status=201)
    site.must("PATCH", "/api/sites/berlin", {"settings": {"language": "de"}})
    site.must("GET", "/api/sites/berlin")
    site.must("POST", "/api/sites/berlin/key", {})
    site.must("PUT", "/api/settings", {"settings": {"web": {"admin_password": SECRET}}})
    site.must("PATCH", "/api/settings", {"settings": {"lldp": True}})
    site.must("GET", "/api/settings")
    for model in ("33g", "37g"):
        own = f"/api/models/zip/{model}/settings"
        site.must("PUT", own, {"settings": {"language": "de"}})
        site.must("PATCH", own, {"settings": {"cdp": True}})
        site.must("GET", own)
    keys = [{"position": 1, "type": "speed_dial", "value": "100", "label": "Desk"}]
    site.must("POST", "/api/layouts", {"name": "desk", "keys": keys}, status=201)
    site.must("PUT", "/api/layouts/spare", {"keys": []}, status=201)
    site.must("PATCH", "/api/layouts/spare", {"keys": keys})
    site.must("GET", "/api/layouts")
    site.must("GET", "/api/layouts/desk")
    token = site.must("POST", "/api/tokens", {"name": "short", "role": "viewer"}, status=201)
    site.must("DELETE", f"/api/tokens/{token['id']}")


def _use_extensions(site: Watched) -> None:
    for number in ("1001", "1002"):
        assert site.create_extension(number).status_code == 201
    site.must("GET", EXTENSIONS)
    site.must("GET", f"{EXTENSIONS}/1001")
    site.must("GET", f"{EXTENSIONS}/1001/password")
    site.must("PATCH", f"{EXTENSIONS}/1002", {"name": "Someone else"})
    whole = {"number": "1001", "name": "One", "password": "canary-1001"}
    site.must("PUT", f"{EXTENSIONS}/1001", whole)
    contact = {"name": "Reception", "numbers": ["+49301"]}
    site.must("POST", "/api/contacts", contact, status=201)
    id_ = site.must("POST", "/api/contacts", contact, status=201)["contact"]["id"]
    site.must("GET", "/api/contacts")
    site.must("GET", f"/api/contacts/{id_}")
    site.must("PUT", f"/api/contacts/{id_}", contact)
    site.must("DELETE", f"/api/contacts/{id_}")


def _use_devices(site: Watched) -> None:
    assert site.register().status_code == 201
    assert site.register().status_code == 200
    poly = {"extension_number": "1001", "vendor": "polycom", "model": "vvx411"}
    site.must("PUT", f"{DEVICES}/{POLY}", poly, status=201)
    site.must("GET", f"{DEVICES}?limit=1")
    found = ("q=desk", "vendor=zip", "extension=1001", "site=berlin", "state=never", "firmware=1")
    for query in ("", *(f"?{part}" for part in found)):
        site.must("GET", f"{DEVICES}{query}")
    site.must("PATCH", f"{DEVICES}/{MAC}", {"extension_number": "1002"})
    berlin = {"number": "1004", "password": "canary-1004", "site": "berlin"}
    site.must("POST", EXTENSIONS, berlin, status=201)
    site.must("PATCH", f"{DEVICES}/{MAC}", {"settings": {"key_layout": "desk"}})
    for part in (
        "",
        "/settings?explain=1",
        "/config",
        "/firmware",
        "/status",
        "/fetches",
        "/access",
    ):
        site.must("GET", f"{DEVICES}/{MAC}{part}")
    site.must("POST", f"{DEVICES}/{MAC}/access", {"action": "arm"})


def _use_phones(site: Watched) -> None:
    for file in (f"{MAC}.cfg", f"cfg{MAC}.cfg", "zip33g_common.cfg"):
        site.must("GET", f"/provision/{file}")
    own_url = site.must("GET", f"{DEVICES}/{MAC}/access")["own_url"]
    site.must("GET", f"{urlsplit(own_url).path}{MAC}.cfg")
    site.must("HEAD", f"{urlsplit(own_url).path}{MAC}.cfg")
    site.must("GET", f"{DEVICES}/{MAC}/config?diff=last")
    override = b'<?xml version="1.0"?>\n<PHONE_CONFIG><A a.b="Zoe"/></PHONE_CONFIG>\n'
    site.must("PUT", f"/provision/{POLY}-web.cfg", override)
    for mac in STRANGERS:
        site.must("GET", f"/provision/{mac}.cfg", status=404)
    discovered = "/api/provisioning/discovered"
    site.must("GET", discovered)
    adopted = {"extension_number": "1001", "vendor": "yealink", "model": "t46s"}
    site.must("POST", f"{discovered}/{STRANGERS[0]}/adopt", adopted, status=201)
    for mac in STRANGERS[1:]:
        site.must("POST", f"{discovered}/{mac}/ignore")
    site.must("GET", f"{discovered}/ignored")
    site.must("DELETE", f"{discovered}/{STRANGERS[2]}/ignore")
    site.must("GET", f"/provision/{STRANGERS[2]}.cfg", status=404)
    site.must("GET", "/provision/805ec0000009.cfg", status=404)
    site.must("DELETE", f"{discovered}/805ec0000009")


def _use_firmware(site: Watched) -> None:
    wanted = {
        "vendor": "zip",
        "version": "47.80.132.4",
        "file_name": "33g.rom",
        "size": len(_ROM),
        "sha256": hashlib.sha256(_ROM).hexdigest(),
    }
    upload = site.must("POST", "/api/firmware", wanted, status=201)["upload"]
    site.must("POST", f"{_VERSION}/confirm", status=409)
    if "/api/assets/" in upload["url"]:
        path = "/api/assets/" + upload["url"].rpartition("/")[2]
        assert site.send("PUT", path, _ROM, headers=upload["headers"]).status_code == 200
    else:
        assert requests.put(upload["url"], _ROM, headers=upload["headers"], timeout=5).ok
    site.must("POST", f"{_VERSION}/confirm")
    site.must("GET", "/api/firmware")
    site.must("GET", _VERSION)
    fetched = site.get(f"/provision/firmware/{MAC}/33g.rom", offhook_relay="1")
    assert fetched.status_code in (200, 302)
    rollout = {"vendor": "zip", "version": "47.80.132.4"}
    one = site.must("POST", "/api/rollouts", rollout, status=201)["rollout"]["id"]
    site.must("GET", "/api/rollouts")
    site.must("GET", f"/api/rollouts/{one}")
    site.must("PATCH", f"/api/rollouts/{one}", {"paused": True})
    site.must("DELETE", f"/api/rollouts/{one}")
    site.must("POST", "/api/rollouts", rollout, status=201)
    site.must("POST", "/api/firmware", {**wanted, "version": "47.80.132.5"}, status=201)
    site.must("DELETE", "/api/firmware/zip/47.80.132.5")


def _use_queues(site: Watched) -> None:
    queue = "/api/provisioning/resync"
    site.must("POST", f"{DEVICES}/{MAC}/resync", {})
    site.must("POST", queue, {"all": True})
    site.must("GET", queue)
    claim = site.must("POST", f"{queue}/{MAC}/claim", {})["claim"]
    site.must("POST", f"{queue}/{MAC}/done", {"claim": claim})
    site.must("GET", f"{DEVICES}/{MAC}/resync")


def _use_files(site: Watched) -> None:
    for form in ("csv", "json"):
        site.must("GET", f"/api/provisioning/export?format={form}")
    rows = b"mac,extension,name,password,vendor,model\n001565000003,1003,Three,abcdefgh,zip,33g\n"
    told = site.must("POST", "/api/provisioning/import?format=csv", rows)
    assert told["counts"]["created"] == 1, told


def _use_webhooks(site: Watched) -> None:
    # A name of the test's own machine: it is refused, which is a failure like any.
    webhook = {"url": "https://localhost:9/", "events": ["adoption_needed", "first_contact"]}
    ids = []
    for _ in range(2):
        made = site.must("POST", "/api/webhooks", webhook, status=201)
        ids.append(made["webhook"]["id"])
    site.must("GET", "/api/webhooks")
    site.must("GET", f"/api/webhooks/{ids[0]}")
    site.must("PATCH", f"/api/webhooks/{ids[0]}", {"events": ["adoption_needed"]})
    site.must("POST", f"/api/webhooks/{ids[0]}/test")
    site.must("DELETE", f"/api/webhooks/{ids[1]}")
    site.restart()  # A process looks for webhooks once in a while only.
    site.must("GET", "/provision/805ec0000004.cfg", status=404)
    deliver(SCHEDULED, None)
    site.must("GET", "/provision/805ec0000005.cfg", status=404)


def _keep_what_comes_rarely() -> None:
    """What only a large fleet or an attack brings about."""
    records = wiring.offhook().records
    records.save_pace(Pace(level=1, devices=500, changed_at=datetime.now(UTC)), was=None)
    records.tell_misses("192.0.2.0/24", 1, "process", 9000, 4_000_000_000)


def _take_some_away(site: Watched) -> None:
    spare = "001565000003"
    site.must("DELETE", f"{EXTENSIONS}/1003", status=409)
    site.must("DELETE", f"{DEVICES}/{spare}")
    site.must("DELETE", f"{EXTENSIONS}/1003")
    site.must("DELETE", "/api/layouts/spare")
    site.must("DELETE", "/api/models/zip/37g/settings")
    site.must("DELETE", "/api/sites/rome")


def _route(path: str) -> str:
    """The route of the app that answers the path: of several, the one that is told most exactly."""
    plain = path.partition("?")[0]
    fitting = [
        route
        for route in app.routes
        if re.fullmatch(re.sub(r"\\?\{[a-z]+\\?\}", "[^/]+", re.escape(route)), plain)
    ]
    return min(fitting, key=lambda route: route.count("{"))
