"""What does an import do, and what does it tell?"""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from chalice.test import HTTPResponse

from tests.routes.installation import DEVICES, EXTENSIONS, PASSWORD, Installation, one_store

IMPORT = "/api/provisioning/import"
CSV = {"Content-Type": "text/csv"}
HEADER = "mac,extension,name,password,vendor,model"
FIRST = "00:15:65:12:34:56,1001,Front desk,never-shown-1,zip,33g"
SECOND = "00:15:65:12:34:57,1002,Back office,never-shown-2,zip,37g"


def send(
    installation: Installation,
    *lines: str,
    query: str = "",
    **more: Any,  # noqa: ANN401 - as they are
) -> HTTPResponse:
    raw = "\n".join(lines).encode()
    return installation.send("POST", f"{IMPORT}{query}", raw, headers={**CSV, **more})


def outcomes(answer: HTTPResponse) -> list[str]:
    assert answer.status_code == 200, answer.body
    return [row["outcome"] for row in answer.json_body["rows"]]


def messages(answer: HTTPResponse, row: int = 0) -> list[str]:
    return [
        f"{error.get('column', '')}|{error['field']}: {error['message']}"
        for error in answer.json_body["rows"][row]["errors"]
    ]


def test_rows_become_extensions_and_devices(bare: Installation) -> None:
    answer = send(bare, HEADER, FIRST, SECOND)

    assert answer.json_body == {
        "success": True,
        "dry_run": False,
        "total": 2,
        "counts": {"created": 2, "updated": 0, "unchanged": 0, "refused": 0},
        "notes": [],
        "rows": [
            {
                "row": 2,
                "place": "row 2",
                "outcome": "created",
                "mac_address": "001565123456",
                "extension_number": "1001",
                "extension_outcome": "created",
                "device_outcome": "created",
            },
            {
                "row": 3,
                "place": "row 3",
                "outcome": "created",
                "mac_address": "001565123457",
                "extension_number": "1002",
                "extension_outcome": "created",
                "device_outcome": "created",
            },
        ],
        "cursor": None,
    }
    assert [device["model"] for device in bare.get(DEVICES).json_body] == ["33g", "37g"]
    assert bare.get(f"{EXTENSIONS}/1001/password").json_body["password"] == "never-shown-1"


def test_same_file_again_changes_nothing(bare: Installation) -> None:
    send(bare, HEADER, FIRST, SECOND)
    before = [bare.inventory, len(bare.get("/api/audit").json_body)]

    answer = send(bare, HEADER, FIRST, SECOND)

    assert outcomes(answer) == ["unchanged", "unchanged"]
    assert [bare.inventory, len(bare.get("/api/audit").json_body)] == before


def test_dry_run_tells_the_same_and_writes_nothing(bare: Installation) -> None:
    lines = (HEADER, FIRST, SECOND, "zz,1003,,,zip,33g", "00:15:65:12:34:58,1009,,,zip,33g")

    rehearsed = send(bare, *lines, query="?dry_run=1").json_body

    assert bare.inventory == [[], []]
    assert bare.get("/api/audit").json_body == []
    done = send(bare, *lines).json_body
    assert rehearsed.pop("dry_run") is True
    assert done.pop("dry_run") is False
    assert rehearsed == done


def test_changed_cells_update_and_empty_ones_keep(bare: Installation) -> None:
    send(bare, HEADER, FIRST)

    answer = send(bare, HEADER, "00:15:65:12:34:56,1001,Reception,,,37g")

    assert outcomes(answer) == ["updated"]
    assert bare.get(f"{EXTENSIONS}/1001").json_body["name"] == "Reception"
    assert bare.get(f"{EXTENSIONS}/1001/password").json_body["password"] == "never-shown-1"
    [device] = bare.get(DEVICES).json_body
    assert (device["vendor"], device["model"]) == ("zip", "37g")


def test_row_is_refused_as_a_whole_with_all_its_flaws(bare: Installation) -> None:
    answer = send(
        bare,
        f"{HEADER},settings.vlan.phone",
        "00:15:65:12:34:56,1001,Front desk,never-shown-1,zip,99z,5000",
        "00:15:65:12:34:56,1001,Front desk,never-shown-1,zip,99z,",
    )

    assert outcomes(answer) == ["refused", "refused"]
    assert messages(answer) == [
        "settings.vlan.phone|settings.vlan.phone: 5000 is not a whole number from 1 to 4094",
        'model|model: "99z" is not a model of zip; supported are 33g, 37g',
    ]
    assert messages(answer, 1) == [
        "mac|mac_address: is that of row 2 already",
        'model|model: "99z" is not a model of zip; supported are 33g, 37g',
    ]
    assert bare.inventory == [[], []]


def test_refused_device_leaves_no_extension_behind(bare: Installation) -> None:
    answer = send(bare, HEADER, FIRST.replace("33g", "99z"), SECOND)

    assert outcomes(answer) == ["refused", "created"]
    assert messages(answer) == ['model|model: "99z" is not a model of zip; supported are 33g, 37g']
    assert [each["number"] for each in bare.get(EXTENSIONS).json_body] == ["1002"]


def test_lines_need_each_others_extensions(bare: Installation) -> None:
    """Each of two devices has the other's extension on its second line."""
    answer = send(bare, f"{HEADER},line 2", f"{FIRST},1002", f"{SECOND},1001")

    assert outcomes(answer) == ["created", "created"]
    device = bare.get(f"{DEVICES}/001565123457").json_body
    assert device["lines"] == [{"extension_number": "1002"}, {"extension_number": "1001"}]


def test_password_of_a_new_extension_is_generated_on_demand(bare: Installation) -> None:
    lines = ("mac,extension,name,vendor,model", "00:15:65:12:34:56,1001,Front desk,zip,33g")

    refused = send(bare, *lines)
    made = send(bare, *lines, query="?generate=1")

    assert outcomes(refused) == ["refused"]
    assert outcomes(made) == ["created"]
    assert len(bare.get(f"{EXTENSIONS}/1001/password").json_body["password"]) == 24
    assert outcomes(send(bare, *lines, query="?generate=1")) == ["unchanged"]


def test_secrets_stand_in_no_report(bare: Installation) -> None:
    send(bare, HEADER, FIRST)

    answer = send(
        bare,
        HEADER,
        f"00:15:65:12:34:57,1001,Front desk,{PASSWORD},zip,33g",
        f"00:15:65:12:34:58,1002,x,{PASSWORD}\t,zip,33g",
        f"00:15:65:12:34:59,1002,x,{PASSWORD * 20},zip,33g",
        f"00:15:65:12:34:60,,x,{PASSWORD},zip,33g",
        f"00:15:65:12:34:61,1001,y,{PASSWORD}2,zip,33g",
    )

    assert "refused" in outcomes(answer)
    assert PASSWORD not in answer.body.decode()
    assert PASSWORD not in bare.log_text


def test_losses_are_told_by_row(bare: Installation) -> None:
    answer = send(bare, f"{HEADER},settings.wallpaper_url", f"{FIRST},http://pbx/x.png")

    [row] = answer.json_body["rows"]
    assert row["outcome"] == "created"
    assert row["warnings"] == ["settings.wallpaper_url: Zultys ZIP cannot be told"]


@one_store
def test_import_of_a_token_of_one_site(bare: Installation) -> None:
    for name in ("berlin", "paris"):
        bare.send("PUT", f"/api/sites/{name}", {})
    bare.create_extension("1009", site="paris")
    token = {"authorization": f"Bearer {bare.token('operator', site='berlin')}"}

    answer = send(
        bare,
        f"{HEADER},site",
        f"{FIRST},",
        f"{SECOND},paris",
        "00:15:65:12:34:58,1009,,,zip,33g,",
        ",1009,Mine now,,,,",
        **token,
    )

    assert outcomes(answer) == ["created", "refused", "refused", "refused"]
    assert bare.get(f"{DEVICES}/001565123456").json_body["site"] == "berlin"
    assert bare.get(f"{EXTENSIONS}/1009").json_body["name"] == "1009"
    assert messages(answer, 3) == ["|row: there is no extension 1009"]


@one_store
def test_sites_are_made_on_demand(bare: Installation) -> None:
    answer = send(bare, f"{HEADER},site", f"{FIRST},berlin", query="?sites=1")

    assert outcomes(answer) == ["created"]
    assert bare.get("/api/sites/berlin").json_body["label"] == "berlin"


@one_store
def test_sites_are_not_an_operators_to_make(bare: Installation) -> None:
    token = {"authorization": f"Bearer {bare.token('operator')}"}

    answer = send(bare, HEADER, FIRST, query="?sites=1", **token)

    assert answer.status_code == 403


@one_store
@pytest.mark.parametrize(
    ("query", "raw", "says"),
    [
        ("?cursor=1-aaaaaaaaaaaaaaaaaaaaaaaaaa", b"mac\n", "cursor: is not one that an import"),
        ("?preset=asterisk", b"mac\n", 'preset: "asterisk" is not a preset; there are offhook,'),
        ("?dry_run=yes", b"mac\n", 'dry_run: "yes" is not 1 or 0'),
        ("?dryrun=1", b"mac\n", "dryrun: is not a known parameter; known are format, preset,"),
        ("?format=xml", b"mac\n", 'format: "xml" is not one of csv, json'),
        ("?format=json", b"[1,2", "file: is not JSON: Expecting ',' delimiter (line 1 column 5)"),
        ("?format=json", b"7", "file: 7 is a number, not a list of objects, nor an object of"),
        ("", b"", "file: is empty; give a header and rows"),
        ("", b"mac,extension\n\xff\xfe\x81,1", "file: is neither UTF-8 (byte 15) nor Windows-1252"),
        (
            "",
            b"mac,name\n" + b",x\n" * 200_001,
            "row 200002: is one too many; at most 200000 rows are allowed",
        ),
        (
            "?format=json",
            b"[" + b"{}," * 200_000 + b"{}]",
            "file: has 200001 records; at most 200000 are allowed",
        ),
        ("", b"a" * (4 * 1024 * 1024 + 1), "file: has 4194305 bytes; at most 4194304 are allowed"),
    ],
)
def test_file_that_cannot_be_read(bare: Installation, query: str, raw: bytes, says: str) -> None:
    answer = bare.send("POST", f"{IMPORT}{query}", raw, headers=CSV)

    assert answer.status_code == 400
    assert answer.json_body["detail"].startswith(says)


@one_store
def test_so_many_rows_at_once_as_are_asked_for(bare: Installation) -> None:
    lines = ["extension,name", *(f"{number},Desk" for number in range(1001, 1006))]

    answer = send(bare, *lines, query="?generate=1&rows=2")
    cursor = answer.json_body["cursor"]
    other = send(bare, *lines, query=f"?generate=1&rows=3&cursor={cursor}")

    assert outcomes(answer) == ["created"] * 2
    assert [row["row"] for row in other.json_body["rows"]] == [4, 5, 6]
    assert other.json_body["cursor"] is None
    assert send(bare, *lines, query="?rows=0").json_body["detail"] == (
        'rows: "0" is not a whole number from 1 to 4000'
    )


@one_store
def test_long_file_goes_on_by_its_cursor(bare: Installation) -> None:
    """Each row is refused and says why: 2,000 of them fill an answer."""
    lines = ("extension,name", *(f"{number},Desk" for number in range(1000, 3500)))

    first = send(bare, *lines)
    cursor = first.json_body["cursor"]
    second = send(bare, *lines, query=f"?cursor={cursor}")

    assert [row["row"] for row in first.json_body["rows"]] == [*range(2, 2002)]
    assert [row["row"] for row in second.json_body["rows"]] == [*range(2002, 2502)]
    assert second.json_body["cursor"] is None
    for other in (
        send(bare, *lines, query=f"?cursor={cursor}&dry_run=1"),
        send(bare, *lines, "4000,x", query=f"?cursor={cursor}"),
        send(bare, *lines, query=f"?cursor={cursor.replace('2000', '2001')}"),
    ):
        assert other.status_code == 400
        assert other.json_body["errors"][0]["field"] == "cursor"


@one_store
def test_import_ends_before_the_functions_time_does(bare: Installation) -> None:
    """The function has 3.5 seconds here: the least time of an import, a second, and a reserve."""
    (bare.folder / ".chalice").mkdir()
    config = {"version": "2.0", "app_name": "offhook", "lambda_timeout": 3.5}
    (bare.folder / ".chalice" / "config.json").write_text(json.dumps(config))
    lines = [
        f"001565{number:06x},{number},Desk,secret-{number},yealink,t46s"
        for number in range(1000, 9000)
    ]
    began = time.monotonic()

    answer = send(bare, HEADER, *lines)

    assert 0 < len(answer.json_body["rows"]) < 4000
    assert answer.json_body["cursor"] is not None
    assert time.monotonic() - began < 3.5


@one_store
def test_hostile_file_is_told_row_by_row(bare: Installation) -> None:
    lines = (
        "MAC;Ext;Name;Secret;Vendor;Model;keys;settings.vlan.phone;Colour;modle;line 3",
        '00:15:65:12:34:56;1001;"=HYPERLINK(""http://evil"")";s3cr3t-a;zip;33g;;;red;;',
        "00:15:65:12:34:56;1002;again;s3cr3t-b;zip;33g;;;;;",
        "MAC;Ext;Name;Secret;Vendor;Model;keys;settings.vlan.phone;Colour;modle;line 3",
        'zz;10 03;"two\nlines";"a\0b";zip;99z;[[[;9999;;;',
        "00:15:65:12:34:58;1001;Other;;zip;33g;;;;;",
        f"00:15:65:12:34:59;1005;x;s3cr3t-c;zip;33g;{'[' * 5000};;;;",
        "00:15:65:12:34:60;1006;x;s3cr3t-d;zip;33g;;;;;1001",
        "00:15:65:12:34:61;1007;x;s3cr3t-e;zip;33g;;;;;;;too many",
        ";;;;;;;;;;",
        "00:15:65:12:34:62;;lost;;zip;33g;;;;;",
    )

    answer = send(bare, *lines)

    assert answer.json_body["notes"] == [
        'the column "Colour" is not known and not read',
        'the column "modle" is not known and not read; did you mean "model"?',
        "the header stands 1 more time(s) in the file",
    ]
    assert outcomes(answer) == ["created", *["refused"] * 7]
    assert [messages(answer, row) for row in range(1, 8)] == [
        ["MAC|mac_address: is that of row 2 already"],
        [
            "keys|keys: is not JSON: Expecting value (line 1 column 4)",
            'MAC|mac_address: "zz" is not a MAC address (12 hex digits)',
            (
                'Ext|extension_number: "10 03" is not an extension number '
                "(1 to 32 letters, digits or * + . _ -)"
            ),
            'Name|name: "two\\nlines" holds a line break (U+000A) as character 4',
            "Secret|password: holds a control character (U+0000) as character 2",
            "settings.vlan.phone|settings.vlan.phone: 9999 is not a whole number from 1 to 4094",
            'Model|model: "99z" is not a model of zip; supported are 33g, 37g',
        ],
        ["Name|name: is not what row 2 says of the same extension"],
        ["keys|keys: is nested more than 16 deep"],
        ["|lines[2]: cannot be set: there is no line 2"],
        ["|row: has 13 cells; the header has 11"],
        [
            "Name|name: is that of an extension, and the row names none",
            "Ext|extension_number: is required; or give lines",
        ],
    ]
    assert "s3cr3t" not in answer.body.decode()
    assert [device["mac_address"] for device in bare.get(DEVICES).json_body] == ["001565123456"]
    shown = bare.get(f"{EXTENSIONS}/1001").json_body["name"]
    assert shown == '=HYPERLINK("http://evil")'


@one_store
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_file_in_another_encoding(bare: Installation, codec: str) -> None:
    raw = "extension;name;password\r\n1001;Jürgen;x1x2x3\r\n".encode(codec)

    answer = bare.send("POST", IMPORT, raw, headers=CSV)

    assert outcomes(answer) == ["created"]
    assert bare.get(f"{EXTENSIONS}/1001").json_body["name"] == "Jürgen"


@one_store
def test_one_line_of_the_trail_for_each_changed_record(bare: Installation) -> None:
    send(bare, HEADER, FIRST, SECOND)

    entries = bare.get("/api/audit").json_body

    assert sorted((entry["kind"], entry["name"]) for entry in entries) == [
        ("device", "001565123456"),
        ("device", "001565123457"),
        ("extension", "1001"),
        ("extension", "1002"),
    ]
    assert {entry["action"] for entry in entries} == {"POST /api/provisioning/import"}
    assert "never-shown" not in str(entries)


@one_store
def test_files_phone_gets_what_was_brought_in(bare: Installation) -> None:
    send(bare, HEADER, FIRST)

    answer = bare.get("/provision/001565123456.cfg")

    assert "never-shown-1" in answer.body.decode()
