"""Does a file that goes in several parts come in as one, and within memory?"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from chalicelib.domain.bulk.portion import LeftOut, Portion
from cli.transfer.bringing import Tally
from cli.transfer.portions import Source
from cli.transfer.spool import Spool
from tests.cli.conftest import Terminal

LONG = "x" * 100_000
"""In a column that nobody reads: thirty of them are a part."""


@pytest.fixture
def terminal(offhook: Terminal, tmp_path: Path) -> Terminal:
    return Terminal(environment={**offhook.environment, "XDG_STATE_HOME": str(tmp_path / "state")})


def csv_of(*rows: str) -> str:
    """A file of two parts: the rows are in the second."""
    first = [
        f"80:5e:c0:00:00:{n:02x},{1000 + n},Desk {n},Geheim-{n:06},yealink,t46s,{LONG}"
        for n in range(31)
    ]
    return "\n".join(["mac,extension,name,password,vendor,model,remark", *first, *rows])


DOUBLES = (
    "80:5e:c0:00:00:77,1077,Desk 77,Geheim-000077,yealink,t46s",
    "80-5E-C0-00-00-00,1078,Desk 78,Geheim-000078,yealink,t46s",  # the device of row 2
    "80:5e:c0:00:00:79,1001,Kitchen,Anders-000001,yealink,t46s",  # 1001 has another name there
    "80:5e:c0:00:00:7a,1002,Desk 2,Geheim-000002,yealink,t46s",  # no double: it says the same
    "80:5e:c0:00:00:77,1077,Desk 77,Geheim-000077,yealink,t46s",  # of row 33, in the same part
)


def test_doubles_are_seen_across_parts(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "fleet.csv"
    file.write_text(csv_of(*DOUBLES))

    run = terminal.run("import", str(file))
    rows = terminal.run("import", str(file), "--json").json["rows"]

    assert run.code == 1
    assert run.lines == [
        "row 34: mac: is that of row 2 already",
        "row 35: name: is not what row 3 says of the same extension",
        "row 35: password: is not what row 3 says of the same extension",
        "row 37: mac: is that of row 33 already",
        "36 rows: 33 created, 0 updated, 0 unchanged, 3 refused",
    ]
    assert [row["place"] for row in rows] == [f"row {number}" for number in range(2, 38)]
    assert rows[32] == {
        "place": "row 34",
        "outcome": "refused",
        "mac_address": "805ec0000000",
        "extension_number": "1078",
        "errors": [
            {"field": "mac_address", "message": "is that of row 2 already", "column": "mac"}
        ],
    }


def test_part_of_nothing_but_doubles_is_not_sent(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "fleet.csv"
    file.write_text(csv_of(f"805ec0000000,1000,Desk 0,Geheim-000000,yealink,t46s,{LONG}"))

    run = terminal.run("import", str(file), "--rows")

    assert run.lines[-2:] == [
        "row 33\trefused\t805ec0000000\t1000\tmac: is that of row 2 already",
        "32 rows: 31 created, 0 updated, 0 unchanged, 1 refused",
    ]


def test_doubles_in_json(terminal: Terminal, tmp_path: Path) -> None:
    devices = [
        {"mac": f"805ec00000{n:02x}", "model": "t46s", "extension": "1031"} for n in range(3)
    ]
    extensions = [
        {"number": str(1000 + n), "name": "a", "password": "Geheim-0001", "remark": LONG}
        for n in range(30)
    ]
    extensions.append({"number": "1031", "name": "c", "password": "Geheim-0001"})
    again = {"number": "1001", "name": "b"}
    file = tmp_path / "fleet.json"
    file.write_text(
        json.dumps({"devices": [*devices, devices[1]], "extensions": [*extensions, again]})
    )

    run = terminal.run("import", str(file), "--dry-run")

    assert run.lines == [
        "extensions[31]: name: is not what extensions[1] says of the same extension",
        "devices[3]: mac_address: is that of devices[1] already",
        "36 rows: 34 created, 0 updated, 0 unchanged, 2 refused (nothing was done: a dry run)",
    ]


FILLED = [f",{1000 + n},Desk {n},Geheim-{n:06},,,{LONG}" for n in range(31)]
DEVICES = ["805ec0000001,1000,,,yealink,t46s,", "805ec0000002,1030,,,yealink,t46s,"]
HEADER = "mac,extension,name,password,vendor,model,remark"


@pytest.mark.parametrize("dry_run", [("--dry-run",), ()])
def test_lines_may_name_extensions_of_earlier_parts(
    terminal: Terminal, tmp_path: Path, dry_run: tuple[str, ...]
) -> None:
    """Also in a dry run, of which nothing of an earlier part is there."""
    file = tmp_path / "fleet.csv"
    file.write_text("\n".join([HEADER, *FILLED, *DEVICES]))

    run = terminal.run("import", str(file), *dry_run)

    assert run.code == 0
    assert run.lines[0].startswith("33 rows: 33 created, 0 updated, 0 unchanged, 0 refused")


@pytest.mark.parametrize("dry_run", [("--dry-run",), ()])
def test_lines_may_name_extensions_of_later_parts(
    terminal: Terminal, tmp_path: Path, dry_run: tuple[str, ...]
) -> None:
    file = tmp_path / "fleet.csv"
    file.write_text("\n".join([HEADER, *DEVICES, *FILLED]))

    run = terminal.run("import", str(file), *dry_run, "--rows")

    assert run.code == 0
    assert [line.split("\t")[:2] for line in run.lines[:-1]] == [
        # What came in already with the row that needs it is no change where it is given.
        [f"row {n}", "unchanged" if n == 4 or (n == 34 and not dry_run) else "created"]
        for n in range(2, 35)
    ]


def test_lines_of_json_may_name_extensions_of_other_parts(
    terminal: Terminal, tmp_path: Path
) -> None:
    extensions = [
        {"number": str(1000 + n), "name": "a", "password": "Geheim-0001", "remark": LONG}
        for n in range(31)
    ]
    device = {"mac": "805ec0000001", "model": "t46s", "lines": [{"extension_number": "1001"}]}
    file = tmp_path / "fleet.json"
    file.write_text(json.dumps({"devices": [device], "extensions": extensions}))

    run = terminal.run("import", str(file), "--dry-run")

    assert run.code == 0
    assert run.lines[0].startswith("32 rows: 32 created, 0 updated, 0 unchanged, 0 refused")


@pytest.mark.parametrize("form", ["csv", "json"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, form: str) -> None:
    peaks = []
    file = tmp_path / f"fleet.{form}"
    for rows in (1_000, 4_000, 16_000):  # the first warms up
        write(file, rows=rows)
        tracemalloc.start()
        try:
            portions = Source(file, most_bytes=30_000).portions()
            count = sum(len(portion.places) for portion in portions)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert count == rows
        assert len(portions.sizes) > rows / 600

    assert file.stat().st_size > 1_000_000
    assert peaks[2] < 1.5 * peaks[1]
    assert peaks[2] < file.stat().st_size


def test_reading_tells_how_far_it_is(tmp_path: Path) -> None:
    file = tmp_path / "fleet.csv"
    write(file, rows=100)
    heard: list[int] = []

    Source(file, most_bytes=3_000).portions(told=heard.append)

    assert heard == [47, 93, 100]


def write(file: Path, *, rows: int) -> None:
    with file.open("w", encoding="utf-8") as out:
        if file.suffix == ".csv":
            out.write("mac,extension,name,password,vendor,model\n")
            for n in range(rows):
                out.write(
                    f"80:5e:c0:{n >> 16:02x}:{n >> 8 & 255:02x}:{n & 255:02x},"
                    f"{100_000 + n},Desk {n},Geheim-{n:08},yealink,t46s\n"
                )
        else:
            out.write("[\n")
            for n in range(rows):
                record = {"mac": f"805ec0{n:06x}", "number": f"{n + 100_000}", "name": f"Desk {n}"}
                out.write(json.dumps(record) + ("\n]" if n + 1 == rows else ",\n"))


def test_tally_keeps_a_few_rows_alone() -> None:
    tally, told = Tally(), Tally(told=Spool())
    refused = {"outcome": "refused", "errors": [{"message": "is that of row 2 already"}]}
    warned = {"outcome": "created", "warnings": ["is lost"]}
    portion = Portion(
        text="",
        places=tuple(f"row {number}" for number in range(7, 1007)),
        left_out=(LeftOut(after=1000, told={"outcome": "refused", "place": "row 1007"}),),
    )

    for each in (tally, told):
        for done in range(0, 1000, 100):
            each.add({"rows": [refused, warned] * 50}, portion, done)
        each.end(portion)

    assert places(tally.refused) == [f"row {number}" for number in range(7, 47, 2)]
    assert places(tally.warned) == [f"row {number}" for number in range(8, 48, 2)]
    assert tally.more == {"refused": 480, "warned": 480}
    assert tally.counts == {"refused": 501, "created": 500}
    assert tally.refused[0]["errors"] == [{"message": "is that of row 7 already"}]
    assert told.told is not None
    assert places(list(told.told)) == [f"row {number}" for number in range(7, 1008)]


def places(rows: Sequence[dict[str, object]]) -> list[object]:
    return [row["place"] for row in rows]
