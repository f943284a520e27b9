"""Are webhooks told on one's own machine, and does that end with the server?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib import wiring
from tests.delivering.receiver import answers_status, receiving
from tests.lambda_runtime.event import SCHEDULED
from tests.routes.installation import Installation, one_store
from tests.routes.test_discovered import ask

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """That of a local server."""
    return {
        **os.environ,
        "OFFHOOK_STAGE": "local",
        "OFFHOOK_STATE_DIR": str(tmp_path / "state"),
        "OFFHOOK_CONFIG": str(tmp_path / "config.yml"),
    }


def wait_for(what: Callable[[], object], tell: Callable[[], object] = str) -> None:
    """Wait until the call is true. `tell` says what is known where it does not get so."""
    until = time.monotonic() + 40
    while not what():
        assert time.monotonic() < until, f"it did not come; {tell()}"
        time.sleep(0.05)


def waiting() -> list[str]:
    """The kinds of the events that are in the outbox."""
    due = wiring.offhook().records.due_events(datetime.now(UTC) + timedelta(days=1))
    return [each.value.event.kind.value for each in due if each.value.event]


@one_store
def test_courier_tells_and_ends_with_its_input(
    site: Installation, environment: dict[str, str], tmp_path: Path
) -> None:
    told = tmp_path / "told.txt"
    command = [sys.executable, "-m", "tools.deliver", "--every", "0.2"]
    with receiving(answers_status(200)) as receiver:
        body = {"url": receiver.url, "events": ["adoption_needed"]}
        assert site.send("POST", "/api/webhooks", body).status_code == 201
        ask(site)
        assert waiting() == ["adoption_needed"], site.log_text
        with (
            told.open("wb") as errors,
            subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stderr=errors
            ) as courier,
        ):
            wait_for(
                lambda: receiver.requests, lambda: (courier.poll(), told.read_text(), waiting())
            )
            assert courier.stdin is not None
            courier.stdin.close()
            assert courier.wait(10) == 0

    assert told.read_text() == ""
    assert b"adoption_needed" in receiver.requests[0]


def test_courier_ends_with_the_server_even_when_that_is_killed(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "config.yml").write_text("server: {sip_host: pbx.example.com}\n")
    script = textwrap.dedent(
        """
        import os, time
        from tools.serve import start_courier
        print(start_courier(os.environ).pid, flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=PROJECT, env=environment, stdout=subprocess.PIPE
    ) as server:
        assert server.stdout is not None
        courier = int(server.stdout.readline())
        time.sleep(0.5)
        os.kill(courier, 0)
        server.send_signal(signal.SIGKILL)

    def is_gone() -> bool:
        try:
            status = Path(f"/proc/{courier}/stat").read_text()
        except FileNotFoundError:
            return True
        return status.rpartition(")")[2].split()[0] == "Z"

    wait_for(is_gone)


def test_handler_needs_nothing_of_the_app(environment: dict[str, str], tmp_path: Path) -> None:
    """Lambda imports the module that the handler stands in, and not app.py."""
    (tmp_path / "config.yml").write_text("server: {sip_host: pbx.example.com}\n")
    script = f"from chalicelib.routes.outbox import deliver; print(deliver({SCHEDULED}, None))"

    run = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, env=environment, capture_output=True, text=True
    )

    assert (run.returncode, run.stdout) == (0, "None\n"), run.stderr
