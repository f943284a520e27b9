"""Is every wrong request refused, with the field, the value and what is allowed?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.catalog import Catalog
from tests.routes.installation import DEVICES, EXTENSIONS, MAC, PASSWORD, Installation, one_store

VENDORS = ", ".join(Catalog().vendors)
GOOD = {"mac_address": MAC, "extension_number": "1001", "vendor": "zip", "model": "33g"}

# What is wrong -> the body -> field and message of each mistake.
BODIES: dict[str, tuple[object, list[tuple[str, str]]]] = {
    "unknown vendor": (
        {**GOOD, "vendor": "acme"},
        [("vendor", f'"acme" is not a supported vendor; supported are {VENDORS}')],
    ),
    "unknown model": (
        {**GOOD, "model": "99x"},
        [("model", '"99x" is not a model of zip; supported are 33g, 37g')],
    ),
    "unknown extension": (
        {**GOOD, "extension_number": "9999"},
        [
            (
                "extension_number",
                '"9999" is not an extension; create it first (POST /api/extensions)',
            )
        ],
    ),
    "unknown extension and model": (
        {**GOOD, "extension_number": "9999", "model": "99x"},
        [
            (
                "extension_number",
                '"9999" is not an extension; create it first (POST /api/extensions)',
            ),
            ("model", '"99x" is not a model of zip; supported are 33g, 37g'),
        ],
    ),
    "short MAC": (
        {**GOOD, "mac_address": "00:15:65"},
        [("mac_address", '"00:15:65" is not a MAC address (12 hex digits)')],
    ),
    "MAC as a number": (
        {**GOOD, "mac_address": 1565123456},
        [("mac_address", "1565123456 is a number, not a text")],
    ),
    "extension as a number": (
        {**GOOD, "extension_number": 1001},
        [("extension_number", "1001 is a number, not a text")],
    ),
    "extension as a list": (
        {**GOOD, "extension_number": ["1001"]},
        [("extension_number", "is a list, not a text")],
    ),
    "vendor null": ({**GOOD, "vendor": None}, [("vendor", "is null, not a text")]),
    "empty model": (
        {**GOOD, "model": ""},
        [("model", '"" has 0 characters; at least 1 must be given')],
    ),
    "too long": (
        {**GOOD, "extension_number": "1" * 33},
        [("extension_number", f'"{"1" * 33}" has 33 characters; at most 32 are allowed')],
    ),
    "control character": (
        {**GOOD, "vendor": "zip\n"},
        [("vendor", '"zip\\n" holds a line break (U+000A) as character 4')],
    ),
    "lone surrogate": (
        b'{"mac_address":"001565123456","extension_number":"1001","vendor":"\\ud800","model":"33g"}',
        [("vendor", '"\\ud800" holds half of a surrogate pair (U+D800) as character 1')],
    ),
    "unknown field": (
        {**GOOD, "extention_number": "1001"},
        [
            (
                "extention_number",
                (
                    "is not a known field; known are mac_address, extension_number, vendor, model, "
                    "lines, keys, settings, site, allow_downgrade; "
                    'did you mean "extension_number"?'
                ),
            )
        ],
    ),
    "all fields missing": (
        {},
        [
            ("mac_address", "is required"),
        ],
    ),
    "all fields but the MAC address missing": (
        {"mac_address": "02:00:00:12:34:56"},
        [
            ("extension_number", "is required; or give lines"),
            ("vendor", "is required; the MAC address is of no vendor that is known"),
        ],
    ),
    "duplicate key": (
        b'{"mac_address":"001565123456","mac_address":"001565123457"}',
        [("mac_address", "is given twice")],
    ),
    "array": ([GOOD], [("body", "is a list, not a JSON object")]),
    "text": ("zip", [("body", '"zip" is a text, not a JSON object')]),
    "null": (b"null", [("body", "is null, not a JSON object")]),
    "empty": (b"", [("body", "is empty; send a JSON object")]),
    "NaN": (
        b'{"mac_address": NaN}',
        [("body", "is not JSON: NaN is not a number")],
    ),
    "infinity": (
        b'{"mac_address": -Infinity}',
        [("body", "is not JSON: -Infinity is not a number")],
    ),
    "number of 5000 digits": (
        b'{"mac_address": ' + b"1" * 5000 + b"}",
        [("body", "holds a number that is too long")],
    ),
    "not UTF-8": (b'{"vendor": "\xff"}', [("body", "is not UTF-8 (byte 13)")]),
    "UTF-16": (
        json.dumps(GOOD).encode("utf-16"),
        [("body", "is not UTF-8 (byte 1)")],
    ),
    "deeply nested": (
        b'{"vendor":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        [("body", "is nested more than 16 deep")],
    ),
    "too large": (
        b'{"vendor":"' + b"z" * 65_536 + b'"}',
        [("body", "has 65549 bytes; at most 65536 are allowed")],
    ),
}


def mistakes(answer: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - Chalice's answer
    return [(mistake["field"], mistake["message"]) for mistake in answer.json_body["errors"]]


@one_store
@pytest.mark.parametrize("name", BODIES)
def test_register_refuses_body(site: Installation, name: str) -> None:
    body, expected = BODIES[name]
    before = site.inventory

    answer = site.send("POST", DEVICES, body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert mistakes(answer) == expected
    problem = answer.json_body
    assert (problem["success"], problem["status"], problem["title"]) == (False, 400, "Bad Request")
    text = "; ".join(f"{field}: {message}" for field, message in expected)
    assert problem["error"] == problem["detail"] == text
    assert site.inventory == before


@one_store
@pytest.mark.parametrize(
    "body", [b"{", b'{"vendor": "zip",}', b"mac=1", b"'zip'", b"{}{}", b"\x00"]
)
def test_register_refuses_broken_json(site: Installation, body: bytes) -> None:
    answer = site.send("POST", DEVICES, body)

    assert answer.status_code == 400
    [(field, message)] = mistakes(answer)
    assert field == "body"
    assert message.startswith("is not JSON: ")


def test_register_takes_byte_order_mark(site: Installation) -> None:
    answer = site.send("POST", DEVICES, b"\xef\xbb\xbf" + json.dumps(GOOD).encode())

    assert answer.status_code == 201


@one_store
def test_many_duplicate_keys_are_refused_at_once(site: Installation) -> None:
    names = "".join(f'"{number}":0,' for number in range(7000))
    body = f'{{{names}"6999":0}}'.encode()

    answer = site.send("POST", DEVICES, body)

    assert mistakes(answer) == [("6999", "is given twice")]
    assert site.last_request["duration_ms"] < 3000


@one_store
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json", "x" * 300]
)
def test_register_refuses_content_type(site: Installation, content_type: str) -> None:
    shown = content_type if len(content_type) <= 60 else "x" * 60 + "…"

    answer = site.send(
        "POST", DEVICES, json.dumps(GOOD).encode(), headers={"Content-Type": content_type}
    )

    assert answer.status_code == 415
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert mistakes(answer) == [("Content-Type", f'"{shown}" is not application/json')]
    assert site.get(DEVICES).json_body == []


@one_store
@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_register_takes_content_type(site: Installation, content_type: str) -> None:
    answer = site.send("POST", DEVICES, GOOD, headers={"Content-Type": content_type})

    assert answer.status_code == 201


def test_put_refuses_other_mac_in_body(site: Installation) -> None:
    answer = site.send("PUT", f"{DEVICES}/001565123457", GOOD)

    assert answer.status_code == 400
    says = '"001565123456" is not the MAC address of the path, 001565123457'
    assert mistakes(answer) == [("mac_address", says)]
    assert site.get(DEVICES).json_body == []


@one_store
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_bad_mac_in_path(site: Installation, method: str) -> None:
    body = {"model": "37g"} if method in ("PUT", "PATCH") else None

    answer = site.send(method, f"{DEVICES}/00:15:65", body)

    assert answer.status_code == 400
    says = '"00:15:65" is not a MAC address (12 hex digits)'
    assert mistakes(answer) == [("mac_address", says)]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_unknown_device(site: Installation, method: str) -> None:
    answer = site.send(method, f"{DEVICES}/{MAC}", {"model": "37g"} if method == "PATCH" else None)

    assert answer.status_code == 404
    assert answer.json_body == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "there is no device 001565123456",
        "success": False,
        "error": "there is no device 001565123456",
    }


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_unknown_extension(site: Installation, method: str) -> None:
    answer = site.send(method, f"{EXTENSIONS}/42", {"name": "A"} if method == "PATCH" else None)

    assert (answer.status_code, answer.json_body["error"]) == (404, "there is no extension 42")


def test_patch_that_changes_nothing(site: Installation) -> None:
    site.register()

    device = site.send("PATCH", f"{DEVICES}/{MAC}", {})
    extension = site.send("PATCH", f"{EXTENSIONS}/1001", {})

    assert mistakes(device) == [
        (
            "body",
            "changes nothing; give a field, such as extension_number, vendor or model",
        )
    ]
    assert mistakes(extension) == [("body", "changes nothing; give name or password")]


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("limit=0", "limit", '"0" is not a whole number from 1 to 500'),
        ("limit=501", "limit", '"501" is not a whole number from 1 to 500'),
        ("limit=-1", "limit", '"-1" is not a whole number from 1 to 500'),
        ("limit=", "limit", '"" is not a whole number from 1 to 500'),
        ("limit=1e2", "limit", '"1e2" is not a whole number from 1 to 500'),
        ("limit=%D9%A1", "limit", '"\u0661" is not a whole number from 1 to 500'),
        ("cursor=abc", "cursor", "is not one that the Link header of this list gave"),
        ("cursor=", "cursor", "is not one that the Link header of this list gave"),
        ("cursor=%00%F0", "cursor", "is not one that the Link header of this list gave"),
    ],
)
@pytest.mark.parametrize("path", [DEVICES, EXTENSIONS])
def test_list_refuses_query(
    site: Installation, path: str, query: str, field: str, says: str
) -> None:
    answer = site.get(f"{path}?{query}")

    assert answer.status_code == 400
    assert mistakes(answer) == [(field, says)]


@pytest.mark.parametrize(
    ("path", "known"),
    [
        (
            DEVICES,
            "site, vendor, model, extension, state, firmware, q, sort, silent_days, limit, cursor",
        ),
        (EXTENSIONS, "limit, cursor"),
    ],
)
def test_list_names_the_parameters_that_it_knows(site: Installation, path: str, known: str) -> None:
    answer = site.get(f"{path}?limits=5")

    assert answer.status_code == 400
    assert mistakes(answer) == [("limits", f"is not a known parameter; known are {known}")]


def test_list_refuses_cursor_of_other_list(site: Installation) -> None:
    link = site.get(f"{EXTENSIONS}?limit=1").headers["Link"]
    cursor = link.partition("cursor=")[2].partition(">")[0]

    answer = site.get(f"{DEVICES}?cursor={cursor}")

    assert answer.status_code == 400


EXTENSION_BODIES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "no password": (
        {"number": "1"},
        [("password", 'is required for a new extension; or send "generate": true')],
    ),
    "bad number": (
        {"number": "1 2", "password": PASSWORD},
        [
            (
                "number",
                '"1 2" is not an extension number (1 to 32 letters, digits or * + . _ -)',
            )
        ],
    ),
    "number as a number": (
        {"number": 1, "password": PASSWORD},
        [("number", "1 is a number, not a text")],
    ),
    "password as a number": (
        {"number": "1", "password": 50551234},
        [("password", "is a number, not a text")],
    ),
    "password with a line break": (
        {"number": "1", "password": f"{PASSWORD}\nevil"},
        [("password", f"holds a line break (U+000A) as character {len(PASSWORD) + 1}")],
    ),
    "password too long": (
        {"number": "1", "password": PASSWORD * 10},
        [("password", "has 160 characters; at most 128 are allowed")],
    ),
    "name with a line break": (
        {"number": "1", "name": "x\naccount.1.password = evil", "password": PASSWORD},
        [
            (
                "name",
                '"x\\naccount.1.password = evil" holds a line break (U+000A) as character 2',
            )
        ],
    ),
    "name null": (
        {"number": "1", "name": None, "password": PASSWORD},
        [("name", "is null, not a text")],
    ),
    "unknown field": (
        {"number": "1", "password": PASSWORD, "origin": "api"},
        [("origin", "is not a known field; known are number, name, password, generate, site")],
    ),
}


@one_store
@pytest.mark.parametrize("name", EXTENSION_BODIES)
def test_create_extension_refuses_body(bare: Installation, name: str) -> None:
    body, expected = EXTENSION_BODIES[name]

    answer = bare.send("POST", EXTENSIONS, body)

    assert answer.status_code == 400
    assert mistakes(answer) == expected
    assert PASSWORD not in answer.body.decode()
    assert PASSWORD not in bare.log_text
    assert "50551234" not in answer.body.decode() + bare.log_text
    assert bare.get(EXTENSIONS).json_body == []


def test_put_refuses_other_number_in_body(site: Installation) -> None:
    answer = site.send("PUT", f"{EXTENSIONS}/1001", {"number": "1002", "password": PASSWORD})

    assert mistakes(answer) == [("number", '"1002" is not the number of the path, 1001')]


def test_name_that_the_device_cannot_be_told(site: Installation) -> None:
    site.register(number="1001")

    answer = site.send("PATCH", f"{EXTENSIONS}/1001", {"name": "%NULL%"})

    assert answer.status_code == 400
    says = "must not be %NULL%, which tells the phone to clear the value, in the files of zip"
    assert mistakes(answer) == [("name", says)]
    assert site.get(f"{EXTENSIONS}/1001").json_body["name"] == "1001"


def test_device_of_extension_whose_name_it_cannot_be_told(site: Installation) -> None:
    site.send("PATCH", f"{EXTENSIONS}/1001", {"name": "%NULL%"})

    answer = site.register(number="1001")

    assert answer.status_code == 400
    assert mistakes(answer) == [
        (
            "extension_number",
            (
                '"1001" cannot be used: its name must not be %NULL%, which tells the phone to '
                "clear the value, in the files of zip"
            ),
        )
    ]


def test_delete_extension_in_use(site: Installation) -> None:
    site.register("001565123457", "1001")
    site.register("001565123456", "1001")

    answer = site.send("DELETE", f"{EXTENSIONS}/1001")

    assert answer.status_code == 409
    says = "extension 1001 is used by 2 device(s): 001565123456, 001565123457"
    assert answer.json_body == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": says,
        "success": False,
        "error": says,
        "devices": ["001565123456", "001565123457"],
    }
    assert site.get(f"{EXTENSIONS}/1001").status_code == 200


def test_unknown_method(site: Installation) -> None:
    answer = site.send("DELETE", DEVICES)

    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json_body["error"] == "DELETE is not allowed here; allowed: GET, POST"


def test_password_is_in_no_answer_and_no_log_line(site: Installation) -> None:
    answers = [
        site.create_extension("2001"),
        site.create_extension("2001"),
        site.get(EXTENSIONS),
        site.get(f"{EXTENSIONS}/2001"),
        site.send("PUT", f"{EXTENSIONS}/2001", {"password": PASSWORD + "x"}),
        site.send("PATCH", f"{EXTENSIONS}/2001", {"password": PASSWORD + "y"}),
        site.register(number="2001"),
        site.get(f"{DEVICES}/{MAC}"),
        site.get(f"/provision/{MAC}.cfg"),
        site.send("DELETE", f"{EXTENSIONS}/2001"),
    ]

    shown = b"".join(a.body for a in answers if a.headers.get("Content-Type", "")[:4] != "text")
    assert len(shown) > 1000
    assert PASSWORD.encode() not in shown
    assert PASSWORD not in site.log_text
