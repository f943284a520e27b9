"""How does the project become a zip and a template that CloudFormation takes?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.deploy.archive import repack
from tools.deploy.template import RESOURCES_FILE

_CHALICE = "import sys; from chalice.cli import main; sys.exit(main())"
_TRIAL = "import app; list(app.app.routes)"  # the API's routes load with the first look


@dataclass(frozen=True, kw_only=True)
class Build:
    """A zip, and the merged template that does not yet say where the zip lies."""

    zip: Path
    template: Mapping[str, Any]


def refuse_broken_app(project: Path, *, stage: str, region: str) -> None:
    """Stop when the app cannot be imported for the stage; it said why itself."""
    # Chalice's command line sets this variable; the app checks config.yml when it sees it.
    environment = {**_environment(stage, region), "AWS_CHALICE_CLI_MODE": "true"}
    trial = subprocess.run([sys.executable, "-c", _TRIAL], cwd=project, env=environment)
    if trial.returncode != 0:
        raise SystemExit(trial.returncode)


def build(project: Path, into: Path, *, stage: str, region: str) -> Build:
    """Package the stage with `chalice package`, and compile what is in the zip."""
    _forget_stale_packages(project)
    packaged = into / "chalice"
    run = subprocess.run(
        [
            *(sys.executable, "-c", _CHALICE, "package", "--stage", stage),
            *("--merge-template", str(RESOURCES_FILE), str(packaged)),
        ],
        cwd=project,
        env=_environment(stage, region),
        capture_output=True,
        text=True,
    )
    if run.returncode != 0:
        raise SystemExit(f"offhook: chalice package failed:\n{run.stdout}{run.stderr}")
    result = into / "offhook.zip"
    repack(packaged / "deployment.zip", result)
    return Build(zip=result, template=_read_template(packaged / "sam.yaml"))


def write_template(template: Mapping[str, Any], file: Path) -> Path:
    """Write the template; equal ones give equal bytes."""
    file.write_text(json.dumps(template, indent=1, sort_keys=True), "utf-8")
    return file


def _forget_stale_packages(project: Path) -> None:
    # Chalice takes an old zip when only the name of a file has changed.
    shutil.rmtree(project / ".chalice" / "deployments", ignore_errors=True)


def _read_template(file: Path) -> Mapping[str, Any]:
    import yaml

    template: Mapping[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return template


def _environment(stage: str, region: str) -> dict[str, str]:
    return {
        **os.environ,
        "AWS_DEFAULT_REGION": region,
        "OFFHOOK_STAGE": stage,
        # Compiled files in chalicelib would be packed; ours are made later, for all modules.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
