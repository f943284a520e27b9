"""How do the tests talk to one installation?"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib import wiring
from chalicelib.domain.access.api_token import ENTROPY_BYTES, create_api_token

PASSWORD = "never-shown-5f0c"
DEVICES = "/api/provisioning/devices"
EXTENSIONS = "/api/extensions"
MAC = "001565123456"

one_store = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For what is decided before a store is asked."""


@dataclass(frozen=True, kw_only=True)
class Installation:
    """Offhook as the outside sees it; a restart makes it read config.yml anew."""

    folder: Path
    store: str
    tokens: dict[tuple[str, bool, str | None], str] = field(default_factory=dict)

    def configure(self, text: str) -> None:
        """Have this config.yml, and start anew."""
        (self.folder / "config.yml").write_text(text, "utf-8")
        self.restart()

    def restart(self) -> None:
        """Be another process over the same store."""
        wiring.offhook.cache_clear()

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> HTTPResponse:
        """Send a request; a body that is not bytes goes as JSON."""
        given = {"host": "192.168.1.14:8080", **(headers or {})}
        if path.startswith("/api") and "authorization" not in given:
            given["authorization"] = f"Bearer {self.token()}"
        raw = body if isinstance(body, bytes) else b""
        if body is not None and not isinstance(body, bytes):
            raw = json.dumps(body).encode()
        if body is not None:
            given.setdefault("Content-Type", "application/json")
        with Client(app, stage_name="local", project_dir=str(self.folder)) as client:
            return client.http.request(method, path, headers=given, body=raw)

    def token(self, role: str = "admin", *, reveal: bool = True, site: str | None = None) -> str:
        """An API token of this kind; the first one comes from the machine itself."""
        kind = (role, reveal, site)
        if kind not in self.tokens:
            wanted = {
                "name": f"{role} of the tests",
                "role": role,
                "reveal": reveal,
                "site": site,
                "expires_in_days": None,
            }
            text, token = create_api_token(
                wanted, entropy=secrets.token_bytes(ENTROPY_BYTES), now=datetime.now(UTC)
            )
            wiring.offhook().records.save_token(token)
            self.tokens[kind] = text
        return self.tokens[kind]

    def get(self, path: str, **headers: str) -> HTTPResponse:
        """Send a GET; a header `if_none_match` goes as If-None-Match."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("GET", path, headers=named)

    def create_extension(self, number: str, **more: str) -> HTTPResponse:
        return self.send("POST", EXTENSIONS, {"number": number, "password": PASSWORD, **more})

    def register(self, mac: str = MAC, number: str = "1001", model: str = "33g") -> HTTPResponse:
        body = {"mac_address": mac, "extension_number": number, "vendor": "zip", "model": model}
        return self.send("POST", DEVICES, body)

    @property
    def log_text(self) -> str:
        path = self.folder / "pbx.log"
        return path.read_text("utf-8") if path.exists() else ""

    @property
    def log(self) -> list[dict[str, Any]]:
        """All lines of the log so far."""
        return [json.loads(line) for line in self.log_text.splitlines()]

    @property
    def last_request(self) -> dict[str, Any]:
        """The log line of the latest request."""
        return next(line for line in reversed(self.log) if "duration_ms" in line)

    @property
    def inventory(self) -> list[Any]:
        """Everything that the lists show."""
        return [self.get(DEVICES).json_body, self.get(EXTENSIONS).json_body]
