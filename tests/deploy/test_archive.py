"""Is the zip that is deployed small, compiled, and the same each time?"""

from __future__ import annotations

import ast
import hashlib
import marshal
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest

from chalicelib.catalog.facts import Facts
from tests.deploy.installation import REGION, copy_for_deployment
from tools.deploy.build import build

PROJECT = Path(__file__).resolve().parents[2]
BUDGET = 2_000_000


@pytest.fixture(scope="module")
def zips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two zips of equal sources, in two places."""
    folders = [tmp_path_factory.mktemp(name) for name in ("first", "second")]
    return [
        build(copy_for_deployment(folder / "project"), folder, stage="dev", region=REGION).zip
        for folder in folders
    ]


@pytest.fixture(scope="module")
def archive(zips: list[Path]) -> zipfile.ZipFile:
    return zipfile.ZipFile(zips[0])


def test_equal_sources_give_equal_bytes(zips: list[Path]) -> None:
    hashes = {hashlib.sha256(file.read_bytes()).hexdigest() for file in zips}

    assert len(hashes) == 1


def test_zip_holds_neither_an_sdk_nor_a_command_line(archive: zipfile.ZipFile) -> None:
    top = {name.split("/")[0] for name in archive.namelist() if "dist-info/" not in name}

    assert top == {
        "app.pyc",
        "chalice",
        "chalicelib",
        "config.yml",
        "custom_templates",
        "jinja2",
        "markupsafe",
        "yaml",
    }
    assert {name for name in archive.namelist() if name.startswith("chalice/")} == {
        "chalice/__init__.pyc",
        "chalice/app.pyc",
    }


def test_zip_stays_small(zips: list[Path]) -> None:
    """Lambda loads and unpacks all of it at each cold start."""
    assert zips[0].stat().st_size < BUDGET


def test_what_is_left_out_of_our_own_is_asked_for_by_nobody(archive: zipfile.ZipFile) -> None:
    """Imports within functions count too: such a module would be missed at 2 a.m. first."""
    ours = ("app.pyc", "chalicelib/")
    names = {name.removesuffix(".pyc") for name in archive.namelist() if name.startswith(ours)}
    sources = {name: path for name in names if (path := PROJECT / f"{name}.py").exists()}
    wanted = {
        module
        for path in sources.values()
        for module in _imported_by(ast.parse(path.read_bytes()))
        if module.startswith("chalicelib")
    }

    there = {name.removesuffix("/__init__").replace("/", ".") for name in sources}
    assert len(wanted) > 150
    assert {module for module in wanted if not _is_found(module, there)} == set()


def _imported_by(tree: ast.Module) -> Iterator[str]:
    """Modules, and what is taken from them: a name may be a module too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_found(name: str, modules: set[str]) -> bool:
    """Is it a module, or a name of a module that is there and holds no module of that name?"""
    path = PROJECT / name.replace(".", "/")
    is_module = path.with_suffix(".py").exists() or path.is_dir()
    return name in modules if is_module else name.rpartition(".")[0] in modules


def test_modules_come_compiled_only(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())

    assert {"app.pyc", "chalicelib/wiring/__init__.pyc", "jinja2/environment.pyc"} < names
    assert not [name for name in names if name.endswith(".py") or "__pycache__" in name]


def test_traceback_names_the_line_without_its_source(
    archive: zipfile.ZipFile, tmp_path: Path
) -> None:
    archive.extractall(tmp_path / "task")
    program = (
        "import sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from chalicelib.domain.mac import Mac\n"
        "Mac.parse(None)\n"
    )

    run = subprocess.run(
        [sys.executable, "-S", "-E", "-c", program, tmp_path / "task"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    source = (PROJECT / "chalicelib" / "domain" / "mac.py").read_text("utf-8").splitlines()
    found = re.search(r'File "chalicelib/domain/mac\.py", line (\d+), in parse', run.stderr)
    assert found, run.stderr
    assert "text" in source[int(found[1]) - 1]


def test_facts_of_the_packs_are_there_once(tmp_path: Path, project: Path) -> None:
    """Also when a vendor.yml was changed and `make packs` not run."""
    changed = project / "chalicelib" / "templates" / "zip" / "vendor.yml"
    changed.write_text(changed.read_text("utf-8").replace("label: ", "label: New ", 1), "utf-8")
    built = build(project, tmp_path, stage="dev", region=REGION)

    with zipfile.ZipFile(built.zip) as packed:
        packed.extractall(tmp_path / "task")
    facts = Facts(tmp_path / "task" / "chalicelib" / "templates")

    wanted = Facts(project / "chalicelib" / "templates")
    assert not list(tmp_path.rglob("task/**/vendor.yml"))
    assert list(facts.entries) == list(wanted.entries)
    assert facts.entries == wanted.entries
    assert {name: facts.read(name) for name in facts.entries} == {
        name: wanted.read(name) for name in wanted.entries
    }
    assert facts.read("zip")["label"].startswith("New ")


def test_compiled_module_is_valid_whatever_its_time(archive: zipfile.ZipFile) -> None:
    """A zip's files are of 1980; a compiled file that checks times would never be used."""
    compiled = archive.read("app.pyc")

    unchecked_hash = (0b01).to_bytes(4, "little")
    assert compiled[4:8] == unchecked_hash
    code = marshal.loads(compiled[16:])  # noqa: S302 - we compiled it
    assert isinstance(code, CodeType)
    assert code.co_filename == "app.py"


def test_file_is_readable_by_all_and_of_1980(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()

    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_zip_alone_seals_and_opens(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    """With nothing beside it but Python: `tests/packaged` runs it as Lambda would."""
    archive.extractall(tmp_path / "task")
    program = (
        "import sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "import app\n"
        "assert 'ctypes' not in sys.modules, 'import app loads ctypes'\n"
        "from pathlib import Path\n"
        "from chalicelib.vault.local_file import LocalFile, PlainWrap\n"
        "from chalicelib.vault.vault import Vault\n"
        "vault = Vault(LocalFile(Path(sys.argv[2])), PlainWrap())\n"
        "sealed = vault.seal('canary', place='here')\n"
        "print(vault.open(sealed, place='here'), 'cryptography' in sys.modules)\n"
    )

    run = subprocess.run(
        [sys.executable, "-S", "-E", "-c", program, tmp_path / "task", tmp_path / "keys"],
        env={"OFFHOOK_STAGE": "dev"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert run.stdout == "canary False\n", run.stderr
