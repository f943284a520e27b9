"""How is a project packaged as for a deployment, without touching the project?"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REGION = "eu-west-1"
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", "deployments", "logs", "node_modules", "*.pyc", ".*_cache"
)
_CHALICE = "import sys; from chalice.cli import main; sys.exit(main())"


@dataclass(frozen=True, kw_only=True)
class Package:
    """The two files that `chalice package` makes."""

    zip: Path
    template: Path


class PackagingError(Exception):
    """`chalice package` failed; the text is what it printed."""


def package(
    project: Path,
    *,
    stage: str,
    into: Path,
    overlay: Path | None = None,
    architecture: str | None = None,
) -> Package:
    """Package a copy of the project, for another processor than its own settings say if asked to.

    The files of `overlay` take the place of the project's: an operator's own config.yml, say.

    A copy, since Chalice keeps its zips inside the project, where they would restart a running
    `chalice local`, and since it reuses them although a file was renamed.
    """
    copy = copy_project(project, into / "project")
    if overlay is not None:
        shutil.copytree(overlay, copy, dirs_exist_ok=True)
    if architecture is not None:
        _choose_architecture(copy / ".chalice" / "config.json", architecture)
    out = into / "package"
    run = subprocess.run(
        [sys.executable, "-c", _CHALICE, "package", "--stage", stage, str(out)],
        cwd=copy,
        env=_environment(),
        capture_output=True,
        text=True,
    )
    if run.returncode != 0:
        raise PackagingError(run.stdout + run.stderr)
    return Package(zip=out / "deployment.zip", template=out / "sam.json")


def copy_project(project: Path, copy: Path) -> Path:
    """Copy the sources of a project, without what tools and runs left in it."""
    return shutil.copytree(project, copy, symlinks=True, ignore=_LEFT_OUT)


def _choose_architecture(config_file: Path, architecture: str) -> None:
    config = json.loads(config_file.read_text())
    config_file.write_text(json.dumps({**config, "lambda_architecture": architecture}))


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OFFHOOK_")}
    # Compiled files in chalicelib would be shipped.
    return {**kept, "AWS_DEFAULT_REGION": REGION, "PYTHONDONTWRITEBYTECODE": "1"}
