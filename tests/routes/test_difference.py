"""Does an administrator see how a file differs from what its phone has, and no secret of either?"""

from __future__ import annotations

from typing import Any

import pytest
from chalice.test import HTTPResponse

from tests.routes.berlin import DEVICE, SITE, as_role, file_of, own_file
from tests.routes.installation import (
    EXTENSIONS,
    MAC,
    PASSWORD,
    Installation,
    one_store,
)


@pytest.fixture
def berlin(site: Installation) -> Installation:
    """An installation with a site, and a phone there."""
    site.send("PUT", SITE, {"label": "Berlin"})
    device = {"extension_number": "1001", "vendor": "zip", "model": "33g", "site": "berlin"}
    assert site.send("PUT", DEVICE, device).status_code == 201
    return site


def difference(answer: HTTPResponse) -> Any:  # noqa: ANN401 - JSON
    return own_file(answer)["diff"]


def test_difference_to_what_the_phone_has(berlin: Installation) -> None:
    path = f"{DEVICE}/config?diff=last"
    before = difference(berlin.get(path))
    file_of(berlin)
    same = difference(berlin.get(path))
    berlin.send("PATCH", SITE, {"settings": {"ntp_servers": ["ntp.berlin.example.com"]}})

    lines = difference(berlin.get(path)).splitlines()

    assert (before, same) == (None, "")
    assert lines[:2] == [f"--- {MAC}.cfg (last fetched)", f"+++ {MAC}.cfg (now)"]
    assert [line for line in lines[2:] if line[0] in "+-"] == [
        "-local_time.ntp_server1 = pool.ntp.org",
        "+local_time.ntp_server1 = ntp.berlin.example.com",
    ]


def masked(installation: Installation, role: str = "viewer") -> list[str]:
    """The lines that are gone or come, as they are shown to who may not reveal."""
    diff = difference(as_role(installation, role, "GET", f"{DEVICE}/config?diff=last"))
    return [line for line in diff.splitlines()[2:] if line[0] in "+-"]


@one_store
def test_phone_that_is_current_has_no_difference_for_anybody(berlin: Installation) -> None:
    settings = {"web": {"admin_password": "canary-of-web"}, "vendor_settings": {"a.b": "canary"}}
    yealink = {"vendor": "yealink", "model": "t46s", "settings": settings}
    assert berlin.send("PATCH", DEVICE, yealink).status_code == 200
    assert "canary-of-web" in file_of(berlin)

    whole = difference(berlin.get(f"{DEVICE}/config?diff=last"))

    assert berlin.get(f"{DEVICE}/status").json_body["state"] == "current"
    assert (whole, masked(berlin), masked(berlin, "operator")) == ("", [], [])


def test_another_password_is_told_as_another_one(berlin: Installation) -> None:
    file_of(berlin)
    berlin.send("PATCH", f"{EXTENSIONS}/1001", {"password": "canary-of-now"})

    found = masked(berlin)

    assert found == ["-account.1.password = ********", "+account.1.password = ******** (another)"]
    file_of(berlin)
    assert masked(berlin) == []


@one_store
def test_another_name_is_no_other_password(berlin: Installation) -> None:
    file_of(berlin)
    berlin.send("PATCH", f"{EXTENSIONS}/1001", {"name": "Reception"})

    found = masked(berlin)

    assert [line for line in found if "password" in line] == []
    assert "+account.1.display_name = Reception" in found
    assert "-account.1.display_name = 1001" in found


def test_password_is_not_found_by_trying(berlin: Installation) -> None:
    """Whoever may set one, and reveal none, does not learn which one the phone has."""
    file_of(berlin)
    changed = ["-account.1.password = ********", "+account.1.password = ******** (another)"]
    found = []
    for password in ("a-first-try", PASSWORD, "a-third-try", PASSWORD):
        as_role(berlin, "operator", "PATCH", f"{EXTENSIONS}/1001", {"password": password})
        found.append(masked(berlin, "operator"))
    whole = difference(berlin.get(f"{DEVICE}/config?diff=last"))

    file_of(berlin)

    assert found == [changed] * 4
    assert (whole, masked(berlin, "operator")) == ("", [])


@one_store
def test_difference_tells_no_password_of_then_or_now(berlin: Installation) -> None:
    raw = {"feature.old": "canary-raw-of-then"}
    berlin.send("PATCH", DEVICE, {"settings": {"vendor_settings": raw, "language": "de"}})
    then = berlin.get(f"/provision/{MAC.upper()}.cfg").body.decode()
    berlin.create_extension("1001", password="canary-now", site="berlin")
    berlin.send("PATCH", DEVICE, {"settings": {"vendor_settings": None, "language": "fr"}})

    hidden = difference(as_role(berlin, "viewer", "GET", f"{DEVICE}/config?diff=last"))
    shown = difference(berlin.get(f"{DEVICE}/config?diff=last"))

    assert "canary-raw-of-then" in then
    assert "-feature.old = ********" in hidden
    assert "canary" not in hidden
    assert PASSWORD not in hidden
    assert "+account.1.password = canary-now" in shown
    assert "-feature.old = canary-raw-of-then" in shown
