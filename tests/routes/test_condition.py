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


@pytest.mark.parametrize("value", ["*", '"abc"'])
def test_if_match_for_a_record_that_is_not_there(site: Installation, value: str) -> None:
    body = {"mac_address": MAC, "extension_number": "1001", "vendor": "zip", "model": "33g"}

    answer = site.send("POST", DEVICES, body, headers={"If-Match": value})

    assert answer.status_code == 412
    assert answer.json_body["error"] == "there is no such record, but If-Match names one"
    assert site.get(DEVICES).json_body == []
