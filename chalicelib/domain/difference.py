"""How does a file differ from what a phone has fetched, told without a secret if need be?"""

from __future__ import annotations

import difflib
import re

_ATTRIBUTE = re.compile(r'([0-9A-Za-z_.:-]+)="[^"]*"')
_TEXT = re.compile(r"(?<=>)[^<>]+(?=<|$)")
_NAMING = frozenset(("name", "id", "ID", "idx", "index", "n", "button", "context"))
_NAME = re.compile(r"\s*(?:SET [0-9A-Za-z_]+ |[^=:]{0,120}?[=:] ?)")


def compare(old: str, new: str, name: str) -> str:
    """The unified diff between two texts of a file; empty when they are the same."""
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{name} (last fetched)", f"{name} (now)", lineterm=""
    )
    return "".join(f"{line}\n" for line in lines)


def veil(old: str, whole: str, veiled: str, mark: str) -> str:
    """The older text with a mark in place of what may be a secret in it.

    `whole` and `veiled` are the same file as it is now, with its secrets and without. A line of the
    older text is shown where the file has that very line now, or one that says another value by the
    same name and holds no secret. Of every other line only the names are shown: what the file said
    then may be a secret that nobody knows any more.
    """
    now, told = whole.splitlines(), veiled.splitlines()
    plain: set[str] = set()
    secret: set[str] = set()
    if len(now) == len(told):
        for line, shown in zip(now, told, strict=True):
            (plain if line == shown else secret).add(_hide(line, mark))
    same, safe = set(told), plain - secret
    lines = []
    for line in old.splitlines():
        hidden = _hide(line, mark)
        lines.append(line if line in same or hidden in safe else hidden)
    return "".join(f"{line}\n" for line in lines)


def _hide(line: str, mark: str) -> str:
    """The line with its values hidden and its names left."""
    if "<" in line:
        tagged = _ATTRIBUTE.sub(
            lambda found: found[0] if found[1] in _NAMING else f'{found[1]}="{mark}"', line
        )
        return _TEXT.sub(mark, tagged)
    name = _NAME.match(line)
    return f"{name[0]}{mark}" if name else (mark if line.strip() else line)
