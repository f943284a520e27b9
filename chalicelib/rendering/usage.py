"""Which words does a template use, and so: what can the vendor be told?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2 import nodes


def find_usage(trees: Iterable[nodes.Template]) -> frozenset[str]:
    """The words that the templates read, with their parts: `language`, `vlan.phone`, `lines.srtp`.

    A variable of a loop stands for the list that it runs over.
    """
    trees = list(trees)
    source_by_variable: dict[str, str] = {}
    for tree in trees:
        for loop in tree.find_all(nodes.For):
            source = _name(loop.iter, source_by_variable)
            if isinstance(loop.target, nodes.Name) and source:
                source_by_variable[loop.target.name] = source
    return frozenset(name for tree in trees for name in _names(tree, source_by_variable))


def _names(tree: nodes.Template, source_by_variable: dict[str, str]) -> Iterator[str]:
    for node in tree.find_all((nodes.Name, nodes.Getattr)):
        name = _name(node, source_by_variable)
        if name:
            yield name


def _name(node: nodes.Node, source_by_variable: dict[str, str]) -> str | None:
    """The dotted name that a value is read by, if it is read by one."""
    if isinstance(node, nodes.Name):
        return source_by_variable.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        of = _name(node.node, source_by_variable)
        return f"{of}.{node.attr}" if of else None
    if isinstance(node, nodes.Getitem | nodes.Filter):  # a part of a list
        return _name(node.node, source_by_variable) if node.node else None
    return None
