"""What does the function's zip hold, byte for byte?

Chalice's own zip, with the modules compiled beforehand and what no program reads left out. Equal
sources give equal bytes, so that nothing is deployed when nothing changed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from chalicelib.catalog.facts import COMPILED, compile_facts
from tools.deploy import compiling

# The oldest that a zip can hold; Lambda shows files with the times that the zip gives them.
_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_LEFT_OUT_OF_PACKAGES = {"INSTALLER", "RECORD", "REQUESTED", "WHEEL", "top_level.txt"}
# What the function never loads.
_UNUSED = (
    # What only tools and the command line ask of our own.
    "chalicelib/domain/bulk/lending.py",
    "chalicelib/domain/bulk/portion.py",
    "chalicelib/settings/__main__.py",
    "chalicelib/storage/backup.py",
    "chalicelib/storage/backup_file.py",
    "chalicelib/storage/recount.py",
    "chalicelib/storage/resealing.py",
    "chalicelib/storage/roll_recount.py",
    # The licences stay.
    "*.dist-info/METADATA",
    "*.dist-info/entry_points.txt",
    "*/py.typed",
    "jinja2/ext.py",
    "jinja2/meta.py",
    "jinja2/nativetypes.py",
    "jinja2/sandbox.py",
    # PyYAML does without: a config.yml of usual size is read in 2 ms, and loading this costs more.
    "yaml/_yaml.*.so",
    "yaml/cyaml.py",
    "_yaml/*",
)
_OURS = ("chalicelib", "custom_templates")
_SOURCES_OF_EXTENSIONS = {".c", ".h", ".pxd", ".pyi", ".pyx"}


def repack(chalice_zip: Path, result: Path) -> None:
    """Write the zip that is deployed."""
    with tempfile.TemporaryDirectory(prefix="offhook-") as folder:
        root = Path(folder)
        with zipfile.ZipFile(chalice_zip) as archive:
            archive.extractall(root)
        _leave_out(root)
        _compile_packs(root / "chalicelib" / "templates")
        _compile(root)
        _write(root, result)


def _leave_out(root: Path) -> None:
    for pattern in _UNUSED:
        for path in root.glob(pattern):
            path.unlink()
    for path in sorted(root.rglob("*")):
        record = path.parent.name.endswith(".dist-info") and path.name in _LEFT_OUT_OF_PACKAGES
        source = path.suffix in _SOURCES_OF_EXTENSIONS and not _is_ours(path, root)
        if path.is_file() and (record or source):
            path.unlink()


def _compile_packs(folder: Path) -> None:
    """Let the facts of the vendor packs stand in one file, though a vendor.yml may have changed."""
    (folder / COMPILED).write_text(compile_facts(folder), "utf-8")
    for path in folder.glob("*/vendor.yml"):
        path.unlink()


def _compile(root: Path) -> None:
    """Compile each module, so that no cold start has to: Lambda's file system is read-only."""
    run = subprocess.run(
        [sys.executable, "-S", compiling.__file__, str(root)],
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": "0"},
    )
    if run.returncode != 0:
        raise SystemExit(f"offhook: a module does not compile:\n{run.stderr}")


def _is_ours(path: Path, root: Path) -> bool:
    return path.relative_to(root).parts[0] in _OURS


def _write(root: Path, result: Path) -> None:
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _TIME)
                entry.external_attr = _READABLE
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes(), compresslevel=9)
