"""Do filters of lists, and selections, know the names that a registration takes?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.routes.installation import DEVICES, MAC, Installation, one_store

pytestmark = one_store

RESYNC = "/api/provisioning/resync"
YEALINK, H2_ALE, H2_FANVIL = "805ec0000001", "805ec0000002", "805ec0000003"
UNSUPPORTED = '"nope" is not a supported vendor; supported are '


@pytest.fixture
def phones(site: Installation) -> Installation:
    """A ZIP, a Yealink in Berlin, and two phones that two vendors call h2."""
    site.send("PUT", "/api/sites/berlin", {"label": "Berlin"})
    site.register()
    for mac, number, vendor, model, place in (
        (YEALINK, "1002", "yealink", "t46s", "berlin"),
        (H2_ALE, "1003", "ale", "h2", "default"),
        (H2_FANVIL, "1004", "fanvil", "h2", "default"),
    ):
        body = {"extension_number": number, "vendor": vendor, "model": model, "site": place}
        assert site.send("PUT", f"{DEVICES}/{mac}", body).status_code == 201
    return site


def flaws(answer: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - what the client answers
    assert answer.status_code == 400
    return [(flaw["field"], flaw["message"]) for flaw in answer.json_body["errors"]]


@pytest.mark.parametrize(
    ("query", "macs"),
    [
        ("vendor=Yealink", [YEALINK]),
        ("vendor=yealink&model=T46S", [YEALINK]),
        ("model=T46S", [YEALINK]),
        ("model=SIP-T46S&site=berlin", [YEALINK]),
        ("model=33G&vendor=Zultys", [MAC]),
        ("vendor=snom", []),
        ("vendor=ale&model=H2", [H2_ALE]),
    ],
)
def test_list_knows_aliases_in_any_case(phones: Installation, query: str, macs: list[str]) -> None:
    rows = phones.get(f"{DEVICES}?{query}").json_body

    assert [row["mac_address"] for row in rows] == macs


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("vendor=nope", "vendor", UNSUPPORTED),
        ("vendor=nope&model=t46s", "vendor", UNSUPPORTED),
        ("vendor=yealink&model=33g", "model", '"33g" is not a model of yealink; supported are '),
        ("model=nope", "model", '"nope" is not a model of any vendor'),
        ("model=h2", "model", '"h2" is a model of ale and fanvil; say the vendor, too'),
    ],
)
def test_list_refuses_names_that_nothing_has(
    phones: Installation, query: str, field: str, says: str
) -> None:
    ((where, told),) = flaws(phones.get(f"{DEVICES}?{query}"))

    assert where == field
    assert told.startswith(says)


def test_pages_keep_the_name_that_was_asked_for(phones: Installation) -> None:
    phones.create_extension("1006")
    body = {"extension_number": "1006", "vendor": "yealink", "model": "t46s"}
    phones.send("PUT", f"{DEVICES}/805ec0000009", body)

    first = phones.get(f"{DEVICES}?model=T46S&limit=1")
    link = first.headers["Link"]
    rest = phones.get(link[link.index("/api") : link.index(">")])

    assert [row["mac_address"] for row in first.json_body + rest.json_body] == [
        YEALINK,
        "805ec0000009",
    ]


@pytest.mark.parametrize(
    ("query", "status"), [("vendor=Yealink", 200), ("vendor=ZULTYS", 200), ("vendor=nope", 400)]
)
def test_discovered_knows_vendors(phones: Installation, query: str, status: int) -> None:
    assert phones.get(f"/api/provisioning/discovered?{query}").status_code == status


def test_discovered_is_found_by_an_alias(phones: Installation) -> None:
    phones.get("/provision/001565999999.cfg", user_agent="Zultys ZIP 33G - 47.80.132.4")

    (seen,) = phones.get("/api/provisioning/discovered?vendor=Zultys").json_body

    assert (seen["mac_address"], seen["vendor"]) == ("001565999999", "zip")


@pytest.mark.parametrize(
    ("selection", "macs"),
    [
        ({"vendor": "Yealink"}, [YEALINK]),
        ({"site": "berlin", "model": "T46S"}, [YEALINK]),
        ({"extension": "1001"}, [MAC]),
        ({"state": "never"}, [MAC, YEALINK, H2_ALE, H2_FANVIL]),
        ({"state": "never", "site": "berlin"}, [YEALINK]),
        ({"state": "current"}, []),
        ({"firmware": "1.0"}, []),
    ],
)
def test_resync_of_what_is_selected(
    phones: Installation, selection: dict[str, Any], macs: list[str]
) -> None:
    answer = phones.send("POST", RESYNC, selection)

    assert answer.json_body == {
        "success": True,
        "queued": len(macs),
        "unknown": [],
        "cursor": None,
    }
    assert sorted(each["mac_address"] for each in phones.get(RESYNC).json_body) == macs


def test_resync_of_all_that_are_outdated_after_a_change(phones: Installation) -> None:
    for mac in (MAC, YEALINK):
        assert phones.get(f"/provision/{mac}.cfg").status_code == 200
    phones.send("PATCH", "/api/sites/berlin", {"settings": {"language": "de"}})

    queued = phones.send("POST", RESYNC, {"state": "outdated"}).json_body["queued"]

    assert queued == 1
    assert [each["mac_address"] for each in phones.get(RESYNC).json_body] == [YEALINK]


def test_resync_of_phones_that_report_a_firmware(phones: Installation) -> None:
    agent = "Zultys ZIP 33G - 47.80.132.4"
    assert phones.get(f"/provision/{MAC}.cfg", user_agent=agent).status_code == 200

    answer = phones.send("POST", RESYNC, {"firmware": "47.80.132.4", "vendor": "ZIP"})

    assert answer.json_body["queued"] == 1


@pytest.mark.parametrize(
    ("selection", "field", "says"),
    [
        ({"vendor": "nope"}, "vendor", UNSUPPORTED),
        ({"vendor": "yealink", "model": "33g"}, "model", '"33g" is not a model of yealink'),
        ({"state": "gone"}, "state", '"gone" is not one of failing, never, silent'),
        ({"state": "silent", "silent_days": 0}, "silent_days", "0 is not a whole number from 1"),
    ],
)
def test_selection_of_names_that_nothing_has_is_refused(
    phones: Installation, selection: dict[str, Any], field: str, says: str
) -> None:
    ((where, told),) = flaws(phones.send("POST", RESYNC, selection))

    assert where == field
    assert told.startswith(says)


@pytest.mark.parametrize("token", [None, "berlin"])
def test_site_that_is_not_there_is_not_found(phones: Installation, token: str | None) -> None:
    """A token of one site is told the same of all other ones."""
    headers = {"authorization": f"Bearer {phones.token('admin', site=token)}"}
    hidden = "default" if token else "nowhere"

    answers = [
        phones.send("POST", RESYNC, {"site": hidden}, headers=headers),
        phones.send("GET", f"{DEVICES}?site={hidden}", headers=headers),
        phones.send("GET", f"{DEVICES}?site={hidden}&state=outdated", headers=headers),
        phones.send("GET", f"/api/provisioning/summary?site={hidden}", headers=headers),
    ]

    told = [(answer.status_code, answer.json_body["error"]) for answer in answers]
    assert told == [(404, f"there is no site {hidden}")] * 4


def test_site_without_devices_is_found(phones: Installation) -> None:
    phones.send("PUT", "/api/sites/rome", {})

    assert phones.get(f"{DEVICES}?site=rome").json_body == []
    assert phones.get("/api/provisioning/summary?site=rome").json_body["devices"] == 0
    assert phones.send("POST", RESYNC, {"site": "rome"}).json_body["queued"] == 0
