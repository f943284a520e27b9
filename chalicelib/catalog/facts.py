"""What do the vendor.yml files say, without reading YAML while a phone waits?

`packs.json`, beside their folders, has an index on its first line: for each vendor its aliases, the
files that its phones ask for, and the digest of its vendor.yml. The facts follow, a line each. A
vendor.yml that is new or has changed since is read itself. `make packs` writes the file. In the zip
that `make deploy` packs it is written anew, and stands for the vendor.yml files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

COMPILED = "packs.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What is known of a vendor before its facts are read; `shapes` are of its files' names."""

    aliases: tuple[str, ...]
    shapes: tuple[str, ...]


class Facts:
    """The facts of all vendors in one folder, each read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._text_by_vendor: dict[str, str] = {}

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """All vendors, in alphabetical order."""
        index, texts = self._compiled()
        path_by_vendor = {path.parent.name: path for path in self._folder.glob("*/vendor.yml")}
        found = {}
        for vendor in sorted(path_by_vendor or index):
            path, compiled = path_by_vendor.get(vendor), index.get(vendor)
            if path is None or (compiled and compiled["digest"] == _digest(path)):
                self._text_by_vendor[vendor] = texts[vendor]
                found[vendor] = Entry(
                    aliases=tuple(index[vendor]["aliases"]), shapes=tuple(index[vendor]["shapes"])
                )
            else:
                found[vendor] = _enter(read_yaml(path))
        return found

    def read(self, vendor: str) -> dict[str, Any]:
        """All facts of one of the vendors."""
        text = self._text_by_vendor.get(vendor) if vendor in self.entries else None
        if text is None:
            return read_yaml(self._folder / vendor / "vendor.yml")
        facts: dict[str, Any] = json.loads(text)
        return facts

    def _compiled(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The index of packs.json, and the line of each vendor; nothing where there is no file."""
        try:
            text = (self._folder / COMPILED).read_text("utf-8")
        except FileNotFoundError:
            return {}, {}
        first, *lines = text.splitlines()
        index: dict[str, Any] = json.loads(first)
        return index, dict(zip(index, lines, strict=True))


def compile_facts(folder: Path) -> str:
    """What packs.json is to hold."""
    paths = sorted(folder.glob("*/vendor.yml"))
    facts = {path.parent.name: read_yaml(path) for path in paths}
    index = {}
    for path in paths:
        entry = _enter(facts[path.parent.name])
        index[path.parent.name] = {
            "digest": _digest(path),
            "aliases": entry.aliases,
            "shapes": entry.shapes,
        }
    rows = (index, *facts.values())
    return "".join(f"{json.dumps(row, separators=(',', ':'))}\n" for row in rows)


def read_yaml(path: Path) -> dict[str, Any]:
    """The facts in one vendor.yml."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    facts: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    return facts


def _enter(facts: Mapping[str, Any]) -> Entry:
    return Entry(
        aliases=tuple(facts.get("aliases", ())),
        shapes=tuple(dict.fromkeys(rule["name"].lower() for rule in facts["files"])),
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]
