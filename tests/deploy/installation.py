"""How do the tests deploy: into which account, from which copy of the project?"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from tests.lambda_runtime.packaging import copy_project

PROJECT = Path(__file__).resolve().parents[2]
OPERATOR = PROJECT / "tests" / "packaged" / "operator"
REGION = "eu-west-1"

_CHALICE = "import sys; from chalice.cli import main; sys.exit(main())"


@dataclass(frozen=True, kw_only=True)
class Account:
    """An AWS account on this machine."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What leads a program into the account."""
        return {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.url,
        }

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        return boto3.client(service, endpoint_url=self.url, region_name=REGION)  # type: ignore[call-overload]


@contextmanager
def open_account(*denied: str) -> Iterator[Account]:
    """A new account, in which IAM denies these actions."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.deploy.emulator", *denied],
        cwd=PROJECT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process:
        try:
            yield Account(url=f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.terminate()


def copy_for_deployment(folder: Path) -> Path:
    """A copy of the project with an operator's own files, for this machine's processor."""
    copy = copy_project(PROJECT, folder)
    shutil.copytree(OPERATOR, copy, dirs_exist_ok=True)
    config_file = copy / ".chalice" / "config.json"
    config = json.loads(config_file.read_text())
    arm = platform.machine() in ("aarch64", "arm64")
    config_file.write_text(
        json.dumps({**config, "lambda_architecture": "arm64" if arm else "x86_64"})
    )
    return copy


def run_tool(
    project: Path, environment: dict[str, str], *words: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `python -m tools.deploy`, as make does."""
    return _run(project, environment, [sys.executable, "-m", "tools.deploy", *words], typed)


def run_chalice(
    project: Path, environment: dict[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    """Run the `chalice` command."""
    return _run(project, environment, [sys.executable, "-c", _CHALICE, *words], "")


def _run(
    project: Path, environment: dict[str, str], command: Sequence[str], typed: str
) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "OFFHOOK_"))
    }
    return subprocess.run(
        command,
        cwd=project,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        input=typed,
        capture_output=True,
        text=True,
    )
