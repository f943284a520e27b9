"""What does the function's zip hold, byte for byte?

Chalice's own zip, with the modules compiled beforehand and what no program reads left out. Equal
sources give equal bytes, so that nothing is deployed when nothing changed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# The oldest that a zip can hold; Lambda shows files with the times that the zip gives them.
_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_LEFT_OUT_OF_PACKAGES = {"INSTALLER", "RECORD", "REQUESTED", "WHEEL", "top_level.txt"}
# `cryptography` needs cffi's compiled part to run, and these two only to be built.
_FOR_BUILDING_ONLY = {"cffi", "pycparser"}
# PyYAML does without: a config.yml of usual size is read in 2 ms, and loading this costs more.
_QUICK_YAML = "yaml/_yaml.*.so"
_SOURCES_OF_EXTENSIONS = {".c", ".h", ".pxd", ".pyi", ".pyx"}


def repack(chalice_zip: Path, result: Path) -> None:
    """Write the zip that is deployed."""
    with tempfile.TemporaryDirectory(prefix="offhook-") as folder:
        root = Path(folder)
        with zipfile.ZipFile(chalice_zip) as archive:
            archive.extractall(root)
        _leave_out(root)
        _compile(root)
        _write(root, result)


def _leave_out(root: Path) -> None:
    for name in _FOR_BUILDING_ONLY:
        shutil.rmtree(root / name, ignore_errors=True)
    for path in root.glob(_QUICK_YAML):
        path.unlink()
    for path in sorted(root.rglob("*")):
        record = path.parent.name.endswith(".dist-info") and path.name in _LEFT_OUT_OF_PACKAGES
        source = path.suffix in _SOURCES_OF_EXTENSIONS and root / "chalicelib" not in path.parents
        if path.is_file() and (record or source):
            path.unlink()


def _compile(root: Path) -> None:
    """Compile each module, so that no cold start has to.

    Lambda's file system is read-only, so it would be done at each one. "Unchecked": by its time a
    source of 1980 in a zip never matches what was compiled.
    """
    script = (
        "import compileall, py_compile, sys\n"
        "mode = py_compile.PycInvalidationMode.UNCHECKED_HASH\n"
        "done = compileall.compile_dir(\n"
        "    sys.argv[1], maxlevels=50, quiet=1, force=True, workers=1,\n"
        "    stripdir=sys.argv[1], invalidation_mode=mode,\n"
        ")\n"
        "sys.exit(not done)\n"
    )
    # A process of its own: the hash seed decides the order of sets in the compiled code, and
    # PYTHONPYCACHEPREFIX would put the files elsewhere.
    run = subprocess.run(
        [sys.executable, "-S", "-c", script, str(root)],
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": "0"},
    )
    if run.returncode != 0:
        raise SystemExit(f"offhook: a module does not compile:\n{run.stdout}{run.stderr}")


def _write(root: Path, result: Path) -> None:
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _TIME)
                entry.external_attr = _READABLE
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes(), compresslevel=9)
