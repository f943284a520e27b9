"""Do whole fleets go in and out as files?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from cli.transfer.mark import Place
from tests.cli.broken import Heard, Said, serve
from tests.cli.conftest import Terminal

FILE = """\
mac,extension,vendor,model,name
80:5e:c0:00:00:01,2001,yealink,t46s,Alice
80:5e:c0:00:00:02,2002,yealink,t46s,Bob
zz,2003,yealink,t46s,Eve
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "fleet.csv"
    found.write_text(FILE)
    return found


@pytest.fixture
def terminal(offhook: Terminal, tmp_path: Path) -> Terminal:
    return Terminal(environment={**offhook.environment, "XDG_STATE_HOME": str(tmp_path / "state")})


def test_rows_are_brought_in_and_the_bad_one_is_told(terminal: Terminal, file: Path) -> None:
    run = terminal.run("import", str(file), "--generate")
    again = terminal.run("import", str(file), "--generate")

    assert run.code == 1
    assert run.lines == [
        'row 4: mac: "zz" is not a MAC address (12 hex digits)',
        "3 rows: 2 created, 0 updated, 0 unchanged, 1 refused",
    ]
    assert again.lines[-1] == "3 rows: 0 created, 0 updated, 2 unchanged, 1 refused"


def test_dry_run_does_nothing(terminal: Terminal, file: Path) -> None:
    run = terminal.run("import", str(file), "--generate", "--dry-run")

    assert run.lines[-1] == (
        "3 rows: 2 created, 0 updated, 0 unchanged, 1 refused (nothing was done: a dry run)"
    )
    assert terminal.run("devices", "list", "--json").json == []


def test_report_as_json(terminal: Terminal, file: Path) -> None:
    told = terminal.run("import", str(file), "--generate", "--json").json

    assert told["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "refused": 1}
    [refused] = told["refused"]
    assert refused["place"] == "row 4"


@pytest.mark.parametrize("form", ["csv", "json"])
def test_export_comes_in_again_unchanged(
    terminal: Terminal, file: Path, tmp_path: Path, form: str
) -> None:
    terminal.run("import", str(file), "--generate")
    first, second = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
    terminal.run("export", str(first), "--secrets")

    brought = terminal.run("import", str(first))
    terminal.run("export", str(second), "--secrets")

    assert brought.code == 0
    assert brought.lines[-1].endswith("0 created, 0 updated, 4 unchanged, 0 refused")
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_mode & 0o777 == 0o600


def test_export_to_a_pipe_is_csv(terminal: Terminal, file: Path) -> None:
    terminal.run("import", str(file), "--generate")

    run = terminal.run("export")

    assert run.lines[0].startswith("mac,extension,vendor,model,")
    assert len(run.lines) == 5


def test_spreadsheet_is_read(terminal: Terminal, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["MAC", "Extension", "Vendor", "Model", "Name"],
        ["80:5e:c0:00:00:01", 2001, "yealink", "t46s", "Alice"],
        [None, None, None, None, None],
        ["80:5e:c0:00:00:02", 2002.0, "yealink", "t46s", "Bob"],
    ):
        sheet.append(row)
    file = tmp_path / "fleet.xlsx"
    book.save(file)

    run = terminal.run("import", str(file), "--generate")

    assert run.code == 0
    assert run.lines == ["2 rows: 2 created, 0 updated, 0 unchanged, 0 refused"]


def test_spreadsheet_cannot_be_written(terminal: Terminal) -> None:
    assert terminal.run("export", "x.xlsx").code == 2


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("x.csv", "", "is empty; give a header and rows"),
        ("x.json", "{", "is not JSON"),
        ("x.json", '"x"', "is a text, not a list of objects"),
    ],
)
def test_file_of_which_nothing_can_be_done(
    offline: Terminal, tmp_path: Path, name: str, text: str, says: str
) -> None:
    file = tmp_path / name
    file.write_text(text)

    run = offline.run("import", str(file))

    assert run.code == 2
    assert says in run.err


def rows_of(count: int) -> list[dict[str, str]]:
    return [{"outcome": "created"}] * count


def test_import_goes_on_by_the_cursor_and_where_it_was_stopped(
    offline: Terminal, tmp_path: Path, file: Path
) -> None:
    cursors: list[str] = []
    broken = True

    def answers(heard: Heard) -> Said:
        cursor = heard.path.partition("cursor=")[2]
        cursors.append(cursor)
        if cursor == "two" and broken:
            return Said(status=500)
        following = {"": "one", "one": "two", "two": None}[cursor]
        answer = {"rows": rows_of(1), "cursor": following, "notes": []}
        return Said(body=json.dumps(answer).encode(), headers={"Content-Type": "application/json"})

    with serve(answers) as serving:
        terminal = Terminal(
            environment={
                **offline.environment,
                "OFFHOOK_URL": serving.url,
                "XDG_STATE_HOME": str(tmp_path / "state"),
            }
        )
        stopped = terminal.run("import", str(file))
        broken = False
        resumed = terminal.run("import", str(file), "--resume")
        nothing = terminal.run("import", str(file), "--resume")

    assert stopped.code == 1
    assert stopped.err.startswith("2 of 3 rows are done; --resume goes on there.\n")
    assert cursors == ["", "one", "two", "two"]
    assert resumed.lines == ["1 row: 1 created, 0 updated, 0 unchanged, 0 refused"]
    assert nothing.code == 2
    assert "no import of just this file to this server was stopped" in nothing.err


def test_server_that_does_not_get_on_is_left(offline: Terminal, tmp_path: Path, file: Path) -> None:
    same = json.dumps({"rows": [], "cursor": "same", "notes": []}).encode()

    with serve(lambda _: Said(body=same)) as serving:
        environment = {**offline.environment, "XDG_STATE_HOME": str(tmp_path / "state")}
        run = Terminal(environment=environment).run("import", str(file), "--url", serving.url)

    assert run.code == 1
    assert "the server does not get on with the import" in run.err


def test_place_begins_at_the_begin() -> None:
    assert Place() == Place(portion=0, rows=0, cursor=None)
