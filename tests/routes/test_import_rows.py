"""What becomes of rows whose values are null, of another kind, or anything at all?"""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.bulk.column import NAMES
from tests.routes.installation import DEVICES, MAC, Installation, one_store

IMPORT = "/api/provisioning/import"

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["vlan", "user", "type", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
GOOD: dict[str, Any] = {
    "mac": "00:15:65:12:34:56",
    "extension": "1001",
    "name": "Desk",
    "password": "never-shown",
    "vendor": "zip",
    "model": "33g",
    "site": "default",
    "lines": [{"extension_number": "1001", "label": "Desk"}],
    "keys": [{"position": 1, "type": "line"}],
    "settings": {"vlan": {"phone": 20, "pc": None}, "language": None},
    "settings.vlan.phone": 20,
    "settings.vendor_settings.a.b": None,
    "line 1 label": "Desk",
    "line 2": "1002",
}
ROWS = st.dictionaries(
    st.sampled_from([name for names in NAMES.values() for name in names]), JSON, max_size=5
) | st.fixed_dictionaries({}, optional={name: st.just(good) | JSON for name, good in GOOD.items()})


def tell(installation: Installation, *rows: object, query: str = "") -> list[str]:
    """The outcome of each row, with what is wrong with it."""
    answer = installation.send("POST", f"{IMPORT}{query}", list(rows))
    assert answer.status_code == 200, answer.body
    return [
        "; ".join(
            [row["outcome"], *(f"{each['field']}: {each['message']}" for each in row["errors"])]
            if "errors" in row
            else [row["outcome"]]
        )
        for row in answer.json_body["rows"]
    ]


@one_store
def test_null_says_nothing(bare: Installation) -> None:
    told = tell(
        bare,
        {"mac": None, "extension": "1001", "name": None, "password": "never-shown"},
        {"mac": None, "vendor": "zip"},
        {"mac": MAC, "extension": "1001", "site": None, "settings": None, "keys": None},
        {"mac": "001565123457", "extension": "1001", "vendor": "zip", "model": "33g"},
    )

    assert told == [
        "created",
        "refused; mac_address: is required; or give an extension",
        (
            "refused; model: is required; yealink has 78, "
            "which /api/provisioning/vendors/yealink lists"
        ),
        "created",
    ]


@one_store
def test_null_of_a_setting_unsets_what_is_inherited(bare: Installation) -> None:
    bare.create_extension("1001")
    device = {"mac": MAC, "extension": "1001", "vendor": "zip", "model": "33g"}

    told = tell(bare, {**device, "settings": {"language": None, "vlan": {"phone": 5, "pc": None}}})

    assert told == ["created"]
    assert bare.get(f"{DEVICES}/{MAC}").json_body["settings"] == {
        "language": None,
        "vlan": {"phone": 5, "pc": None},
    }
    assert tell(bare, {"mac": MAC, "settings.vlan.phone": None}) == ["updated"]
    assert bare.get(f"{DEVICES}/{MAC}").json_body["settings"] == {
        "language": None,
        "vlan": {"phone": None, "pc": None},
    }
    assert tell(bare, {"mac": MAC, "settings": {"timezone": None}}) == [
        "refused; settings.timezone: is null, not a text"
    ]


@one_store
def test_word_null_in_a_cell_unsets(bare: Installation) -> None:
    bare.create_extension("1001")
    text = f"mac,extension,vendor,model,settings.language\n{MAC},1001,zip,33g,null\n"

    bare.send("POST", IMPORT, text.encode(), headers={"Content-Type": "text/csv"})

    assert bare.get(f"{DEVICES}/{MAC}").json_body["settings"] == {"language": None}


@one_store
@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            {"settings": [], "settings.vlan.phone": 20},
            "refused; settings: is a list, not an object",
        ),
        (
            {"settings": {"vlan": 7}, "settings.vlan.phone": 20},
            "refused; settings.vlan: 7 is a number, not an object",
        ),
        (
            {"extension": "1002", "name": "Desk", "vendor": "zip", "model": "99z"},
            (
                "refused; password: is required for a new extension; or ask for generate=1 "
                '(--generate); model: "99z" is not a model of zip; supported are 33g, 37g'
            ),
        ),
        (
            {"mac": "zz", "extension": "1009", "name": "Desk", "model": "99z"},
            (
                'refused; mac_address: "zz" is not a MAC address (12 hex digits); '
                'model: "99z" is not a model of zip; supported are 33g, 37g; '
                "password: is required for a new extension; or ask for generate=1 (--generate)"
            ),
        ),
        (
            {"settings": {"vlan": {"phone": 5000}}, "extension": "1009", "name": "a\0b"},
            (
                "refused; settings.vlan.phone: 5000 is not a whole number from 1 to 4094; "
                'name: "a\\u0000b" holds a control character (U+0000) as character 2; '
                "password: is required for a new extension; or ask for generate=1 (--generate)"
            ),
        ),
    ],
)
def test_all_flaws_are_told_at_once(bare: Installation, row: dict[str, Any], says: str) -> None:
    bare.create_extension("1001")
    device = {"mac": MAC, "extension": "1001", "vendor": "zip", "model": "33g"}

    assert tell(bare, {**device, **row}) == [says]


@one_store
def test_other_media_type_is_told_what_an_import_takes(bare: Installation) -> None:
    answer = bare.send("POST", IMPORT, b"mac", headers={"Content-Type": "application/zip"})

    assert answer.status_code == 415
    assert answer.json_body["detail"] == (
        'Content-Type: "application/zip" is not application/json or text/csv or text/plain'
    )


@one_store
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS | JSON, min_size=1, max_size=8))
def test_any_rows_have_a_line_each(bare: Installation, rows: list[object]) -> None:
    told = tell(bare, *rows, query="?sites=1&generate=1")

    assert len(told) == len(rows)
    assert all(
        line in ("created", "updated", "unchanged") or line.startswith("refused; ") for line in told
    )


CELLS = st.text(max_size=6) | st.sampled_from(
    ["null", "1001", "00:15:65:12:34:56", "zip", "33g", "[]", "{}", '{"vlan": null}', "20.0", "yes"]
)


@one_store
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=9), min_size=1, max_size=8))
def test_any_cells_have_a_line_each(bare: Installation, rows: list[list[str]]) -> None:
    header = ["mac", "extension", "name", "vendor", "model", "settings", "keys", "lines"]
    out = io.StringIO()
    csv.writer(out).writerows([[*header, "settings.vlan.phone"], *rows])

    answer = bare.send(
        "POST",
        f"{IMPORT}?generate=1",
        out.getvalue().encode(),
        headers={"Content-Type": "text/csv"},
    )

    assert answer.status_code in (200, 400)  # the file as a whole, such as with a character zero
    if answer.status_code == 200:
        assert len(answer.json_body["rows"]) == answer.json_body["total"]
