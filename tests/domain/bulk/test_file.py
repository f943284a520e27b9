"""What do whole files say, those of other products and hostile ones among them?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.bulk.entry import Entry, GivenDevice, GivenExtension
from chalicelib.domain.bulk.file import read_file
from chalicelib.domain.errors import InputError
from chalicelib.domain.mac import Mac

MAC = Mac("001565123456")


def read_one(text: str, form: str = "csv", preset: str | None = None) -> Entry:
    [row] = (file := read_file(text.encode(), form, preset)).rows
    assert row.number
    return file.entry(0)


def device(number: str | None, **changes: Any) -> GivenDevice:  # noqa: ANN401 - any JSON
    return GivenDevice(mac=MAC, number=number, changes=changes, line_fields={})


def extension(number: str, name: str | None, password: str | None) -> GivenExtension:
    return GivenExtension(number=number, name=name, password=password, site=None)


@pytest.mark.parametrize(
    ("preset", "text", "expected"),
    [
        (
            "offhook",
            "mac,extension,vendor,model\n00:15:65:12:34:56,1001,zip,33g",
            Entry(device=device("1001", vendor="zip", model="33g")),
        ),
        (
            "fusionpbx",
            (
                "device_mac_address,device_label,device_vendor,device_template,line_number,user_id,"
                "display_name,password,sip_port\n"
                "00-15-65-12-34-56,Desk,yealink,yealink/t46s,1,1001,Front desk,secret,5060"
            ),
            Entry(
                device=device("1001", vendor="yealink", model="t46s"),
                extension=extension("1001", "Front desk", "secret"),
            ),
        ),
        (
            "fusionpbx",
            "extension,password,effective_caller_id_name,user_context\n1001,secret,Desk,example",
            Entry(extension=extension("1001", "Desk", "secret")),
        ),
        (
            "freepbx",
            "extension,password,name,voicemail,tech,secret\n1001,of-ucp,Desk,novm,pjsip,secret",
            Entry(extension=extension("1001", "Desk", "secret")),
        ),
        (
            "freepbx",
            "mac,brand,model,extension,line\n001565123456,Yealink,T46S,1001,1",
            Entry(device=device("1001", vendor="Yealink", model="T46S")),
        ),
        (
            "3cx",
            (
                "Number,FirstName,LastName,EmailAddress,AuthPassword,MAC_0,PhoneModel14\n"
                "1001,Front,Desk,a@example.com,secret,001565123456,Yealink T46S"
            ),
            Entry(
                device=device("1001", vendor="Yealink", model="T46S"),
                extension=extension("1001", "Front Desk", "secret"),
            ),
        ),
        (
            "yeastar",
            (
                "Vendor,Model,MAC Address,Template,Assign Extension\n"
                "Yealink,SIP-T46S,00:15:65:12:34:56,YSDP_YealinkT4,1001"
            ),
            Entry(device=device("1001", vendor="Yealink", model="SIP-T46S")),
        ),
        (
            "yeastar",
            "type,username,registerpassword,fullname,callerid\nSIP,1001,secret,Desk,1001",
            Entry(extension=extension("1001", "Desk", "secret")),
        ),
    ],
)
def test_file_of_another_product(preset: str, text: str, expected: Entry) -> None:
    assert read_one(text, preset=preset) == expected


def test_cells_are_read_as_their_settings_want_them() -> None:
    entry = read_one(
        "mac;settings.vlan.phone;settings.lldp;settings.codecs;settings.language;settings.qos;"
        "settings;keys;layout;line 2 mwi\n"
        '001565123456;20.0;Yes;PCMA, G722;null;"{""sip"": 46}";"{""vlan"": {""pc"": 5}}";'
        '"[{""position"": 1, ""type"": ""line""}]";;off'
    )

    assert entry.flaws == ()
    assert entry.device is not None
    assert entry.device.changes == {
        "settings": {
            "vlan": {"phone": 20, "pc": 5},
            "lldp": True,
            "codecs": ("PCMA", "G722"),
            "language": None,
            "qos": {"sip": 46},
        },
        "keys": ({"position": 1, "module": 0, "type": "line", "line": 1},),
    }
    assert entry.device.line_fields == {2: {"mwi": False}}


@pytest.mark.parametrize(
    ("header", "cells", "flaws"),
    [
        ("mac,extension", "zz,1001", ['mac_address: "zz" is not a MAC address (12 hex digits)']),
        ("mac,extension", ",", None),
        ("mac,name", ",Desk", ["mac_address: is required; or give an extension"]),
        (
            "mac,name",
            "001565123456,Desk",
            ["name: is that of an extension, and the row names none"],
        ),
        (
            "mac,extension,name",
            "001565123456,1 2,a\0b",
            [
                (
                    'extension_number: "1 2" is not an extension number '
                    "(1 to 32 letters, digits or * + . _ -)"
                ),
                'name: "a\\u0000b" holds a control character (U+0000) as character 2',
            ],
        ),
        (
            "mac,extension,password",
            "001565123456,1001,a\0b",
            ["password: holds a control character (U+0000) as character 2"],
        ),
        ("mac,keys", "001565123456,[", ["keys: is not JSON: Expecting value (line 1 column 2)"]),
        ("mac,keys", "001565123456," + "[" * 5000, ["keys: is nested more than 16 deep"]),
        ("mac,keys", "001565123456," + "[" * 20 + "]" * 20, ["keys: is nested more than 16 deep"]),
        ("mac,keys", "001565123456," + "9" * 5000, ["keys: holds a number that is too long"]),
        ("mac,settings", '001565123456,"{""a"":1,""a"":2}"', ["a: is given twice"]),
        ("mac,settings.lldp", "001565123456,maybe", ["settings.lldp: is not"]),
        ("mac,line 2 port", "001565123456,x", ["lines[1].port:"]),
        ("mac,extension", "001565123456,1001,more", [" has 3 cells; the header has 2"]),
    ],
)
def test_row_with_flaws(header: str, cells: str, flaws: list[str] | None) -> None:
    file = read_file(f"{header}\n{cells}\n".encode(), "csv")
    if flaws is None:
        assert file.rows == []
        return

    found = [str(flaw) for flaw in file.entry(0).flaws]

    assert len(found) == len(flaws)
    for flaw, says in zip(found, flaws, strict=True):
        assert all(word in flaw for word in says.split())


def test_header_that_stands_in_the_file_again() -> None:
    file = read_file(b"mac,extension\n001565123456,1001\nmac,extension\n001565123457,1002\n", "csv")

    assert [row.place for row in file.rows] == ["row 2", "row 4"]
    assert file.notes == ("the header stands 1 more time(s) in the file",)


def test_encodings_and_replaced_letters_are_told() -> None:
    file = read_file("mac,extension,name\n001565123456,1001,J\ufffdrg".encode(), "csv")

    assert file.entry(0).warnings == ("name: holds U+FFFD, which stands for what was not UTF-8",)
    assert read_file("mac\n001565123456;\xfc".encode("cp1252"), "csv").notes == (
        "the file is read as Windows-1252, since its byte 18 is not UTF-8",
    )


def test_row_without_a_device_says_what_it_does_not_use() -> None:
    entry = read_one("mac,extension,name,model,line 2\n,1001,Desk,t46s,1002")

    assert entry.device is None
    assert entry.warnings == (
        "model: is not used, since the row has no MAC address",
        "lines: is not used, since the row has no MAC address",
    )


@pytest.mark.parametrize(
    "value",
    [
        [{"mac_address": "00:15:65:12:34:56", "extension_number": "1001", "site": None}],
        {"devices": [{"mac": "001565123456", "ext": "1001"}]},
        {"devices": [{"mac_address": "001565123456", "extension": "1001", "origin": "api"}]},
    ],
)
def test_records_of_json(value: object) -> None:
    assert read_one(json.dumps(value), "json") == Entry(device=device("1001"))


def test_extensions_of_json_come_first() -> None:
    value = {
        "devices": [{"mac": "001565123456"}],
        "extensions": [{"number": "1001", "name": "Desk", "colour": "red"}, 7, {"name": 7}],
    }

    file = read_file(json.dumps(value).encode(), "json")

    assert [row.place for row in file.rows] == [
        "extensions[0]",
        "extensions[1]",
        "extensions[2]",
        "devices[0]",
    ]
    assert file.notes == ('the column "colour" is not known and not read',)
    assert [[str(flaw) for flaw in file.entry(index).flaws] for index in range(3)] == [
        [],
        ["7 is a number, not an object"],
        [
            "name: 7 is a number, not a text",
            "mac_address: is required; or give an extension",
        ],
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "file: is nested more than 16 deep"),
        ("[" * 30 + "]" * 30, "file: is nested more than 16 deep"),
        ('{"phones": []}', "phones: is not a known field; known are extensions, devices"),
        ('{"devices": {}}', "devices: is an object, not a list"),
        ('[{"mac": "1", "mac": "2"}]', "mac: is given twice"),
        ("[NaN]", "file: is not JSON: NaN is not a number"),
        ('"x"', 'file: "x" is a text, not a list of objects, nor an object of devices'),
        ("", "file: is not JSON: Expecting value (line 1 column 1)"),
    ],
)
def test_json_that_is_no_file(text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_file(text.encode(), "json")

    assert str(caught.value).startswith(says)


def test_lone_surrogate_is_the_rows_flaw() -> None:
    entry = read_one('[{"number": "1001", "name": "\\ud800"}]', "json")

    assert [str(flaw) for flaw in entry.flaws] == [
        'name: "\\ud800" holds half of a surrogate pair (U+D800) as character 1'
    ]


@pytest.mark.parametrize(
    ("given", "before", "after"),
    [
        ("mac,extension\n001565123456,1001", [], [{"extension_number": "1001"}]),
        (
            "mac,extension\n001565123456,1001",
            [{"user": "own", "password": "x", "label": "A"}, {"extension_number": "1002"}],
            [{"label": "A", "extension_number": "1001"}, {"extension_number": "1002"}],
        ),
        (
            "mac,line 2 label\n001565123456,B",
            [{"extension_number": "1001"}, {"extension_number": "1002", "mwi": True}],
            [
                {"extension_number": "1001"},
                {"extension_number": "1002", "mwi": True, "label": "B"},
            ],
        ),
        (
            "mac,line 3\n001565123456,1003",
            [{"extension_number": "1001"}],
            "lines[2]: cannot be set: there is no line 2",
        ),
    ],
)
def test_lines_over_those_that_are_there(
    given: str, before: list[dict[str, object]], after: list[dict[str, object]] | str
) -> None:
    entry = read_one(given)
    assert entry.device is not None

    try:
        found: object = list(entry.device.place_lines(tuple(before)))
    except InputError as error:
        found = str(error)

    assert found == after
