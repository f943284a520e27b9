"""Does a secret turn up anywhere but in the config file of its own device?

Distinctive secrets are planted wherever one can be entered; then every route, error and log line,
at the level debug, is searched for them.
"""

from __future__ import annotations

import json
import logging

import pytest

from app import app
from chalicelib import wiring
from tests.routes.installation import DEVICES, EXTENSIONS, MAC, Installation
from tests.routes.test_phone_access import own_folder
from tests.routes.test_roles import FOR_PHONES, MATRIX

OTHER = "000bea112233"
OF_THE_DEVICE = {
    "sip": "canary-sip-7f3a9c",
    "line": "canary-line-51be02",
    "admin": "canary-admin-c4d8e1",
    "ldap": "canary-ldap-09ab77",
}
NOWHERE = {"other": "canary-other-e2f6d3", "basic": "canary-basic-ab12cd34"}
OF_LAYERS = {
    "server": "canary-server-77e0c2",
    "model": "canary-model-18d5fa",
    "site": "canary-site-b3309e",
    "special": "canary-special-6cc41d",
}
CANARIES = {**OF_THE_DEVICE, **NOWHERE, **OF_LAYERS}
SHOWN = (f"{DEVICES}/{MAC}/config", f"{DEVICES}/{MAC}/settings")


@pytest.fixture
def planted(bare: Installation, caplog: pytest.LogCaptureFixture) -> tuple[Installation, list[str]]:
    """An installation full of canaries, and all that was heard of it."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("offhook").setLevel(logging.DEBUG)
    bare.configure(
        "server: {sip_host: pbx.example.com}\n"
        "access: {policy: [token]}\n"
        "extensions: [{number: '1009', name: Declared, password: canary-other-e2f6d3}]\n"
    )
    heard: list[str] = []
    bare.send(
        "PUT",
        "/api/sites/berlin",
        {
            "access": {"policy": ["basic"], "basic": {"user": "u", "password": NOWHERE["basic"]}},
            "settings": {"ldap": {"host": "x", "password": OF_LAYERS["site"]}},
            "models": {"zip/33g": {"web": {"admin_password": OF_LAYERS["special"]}}},
        },
    )
    for path, name in (("/api/settings", "server"), ("/api/models/zip/33g/settings", "model")):
        said = {"web": {"admin_password": OF_LAYERS[name], "user_password": OF_LAYERS[name]}}
        heard.append(bare.send("PUT", path, {"settings": said}).body.decode())
    bare.create_extension("1001", password=CANARIES["sip"])
    bare.create_extension("1002", password=CANARIES["other"])
    device = {
        "vendor": "zip",
        "model": "33g",
        "lines": [
            {"extension_number": "1001"},
            {"user": "trunk", "password": CANARIES["line"]},
        ],
        "settings": {
            "web": {"admin_password": CANARIES["admin"]},
            "ldap": {"host": "ldap.example.com", "password": CANARIES["ldap"]},
        },
    }
    heard.append(bare.send("PUT", f"{DEVICES}/{MAC}", device).body.decode())
    # Its answer is the one that shows the secret.
    webhook = {"url": "http://127.0.0.1:9/", "events": ["failing"]}
    assert bare.send("POST", "/api/webhooks", webhook).status_code == 201
    bare.register(OTHER, "1002")
    return bare, heard


def test_no_canary_leaves_but_by_the_devices_file(
    planted: tuple[Installation, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    installation, heard = planted
    for method, path in MATRIX:
        if path.endswith("/password") or (method == "DELETE"):
            continue
        filled = path.format(
            mac=MAC,
            number="1001",
            name="berlin",
            id="x",
            vendor="zip",
            model="33g",
            version="1.0",
            ticket="x",
        )
        # What a device gets is shown in full to who may reveal, as its own file is.
        may_not_reveal = {"authorization": f"Bearer {installation.token('admin', reveal=False)}"}
        headers = may_not_reveal if filled.startswith(SHOWN) else {}
        bodies: list[object] = [{}, None, b"{broken", {"nonsense": CANARIES["sip"][:6]}, []]
        for body in bodies:
            answer = installation.send(
                method, filled, body if method != "GET" else None, headers=headers
            )
            heard.append(answer.body.decode() + json.dumps(dict(answer.headers)))
    for path in (f"/provision/{MAC}.boot", "/provision/x.cfg", f"/p/nonsense/{MAC}.cfg"):
        answer = installation.get(path)
        heard.append(answer.body.decode() + json.dumps(dict(answer.headers)))
    text = installation.get(f"{own_folder(installation, OTHER)}{OTHER}.cfg").body.decode()
    for own in (CANARIES["other"], OF_LAYERS["model"]):
        assert own in text
        text = text.replace(own, "(its own)")
    heard.append(text)
    heard += [installation.log_text, caplog.text]
    [webhook] = wiring.offhook().records.webhooks()

    found = {
        (name, text[:80]) for name, canary in CANARIES.items() for text in heard if canary in text
    }

    assert found == set()
    assert webhook.secret.startswith("whsec_")
    assert not any(webhook.secret in text for text in heard)


def test_devices_own_file_holds_its_secrets_and_no_others(
    planted: tuple[Installation, list[str]],
) -> None:
    installation, _ = planted

    text = installation.get(f"{own_folder(installation)}{MAC}.cfg").body.decode()

    assert CANARIES["sip"] in text
    assert CANARIES["line"] in text
    assert not any(canary in text for canary in NOWHERE.values())


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_data_files_hold_no_secret(planted: tuple[Installation, list[str]]) -> None:
    installation, _ = planted
    installation.get(f"{own_folder(installation)}{MAC}.cfg")

    files = [path for path in (installation.folder / "state").rglob("*") if path.is_file()]

    assert files
    for path in files:
        content = path.read_bytes()
        assert not [name for name, canary in CANARIES.items() if canary.encode() in content], path


def test_matrix_covers_what_was_searched() -> None:
    assert {path for _, path in MATRIX} == {
        path for path in app.routes if not path.startswith(FOR_PHONES)
    }
    assert EXTENSIONS in {path for _, path in MATRIX}
