"""Is what `chalice package` makes what must be deployed?"""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.lambda_runtime.packaging import Package

PROJECT = Path(__file__).resolve().parents[2]
ELF_OF_ARM64 = (0xB7).to_bytes(2, "little")
OPERATOR = Path(__file__).resolve().parent / "operator"


@pytest.fixture(scope="module")
def names(packaged: Package) -> set[str]:
    """What the zip holds."""
    with zipfile.ZipFile(packaged.zip) as archive:
        return set(archive.namelist())


def test_zip_holds_the_app_and_all_of_chalicelib(names: set[str]) -> None:
    shipped = {name for name in names if name.startswith("chalicelib/")}

    sources = (PROJECT / "chalicelib").rglob("*")
    written = {
        str(path.relative_to(PROJECT))
        for path in sources
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped == written
    assert "app.py" in names


def test_zip_holds_the_operators_file_beside_the_app(packaged: Package) -> None:
    with zipfile.ZipFile(packaged.zip) as archive:
        shipped = archive.read("config.yml")

    assert shipped == (OPERATOR / "config.yml").read_bytes()


def test_zip_holds_the_operators_templates(packaged: Package) -> None:
    name = "custom_templates/zip_t57w.template"

    with zipfile.ZipFile(packaged.zip) as archive:
        shipped = archive.read(name)

    assert shipped == (OPERATOR / name).read_bytes()


def test_zip_holds_only_what_the_function_needs(names: set[str]) -> None:
    top = {name.split("/")[0] for name in names if "dist-info/" not in name}

    compiled = {name for name in top if name.endswith(".so")}
    assert top - compiled == {
        "_yaml",
        "app.py",
        "chalice",
        "chalicelib",
        "config.yml",
        "custom_templates",
        "jinja2",
        "markupsafe",
        "yaml",
    }
    assert {name for name in names if name.startswith("chalice/")} == {
        "chalice/__init__.py",
        "chalice/app.py",
    }
    assert not [name for name in names if name.endswith(".pyc")]


def test_zip_is_built_for_the_processor_of_its_function(packaged: Package) -> None:
    with zipfile.ZipFile(packaged.zip) as archive:
        compiled = [archive.read(name) for name in archive.namelist() if name.endswith(".so")]

    assert compiled
    assert {data[18:20] for data in compiled} == {ELF_OF_ARM64}
    assert _function(packaged)["Architectures"] == ["arm64"]


def test_zip_stays_small(packaged: Package) -> None:
    """Lambda loads the whole zip at each cold start."""
    assert packaged.zip.stat().st_size < 2_000_000


def test_function_is_set_up_as_the_stage_says(packaged: Package) -> None:
    function = _function(packaged)

    assert function["Handler"] == "app.app"
    assert function["MemorySize"] == 1024
    assert function["Timeout"] == 10
    assert function["Environment"] == {"Variables": {"OFFHOOK_STAGE": "dev"}}


@pytest.mark.parametrize("stage", ["local", "dev", "prod"])
def test_chalice_would_deploy_the_stage(stage: str) -> None:
    """`chalice package` and `chalice local` take what `chalice deploy` refuses."""
    script = (
        "import sys\n"
        "from chalice.cli.factory import CLIFactory\n"
        "from chalice.deploy.validate import validate_configuration\n"
        "factory = CLIFactory('.')\n"
        "validate_configuration(factory.create_config_obj(chalice_stage_name=sys.argv[1]))\n"
    )

    # Its own process: importing the app for a stage sets variables and module state.
    run = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", script, stage],
        cwd=PROJECT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stderr


def _function(packaged: Package) -> dict[str, object]:
    template = json.loads(packaged.template.read_text())
    properties: dict[str, object] = template["Resources"]["APIHandler"]["Properties"]
    return properties
