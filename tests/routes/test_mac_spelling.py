"""Is a device found under every spelling of its MAC address?"""

from __future__ import annotations

import pytest

from tests.routes.installation import DEVICES, Installation, one_store

SPELLINGS = [
    "001565abcdef",
    "001565ABCDEF",
    "00:15:65:ab:cd:ef",
    "00:15:65:AB:CD:EF",
    "00-15-65-ab-cd-ef",
    "00-15-65-AB-CD-EF",
    "0015.65ab.cdef",
    "0015.65AB.CDEF",
    "00.15.65.ab.cd.ef",
    "001565-abcdef",
    "00%3A15%3A65%3Aab%3Acd%3Aef",
    "00%3a15%3a65%3aAB%3aCD%3aEF",
    "00%2D15%2d65-ab-cd-ef",
    "%30%301565abcdef",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_method_takes_spelling(site: Installation, spelling: str) -> None:
    path = f"{DEVICES}/{spelling}"
    body = {"extension_number": "1001", "vendor": "zip", "model": "33g"}

    put = site.send("PUT", path, body)
    got = site.get(path)
    patched = site.send("PATCH", path, {"model": "37g"})
    deleted = site.send("DELETE", path)

    codes = [answer.status_code for answer in (put, got, patched, deleted)]
    assert codes == [201, 200, 200, 200]
    assert got.json_body["mac_address"] == "001565abcdef"
    assert patched.json_body["device"]["mac_address"] == "001565abcdef"
    assert site.get(DEVICES).json_body == []


@one_store
@pytest.mark.parametrize("spelling", SPELLINGS[:10])
def test_body_takes_spelling(site: Installation, spelling: str) -> None:
    site.register("001565abcdef")

    answer = site.register(spelling)

    assert answer.status_code == 200
    assert answer.json_body["device"]["mac_address"] == "001565abcdef"
    assert len(site.get(DEVICES).json_body) == 1


def test_put_with_the_same_mac_in_body_in_another_spelling(site: Installation) -> None:
    body = {
        "mac_address": "00-15-65-AB-CD-EF",
        "extension_number": "1001",
        "vendor": "zip",
        "model": "33g",
    }

    answer = site.send("PUT", f"{DEVICES}/0015.65ab.cdef", body)

    assert answer.status_code == 201


@one_store
@pytest.mark.parametrize(
    "spelling",
    [
        "00:15:65-ab:cd:ef",
        "0015:65ab.cdef",
        "001565abcde",
        "001565abcdef0",
        "001565abcdeg",
        "%253A",
    ],
)
def test_no_spelling_of_a_mac(site: Installation, spelling: str) -> None:
    assert site.get(f"{DEVICES}/{spelling}").status_code == 400
