"""Do `make token` and `make reseal` do what they say, on the data of this machine?"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.routes.installation import DEVICES, PASSWORD, Installation

ROOT = Path(__file__).parents[1]


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("OFFHOOK_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("OFFHOOK_CONFIG", str(tmp_path / "config.yml"))
    made = Installation(folder=tmp_path, store="sqlite")
    made.configure("server: {sip_host: pbx.example.com}\n")
    return made


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"tools.{tool}", *arguments],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def command(*arguments: str) -> str:
    """What make would run."""
    done = subprocess.run(
        ["make", "-n", "--no-print-directory", *arguments],  # noqa: S607 - the make of the machine
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return " ".join(done.stdout.replace("\\\n", " ").split())


def status(installation: Installation, token: str) -> int:
    headers = {"authorization": f"Bearer {token}"}
    answer = installation.send("GET", DEVICES, headers=headers)
    code: int = answer.status_code
    return code


def test_make_token_passes_on_what_it_is_given() -> None:
    said = command("token", "STAGE=local", "NAME=Front desk", "ROLE=viewer", "REVEAL=1")

    assert said.endswith(
        '-m tools.token --stage "local" --name "Front desk" --role "viewer" --reveal'
    )


def test_make_reseal_passes_on_what_it_is_given() -> None:
    said = command("reseal", "STAGE=local", "RESUME=1")

    assert said.endswith('-m tools.reseal --stage "local" --resume')


def test_token_opens_the_api(installation: Installation) -> None:
    done = run("token", "--name", "the first one", "--role", "viewer")

    token = done.stdout.splitlines()[0]
    assert done.returncode == 0, done.stderr
    assert token.startswith("oh_")
    assert status(installation, token) == 200
    assert status(installation, f"{token[:-1]}_") == 401


def test_token_has_the_role_and_the_rights_that_were_asked_for(installation: Installation) -> None:
    installation.send("PUT", "/api/sites/berlin", {})

    run("token", "--name", "one", "--role", "operator", "--reveal", "--site", "berlin")

    [listed] = [each for each in installation.get("/api/tokens").json_body if each["name"] == "one"]
    assert {name: listed[name] for name in ("name", "role", "reveal", "site")} == {
        "name": "one",
        "role": "operator",
        "reveal": True,
        "site": "berlin",
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--role", "owner"), "invalid choice: 'owner'"),
        (("--days", "0"), "expires_in_days: 0 is not a whole number from 1 to 3650"),
        (("--stage", "No Stage"), 'OFFHOOK_STAGE: "No Stage" is not the name of a stage'),
    ],
)
def test_token_that_cannot_be(
    installation: Installation, arguments: tuple[str, ...], says: str
) -> None:
    done = run("token", *arguments)

    assert done.returncode != 0
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert installation.log_text == ""


def test_reseal_leaves_no_text_of_the_key_before(installation: Installation) -> None:
    installation.create_extension("1001")
    installation.register()
    state = installation.folder / "state"
    [before] = json.loads((state / "keys" / "ring").read_text())["keys"]

    done = run("reseal")
    again = run("reseal", "--resume")

    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        "offhook: a new key seals from now on",
        "offhook: 6 items looked at, 2 sealed anew",
        "offhook: 6 items looked at, 0 sealed anew",
    ]
    assert again.stderr.splitlines() == ["offhook: 6 items looked at, 0 sealed anew"]
    with closing(sqlite3.connect(state / "offhook.sqlite3")) as data:
        kept = "\n".join(data.iterdump())
    assert "s1." in kept
    assert f"s1.{before['id']}" not in kept
    installation.restart()
    answer = installation.get("/api/extensions/1001/password")
    assert answer.json_body == {"number": "1001", "password": PASSWORD}
