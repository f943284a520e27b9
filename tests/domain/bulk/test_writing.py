"""Does a row that was written say the same when it is read?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bulk.cell import FORMULA
from chalicelib.domain.bulk.file import BulkFile, read_file
from chalicelib.domain.bulk.writing import HEADER, device_row, extension_row, write_csv
from chalicelib.domain.device import Device
from chalicelib.domain.extension import Extension, Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.printable import why_unprintable

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = (
    st.text(
        st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from([*FORMULA, *"'\",;"]),
        min_size=1,
        max_size=30,
    )
    .map(str.strip)
    .filter(lambda text: text and not why_unprintable(text))
)
NUMBERS = st.text(st.sampled_from("0123456789+-*._aZ"), min_size=1, max_size=8)
MACS = st.integers(0, 2**48 - 1).map(lambda number: Mac(f"{number:012x}"))


def read_back(row: tuple[str, ...]) -> BulkFile:
    return read_file(write_csv([HEADER, row]).encode(), "csv")


@given(number=NUMBERS, name=TEXTS, password=TEXTS)
def test_extension_comes_back(number: str, name: str, password: str) -> None:
    extension = Extension(
        number=number,
        name=name,
        password=password,
        site="berlin",
        origin=Origin.API,
        created_at=NOW,
        updated_at=NOW,
    )

    entry = read_back(extension_row(extension, secrets=True)).entry(0)

    given = entry.extension
    assert entry.flaws == ()
    assert given is not None
    assert (given.number, given.name, given.password, given.site) == (
        number,
        name,
        password,
        "berlin",
    )


@given(
    mac=MACS,
    lines=st.lists(
        st.fixed_dictionaries({"extension_number": NUMBERS}, optional={"label": TEXTS}),
        min_size=1,
        max_size=3,
    ),
    keys=st.lists(st.fixed_dictionaries({"value": TEXTS, "label": TEXTS}), max_size=3),
    dial_plan=st.none() | TEXTS,
    raw=st.dictionaries(
        st.sampled_from(["a.b", "P2", "x y"]),
        st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn")), max_size=9),
    ),
)
def test_device_comes_back(
    mac: Mac,
    lines: list[dict[str, Any]],
    keys: list[dict[str, Any]],
    dial_plan: str | None,
    raw: dict[str, str],
) -> None:
    settings: dict[str, Any] = {"vlan": {"phone": 20}, "codecs": ["PCMA"]}
    if dial_plan:
        settings["dial_plan"] = dial_plan
    if raw:
        settings["vendor_settings"] = raw
    placed = tuple(
        {"position": position, "module": 0, "type": "blf", "line": 1, **key}
        for position, key in enumerate(keys, start=1)
    )
    device = Device(
        mac=mac,
        vendor="yealink",
        model="t46s",
        lines=tuple(lines),
        keys=placed,
        settings=settings,
        site="berlin",
        origin=Origin.API,
        created_at=NOW,
        updated_at=NOW,
    )

    entry = read_back(device_row(device, secrets=True)).entry(0)

    given = entry.device
    assert entry.flaws == ()
    assert given is not None
    assert given.mac == mac
    assert given.place_lines(()) == device.lines
    assert tuple(given.changes.get("keys", ())) == device.keys
    found = dict(given.changes["settings"])
    assert {**found, "codecs": [*found["codecs"]]} == settings
    assert (given.changes["vendor"], given.changes["model"]) == ("yealink", "t46s")
    assert given.changes["site"] == "berlin"


def test_mac_is_no_number_for_a_spreadsheet() -> None:
    device = Device(
        mac=Mac("00085d12e345"),
        vendor="mitel",
        model="6867i",
        lines=({"extension_number": "1001"},),
        origin=Origin.API,
        created_at=NOW,
        updated_at=NOW,
    )

    assert write_csv([device_row(device, secrets=False)]) == (
        "00:08:5d:12:e3:45,1001,mitel,6867i,default,,,,,\r\n"
    )
