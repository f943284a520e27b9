"""Does an export bring everything back, and tell secrets to nobody else?"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.routes.installation import (
    DEVICES,
    EXTENSIONS,
    MAC,
    PASSWORD,
    Installation,
    one_store,
)
from tests.stores import new_table_name

EXPORT = "/api/provisioning/export"
IMPORT = "/api/provisioning/import"
MEDIA_TYPES = {"csv": "text/csv", "json": "application/json"}
both_forms = pytest.mark.parametrize("form", ["csv", "json"])


def fill(installation: Installation) -> None:
    """One of everything that a device or an extension may have."""
    for name in ("berlin", "paris"):
        installation.send("PUT", f"/api/sites/{name}", {})
    installation.create_extension("1001", name='=HYPERLINK("http://x")')
    installation.create_extension("1002", name="+4930 12", site="berlin")
    installation.create_extension("1003", name='\'=Zoë, "Empfang"; Büro 2 \u2028'.strip())
    installation.create_extension("1004", site="paris")
    installation.create_extension("201", name="-")
    installation.send(
        "PUT",
        f"{DEVICES}/{MAC}",
        {
            "vendor": "yealink",
            "model": "t46s",
            "site": "berlin",
            "lines": [
                {"extension_number": "1001", "label": "@home", "srtp": "optional"},
                {"extension_number": "1002"},
                {"user": "trunk", "password": "never-shown-line", "server": "pbx.example.org"},
            ],
            "keys": [
                {"position": 1, "type": "line"},
                {"position": 2, "type": "blf", "value": "1002", "label": "=cmd|'/c calc'!A1"},
                {"position": 1, "module": 1, "type": "park", "value": "*68"},
            ],
            "settings": {
                "vlan": {"phone": 20},
                "codecs": ["PCMA", "G722"],
                "timezone": "Europe/Berlin",
                "web": {"admin_password": "never-shown-web"},
                "vendor_settings": {"features.dnd.allow": "never-shown-raw"},
            },
        },
    )
    installation.register("001565000001", "201")
    installation.send(
        "PUT",
        f"{DEVICES}/001565000002",
        {"vendor": "zip", "model": "33g", "lines": [{"user": "own", "password": "never-own"}]},
    )


def export(installation: Installation, form: str, query: str = "") -> list[str]:
    """The texts of all pages."""
    path = f"{EXPORT}?format={form}{query}"
    pages = []
    while path:
        answer = installation.get(path)
        assert answer.status_code == 200, answer.body
        pages.append(answer.body.decode())
        link = re.search(r"<http://[^/]+(/[^>]*)>; rel=\"next\"", answer.headers.get("Link", ""))
        path = link[1] if link else ""
    return pages


def bring_in(installation: Installation, form: str, pages: list[str], query: str = "") -> list[str]:
    """The outcomes of all rows."""
    texts = ["".join(pages)] if form == "csv" else pages
    found: list[str] = []
    for text in texts:
        answer = installation.send(
            "POST",
            f"{IMPORT}?sites=1{query}",
            text.encode(),
            headers={"Content-Type": MEDIA_TYPES[form]},
        )
        assert answer.status_code == 200, answer.body
        found += (f"{row['outcome']} {row.get('errors', '')}" for row in answer.json_body["rows"])
    return found


@pytest.fixture
def empty(
    bare: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Installation]:
    """Another installation, over an empty store of the same kind."""

    def make() -> Installation:
        folder = tmp_path / "other"
        folder.mkdir()
        monkeypatch.setenv("OFFHOOK_STATE_DIR", str(folder / "state"))
        monkeypatch.setenv("OFFHOOK_CONFIG", str(folder / "config.yml"))
        if bare.store == "dynamodb":
            monkeypatch.setenv("OFFHOOK_TABLE", new_table_name())
        other = Installation(folder=folder, store=bare.store)
        other.configure("server: {sip_host: pbx.example.com}\n")
        return other

    return make


@both_forms
@pytest.mark.parametrize("limit", ["", "&limit=2"])
def test_export_brings_everything_back(
    bare: Installation, empty: Callable[[], Installation], form: str, limit: str
) -> None:
    fill(bare)
    exported = export(bare, form, f"&secrets=1{limit}")
    other = empty()
    assert other.inventory == [[], []]

    outcomes = bring_in(other, form, exported)

    assert set(outcomes) == {"created "}
    assert len(outcomes) == 8
    assert export(other, form, f"&secrets=1{limit}") == exported
    assert set(bring_in(other, form, exported)) == {"unchanged "}
    assert other.get(f"{EXTENSIONS}/1001/password").json_body["password"] == PASSWORD


@both_forms
def test_export_without_secrets_keeps_those_that_are_there(bare: Installation, form: str) -> None:
    fill(bare)
    secrets = export(bare, form, "&secrets=1")

    exported = export(bare, form)

    assert "never" not in "".join(exported)
    assert set(bring_in(bare, form, exported)) == {"unchanged "}
    assert export(bare, form, "&secrets=1") == secrets


@one_store
def test_cells_that_would_run_are_guarded(bare: Installation) -> None:
    fill(bare)

    text = "".join(export(bare, "csv", "&secrets=1"))

    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[5] for row in rows[1:6]] == [
        "'-",
        '\'=HYPERLINK("http://x")',
        "'+4930 12",
        "''=Zoë, \"Empfang\"; Büro 2",
        "1004",
    ]
    assert not any(cell[:1] in {*"=+-@\t\r"} for row in rows for cell in row if cell)


@one_store
def test_small_fleet_is_one_page(bare: Installation) -> None:
    fill(bare)

    [page] = export(bare, "csv")

    assert page == (
        "mac,extension,vendor,model,site,name,password,lines,keys,settings\r\n"
        ",201,,,default,'-,,,,\r\n"
        ',1001,,,default,"\'=HYPERLINK(""http://x"")",,,,\r\n'
        ",1002,,,berlin,'+4930 12,,,,\r\n"
        ',1003,,,default,"\'\'=Zoë, ""Empfang""; Büro 2",,,,\r\n'
        ",1004,,,paris,1004,,,,\r\n"
        "00:15:65:00:00:01,201,zip,33g,default,,,,,\r\n"
        '00:15:65:00:00:02,,zip,33g,default,,,"[{""user"":""own""}]",,\r\n'
        "00:15:65:12:34:56,1001,yealink,t46s,berlin,,,"
        '"[{""extension_number"":""1001"",""label"":""@home"",""srtp"":""optional""},'
        '{""extension_number"":""1002""},{""server"":""pbx.example.org"",""user"":""trunk""}]",'
        '"[{""line"":1,""module"":0,""position"":1,""type"":""line""},'
        '{""label"":""=cmd|\'/c calc\'!A1"",""line"":1,""module"":0,""position"":2,'
        '""type"":""blf"",""value"":""1002""},'
        '{""line"":1,""module"":1,""position"":1,""type"":""park"",""value"":""*68""}]",'
        '"{""codecs"":[""PCMA"",""G722""],""timezone"":""Europe/Berlin"",'
        '""vlan"":{""phone"":20},""web"":{}}"\r\n'
    )


@one_store
def test_export_of_a_token_of_one_site(bare: Installation) -> None:
    fill(bare)
    token = bare.token("viewer", reveal=False, site="paris")

    answer = bare.get(f"{EXPORT}?format=json", authorization=f"Bearer {token}")

    assert [each["number"] for each in answer.json_body["extensions"]] == ["1004"]
    assert answer.json_body["devices"] == []


@one_store
def test_secrets_are_for_those_who_may_reveal(bare: Installation) -> None:
    fill(bare)
    token = bare.token("admin", reveal=False)

    answer = bare.get(f"{EXPORT}?secrets=1", authorization=f"Bearer {token}")

    assert answer.status_code == 403


@one_store
def test_shown_secrets_stand_in_the_trail(bare: Installation) -> None:
    fill(bare)
    before = len(bare.get("/api/audit").json_body)

    export(bare, "csv")
    export(bare, "csv", "&secrets=1")

    [entry] = bare.get("/api/audit").json_body[before:]
    assert (entry["kind"], entry["name"]) == ("secrets of", "all")
    assert entry["new"] == {"revealed": True, "extensions": 5, "devices": 3}


@one_store
def test_large_records_make_short_pages(bare: Installation) -> None:
    bare.create_extension("1001")
    keys = [
        {"position": number, "type": "blf", "value": "x" * 200, "label": "y" * 100}
        for number in range(1, 401)
    ]
    device = {"extension_number": "1001", "vendor": "yealink", "model": "t46s", "keys": keys}
    devices = [{"mac_address": f"001565{number:06x}", **device} for number in range(12)]
    bare.send("POST", IMPORT, {"devices": devices})

    pages = export(bare, "json")

    assert len(pages) > 1
    assert max(map(len, pages)) < 1_500_000
    assert sum(page.count('"mac_address"') for page in pages) == 12


@one_store
@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?cursor=x", "cursor: is not one that the Link header of this list gave"),
        ("?cursor=d.x", "cursor: is not one that the Link header of this list gave"),
        ("?cursor=e.x", "cursor: is not one that the Link header of this list gave"),
        ("?format=xlsx", 'format: "xlsx" is not one of csv, json'),
        ("?secrets=yes", 'secrets: "yes" is not 1 or 0'),
        ("?limit=0", 'limit: "0" is not a whole number from 1 to 500'),
        ("?site=x", "site: is not a known parameter; known are format, secrets, limit, cursor"),
    ],
)
def test_what_is_asked_wrongly(bare: Installation, query: str, says: str) -> None:
    answer = bare.get(f"{EXPORT}{query}")

    assert answer.status_code == 400
    assert answer.json_body["detail"] == says
