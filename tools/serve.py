"""How does `make run` serve Offhook on this machine?

Everything that can go wrong is checked before `chalice local` begins, since that one answers a
port in use or a broken config.yml with a traceback and then hangs. It serves in a process of its
own, which a signal to itself would leave behind: so signals go to all of them.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

PROJECT = Path(__file__).resolve().parent.parent
_HANDED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP, signal.SIGCONT)
_KILLED = 128  # what a shell adds to the number of a signal
_TRIAL = "import app; list(app.app.routes)"  # the API's routes load with the first look


def main() -> NoReturn:
    """Check what `chalice local` needs, then run it until it or this process is ended."""
    parser = argparse.ArgumentParser(prog="python -m tools.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=8080, type=parse_port)
    arguments = parser.parse_args()

    state = find_state_folder(os.environ)
    refuse_inside_project(state)
    refuse_unusable_address(arguments.host, arguments.port)
    prepare_logs(PROJECT, state)
    environment = local_environment(os.environ, state) | {"OFFHOOK_HOST": arguments.host}
    refuse_broken_app(environment)
    start_courier(environment)
    sys.exit(run_server(arguments.host, arguments.port, environment))


def parse_port(text: str) -> int:
    """The port that a text names."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f'"{text}" is not a port (1 to 65535)')
    return int(text)


def find_state_folder(environment: Mapping[str, str]) -> Path:
    """The folder for local data: $OFFHOOK_STATE_DIR, or `offhook` in the XDG state folder."""
    chosen = environment.get("OFFHOOK_STATE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    state_home = environment.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state_home).expanduser().absolute() / "offhook"


def refuse_inside_project(state: Path) -> None:
    """Stop when local data would lie inside the project."""
    if state.resolve().is_relative_to(PROJECT):
        raise SystemExit(
            f"offhook: OFFHOOK_STATE_DIR={state} lies inside the project {PROJECT}.\n"
            "`chalice local` restarts on every file written there: choose a folder outside."
        )


def refuse_unusable_address(host: str, port: int) -> None:
    """Stop when nothing can listen on this address, with the reason."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # The server sets it too: connections that just closed must not look like a port in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            raise SystemExit(
                f"offhook: cannot listen on {host}:{port}: {error.strerror}.\n"
                "Stop what uses it, or choose another: make run HOST=127.0.0.1 PORT=8081"
            ) from None


def prepare_logs(project: Path, state: Path) -> None:
    """Make the folder for logs, and the link `logs` in the project that leads to it."""
    folder = state / "logs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SystemExit(f"offhook: cannot make {folder}: {error.strerror}.") from None
    link = project / "logs"
    if link.exists() and not link.is_symlink():
        print(f"offhook: {link} is in the way, so it is no link to {folder}", file=sys.stderr)
        return
    if link.is_symlink() and link.readlink() == folder:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(folder)


def local_environment(environment: Mapping[str, str], state: Path) -> dict[str, str]:
    """The variables that the served app reads, beside those that the user gave."""
    chosen = dict(environment)
    chosen["OFFHOOK_STAGE"] = "local"
    chosen["OFFHOOK_STATE_DIR"] = str(state)
    chosen.setdefault("OFFHOOK_LOG_FILE", str(state / "logs" / "pbx.log"))
    if chosen.get("OFFHOOK_CONFIG"):
        chosen["OFFHOOK_CONFIG"] = str(Path(chosen["OFFHOOK_CONFIG"]).expanduser().absolute())
    # Without it, lines wait in a buffer when the output goes to a file or a pipe.
    chosen["PYTHONUNBUFFERED"] = "1"
    return chosen


def refuse_broken_app(environment: Mapping[str, str]) -> None:
    """Stop when the app cannot be imported, as with a broken config.yml; it said why itself."""
    # Chalice's command line sets this variable too; the app checks config.yml when it sees it.
    environment = {**environment, "AWS_CHALICE_CLI_MODE": "true"}
    trial = subprocess.run([sys.executable, "-c", _TRIAL], cwd=PROJECT, env=environment)
    if trial.returncode != 0:
        raise SystemExit(trial.returncode)


def start_courier(environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start what tells webhooks; it ends with this process."""
    # The writer is open as long as this process is: the courier reads until its end.
    reader, _ = os.pipe()
    command = [sys.executable, "-m", "tools.deliver"]
    courier = subprocess.Popen(command, cwd=PROJECT, env=dict(environment), stdin=reader)
    os.close(reader)
    return courier


def run_server(host: str, port: int, environment: Mapping[str, str]) -> int:
    """Run `chalice local`, hand on to its processes what this one is told, and give its end."""
    chalice = str(Path(sys.executable).with_name("chalice"))
    command = [chalice, "local", "--stage", "local", "--host", host, "--port", str(port)]
    server = subprocess.Popen(command, cwd=PROJECT, env=dict(environment), process_group=0)

    def hand_on(number: int, _: FrameType | None) -> None:
        with suppress(ProcessLookupError):  # it has ended just now
            os.killpg(server.pid, number)
        if number == signal.SIGTSTP:
            signal.raise_signal(signal.SIGSTOP)

    for number in _HANDED_ON:
        signal.signal(number, hand_on)
    code = server.wait()
    return code if code >= 0 else _KILLED - code


if __name__ == "__main__":
    main()
