"""Do whole fleets go in and out as files?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from openpyxl import Workbook

from cli.outcome import UsageError
from cli.transfer.mark import Place
from cli.transfer.portions import Source
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
    told = terminal.run("import", str(file), "--generate", "--dry-run", "--json").json

    assert told["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "refused": 1}
    assert told["total"] == 3
    assert told["rows"][0] == {
        "place": "row 2",
        "outcome": "created",
        "mac_address": "805ec0000001",
        "extension_number": "2001",
        "extension_outcome": "created",
        "device_outcome": "created",
    }
    assert told["rows"][2]["errors"] == [
        {
            "field": "mac_address",
            "message": '"zz" is not a MAC address (12 hex digits)',
            "column": "mac",
        }
    ]
    assert told["refused"] == [told["rows"][2]]


def test_report_of_each_row(terminal: Terminal, file: Path) -> None:
    terminal.run("import", str(file), "--generate")
    file.write_text(FILE.replace("Bob", "Rob").replace("zz,2003", "80:5e:c0:00:00:03,2003"))

    run = terminal.run("import", str(file), "--rows", "--generate", "--dry-run")

    assert run.lines == [
        "row 2\tunchanged\t805ec0000001\t2001\t-",
        "row 3\tupdated\t805ec0000002\t2002\t-",
        "row 4\tcreated\t805ec0000003\t2003\t-",
        "3 rows: 1 created, 1 updated, 1 unchanged, 0 refused (nothing was done: a dry run)",
    ]


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
        ("x.json", '{"device": []}', "device: is not a known field; known are extensions, devices"),
        ("x.csv", "hello", "has neither a column mac nor a column extension"),
        ("x.ods", "PK", "x.ods cannot be read: save it as .xlsx or .csv"),
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


def test_interrupted_import_goes_on_where_it_stopped(terminal: Terminal, file: Path) -> None:
    """The first request is answered; Ctrl-C comes while the second one is under way."""
    queries: list[str] = []
    running: list[subprocess.Popen[str]] = []

    def answers(heard: Heard) -> Said:
        cursor = heard.path.partition("cursor=")[2]
        queries.append(heard.path.partition("?")[2])
        if cursor == "one" and len(queries) == 2:
            running[0].send_signal(signal.SIGINT)
            running[0].wait(60)
        following = {"": "one", "one": None}[cursor]
        answer = {"rows": rows_of(2 if following else 1), "cursor": following, "notes": []}
        return Said(body=json.dumps(answer).encode(), headers={"Content-Type": "application/json"})

    with serve(answers) as serving:
        environment = {
            **{name: value for name, value in terminal.environment.items() if value is not None},
            "OFFHOOK_URL": serving.url,
        }
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "cli", "import", str(file)],
                env={**os.environ, **environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        out, err = running[0].communicate(timeout=60)
        resumed = Terminal(environment={**terminal.environment, "OFFHOOK_URL": serving.url}).run(
            "import", str(file), "--resume"
        )

    assert running[0].returncode == 130
    assert (out, err) == ("", "2 of 3 rows are done; --resume goes on there.\n")
    assert queries == [
        "format=csv&rows=500",
        "format=csv&rows=500&cursor=one",
        "format=csv&rows=500&cursor=one",
    ]
    assert resumed.lines == ["1 row: 1 created, 0 updated, 0 unchanged, 0 refused"]


def test_long_file_goes_in_requests_of_few_rows(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("extension,name\n" + "".join(f"{n},Desk\n" for n in range(1000, 1502)))

    run = terminal.run("import", str(file), "--generate", "--json")

    assert run.json["counts"] == {"created": 502, "updated": 0, "unchanged": 0, "refused": 0}
    assert [run.json["rows"][index]["place"] for index in (0, 499, 500, 501)] == [
        "row 2",
        "row 501",
        "row 502",
        "row 503",
    ]


def test_pipe_is_read_like_a_file(terminal: Terminal, tmp_path: Path) -> None:
    """As of a shell's `<(...)`: it can be read only once."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(FILE,))
    writer.start()

    run = terminal.run("import", str(pipe), "--generate")
    writer.join()

    assert run.lines[-1] == "3 rows: 2 created, 0 updated, 0 unchanged, 1 refused"


def test_file_without_an_end_is_refused() -> None:
    endless = Source(Path("/dev/zero"), largest=1_000_000)

    with pytest.raises(UsageError, match="/dev/zero has more than the 1000000 bytes"):
        endless.portions()


def test_site_that_is_not_there_can_be_asked_for(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "sites.csv"
    file.write_text("extension,name,site\n1001,Ann,nowhere\n")

    run = terminal.run("import", str(file), "--generate")

    assert run.lines[0] == (
        'row 2: site: "nowhere" is not a site; create it first, or ask for sites=1 (--sites)'
    )


def test_file_in_another_encoding_is_told(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "latin.csv"
    file.write_bytes("extension,name\n1001,B\u00fcro\n".encode("latin-1"))

    run = terminal.run("import", str(file), "--generate")

    assert run.err.splitlines()[0] == (
        "Note: the file is read as Windows-1252, since its byte 22 is not UTF-8"
    )
    assert terminal.run("extensions", "show", "1001", "--json").json["name"] == "B\u00fcro"


def test_server_that_does_not_get_on_is_left(offline: Terminal, tmp_path: Path, file: Path) -> None:
    same = json.dumps({"rows": [], "cursor": "same", "notes": []}).encode()

    with serve(lambda _: Said(body=same)) as serving:
        environment = {**offline.environment, "XDG_STATE_HOME": str(tmp_path / "state")}
        run = Terminal(environment=environment).run("import", str(file), "--url", serving.url)

    assert run.code == 1
    assert "the server does not get on with the import" in run.err


def test_place_begins_at_the_begin() -> None:
    assert Place() == Place(portion=0, rows=0, cursor=None)
