"""Which parts of a template are no part of the template language?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from jinja2 import nodes

from chalicelib.domain.vocabulary import WORDS
from chalicelib.rendering.language import FILTERS, TESTS
from chalicelib.rendering.usage import included

_TEXT = {nodes.Template, nodes.Output, nodes.TemplateData}
_VALUES = {nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice}
_FILTERS = {nodes.Filter, nodes.Keyword}
_LOOPS_AND_CONDITIONS = {nodes.For, nodes.If, nodes.CondExpr, nodes.Include}
_QUESTIONS = {nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not}
_SUMS = {nodes.Add, nodes.Sub, nodes.Neg}
_PARTS = _TEXT | _VALUES | _FILTERS | _LOOPS_AND_CONDITIONS | _QUESTIONS | _SUMS

# A device has tens of keys, so a fourth loop in a loop would take seconds.
_DEEPEST_LOOP = 3

Fault = tuple[int, str]


def find_faults(
    tree: nodes.Template, parts: Collection[str], variables: frozenset[str]
) -> list[Fault]:
    """Every mistake of one text with its line, in order of the lines.

    `parts` are the names of all that it may include; `variables` are those of the loops, in this
    text and in those that include it.
    """
    known = WORDS.keys() | variables | {"loop"}
    return sorted(
        {fault for node, loops in _walk(tree) for fault in _examine(node, loops, known, parts)}
    )


def find_variables(tree: nodes.Template) -> set[str]:
    """The variables of the loops."""
    return {
        node.name for node, _ in _walk(tree) if isinstance(node, nodes.Name) and node.ctx == "store"
    }


def find_included(tree: nodes.Template) -> set[str]:
    """The parts that a text includes itself."""
    return {included(node) for node, _ in _walk(tree) if isinstance(node, nodes.Include)}


def find_cycle(parts: Mapping[str, nodes.Template]) -> str | None:
    """A part that includes itself, at once or through others."""
    below = {name: find_included(tree) for name, tree in parts.items()}
    for name in parts:
        reached: set[str] = set()
        waiting = set(below[name])
        while waiting:
            reached |= waiting
            waiting = {each for other in waiting for each in below.get(other, ())} - reached
        if name in reached:
            return name
    return None


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Every node with the number of loops around it; not recursive, for any depth is possible."""
    waiting = [(tree, 0)]
    while waiting:
        node, loops = waiting.pop()
        yield node, loops
        within = loops + isinstance(node, nodes.For)
        waiting += ((child, within) for child in node.iter_child_nodes())


def _examine(
    node: nodes.Node, loops: int, known: set[str], parts: Collection[str]
) -> Iterator[Fault]:
    line = node.lineno or 0
    if type(node) not in _PARTS:
        says = "which has {{ values }}, filters, {% for %} and {% if %}"
        yield line, f"{type(node).__name__} is not part of the template language, {says}"
    elif isinstance(node, nodes.For) and loops >= _DEEPEST_LOOP:
        yield line, f"there are more than {_DEEPEST_LOOP} loops within each other"
    elif isinstance(node, nodes.Include) and included(node) not in parts:
        there = f"there are {', '.join(parts)}" if parts else "there are none"
        yield line, f"there is no such part to include; {there}"
    else:
        yield from ((line, says) for says in _examine_name(node, known))


def _examine_name(node: nodes.Node, known: set[str]) -> Iterator[str]:
    if isinstance(node, nodes.Name) and node.name not in known:
        yield f"{{{{{node.name}}}}} is not known; known are {', '.join(WORDS)}"
    elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield f"there is no filter {node.name}; there are {', '.join(FILTERS)}"
    elif isinstance(node, nodes.Test) and node.name not in TESTS:
        yield f"there is no test {node.name}; there are {', '.join(TESTS)}"
    elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        yield f"there is no {node.attr}"
