"""Is everything that is wrong with a request told at once, whoever finds it?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.routes.installation import Installation, one_store

pytestmark = one_store

KEY = {"position": 1, "type": "speed_dial", "value": "1", "label": "{{NOPE}}"}
BROKEN = {**KEY, "position": 2, "label": "two\nlines"}
FILE = {"file_name": "a.rom", "size": 1, "sha256": "00" * 32, "version": "1.0"}


@pytest.mark.parametrize(
    ("method", "path", "body", "fields"),
    [
        (
            "PUT",
            "/api/sites/berlin",
            {"models": {"nope": {}, "none/t46s": {}, "yealink/nope": {}}},
            ["models", 'models."none/t46s"', 'models."yealink/nope"'],
        ),
        (
            "POST",
            "/api/sites",
            {"name": "berlin", "settings": {"language": 1}, "models": {"none/t46s": {}}},
            ["settings.language", 'models."none/t46s"'],
        ),
        (
            "PATCH",
            "/api/sites/default",
            {"label": 1, "models": {"none/t46s": {}, "yealink/nope": None}},
            ["label", 'models."none/t46s"', 'models."yealink/nope"'],
        ),
        (
            "PUT",
            "/api/layouts/desk",
            {"keys": [KEY, BROKEN], "site": "nowhere"},
            ["keys[1].label", "site", "keys[0].label"],
        ),
        (
            "POST",
            "/api/layouts",
            {"name": "De sk", "keys": [KEY, KEY], "site": "nowhere"},
            ["name", "site", "keys", "keys[0].label", "keys[1].label"],
        ),
        (
            "PATCH",
            "/api/layouts/own",
            {"label": 1, "keys": [KEY]},
            ["label", "keys[0].label"],
        ),
        (
            "POST",
            "/api/rollouts",
            {
                "vendor": "yealink",
                "version": "9.9",
                "percent": 101,
                "models": ["t46s", "nope", "nix"],
                "site": "nowhere",
            },
            ["percent", "models[1]", "models[2]", "version", "site"],
        ),
        (
            "POST",
            "/api/rollouts",
            {"vendor": "none", "version": "9.9", "percent": 101, "site": "nowhere"},
            ["percent", "vendor", "site"],
        ),
        (
            "POST",
            "/api/rollouts",
            {"vendor": "yealink", "version": "9.9", "models": ["nope"], "site": "nowhere"},
            ["models[0]", "version", "site"],
        ),
        (
            "POST",
            "/api/firmware",
            {**FILE, "vendor": "none", "size": 0},
            ["size", "vendor"],
        ),
        (
            "POST",
            "/api/firmware",
            {**FILE, "vendor": "yealink", "models": ["nope", 1], "sha256": "x"},
            ["sha256", "models[1]", "models[0]"],
        ),
    ],
)
def test_every_flaw_is_told(
    bare: Installation, method: str, path: str, body: dict[str, Any], fields: list[str]
) -> None:
    bare.send("PUT", "/api/layouts/own", {"keys": []})

    answer = bare.send(method, path, body)

    assert answer.status_code == 400
    assert [flaw["field"] for flaw in answer.json_body["errors"]] == fields
