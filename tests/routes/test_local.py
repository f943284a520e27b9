"""Does Chalice's own server tell from where a request comes?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from chalice.config import Config
from chalice.local import ChaliceRequestHandler, LocalDevServer
from requests.adapters import HTTPAdapter

from app import app
from chalicelib.routes.local import tell_addresses
from tests.routes.installation import DEVICES, MAC, Installation, one_store

pytestmark = one_store

HERE = "127.0.0.1"
ELSEWHERE = "127.0.1.1"
"""Another address of this machine, in another network."""


class _Quiet(ChaliceRequestHandler):
    """Writes no line for a request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called
        del format, args


class _From(HTTPAdapter):
    """Sends from one address of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - as in requests
        super().init_poolmanager(*args, **more, source_address=(self._address, 0))


@pytest.fixture
def server(site: Installation) -> Iterator[str]:
    """The address of a running `chalice local` over the installation."""
    assert site.register().status_code == 201
    tell_addresses()
    local = LocalDevServer(app, Config(chalice_stage="local"), "0.0.0.0", 0, handler_cls=_Quiet)  # noqa: S104 - what HOST=0.0.0.0 says
    thread = threading.Thread(target=local.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://{HERE}:{local.server.server_port}"
    local.server.shutdown()
    local.server.server_close()
    thread.join()


def fetch(server: str, address: str, mac: str = MAC, **headers: str) -> int:
    with requests.Session() as session:
        session.mount("http://", _From(address))
        return session.get(f"{server}/provision/{mac}.cfg", headers=headers).status_code


@pytest.mark.parametrize("address", [HERE, ELSEWHERE])
def test_fetch_is_told_with_the_address_that_it_came_from(
    site: Installation, server: str, address: str
) -> None:
    assert fetch(server, address) == 200

    assert site.get(f"{DEVICES}/{MAC}/status").json_body["last_address"] == address


def test_unknown_phone_is_discovered_in_its_network(site: Installation, server: str) -> None:
    assert fetch(server, ELSEWHERE, "805ec0123456") == 404

    (seen,) = site.get("/api/provisioning/discovered").json_body
    assert (seen["address"], seen["network"]) == (ELSEWHERE, "127.0.1.0/24")


@pytest.mark.parametrize(
    ("networks", "answers"),
    [(["127.0.0.0/24"], (200, 404)), (["127.0.1.0/24"], (404, 200))],
)
def test_policy_of_networks_lets_in_who_is_in_them(
    site: Installation, server: str, networks: list[str], answers: tuple[int, int]
) -> None:
    policy = {"access": {"policy": ["open", "networks"], "networks": networks}}
    assert site.send("PUT", "/api/sites/default", policy).status_code == 201

    assert (fetch(server, HERE), fetch(server, ELSEWHERE)) == answers


def test_address_in_a_header_is_not_believed(site: Installation, server: str) -> None:
    headers = {"X-Forwarded-For": "198.51.100.7", "X-Real-IP": "198.51.100.7"}

    assert fetch(server, ELSEWHERE, **headers) == 200

    assert site.get(f"{DEVICES}/{MAC}/status").json_body["last_address"] == ELSEWHERE
