"""Does every route of the API take the permission that the table says, whoever asks?

The routes come from the app itself: one without a row here, or a row without a route, fails.
"""

from __future__ import annotations

import pytest

from app import app
from chalicelib.domain.access.role import ROLE_BY_PERMISSION, Permission, Role
from chalicelib.routes.guard import Served
from tests.routes.installation import DEVICES, EXTENSIONS, MAC, Installation, one_store

MATRIX = {
    ("GET", "/api/audit"): Permission.READ_AUDIT,
    ("GET", "/api/contacts"): Permission.READ_EXTENSIONS,
    ("POST", "/api/contacts"): Permission.CHANGE_EXTENSIONS,
    ("GET", "/api/contacts/{id}"): Permission.READ_EXTENSIONS,
    ("PUT", "/api/contacts/{id}"): Permission.CHANGE_EXTENSIONS,
    ("DELETE", "/api/contacts/{id}"): Permission.DELETE_EXTENSIONS,
    ("GET", "/api/extensions"): Permission.READ_EXTENSIONS,
    ("POST", "/api/extensions"): Permission.CHANGE_EXTENSIONS,
    ("GET", "/api/extensions/{number}"): Permission.READ_EXTENSIONS,
    ("PUT", "/api/extensions/{number}"): Permission.CHANGE_EXTENSIONS,
    ("PATCH", "/api/extensions/{number}"): Permission.CHANGE_EXTENSIONS,
    ("DELETE", "/api/extensions/{number}"): Permission.DELETE_EXTENSIONS,
    ("GET", "/api/extensions/{number}/password"): Permission.REVEAL_SECRETS,
    ("PUT", "/api/assets/{ticket}"): None,
    ("GET", "/api/firmware"): Permission.READ_FIRMWARE,
    ("POST", "/api/firmware"): Permission.CHANGE_FIRMWARE,
    ("GET", "/api/firmware/{vendor}/{version}"): Permission.READ_FIRMWARE,
    ("DELETE", "/api/firmware/{vendor}/{version}"): Permission.CHANGE_FIRMWARE,
    ("POST", "/api/firmware/{vendor}/{version}/confirm"): Permission.CHANGE_FIRMWARE,
    ("GET", "/api/rollouts"): Permission.READ_FIRMWARE,
    ("POST", "/api/rollouts"): Permission.ROLL_OUT_FIRMWARE,
    ("GET", "/api/rollouts/{id}"): Permission.READ_FIRMWARE,
    ("PATCH", "/api/rollouts/{id}"): Permission.ROLL_OUT_FIRMWARE,
    ("DELETE", "/api/rollouts/{id}"): Permission.ROLL_OUT_FIRMWARE,
    ("GET", "/api/openapi.json"): None,
    ("GET", "/api/provisioning/summary"): Permission.READ_DEVICES,
    ("GET", "/api/provisioning/devices/{mac}/status"): Permission.READ_DEVICES,
    ("GET", "/api/provisioning/devices/{mac}/fetches"): Permission.READ_DEVICES,
    ("GET", "/api/provisioning/devices"): Permission.READ_DEVICES,
    ("POST", "/api/provisioning/devices"): Permission.CHANGE_DEVICES,
    ("GET", "/api/provisioning/devices/{mac}"): Permission.READ_DEVICES,
    ("PUT", "/api/provisioning/devices/{mac}"): Permission.CHANGE_DEVICES,
    ("PATCH", "/api/provisioning/devices/{mac}"): Permission.CHANGE_DEVICES,
    ("DELETE", "/api/provisioning/devices/{mac}"): Permission.DELETE_DEVICES,
    ("GET", "/api/provisioning/devices/{mac}/access"): Permission.READ_DEVICES,
    ("POST", "/api/provisioning/devices/{mac}/access"): Permission.ARM_DEVICES,
    ("GET", "/api/provisioning/discovered"): Permission.READ_DEVICES,
    ("DELETE", "/api/provisioning/discovered/{mac}"): Permission.CHANGE_DEVICES,
    ("POST", "/api/provisioning/discovered/{mac}/adopt"): Permission.CHANGE_DEVICES,
    ("POST", "/api/provisioning/discovered/{mac}/ignore"): Permission.CHANGE_DEVICES,
    ("DELETE", "/api/provisioning/discovered/{mac}/ignore"): Permission.CHANGE_DEVICES,
    ("GET", "/api/provisioning/discovered/ignored"): Permission.READ_DEVICES,
    ("GET", "/api/provisioning/export"): Permission.READ_DEVICES,
    ("POST", "/api/provisioning/import"): Permission.CHANGE_DEVICES,
    ("POST", "/api/provisioning/devices/{mac}/resync"): Permission.RESYNC_DEVICES,
    ("GET", "/api/provisioning/devices/{mac}/resync"): Permission.READ_DEVICES,
    ("POST", "/api/provisioning/resync"): Permission.RESYNC_DEVICES,
    ("GET", "/api/provisioning/resync"): Permission.READ_DEVICES,
    ("POST", "/api/provisioning/resync/{mac}/claim"): Permission.RESYNC_DEVICES,
    ("POST", "/api/provisioning/resync/{mac}/done"): Permission.RESYNC_DEVICES,
    ("GET", "/api/provisioning/vendors"): Permission.READ_VENDORS,
    ("GET", "/api/provisioning/vendors/{vendor}"): Permission.READ_VENDORS,
    ("GET", "/api/layouts"): Permission.READ_DEVICES,
    ("POST", "/api/layouts"): Permission.CHANGE_DEVICES,
    ("GET", "/api/layouts/{name}"): Permission.READ_DEVICES,
    ("PUT", "/api/layouts/{name}"): Permission.CHANGE_DEVICES,
    ("PATCH", "/api/layouts/{name}"): Permission.CHANGE_DEVICES,
    ("DELETE", "/api/layouts/{name}"): Permission.DELETE_DEVICES,
    ("GET", "/api/models/{vendor}/{model}/settings"): Permission.READ_SETTINGS,
    ("PUT", "/api/models/{vendor}/{model}/settings"): Permission.CHANGE_SETTINGS,
    ("PATCH", "/api/models/{vendor}/{model}/settings"): Permission.CHANGE_SETTINGS,
    ("DELETE", "/api/models/{vendor}/{model}/settings"): Permission.CHANGE_SETTINGS,
    ("GET", "/api/provisioning/devices/{mac}/config"): Permission.READ_DEVICES,
    ("GET", "/api/provisioning/devices/{mac}/firmware"): Permission.READ_DEVICES,
    ("GET", "/api/provisioning/devices/{mac}/settings"): Permission.READ_DEVICES,
    ("GET", "/api/settings"): Permission.READ_SETTINGS,
    ("PUT", "/api/settings"): Permission.CHANGE_SETTINGS,
    ("PATCH", "/api/settings"): Permission.CHANGE_SETTINGS,
    ("GET", "/api/sites"): Permission.READ_SITES,
    ("POST", "/api/sites"): Permission.CHANGE_SITES,
    ("PATCH", "/api/sites/{name}"): Permission.CHANGE_SITE_SETTINGS,
    ("DELETE", "/api/sites/{name}"): Permission.DELETE_SITES,
    ("GET", "/api/sites/{name}"): Permission.READ_SITES,
    ("PUT", "/api/sites/{name}"): Permission.CHANGE_SITES,
    ("POST", "/api/sites/{name}/key"): Permission.CHANGE_SITES,
    ("GET", "/api/status"): None,
    ("GET", "/api/tokens"): Permission.READ_TOKENS,
    ("POST", "/api/tokens"): Permission.CHANGE_TOKENS,
    ("DELETE", "/api/tokens/{id}"): Permission.CHANGE_TOKENS,
    ("GET", "/api/webhooks"): Permission.READ_WEBHOOKS,
    ("POST", "/api/webhooks"): Permission.CHANGE_WEBHOOKS,
    ("GET", "/api/webhooks/{id}"): Permission.READ_WEBHOOKS,
    ("PATCH", "/api/webhooks/{id}"): Permission.CHANGE_WEBHOOKS,
    ("DELETE", "/api/webhooks/{id}"): Permission.CHANGE_WEBHOOKS,
    ("POST", "/api/webhooks/{id}/test"): Permission.CHANGE_WEBHOOKS,
}
FOR_PHONES = ("/provision", "/p/")
GUARDED = [(*route, permission) for route, permission in MATRIX.items() if permission]


def test_every_route_stands_in_the_matrix() -> None:
    found = {
        (method, path): vars(entry.view_function)["serves"].permission
        for path, methods in app.routes.items()
        for method, entry in methods.items()
        if not path.startswith(FOR_PHONES)
    }

    assert found == MATRIX


def test_only_routes_of_the_api_are_served_by_the_guard() -> None:
    for path, methods in app.routes.items():
        for entry in methods.values():
            served = isinstance(getattr(entry.view_function, "serves", None), Served)
            assert served is not path.startswith(FOR_PHONES)


@one_store
@pytest.mark.parametrize(("method", "path", "permission"), GUARDED)
def test_route_without_a_token(
    bare: Installation, method: str, path: str, permission: Permission
) -> None:
    answer = bare.send(method, filled(path), {}, headers={"authorization": ""})

    assert answer.status_code == 401, permission
    assert answer.headers["Content-Type"] == "application/problem+json"


@one_store
@pytest.mark.parametrize(("method", "path", "permission"), GUARDED)
@pytest.mark.parametrize("role", list(Role))
def test_route_for_a_role(
    bare: Installation, role: Role, method: str, path: str, permission: Permission
) -> None:
    token = bare.token(role.value, reveal=False)

    answer = bare.send(method, filled(path), {}, headers={"authorization": f"Bearer {token}"})

    allowed = role.rank >= ROLE_BY_PERMISSION[permission].rank
    if permission is Permission.REVEAL_SECRETS:
        allowed = False
    assert (answer.status_code == 403) is not allowed
    assert answer.status_code != 401


def filled(path: str) -> str:
    return path.format(
        mac=MAC,
        number="1001",
        name="nowhere",
        id="nobody",
        vendor="zip",
        model="33g",
        version="1.0",
        ticket="x",
    )


@one_store
def test_right_to_reveal_stands_apart_from_the_role(site: Installation) -> None:
    viewer = site.token("viewer", reveal=True)

    answer = site.send(
        "GET", f"{EXTENSIONS}/1001/password", headers={"authorization": f"Bearer {viewer}"}
    )

    assert answer.json_body == {"number": "1001", "password": "never-shown-5f0c"}


@one_store
@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer nonsense",
        "Basic dXNlcjpwYXNz",
        "Bearer oh_000000000000000000000000000000000",
        "Bearer " + "x" * 9000,
    ],
)
def test_bad_token(bare: Installation, authorization: str) -> None:
    answer = bare.send("GET", DEVICES, headers={"authorization": authorization})

    assert answer.status_code == 401


@one_store
def test_ended_token(bare: Installation) -> None:
    created = bare.send("POST", "/api/tokens", {"name": "short", "role": "viewer"}).json_body
    headers = {"authorization": f"Bearer {created['token']}"}
    before = bare.send("GET", DEVICES, headers=headers)

    bare.send("DELETE", f"/api/tokens/{created['id']}")

    assert before.status_code == 200
    assert bare.send("GET", DEVICES, headers=headers).status_code == 401


@one_store
def test_token_is_shown_once_and_never_listed(bare: Installation) -> None:
    created = bare.send("POST", "/api/tokens", {"name": "one", "role": "admin"}).json_body

    listed = bare.get("/api/tokens")

    assert created["token"].startswith("oh_")
    assert created["token"] not in listed.body.decode()
    assert created["token"] not in bare.log_text


@one_store
def test_no_token_creates_one_that_may_do_more(bare: Installation) -> None:
    headers = {"authorization": f"Bearer {bare.token('admin', reveal=False)}"}
    wanted = {"name": "more", "role": "viewer", "reveal": True}

    answer = bare.send("POST", "/api/tokens", wanted, headers=headers)

    assert answer.status_code == 403


@one_store
@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])
def test_machine_itself_needs_no_token_on_loopback(bare: Installation, host: str) -> None:
    answer = bare.send("GET", DEVICES, headers={"authorization": "", "host": host})

    assert answer.status_code == 200


@one_store
def test_page_of_a_browser_under_its_own_name_needs_a_token(bare: Installation) -> None:
    headers = {"authorization": "", "host": "rebound.example.com:8080"}

    assert bare.send("GET", DEVICES, headers=headers).status_code == 401


@one_store
@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.14", "::"])  # noqa: S104 - an argument
def test_server_for_a_network_needs_a_token(
    bare: Installation, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("OFFHOOK_HOST", host)
    bare.restart()

    answer = bare.send("GET", DEVICES, headers={"authorization": "", "host": "127.0.0.1:8080"})

    assert answer.status_code == 401


@one_store
def test_status_tells_strangers_only_that_it_is_up(bare: Installation) -> None:
    answer = bare.send("GET", "/api/status", headers={"authorization": ""})

    assert answer.json_body == {"status": "ok"}
