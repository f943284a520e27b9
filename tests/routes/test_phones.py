"""Does a phone get its file, whatever it calls it, and nothing that it could misread?"""

from __future__ import annotations

import re

import pytest

from tests.routes.installation import DEVICES, EXTENSIONS, PASSWORD, Installation, one_store

MAC = "001565abcdef"
ADVICE = (
    "the phone sent %s as it stands instead of its MAC address: "
    "let its provisioning URL end in /provision/ and it will add its own file name"
)


@pytest.fixture
def phone(site: Installation) -> Installation:
    """An installation with one phone."""
    site.register(MAC)
    return site


@one_store
@pytest.mark.parametrize(
    "file",
    [
        "001565abcdef.cfg",
        "001565ABCDEF.cfg",
        "001565ABCDEF.CFG",
        "001565AbCdEf.Cfg",
        "00:15:65:ab:cd:ef.cfg",
        "00%3A15%3A65%3AAB%3ACD%3AEF.cfg",
        "00%3a15%3a65%3aab%3acd%3aef.cfg",
        "00-15-65-ab-cd-ef.cfg",
        "0015.65ab.cdef.cfg",
        "cfg001565abcdef.cfg",
        "CFG001565ABCDEF.CFG",
        "cfg00:15:65:AB:CD:EF.cfg",
        "001565abcdef.cfg/",
        "x/001565abcdef.cfg",
        "x/y/001565abcdef.cfg",
        "001565abcdef.cfg/001565abcdef.cfg",
        "%7Bmac%7D.cfg/001565abcdef.cfg",
        "001565abcdef.cfg?x=y",
    ],
)
def test_own_file(phone: Installation, file: str) -> None:
    answer = phone.get(f"/provision/{file}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.body.startswith(b"#!version:1.0.0.1\n# Offhook: ZIP 33G, extension 1001\n")
    assert phone.last_request["mac"] == MAC


def test_own_file_says_what_the_document_lists(phone: Installation) -> None:
    phone.send("PATCH", f"{EXTENSIONS}/1001", {"name": "Zoë's desk"})

    lines = phone.get(f"/provision/{MAC}.cfg").body.decode().splitlines()

    assert {
        "account.1.enable = 1",
        "account.1.label = Zoë's desk",
        "account.1.display_name = Zoë's desk",
        "account.1.user_name = 1001",
        "account.1.auth_name = 1001",
        f"account.1.password = {PASSWORD}",
        "account.1.sip_server.1.address = pbx.example.com",
        "account.1.sip_server.1.port = 5060",
        "account.1.codec.1.enable = 1",
        "account.1.codec.2.enable = 1",
        "local_time.time_zone = 0",
        "local_time.ntp_server1 = pool.ntp.org",
    } <= set(lines)


@one_store
@pytest.mark.parametrize(
    ("file", "model"),
    [("zip33g_common.cfg", "33G"), ("zip37g_common.cfg", "37G"), ("x/ZIP37G_COMMON.CFG", "37G")],
)
def test_common_file(site: Installation, file: str, model: str) -> None:
    answer = site.get(f"/provision/{file}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.body.startswith(f"#!version:1.0.0.1\n# ZIP {model}: ".encode())


@one_store
@pytest.mark.parametrize(
    "file",
    [
        "001565abcde0.cfg",
        "001565abcdef.xml",
        "001565abcdef.cfg.bak",
        "001565abcdef",
        "zip99_common.cfg",
        "y000000000000.cfg",
        "favicon.ico",
        "%2e%2e%2fconfig.yml",
        "..%2Fconfig.yml",
        "%252e%252e",
        "%00",
        "%0a%0d",
        "%F0%9F%93%9E.cfg",
        "a" * 500,
        "",
    ],
)
def test_unknown_file(phone: Installation, file: str) -> None:
    answer = phone.get(f"/provision/{file}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.body == b""


def test_unknown_device_and_unknown_file_look_alike(phone: Installation) -> None:
    device, file = phone.get("/provision/001565000000.cfg"), phone.get("/provision/x.cfg")

    assert (device.status_code, device.body) == (file.status_code, file.body)
    assert device.headers == file.headers


@one_store
@pytest.mark.parametrize(
    ("file", "placeholder"),
    [
        ("{mac}.cfg", "{mac}"),
        ("%7Bmac%7D.cfg", "{mac}"),
        ("%7bMAC%7d.cfg", "{MAC}"),
        ("$mac.cfg", "$mac"),
        ("%24mac.cfg", "$mac"),
        ("$MA.cfg", "$MA"),
        ("cfg$mac.cfg", "$mac"),
        ("$MAC.cfg", "$MAC"),
    ],
)
def test_placeholder_as_it_stands(phone: Installation, file: str, placeholder: str) -> None:
    answer = phone.get(f"/provision/{file}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.body.decode() == ADVICE % placeholder + "\n"
    line = phone.last_request
    assert (line["outcome"], line["reason"]) == ("placeholder", ADVICE % placeholder)


def test_placeholder_in_a_folder_is_answered_and_logged(phone: Installation) -> None:
    answer = phone.get(f"/provision/%7Bmac%7D.cfg/{MAC}.cfg")

    assert answer.status_code == 200
    assert phone.last_request["reason"] == ADVICE % "{mac}"


@one_store
@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_other_methods(phone: Installation, method: str) -> None:
    answer = phone.send(method, f"/provision/{MAC}.cfg", b"x")

    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Allow"] == "GET, HEAD, PUT, POST"
    assert answer.body == b""


@one_store
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {"Accept": "application/octet-stream"},
        {"Accept": "text/html"},
        {"Accept": ""},
        {"If-None-Match": "garbled"},
    ],
    ids=str,
)
def test_odd_headers(phone: Installation, headers: dict[str, str]) -> None:
    answer = phone.send("GET", f"/provision/{MAC}.cfg", headers=headers)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", [f"/provision/{MAC}.cfg", "/provision/zip33g_common.cfg", "/provision/x.cfg"]
)
def test_head_is_get_without_body(phone: Installation, path: str) -> None:
    got, headed = phone.get(path), phone.send("HEAD", path)

    assert headed.body == b""
    assert headed.status_code == got.status_code
    assert headed.headers == got.headers


@pytest.mark.parametrize("path", ["/provision/%7Bmac%7D.cfg", "/provision/$mac.cfg"])
def test_head_of_placeholder_has_no_body(phone: Installation, path: str) -> None:
    assert phone.send("HEAD", path).body == b""


def test_head_hands_out_nothing_and_notes_nothing(phone: Installation) -> None:
    phone.send("HEAD", f"/provision/{MAC}.cfg")

    assert phone.get(f"{DEVICES}/{MAC}").json_body["last_provisioned"] is None


def test_same_bytes_and_etag_each_time(phone: Installation) -> None:
    first = phone.get(f"/provision/{MAC}.cfg")
    phone.register("001565abcde0", "1002")
    phone.restart()
    second = phone.get(f"/provision/x/CFG{MAC}.cfg")

    assert re.fullmatch(r'"[0-9a-f]{32}"', first.headers["ETag"])
    assert (first.body, first.headers["ETag"]) == (second.body, second.headers["ETag"])


@pytest.mark.parametrize(
    "change",
    [
        ("PATCH", f"{EXTENSIONS}/1001", {"name": "Lobby"}),
        ("PATCH", f"{EXTENSIONS}/1001", {"password": "another"}),
        ("PATCH", f"{DEVICES}/{MAC}", {"extension_number": "1002"}),
        ("PATCH", f"{DEVICES}/{MAC}", {"model": "37g"}),
    ],
    ids=str,
)
def test_etag_changes_with_the_file(
    phone: Installation, change: tuple[str, str, dict[str, str]]
) -> None:
    before = phone.get(f"/provision/{MAC}.cfg")
    phone.send(*change)

    after = phone.get(f"/provision/{MAC}.cfg", if_none_match=before.headers["ETag"])

    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.body != before.body


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other",W/{} ', "*", " * "])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_not_modified(phone: Installation, form: str, method: str) -> None:
    etag = phone.get(f"/provision/{MAC}.cfg").headers["ETag"]

    answer = phone.send(
        method, f"/provision/{MAC}.cfg", headers={"If-None-Match": form.replace("{}", etag)}
    )

    assert (answer.status_code, answer.body) == (304, b"")
    assert answer.headers["ETag"] == etag
    assert phone.last_request["outcome"] == "not_modified"


def test_modified(phone: Installation) -> None:
    answer = phone.get(f"/provision/{MAC}.cfg", if_none_match='"other", W/"more"')

    assert answer.status_code == 200


def test_not_modified_is_a_fetch_too(phone: Installation) -> None:
    phone.get(f"/provision/{MAC}.cfg", if_none_match="*")

    assert phone.get(f"{DEVICES}/{MAC}").json_body["last_provisioned"] is not None


def test_last_provisioned_does_not_outlive_the_device(phone: Installation) -> None:
    phone.get(f"/provision/{MAC}.cfg")
    phone.send("DELETE", f"{DEVICES}/{MAC}")
    phone.register(MAC)

    assert phone.get(f"{DEVICES}/{MAC}").json_body["last_provisioned"] is None


def test_device_that_was_removed_gets_nothing(phone: Installation) -> None:
    phone.send("DELETE", f"{DEVICES}/{MAC}")

    assert phone.get(f"/provision/{MAC}.cfg").status_code == 404


def test_hostile_name_stays_in_its_line(phone: Installation) -> None:
    phone.send("PATCH", f"{EXTENSIONS}/1001", {"name": "{{EXTENSION_PASSWORD}} ${x} # % <"})

    lines = phone.get(f"/provision/{MAC}.cfg").body.decode().splitlines()

    assert "account.1.display_name = {{EXTENSION_PASSWORD}} ${x} # % <" in lines


def test_documented_custom_template(site: Installation) -> None:
    templates = site.folder / "custom_templates"
    templates.mkdir()
    (templates / "zip_t57w.template").write_text(
        "#!version:1.0.0.1\n\n# Account 1\naccount.1.enable = 1\n"
        "account.1.label = {{EXTENSION_NAME}}\naccount.1.user_name = {{EXTENSION_NUMBER}}\n"
        "account.1.password = {{EXTENSION_PASSWORD}}\n"
        "account.1.sip_server.1.address = {{SIP_SERVER}}\n"
        "account.1.sip_server.1.port = {{SIP_PORT}}\n",
        "utf-8",
    )
    site.configure(
        "provisioning: {custom_templates_dir: custom_templates}\nserver: {sip_host: 10.0.0.9}\n"
    )
    site.register(MAC, model="t57w")

    answer = site.get(f"/provision/{MAC}.cfg")

    assert answer.body.decode() == (
        "#!version:1.0.0.1\n\n# Account 1\naccount.1.enable = 1\n"
        "account.1.label = 1001\naccount.1.user_name = 1001\n"
        f"account.1.password = {PASSWORD}\n"
        "account.1.sip_server.1.address = 10.0.0.9\n"
        "account.1.sip_server.1.port = 5060\n"
    )


def test_model_whose_template_is_gone(site: Installation) -> None:
    templates = site.folder / "custom_templates"
    templates.mkdir()
    (templates / "zip_t57w.template").write_text("x = {{EXTENSION_NAME}}\n", "utf-8")
    site.configure("provisioning: {custom_templates_dir: custom_templates}\n")
    site.register(MAC, model="t57w")
    site.configure("server: {sip_host: 10.0.0.9}\n")

    answer = site.get(f"/provision/{MAC}.cfg")

    assert (answer.status_code, answer.body) == (500, b"")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    line = site.last_request
    assert (line["level"], line["outcome"]) == ("error", "failed")
    assert line["reason"] == 'model: "t57w" is not a model of zip; supported are 33g, 37g'
