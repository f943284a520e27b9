"""How are the modules of a folder compiled, so that equal sources give equal bytes?

`python -S compiling.py FOLDER OWN...`, in a process of its own: the seed of hashes decides the
order of sets in compiled code, and what the process saw before decides what is written only once.

OWN modules and folders keep their sources. Of all others the compiled code takes the source's
place, which makes Python load it without one. None has docstrings: nobody reads them there.
"""

from __future__ import annotations

import ast
import importlib.util
import marshal
import sys
from pathlib import Path

# By its time a source of 1980 in a zip never matches what was compiled; by its hash it would have
# to be read.
_UNCHECKED = (0b01).to_bytes(4, "little")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def main(folder: str, *own: str) -> None:
    root = Path(folder)
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        compiled = compile_module(path.read_bytes(), name.as_posix())
        if name.parts[0] in own:
            cache = path.parent / "__pycache__"
            cache.mkdir(exist_ok=True)
            (cache / f"{path.stem}.{sys.implementation.cache_tag}.pyc").write_bytes(compiled)
        else:
            path.with_suffix(".pyc").write_bytes(compiled)
            path.unlink()


def compile_module(source: bytes, name: str) -> bytes:
    """What a .pyc file is to hold. Raises SyntaxError."""
    tree = ast.parse(source, name)
    _forget_docstrings(tree)
    code = compile(tree, name, "exec", dont_inherit=True, optimize=0)
    head = importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(source)
    return head + marshal.dumps(code)


def _forget_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            # One that holds nothing but its docstring must hold something.
            node.body[:1] = [] if node.body[1:] else [ast.copy_location(ast.Pass(), node.body[0])]


if __name__ == "__main__":
    main(*sys.argv[1:])
