"""What does a null in the settings of a PATCH do: take back, or unset what is inherited?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.routes.installation import DEVICES, MAC, Installation, one_store

DEVICE = f"{DEVICES}/{MAC}"
SITE = "/api/sites/berlin"
PATHS = (DEVICE, SITE, "/api/settings", "/api/models/zip/33g/settings")


@pytest.fixture
def placed(bare: Installation) -> Installation:
    """A device at a site, and a language that the server sets."""
    bare.create_extension("1001")
    bare.send("PUT", SITE, {})
    bare.send("PUT", "/api/settings", {"settings": {"language": "en"}})
    device = {"extension_number": "1001", "vendor": "zip", "model": "33g", "site": "berlin"}
    bare.send("PUT", DEVICE, device)
    return bare


def settings_at(installation: Installation, path: str) -> dict[str, Any]:
    found: dict[str, Any] = installation.get(path).json_body["settings"]
    return found


@one_store
@pytest.mark.parametrize("path", PATHS)
def test_null_is_kept_or_takes_back(placed: Installation, path: str) -> None:
    first = {"settings": {"vlan": {"phone": 5, "pc": 6}, "lldp": True}}
    placed.send("PATCH", path, first)
    nulls = {"settings": {"vlan": {"pc": None}, "language": None}}

    kept = placed.send("PATCH", f"{path}?nulls=keep", nulls)
    now = settings_at(placed, path)
    taken = placed.send("PATCH", path, nulls)

    assert (kept.status_code, taken.status_code) == (200, 200)
    assert now == {"vlan": {"phone": 5, "pc": None}, "lldp": True, "language": None}
    assert settings_at(placed, path) == {"vlan": {"phone": 5}, "lldp": True}


@one_store
def test_kept_null_unsets_what_is_inherited(placed: Installation) -> None:
    def effective() -> dict[str, Any]:
        return settings_at(placed, f"{DEVICE}/settings")

    before = effective()["language"]
    placed.send("PATCH", f"{DEVICE}?nulls=keep", {"settings": {"language": None}})

    assert before == "en"
    assert "language" not in effective()


@one_store
def test_null_in_place_of_a_models_settings_takes_them_back(placed: Installation) -> None:
    placed.send("PATCH", SITE, {"models": {"zip/33g": {"lldp": True}, "zip/37g": {"cdp": True}}})

    placed.send(
        "PATCH", f"{SITE}?nulls=keep", {"models": {"zip/33g": None, "zip/37g": {"lldp": None}}}
    )

    assert placed.get(SITE).json_body["models"] == {"zip/37g": {"cdp": True, "lldp": None}}


@one_store
@pytest.mark.parametrize("path", PATHS)
def test_what_no_phone_can_go_without_stays(placed: Installation, path: str) -> None:
    answer = placed.send("PATCH", f"{path}?nulls=keep", {"settings": {"timezone": None}})

    assert answer.status_code == 400
    assert answer.json_body["detail"] == "settings.timezone: is null, not a text"


@one_store
@pytest.mark.parametrize("path", PATHS)
def test_other_words_are_refused(placed: Installation, path: str) -> None:
    answer = placed.send("PATCH", f"{path}?nulls=1", {"settings": {"language": None}})

    assert answer.status_code == 400
    assert answer.json_body["detail"] == 'nulls: "1" is not keep'
