"""How are the modules of a folder compiled, so that equal sources give equal bytes?

`python -S compiling.py FOLDER`, in a process of its own: the seed of hashes decides the order of
sets in compiled code, and what the process saw before decides what is written only once.

The compiled code takes the source's place, which makes Python load it without one. It has no
docstrings: nobody reads them there.
"""

from __future__ import annotations

import ast
import importlib.util
import marshal
import sys
from pathlib import Path

# A source that somebody puts beside it is not looked at.
_UNCHECKED = (0b01).to_bytes(4, "little")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def main(folder: str) -> None:
    root = Path(folder)
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        path.with_suffix(".pyc").write_bytes(compile_module(path.read_bytes(), name))
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
