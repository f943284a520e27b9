"""Which parts of a template are no part of the template language?"""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

from chalicelib.domain.vocabulary import WORDS
from chalicelib.rendering.language import FILTERS, TESTS

_TEXT = {nodes.Template, nodes.Output, nodes.TemplateData}
_VALUES = {nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice}
_FILTERS = {nodes.Filter, nodes.Keyword}
_LOOPS_AND_CONDITIONS = {nodes.For, nodes.If, nodes.CondExpr, nodes.Include}
_QUESTIONS = {nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not}
_SUMS = {nodes.Add, nodes.Sub, nodes.Neg}
_PARTS = _TEXT | _VALUES | _FILTERS | _LOOPS_AND_CONDITIONS | _QUESTIONS | _SUMS

# A device has tens of keys, so a fourth loop in a loop would take seconds.
_DEEPEST_LOOP = 3


def find_faults(tree: nodes.Template) -> list[tuple[int, str]]:
    """Every mistake with its line, in order of the lines."""
    own = {"loop"}
    found = []
    for node, loops in _walk(tree):
        found.append((node, loops))
        if isinstance(node, nodes.Name) and node.ctx == "store":
            own.add(node.name)
    known = WORDS.keys() | own
    return sorted({fault for node, loops in found for fault in _examine(node, loops, known)})


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Every node with the number of loops around it; not recursive, for any depth is possible."""
    waiting = [(tree, 0)]
    while waiting:
        node, loops = waiting.pop()
        yield node, loops
        within = loops + isinstance(node, nodes.For)
        waiting += ((child, within) for child in node.iter_child_nodes())


def _examine(node: nodes.Node, loops: int, known: set[str]) -> Iterator[tuple[int, str]]:
    line = node.lineno or 0
    if type(node) not in _PARTS:
        says = "which has {{ values }}, filters, {% for %} and {% if %}"
        yield line, f"{type(node).__name__} is not part of the template language, {says}"
    elif isinstance(node, nodes.Name) and node.name not in known:
        yield line, f"{{{{{node.name}}}}} is not known; known are {', '.join(WORDS)}"
    elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield line, f"there is no filter {node.name}; there are {', '.join(FILTERS)}"
    elif isinstance(node, nodes.Test) and node.name not in TESTS:
        yield line, f"there is no test {node.name}; there are {', '.join(TESTS)}"
    elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        yield line, f"there is no {node.attr}"
    elif isinstance(node, nodes.For) and loops >= _DEEPEST_LOOP:
        yield line, f"there are more than {_DEEPEST_LOOP} loops within each other"
