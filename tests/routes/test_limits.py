"""Where does each part of a request end that a client could make as large as it likes?"""

from __future__ import annotations

from typing import Any

import pytest
from chalice.test import HTTPResponse

from tests.routes.installation import DEVICES, EXTENSIONS, MAC, Installation, one_store

pytestmark = one_store

GOOD: dict[str, Any] = {
    "mac_address": MAC,
    "extension_number": "1001",
    "vendor": "zip",
    "model": "33g",
}


def message(answer: HTTPResponse) -> tuple[int, str]:
    return answer.status_code, answer.json_body["error"]


def nested(depth: int) -> bytes:
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


def test_depth_that_is_read(bare: Installation) -> None:
    answer = bare.send("POST", EXTENSIONS, nested(16))

    assert "nested" not in answer.json_body["error"]


@pytest.mark.parametrize("depth", [17, 5000])
def test_depth_that_is_refused(bare: Installation, depth: int) -> None:
    answer = bare.send("POST", EXTENSIONS, nested(depth))

    assert message(answer) == (400, "body: is nested more than 16 deep")


def test_depth_of_lists(bare: Installation) -> None:
    answer = bare.send("POST", EXTENSIONS, b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}")

    assert message(answer) == (400, "body: is nested more than 16 deep")


def test_body_of_the_largest_size(bare: Installation) -> None:
    body = b'{"number": "1001", "password": "x"}'.ljust(65_536)

    assert bare.send("POST", EXTENSIONS, body).status_code == 201


def test_body_that_is_too_large(bare: Installation) -> None:
    answer = bare.send("POST", EXTENSIONS, b" " * 65_537)

    assert message(answer) == (400, "body: has 65537 bytes; at most 65536 are allowed")


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (
            {"lines": [{"extension_number": "1001"}] * 25},
            "lines: has 25 items; 1 to 24 are allowed",
        ),
        ({"lines": []}, "lines: has 0 items; 1 to 24 are allowed"),
        ({"keys": [{}] * 401}, "keys: has 401 items; at most 400 are allowed"),
        (
            {"settings": {"vendor_settings": {f"p{n}": "" for n in range(101)}}},
            "settings.vendor_settings: has 101 fields; at most 100 are allowed",
        ),
        (
            {"settings": {"ntp_servers": ["a"] * 5}},
            "settings.ntp_servers: has 5 items; 1 to 4 are allowed",
        ),
    ],
)
def test_list_that_is_too_long(site: Installation, part: dict[str, Any], says: str) -> None:
    answer = site.send("POST", DEVICES, {**GOOD, **part})

    assert message(answer) == (400, says)


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ({"name": "x" * 101}, "has 101 characters; at most 100 are allowed"),
        ({"password": "x" * 129}, "password: has 129 characters; at most 128 are allowed"),
        ({"number": "1" * 33}, "has 33 characters; at most 32 are allowed"),
        ({"site": "x" * 25}, "has 25 characters; at most 24 are allowed"),
    ],
)
def test_text_that_is_too_long(bare: Installation, part: dict[str, Any], says: str) -> None:
    answer = bare.send("POST", EXTENSIONS, {"number": "1", "password": "x", **part})

    status, error = message(answer)
    assert status == 400
    assert error.endswith(says)


def test_unknown_fields_are_named_up_to_twenty(bare: Installation) -> None:
    answer = bare.send("POST", EXTENSIONS, {f"f{n}": 1 for n in range(1000)})

    assert len(answer.json_body["errors"]) == 22
    assert answer.json_body["errors"][20] == {
        "field": "body",
        "message": "has 980 more fields that are not known",
    }


@pytest.mark.parametrize("text", ["a\u0000b", "a\u001bb", "a\u0085b", "a\u2028b"])
def test_control_character(bare: Installation, text: str) -> None:
    answer = bare.send("POST", EXTENSIONS, {"number": "1", "name": text, "password": "x"})

    assert answer.status_code == 400
    assert answer.json_body["errors"][0]["field"] == "name"


def test_lone_surrogate(bare: Installation) -> None:
    answer = bare.send("POST", EXTENSIONS, b'{"number": "1", "name": "\\ud83d", "password": "x"}')

    assert message(answer) == (
        400,
        'name: "\\ud83d" holds half of a surrogate pair (U+D83D) as character 1',
    )


@pytest.mark.parametrize(
    "path",
    [
        "/provision/..%2f..%2fconfig.yml",
        "/provision/%2e%2e/%2e%2e/config.yml",
        "/p/x/..%2f..%2fetc%2fpasswd",
        "/provision/%00001565123456.cfg",
        "/provision/" + "a" * 5000,
    ],
)
def test_path_reaches_no_file(bare: Installation, path: str) -> None:
    answer = bare.get(path)

    assert (answer.status_code, answer.body) == (404, b"")
