"""What does a YAML text say, where does it say so, and what did YAML read otherwise than meant?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import Reader

from chalicelib.domain.errors import ConfigError, Flaw
from chalicelib.domain.wording import path_to, shown

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
# YAML 1.1 reads more than these; a date, `=` and `<<` are plain texts to us.
_KIND_BY_TAG = {
    _TAG + "int": "a number",
    _TAG + "float": "a number",
    _TAG + "bool": "a boolean",
    _TAG + "null": "nothing",
}
_TEXT_TAGS = {_TAG + name for name in ("str", "timestamp", "merge", "value")}
_LIST_TAG = _TAG + "seq"
_MAPPING_TAG = _TAG + "map"

# Aliases can make a short text endless; no honest file comes near these.
_DEEPEST = 20
_MOST_NODES = 200_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Unquoted:
    """A scalar that YAML read as something else than a text; `source` is how the file has it."""

    source: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What the text says. Paths are written as in flaws: `provisioning.devices[2].mac`."""

    value: Any
    unquoted_by_path: Mapping[str, Unquoted]
    line_by_path: Mapping[str, int]
    flaws: tuple[Flaw, ...]


def read(content: bytes, name: str, *, loader: type[Any] = _LOADER) -> Document:
    """Read a YAML text. Raises ConfigError with file, line and column when it is not YAML.

    libyaml's loader is ten times as fast, but not every machine has it.
    """
    text = _decode(content, name)
    try:
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        raise ConfigError(_explain(error, text, name)) from error
    except RecursionError as error:
        raise ConfigError(Flaw(where=name, says="is nested too deeply")) from error
    reading = _Reading(name=name)
    value = reading.convert(root, "", 0) if root is not None else None
    return Document(
        value=value,
        unquoted_by_path=reading.unquoted_by_path,
        line_by_path=reading.line_by_path,
        flaws=tuple(reading.flaws),
    )


def _decode(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(
            Flaw(where=f"{name}:{line}", says=f"is not UTF-8 text (byte {error.start + 1})")
        ) from error
    bad = Reader.NON_PRINTABLE.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - text.rfind("\n", 0, bad.start())
        says = f"holds a character that YAML does not allow (U+{ord(bad.group()):04X})"
        raise ConfigError(Flaw(where=f"{name}:{line}:{column}", says=says))
    return text


def _explain(error: yaml.MarkedYAMLError, text: str, name: str) -> Flaw:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    written = [*text.splitlines(), ""][line : line + 1] or [""]
    character = written[0][column : column + 1]
    problem = error.problem or "cannot be read"
    opened = f" on line {error.context_mark.line + 1}" if error.context_mark else ""
    if "cannot start any token" in problem:
        says = (
            "is a tab; YAML wants blanks for indentation"
            if character == "\t"
            else f"a value cannot begin with {character}; write it in quotes"
        )
    elif "mapping values are not allowed" in problem:
        says = "a colon cannot stand here; quote the text that holds it, or mend the indentation"
    elif "unexpected end of stream" in problem:
        says = f"the quote opened{opened} is not closed"
    elif "undefined alias" in problem:
        says = "a text that begins with * must stand in quotes"
    elif "another document" in problem:
        says = "a second document begins here; only one is read"
    elif "block" in (error.context or ""):
        says = f"the indentation does not fit what was begun{opened}"
    elif "flow" in (error.context or ""):
        says = f"the bracket or brace opened{opened} is not closed before this"
    else:
        says = f"is not YAML: {problem}"
    return Flaw(where=f"{name}:{line + 1}:{column + 1}", says=says)


@dataclass(kw_only=True)
class _Reading:
    """One pass over the nodes, collecting what is worth knowing about them."""

    name: str
    unquoted_by_path: dict[str, Unquoted] = field(default_factory=dict)
    line_by_path: dict[str, int] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    _nodes: int = 0

    def convert(self, node: Node, where: str, depth: int) -> object:
        self._nodes += 1
        if depth > _DEEPEST or self._nodes > _MOST_NODES:
            raise ConfigError(Flaw(where=self.name, says="is nested too deeply or too large"))
        self.line_by_path[where] = node.start_mark.line + 1
        if isinstance(node, MappingNode):
            return self._mapping(node, where, depth)
        if isinstance(node, SequenceNode):
            self._check_tag(node, where, {_LIST_TAG})
            return [
                self.convert(item, f"{where}[{position}]", depth + 1)
                for position, item in enumerate(node.value)
            ]
        return self._scalar(node, where)

    def _mapping(self, node: MappingNode, where: str, depth: int) -> dict[str, Any]:
        self._check_tag(node, where, {_MAPPING_TAG})
        found: dict[str, Any] = {}
        line_by_key: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                says = (
                    f"has a key on line {line} that is not a text; a value in braces needs quotes"
                )
                self.flaws.append(Flaw(where=where, says=says))
                continue
            key: str = key_node.value
            path = path_to(where, key)
            if key in found:
                says = f"stands twice (lines {line_by_key[key]} and {line})"
                self.flaws.append(Flaw(where=path, says=says))
                continue
            line_by_key[key] = line
            found[key] = self.convert(value_node, path, depth + 1)
            self.line_by_path[path] = line
        return found

    def _scalar(self, node: Node, where: str) -> object:
        self._check_tag(node, where, _TEXT_TAGS | _KIND_BY_TAG.keys())
        kind = _KIND_BY_TAG.get(node.tag)
        if kind is None:
            return node.value
        try:
            value: object = SafeConstructor().construct_object(node)
        except (ValueError, LookupError, ConstructorError):
            return node.value  # such as 0b_, which only looks like a number
        self.unquoted_by_path[where] = Unquoted(source=node.value, kind=kind)
        return value

    def _check_tag(self, node: Node, where: str, known: set[str]) -> None:
        if node.tag not in known:
            says = f"has the YAML tag {shown(node.tag)}, which is not known here"
            self.flaws.append(Flaw(where=where, says=says))
