"""Does `make run` serve, and say clearly why it cannot?"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.lambda_runtime.packaging import copy_project
from tools.serve import find_state_folder, local_environment, prepare_logs

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, since serving makes the link `logs` in the project."""
    return copy_project(PROJECT, tmp_path_factory.mktemp("served") / "project")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"OFFHOOK_STATE_DIR": "/data/offhook", "XDG_STATE_HOME": "/xdg"}, "/data/offhook"),
        ({"XDG_STATE_HOME": "/xdg"}, "/xdg/offhook"),
        ({}, str(Path.home() / ".local/state/offhook")),
        (
            {"OFFHOOK_STATE_DIR": "", "XDG_STATE_HOME": ""},
            str(Path.home() / ".local/state/offhook"),
        ),
    ],
)
def test_state_folder_is_found(environment: dict[str, str], folder: str) -> None:
    assert find_state_folder(environment) == Path(folder)


def test_environment_names_the_files_of_local_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")

    environment = local_environment({"OFFHOOK_CONFIG": "etc/offhook.yml"}, Path("/data"))

    assert environment == {
        "OFFHOOK_CONFIG": "/etc/offhook.yml",
        "OFFHOOK_LOG_FILE": "/data/logs/pbx.log",
        "OFFHOOK_STAGE": "local",
        "OFFHOOK_STATE_DIR": "/data",
        "PYTHONUNBUFFERED": "1",
    }


def test_logs_leads_to_the_state_folder(tmp_path: Path) -> None:
    prepare_logs(tmp_path, tmp_path / "first")
    prepare_logs(tmp_path, tmp_path / "second")

    assert (tmp_path / "logs").readlink() == tmp_path / "second" / "logs"
    assert (tmp_path / "second" / "logs").is_dir()


def test_folder_of_the_users_in_place_of_logs_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").mkdir()

    prepare_logs(tmp_path, tmp_path / "state")

    assert not (tmp_path / "logs").is_symlink()
    assert "is in the way" in capsys.readouterr().err


def test_served_project_answers_and_stops_cleanly(project: Path, tmp_path: Path) -> None:
    """It also must not restart by its own writing: the log lies behind a link in the project."""
    port = _free_port()

    with _started_server(project, port, tmp_path) as server:
        status = _wait_for(f"http://127.0.0.1:{port}/api/status", server)
        # Chalice looks for changed files once a second.
        time.sleep(2.5)
        later = requests.get(f"http://127.0.0.1:{port}/api/status")
        output = _interrupt(server)

    assert status.status_code == 200
    assert later.status_code == 200
    assert output.count("Serving on") == 1
    assert "Traceback" not in output
    assert server.returncode == 0
    assert "/api/status" in (project / "logs" / "pbx.log").read_text()


def test_served_project_tells_from_where_a_phone_asks(project: Path, tmp_path: Path) -> None:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"

    with _started_server(project, port, tmp_path) as server:
        _wait_for(f"{address}/api/status", server)
        with socket.create_connection(
            ("127.0.0.1", port), source_address=("127.0.1.1", 0)
        ) as phone:
            phone.sendall(b"GET /provision/805ec0123456.cfg HTTP/1.0\r\n\r\n")
            answer = phone.recv(1000)
        (seen,) = requests.get(f"{address}/api/provisioning/discovered").json()
        _interrupt(server)

    assert answer.startswith(b"HTTP/1.1 404 ")
    assert (seen["address"], seen["network"]) == ("127.0.1.1", "127.0.1.0/24")


def test_served_project_ends_by_a_signal_to_its_process(project: Path, tmp_path: Path) -> None:
    """As `kill` and service managers send it: to the process that was started, and no other."""
    port = _free_port()

    with _started_server(project, port, tmp_path) as server:
        _wait_for(f"http://127.0.0.1:{port}/api/status", server)
        os.kill(server.pid, signal.SIGTERM)
        output, _ = server.communicate(timeout=30)  # until all that could write to it have ended

    assert server.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in output
    with socket.create_server(("127.0.0.1", port)):
        pass  # nobody listens there any more


def _interrupt(server: subprocess.Popen[str]) -> str:
    """All that the server printed until Ctrl-C has ended it.

    Python drops an interrupt that comes while an object is finalised ("Exception ignored in"), so
    on a busy machine one may be lost; a person presses the keys again then.
    """
    for _ in range(2):
        # The terminal sends Ctrl-C to all processes of the group.
        os.killpg(server.pid, signal.SIGINT)
        try:
            return server.communicate(timeout=30)[0]
        except subprocess.TimeoutExpired:
            continue
    os.killpg(server.pid, signal.SIGINT)
    return server.communicate(timeout=30)[0]


def test_port_in_use_is_told(project: Path, tmp_path: Path, taken_port: int) -> None:
    run = _serve(project, taken_port, _environment(tmp_path))

    assert run.returncode == 1
    assert run.stderr == (
        f"offhook: cannot listen on 127.0.0.1:{taken_port}: Address already in use.\n"
        "Stop what uses it, or choose another: make run HOST=127.0.0.1 PORT=8081\n"
    )


def test_state_inside_the_project_is_refused(project: Path) -> None:
    run = _serve(project, _free_port(), _environment(project / "state"))

    assert run.returncode == 1
    assert run.stderr.startswith(f"offhook: OFFHOOK_STATE_DIR={project}/state lies inside")


def test_broken_settings_stop_the_start(project: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("provisioning: {devices: [{mac: 1}]}\n")
    environment = {**_environment(tmp_path), "OFFHOOK_CONFIG": str(tmp_path / "config.yml")}

    run = _serve(project, _free_port(), environment)

    assert run.returncode != 0
    assert "provisioning.devices[0].mac" in run.stderr
    assert "Traceback" not in run.stderr


@contextmanager
def _started_server(project: Path, port: int, state: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        _command(port),
        cwd=project,
        env=_environment(state),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            yield server
        finally:
            if server.poll() is None:
                server.terminate()
                server.wait(timeout=30)


def _serve(
    project: Path, port: int, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(port), cwd=project, env=environment, capture_output=True, text=True, timeout=30
    )


def _command(port: int) -> list[str]:
    return [sys.executable, "-m", "tools.serve", "--port", str(port)]


def _environment(state: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "OFFHOOK_STATE_DIR": str(state), "PYTHONDONTWRITEBYTECODE": "1"}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _wait_for(url: str, server: subprocess.Popen[str]) -> requests.Response:
    give_up = time.monotonic() + 30
    while True:
        try:
            return requests.get(url)
        except requests.ConnectionError:
            if server.poll() is not None or time.monotonic() > give_up:
                raise
            time.sleep(0.1)
