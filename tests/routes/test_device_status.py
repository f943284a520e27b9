"""Does the status of a device tell why its phone has not what is set for it?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib import wiring
from tests.routes.installation import DEVICES, MAC, Installation, one_store

pytestmark = one_store

STATUS = f"{DEVICES}/{MAC}/status"
FETCHES = f"{DEVICES}/{MAC}/fetches"
CLOSED = """\
access: {policy: ["token"]}
extensions: [{number: "1001", name: "Front desk", password: "of-the-tests"}]
"""


def test_refusal_is_told(site: Installation) -> None:
    site.configure(CLOSED)
    site.register()
    site.get(f"/provision/{MAC}.cfg", user_agent="Zultys ZIP 33G - 47.80")

    refused = site.get(STATUS).json_body["refused"]

    assert refused.pop("at").startswith("20")
    assert refused == {"address": "127.0.0.1", "reason": "the URL holds no token of ours"}


def test_refusal_before_a_fetch_is_past(site: Installation) -> None:
    site.configure(CLOSED)
    site.register()
    site.get(f"/provision/{MAC}.cfg", user_agent="Zultys ZIP 33G - 47.80")
    site.configure(CLOSED.replace("token", "open"))
    site.get(f"/provision/{MAC}.cfg")

    status = site.get(STATUS).json_body

    assert (status["state"], status["refused"]) == ("current", None)


def test_resync_is_followed(site: Installation) -> None:
    site.register()
    site.send("POST", f"{DEVICES}/{MAC}/resync")
    before = site.get(STATUS).json_body["resync"]["state"]

    site.get(f"/provision/{MAC}.cfg")

    assert (before, site.get(STATUS).json_body["resync"]["state"]) == ("queued", "fetched")


def test_checksums_are_for_who_may_reveal(site: Installation) -> None:
    """Whoever has the checksum of a file can try passwords until one fits."""
    site.register()
    etag = site.get(f"/provision/{MAC}.cfg").headers["ETag"].strip('"')
    shown = [
        (
            site.get(STATUS, authorization=f"Bearer {token}").json_body["files"][0]["etag"],
            site.get(FETCHES, authorization=f"Bearer {token}").json_body[0]["etag"],
        )
        for token in (site.token("admin", reveal=False), site.token("viewer", reveal=True))
    ]

    assert shown == [(None, None), (etag, etag)]


def test_summary_tells_the_pace_to_who_may_see_all(site: Installation) -> None:
    site.register()
    scoped = site.token("viewer", site="default")

    whole = site.get("/api/provisioning/summary").json_body
    part = site.get("/api/provisioning/summary", authorization=f"Bearer {scoped}").json_body

    assert (whole["devices"], part["devices"], part["pace"]) == (1, 1, None)
    assert whole["pace"]["level"] == 0
    assert whole["pace"]["target"] == 20
    assert 0 < whole["pace"]["peak"] < 1


OPEN = CLOSED.replace("token", "open")


@pytest.mark.parametrize(
    ("config", "changes"),
    [
        (OPEN + "server: {name: Another}\n", ["config.yml"]),
        (CLOSED, ["config.yml"]),
        (OPEN + "fleet: {fetches_per_second: 5}\n", []),
    ],
)
def test_change_of_config_yml_counts_where_files_tell_it(
    site: Installation, config: str, changes: list[str]
) -> None:
    site.configure(OPEN)
    site.register()
    site.get(f"/provision/{MAC}.cfg")
    before = site.get(STATUS).json_body["state"]

    site.configure(config)
    found = site.get(STATUS).json_body
    summary = site.get("/api/provisioning/summary").json_body["states"]

    assert before == "current"
    assert [each["changed"] for each in found["changes"]] == changes
    assert summary["outdated"] == (1 if changes else 0)


def test_fetch_after_a_change_of_config_yml_makes_the_device_current(site: Installation) -> None:
    site.configure(OPEN)
    site.register()
    site.get(f"/provision/{MAC}.cfg")
    site.configure(OPEN + "server: {name: Another}\n")
    site.get(f"/provision/{MAC}.cfg")
    here = site.get(STATUS).json_body["state"]
    site.restart()

    assert (here, site.get(STATUS).json_body["state"]) == ("current", "current")
    assert site.get("/api/provisioning/summary").json_body["states"]["current"] == 1


def test_custom_template_counts_for_its_vendor(site: Installation) -> None:
    custom = OPEN + "provisioning: {custom_templates_dir: custom}\n"
    (site.folder / "custom").mkdir()
    site.configure(custom)
    site.register()
    site.get(f"/provision/{MAC}.cfg")
    (site.folder / "custom" / "zip_33g.template").write_text("user = {{EXTENSION_NUMBER}}\n")
    site.restart()

    found = site.get(STATUS).json_body

    assert [each["changed"] for each in found["changes"]] == ["templates of zip"]


def test_device_whose_layout_is_gone_is_outdated(site: Installation) -> None:
    """No layout in use is deleted, but an index that lags behind does not know all of its use."""
    keys = [{"position": 1, "type": "blf", "value": "1003"}]
    site.send("PUT", "/api/layouts/desk", {"keys": keys})
    site.register()
    site.send("PATCH", f"{DEVICES}/{MAC}", {"settings": {"key_layout": "desk"}})
    site.get(f"/provision/{MAC}.cfg")
    before = site.get(STATUS).json_body["state"]
    records = wiring.offhook().records
    layout = records.layout("desk")
    assert layout is not None
    records.remove_layout(layout, now=datetime.now(UTC))
    site.restart()

    status = site.get(STATUS).json_body

    assert (before, status["state"]) == ("current", "outdated")
    assert [each["changed"] for each in status["changes"]] == ["layout desk"]
