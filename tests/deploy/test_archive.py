"""Is the zip that is deployed small, compiled, and the same each time?"""

from __future__ import annotations

import hashlib
import marshal
import subprocess
import sys
import zipfile
from pathlib import Path
from types import CodeType

import pytest

from tests.deploy.installation import REGION, copy_for_deployment
from tools.deploy.build import build

FOR_OUR_CODE = 2_300_000
FOR_ALL = 7_300_000


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
    top = {name.split("/")[0] for name in archive.namelist()}

    assert not top & {"boto3", "botocore", "pip", "setuptools", "click", "inquirer"}
    chalice = {name for name in archive.namelist() if name.startswith("chalice/")}
    assert {name for name in chalice if name.endswith(".py")} == {
        "chalice/__init__.py",
        "chalice/app.py",
    }


def test_zip_stays_small(archive: zipfile.ZipFile) -> None:
    """Lambda loads the whole zip at each cold start.

    `cryptography` is weighed apart: docs/decisions/0006-deployment.md says why it may be heavy.
    """
    size_by_part = {"cryptography": 0, "rest": 0}
    for entry in archive.infolist():
        heavy = entry.filename.startswith(("cryptography", "cffi", "_cffi", "pycparser"))
        size_by_part["cryptography" if heavy else "rest"] += entry.compress_size

    assert size_by_part["rest"] < FOR_OUR_CODE
    assert sum(size_by_part.values()) < FOR_ALL


def test_each_module_comes_compiled(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())

    for name in names:
        if name.endswith(".py"):
            folder, _, file = name.rpartition("/")
            cache = f"{folder}/__pycache__".lstrip("/")
            assert f"{cache}/{file[:-3]}.{sys.implementation.cache_tag}.pyc" in names


def test_compiled_module_is_valid_whatever_its_time(archive: zipfile.ZipFile) -> None:
    """A zip's files are of 1980; a compiled file that checks times would never be used."""
    compiled = archive.read(f"__pycache__/app.{sys.implementation.cache_tag}.pyc")

    unchecked_hash = (0b01).to_bytes(4, "little")
    assert compiled[4:8] == unchecked_hash
    code = marshal.loads(compiled[16:])  # noqa: S302 - we compiled it
    assert isinstance(code, CodeType)
    assert code.co_filename == "app.py"


def test_file_is_readable_by_all_and_of_1980(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()

    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_ciphers_need_nothing_that_is_left_out() -> None:
    """The zip has `cryptography` without cffi's Python part, which only builds it."""
    program = (
        "import sys; sys.modules.update(cffi=None, pycparser=None)\n"
        "from cryptography.hazmat.primitives.ciphers.aead import AESGCM\n"
        "aead = AESGCM(bytes(32))\n"
        "sealed = aead.encrypt(bytes(12), b'secret', b'place')\n"
        "sys.exit(aead.decrypt(bytes(12), sealed, b'place') != b'secret')\n"
    )

    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
