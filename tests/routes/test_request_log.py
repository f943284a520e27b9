"""Does each request leave one line that tells what happened, and no secret?"""

from __future__ import annotations

import pytest

from tests.routes.installation import DEVICES, EXTENSIONS, MAC, PASSWORD, Installation, one_store

pytestmark = one_store


def test_served(site: Installation) -> None:
    site.register()
    before = len(site.log)

    site.send("GET", f"/provision/cfg{MAC}.cfg", headers={"User-Agent": "Zultys ZIP 33G - 47.80"})

    [line] = site.log[before:]
    assert line.pop("duration_ms") > 0
    assert line.pop("time").startswith("20")
    assert line.pop("request_id")
    assert line == {
        "level": "info",
        "event": "provision",
        "outcome": "served",
        "method": "GET",
        "path": f"/provision/cfg{MAC}.cfg",
        "file": f"cfg{MAC}.cfg",
        "mac": MAC,
        "vendor": "zip",
        "model": "33g",
        "seen_vendor": "zip",
        "seen_model": "33g",
        "version": "47.80",
        "address": "127.0.0.1",
        "user_agent": "Zultys ZIP 33G - 47.80",
        "status": 200,
    }


@pytest.mark.parametrize(
    ("path", "outcome", "mac", "reason"),
    [
        ("001565000000.cfg", "unknown_device", "001565000000", "the device is not registered"),
        (
            "001565000000.doc",
            "unknown_file",
            "001565000000",
            "no vendor's phones ask for a file of this name",
        ),
        (
            "y000.cfg",
            "unknown_file",
            None,
            "no vendor's phones ask for a file of this name",
        ),
        ("%0a.cfg", "unknown_file", None, "no phone's file is named so"),
        ("", "unknown_file", None, "the request ends in /provision/, without a file name"),
    ],
)
def test_refused(site: Installation, path: str, outcome: str, mac: str | None, reason: str) -> None:
    before = len(site.log)

    site.get(f"/provision/{path}")

    [line] = site.log[before:]
    assert line["event"] == "provision"
    assert (line["outcome"], line.get("mac"), line["reason"]) == (outcome, mac, reason)


@pytest.mark.parametrize(
    "agent",
    [
        "a\nb",
        "a\r\nX: y",
        "\x00\x1b[31m",
        "x" * 10_000,
        "\u00fc\u2028\u4e09",
        "\ud800",
        '"}{',
        "%s %d",
    ],
    ids=ascii,
)
def test_hostile_user_agent(site: Installation, agent: str) -> None:
    site.register()
    before = len(site.log_text)

    answer = site.send("GET", f"/provision/{MAC}.cfg", headers={"User-Agent": agent})

    assert answer.status_code == 200
    text = site.log_text[before:]
    assert text.count("\n") == 1
    assert text.isascii()
    assert len(text) < 2000
    assert site.last_request["user_agent"] == agent[:200]
    assert "note_failure" not in site.last_request


def test_hostile_path(site: Installation) -> None:
    before = len(site.log_text)

    site.get("/provision/" + "%0A%22" * 1000)

    text = site.log_text[before:]
    assert text.count("\n") == 1
    assert len(text) < 2000


def test_api_line(site: Installation) -> None:
    before = len(site.log)

    site.register()
    site.register(number="9999")

    done, refused = site.log[before:]
    assert (done["event"], done["outcome"], done["mac"], done["status"]) == (
        "api",
        "done",
        MAC,
        201,
    )
    assert (refused["outcome"], refused["status"]) == ("refused", 400)
    assert refused["reason"] == (
        'extension_number: "9999" is not an extension; create it first (POST /api/extensions)'
    )


def test_every_request_leaves_one_line(site: Installation) -> None:
    before = len(site.log)

    site.get(DEVICES)
    site.get(f"{DEVICES}/bad")
    site.send("DELETE", DEVICES)
    site.send("POST", EXTENSIONS, b"{", headers={"Content-Type": "text/plain"})
    site.send("DELETE", f"/provision/{MAC}.cfg", b"x")
    site.send("PUT", f"/provision/{MAC}-web.cfg", b"x")
    site.send("HEAD", f"/provision/{MAC}.cfg")

    lines = site.log[before:]
    assert [line["outcome"] for line in lines] == [
        "done",
        "refused",
        "refused",
        "refused",
        "refused",
        "unknown_device",
        "unknown_device",
    ]
    assert [line["status"] for line in lines] == [200, 400, 405, 415, 405, 404, 404]


def test_one_line_goes_to_standard_output_too(
    site: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    site.restart()

    site.get(f"/provision/{MAC}.cfg")

    printed = capsys.readouterr().out.splitlines()
    assert len([line for line in printed if "unknown_device" in line]) == 1


def test_no_secret_of_config_yml(bare: Installation) -> None:
    bare.configure(
        f'extensions: [{{number: "1001", name: "%NULL%", password: "{PASSWORD}"}}]\n'
        "provisioning:\n"
        f'  devices: [{{mac: "{MAC}", extension: "1001", vendor: zip, model: 33g}}]\n'
    )

    bare.get(f"/provision/{MAC}.cfg")

    assert "its name must not be %NULL%" in bare.log_text
    assert PASSWORD not in bare.log_text
