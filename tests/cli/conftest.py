"""A real server on loopback for each test, and the command that speaks to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from chalice.config import Config
from chalice.local import ChaliceRequestHandler, LocalDevServer
from click.testing import CliRunner

from app import app as served_app
from chalicelib import wiring
from cli.app import app
from tests.routes.installation import Installation


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a run of the command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - what JSON holds
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """Runs the command in this process, as in a pipe."""

    environment: dict[str, str | None]

    def run(self, *words: str, stdin: str = "") -> Run:
        done = CliRunner().invoke(app, list(words), input=stdin, env=self.environment)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Run(code=done.exit_code, out=done.stdout, err=done.stderr)

    def all(self, *commands: Sequence[str]) -> list[Run]:
        """Run several; each must end well."""
        runs = [self.run(*words) for words in commands]
        assert [run.err for run in runs if run.code] == []
        return runs


class _Quiet(ChaliceRequestHandler):
    """Writes no line for a request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called
        del format, args


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    monkeypatch.setenv("OFFHOOK_STAGE", "local")
    monkeypatch.setenv("OFFHOOK_STORE", "sqlite")
    monkeypatch.setenv("OFFHOOK_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("OFFHOOK_LOG_FILE", str(tmp_path / "pbx.log"))
    monkeypatch.setenv("OFFHOOK_CONFIG", str(tmp_path / "config.yml"))
    made = Installation(folder=tmp_path, store="sqlite")
    made.configure("server: {sip_host: pbx.example.com}\n")
    yield made
    wiring.offhook.cache_clear()


@pytest.fixture
def server(installation: Installation) -> Iterator[str]:
    """The address of a running `chalice local` over the installation."""
    assert installation.inventory == [[], []]
    wiring.offhook()  # now, so that its log does not go to where the command writes
    config = Config(chalice_stage="local")
    local = LocalDevServer(served_app, config, "127.0.0.1", 0, handler_cls=_Quiet)
    thread = threading.Thread(target=local.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{local.server.server_port}"
    local.server.shutdown()
    local.server.server_close()
    thread.join()


@pytest.fixture
def offline(tmp_path: Path) -> Terminal:
    """A terminal that knows no server."""
    return Terminal(
        environment={
            "OFFHOOK_URL": None,
            "OFFHOOK_TOKEN": None,
            "OFFHOOK_PROFILE": None,
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "NO_COLOR": "1",
        }
    )


@pytest.fixture
def offhook(offline: Terminal, server: str) -> Terminal:
    """A terminal that knows the server, by the environment."""
    return Terminal(environment={**offline.environment, "OFFHOOK_URL": server})
