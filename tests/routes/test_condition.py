"""Does a writer who has not seen the latest state lose, and nothing else?"""

from __future__ import annotations

import pytest

from tests.routes.installation import DEVICES, EXTENSIONS, MAC, Installation

DEVICE = f"{DEVICES}/{MAC}"
EXTENSION = f"{EXTENSIONS}/1001"


def test_etag_is_the_same_until_a_write(site: Installation) -> None:
    registered = site.register().headers["ETag"]
    first = site.get(DEVICE).headers["ETag"]
    site.get(f"/provision/{MAC}.cfg")
    second = site.get(DEVICE).headers["ETag"]
    changed = site.send("PATCH", DEVICE, {"model": "37g"}).headers["ETag"]

    assert registered == first == second != changed
    assert changed == site.get(DEVICE).headers["ETag"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", [DEVICE, EXTENSION])
def test_stale_if_match(site: Installation, method: str, path: str) -> None:
    site.register("001565123457", "1002")
    stale = site.register().headers["ETag"] if path == DEVICE else site.get(path).headers["ETag"]
    bodies = {
        DEVICE: {"extension_number": "1001", "vendor": "zip", "model": "37g"},
        EXTENSION: {"name": "Second"},
    }
    site.send("PATCH", path, {"model": "33g"} if path == DEVICE else {"name": "First"})
    before = site.get(path).json_body

    answer = site.send(
        method,
        path,
        None if method == "DELETE" else bodies[path],
        headers={"If-Match": stale},
    )

    assert answer.status_code == 412
    assert answer.json_body["title"] == "Precondition Failed"
    assert answer.json_body["error"] == "the record was changed since it was read; read it again"
    assert site.get(path).json_body == before


@pytest.mark.parametrize(
    "form", ["{}", '"other", {}', 'W/"other", {}', '  {} , "other"', "*"], ids=str
)
def test_if_match_that_fits(site: Installation, form: str) -> None:
    etag = site.register().headers["ETag"]

    answer = site.send(
        "PATCH", DEVICE, {"model": "37g"}, headers={"If-Match": form.replace("{}", etag)}
    )

    assert answer.status_code == 200


def test_if_match_weak_never_fits(site: Installation) -> None:
    etag = site.register().headers["ETag"]

    answer = site.send("PATCH", DEVICE, {"model": "37g"}, headers={"If-Match": f"W/{etag}"})

    assert answer.status_code == 412


def test_if_match_garbled(site: Installation) -> None:
    site.register()

    answer = site.send("DELETE", DEVICE, headers={"If-Match": "abc"})

    assert answer.status_code == 400
    assert answer.json_body["error"] == 'If-Match: "abc" is neither * nor a list of ETags in quotes'


NEW: dict[str, dict[str, object]] = {
    DEVICE: {"extension_number": "1001", "vendor": "zip", "model": "33g"},
    EXTENSION: {"name": "New", "password": "never-shown"},
    "/api/sites/berlin": {"label": "New"},
    "/api/layouts/desk": {"keys": []},
}
LISTED: dict[str, dict[str, object]] = {
    DEVICES: {"mac_address": MAC, **NEW[DEVICE]},
    EXTENSIONS: {"number": "1001", **NEW[EXTENSION]},
    "/api/sites": {"name": "berlin", "label": "New"},
    "/api/layouts": {"name": "desk", "keys": []},
}


@pytest.mark.parametrize(("path", "listed"), [*zip(NEW, LISTED, strict=True)])
def test_if_none_match_makes_a_record_once(bare: Installation, path: str, listed: str) -> None:
    if path == DEVICE:
        bare.create_extension("1001")
    none = {"If-None-Match": "*"}

    made = bare.send("PUT", path, NEW[path], headers=none)
    before = bare.get(path).json_body
    again = [
        bare.send("PUT", path, NEW[path], headers=none),
        bare.send("POST", listed, LISTED[listed], headers=none),
    ]

    assert made.status_code == 201
    assert [answer.status_code for answer in again] == [412, 412]
    assert again[0].json_body["error"] == (
        "there is such a record already, and If-None-Match asks for none"
    )
    assert bare.get(path).json_body == before


def test_if_none_match_with_the_site_that_is_always_there(bare: Installation) -> None:
    answer = bare.send(
        "PUT", "/api/sites/default", {"label": "New"}, headers={"If-None-Match": "*"}
    )

    assert answer.status_code == 412


def test_contact_that_is_replaced_is_not_new(bare: Installation) -> None:
    body = {"name": "Front desk", "numbers": ["1001"]}
    none = {"If-None-Match": "*"}
    made = bare.send("POST", "/api/contacts", body, headers=none)
    path = f"/api/contacts/{made.json_body['contact']['id']}"

    assert made.status_code == 201
    assert bare.send("PUT", path, body, headers=none).status_code == 412


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        (
            {"If-None-Match": '"abc"'},
            'If-None-Match: "\\"abc\\"" is not *, which is all that a change can insist on',
        ),
        (
            {"If-None-Match": "*", "If-Match": "*"},
            "If-None-Match: cannot be given beside If-Match",
        ),
    ],
)
def test_if_none_match_that_says_nothing(
    site: Installation, headers: dict[str, str], says: str
) -> None:
    answer = site.send("PUT", DEVICE, NEW[DEVICE], headers=headers)

    assert answer.status_code == 400
    assert answer.json_body["error"] == says


@pytest.mark.parametrize("value", ["*", '"abc"'])
def test_if_match_for_a_record_that_is_not_there(site: Installation, value: str) -> None:
    body = {"mac_address": MAC, "extension_number": "1001", "vendor": "zip", "model": "33g"}

    answer = site.send("POST", DEVICES, body, headers={"If-Match": value})

    assert answer.status_code == 412
    assert answer.json_body["error"] == "there is no such record, but If-Match names one"
    assert site.get(DEVICES).json_body == []
