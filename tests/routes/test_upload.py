"""May a phone write what its model writes, and nothing else?"""

from __future__ import annotations

import pytest

from tests.routes.installation import DEVICES, Installation, one_store

MAC = "0004f2123456"
LOG = f"/provision/{MAC}-app.log"
WEB = f"/provision/{MAC}-web.cfg"
OVERRIDE = b'<?xml version="1.0"?>\n<PHONE_CONFIG><A a.b="Zo\xc3\xab"/></PHONE_CONFIG>\n'


@pytest.fixture
def phone(site: Installation) -> Installation:
    """An installation with one Poly phone."""
    body = {"extension_number": "1001", "vendor": "polycom", "model": "vvx411"}
    answer = site.send("PUT", f"{DEVICES}/{MAC}", body)
    assert answer.status_code == 201, answer.json_body
    return site


@one_store
@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/octet-stream", "application/xml", "text/xml; charset=utf-8", ""],
)
def test_log_is_received(phone: Installation, method: str, content_type: str) -> None:
    headers = {
        "Content-Type": content_type,
        "User-Agent": "FileTransport PolycomVVX-VVX_411-UA/5.9",
    }

    answer = phone.send(method, LOG, b"0102 all \xff is well\n", headers=headers)

    assert (answer.status_code, answer.body) == (200, b"")
    line = phone.last_request
    assert (line["outcome"], line["mac"], line["size"]) == ("received", MAC, "19")
    assert (line["seen_vendor"], line["version"]) == ("polycom", "5.9")
    assert phone.get(LOG).status_code == 404


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", ""])
def test_override_is_kept_and_given_back(phone: Installation, content_type: str) -> None:
    assert phone.get(WEB).status_code == 404

    written = phone.send("PUT", WEB, OVERRIDE, headers={"Content-Type": content_type})

    assert (written.status_code, written.body) == (200, b"")
    assert phone.last_request["outcome"] == "kept"
    read = phone.get(WEB)
    assert (read.status_code, read.body) == (200, OVERRIDE)
    assert read.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert read.headers["ETag"]
    looked = phone.send("HEAD", WEB)
    assert (looked.status_code, looked.body) == (200, b"")
    assert phone.send("HEAD", LOG).status_code == 404


def test_override_goes_with_its_device(phone: Installation) -> None:
    phone.send("PUT", WEB, OVERRIDE)
    phone.send("DELETE", f"{DEVICES}/{MAC}")
    body = {"extension_number": "1001", "vendor": "polycom", "model": "vvx411"}
    phone.send("PUT", f"{DEVICES}/{MAC}", body)

    assert phone.get(WEB).status_code == 404


@one_store
@pytest.mark.parametrize(
    ("path", "body", "status", "outcome"),
    [
        (LOG, b"x" * 262_144, 200, "received"),
        (LOG, b"x" * 262_145, 413, "too_large"),
        (WEB, b"x" * 262_145, 413, "too_large"),
        (WEB, b"\xff\xfe", 415, "unreadable"),
        (f"/provision/{MAC}.cfg", b"x", 404, "unknown_file"),
        (f"/provision/{MAC}.exe", b"x", 404, "unknown_file"),
        ("/provision/000000000000.cfg", b"x", 404, "unknown_file"),
        ("/provision/0004f2000000-app.log", b"x", 404, "unknown_device"),
        ("/provision/", b"x", 404, "unknown_file"),
        ("/provision/%2e%2e%2fconfig.yml", b"x", 404, "unknown_file"),
        (f"/provision/deep/{MAC}-app.log", b"x", 200, "received"),
    ],
)
def test_answer_to_an_upload_has_no_body(
    phone: Installation, path: str, body: bytes, status: int, outcome: str
) -> None:
    answer = phone.send("PUT", path, body, headers={"Content-Type": "text/plain"})

    assert (answer.status_code, answer.body) == (status, b"")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert phone.last_request["outcome"] == outcome


@one_store
def test_upload_when_switched_off(phone: Installation) -> None:
    phone.configure("provisioning: {enabled: false}\n")

    answer = phone.send("PUT", LOG, b"x")

    assert (answer.status_code, answer.body) == (503, b"")


@one_store
def test_upload_leaves_no_trace_of_its_text_in_the_log(phone: Installation) -> None:
    phone.send("PUT", WEB, b"secret-of-the-user")

    assert "secret-of-the-user" not in phone.log_text
