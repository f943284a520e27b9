"""Which words does a template use, and so: what can the vendor be told?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import nodes

_Sources = Mapping[str, str]
"""The list that each variable of a loop runs over."""


def find_usage(tree: nodes.Template, parts: Mapping[str, nodes.Template]) -> frozenset[str]:
    """The words that a template reads, with their parts: `language`, `vlan.phone`, `lines.srtp`.

    A variable of a loop stands for the list that it runs over. How far a list is read stands
    behind it: `ntp_servers[:2]` for its first two entries, `ntp_servers[:]` for all. Of `parts`
    count those that the template includes; they must not include themselves.
    """
    return frozenset(_walk(tree, {}, parts))


def _walk(
    node: nodes.Node, sources: _Sources, parts: Mapping[str, nodes.Template]
) -> Iterator[str]:
    yield from _read(node, sources)
    if isinstance(node, nodes.For):
        yield from _walk_loop(node, sources, parts)
        return
    if isinstance(node, nodes.Include):
        yield from _walk(parts[included(node)], sources, parts)
    for child in node.iter_child_nodes():
        yield from _walk(child, sources, parts)


def _walk_loop(
    node: nodes.For, sources: _Sources, parts: Mapping[str, nodes.Template]
) -> Iterator[str]:
    yield from _walk(node.iter, sources, parts)
    source = _name(node.iter, sources)
    if source and not isinstance(node.iter, nodes.Getitem):
        yield f"{source}[:]"
    if source and isinstance(node.target, nodes.Name):
        sources = {**sources, node.target.name: source}
    for child in (*node.body, *node.else_, *([node.test] if node.test else ())):
        yield from _walk(child, sources, parts)


def _read(node: nodes.Node, sources: _Sources) -> Iterator[str]:
    name = _name(node, sources)
    if name:
        yield name
    if name and isinstance(node, nodes.Getitem):
        yield from _reach(name, node.arg)


def _reach(name: str, arg: nodes.Expr) -> Iterator[str]:
    """How far a list is read by `name[0]` or `name[:2]`; to its end where that is not sure."""
    if isinstance(arg, nodes.Const) and isinstance(arg.value, str):
        return
    last = arg.stop if isinstance(arg, nodes.Slice) else arg
    if isinstance(last, nodes.Const) and isinstance(last.value, int):
        yield f"{name}[:{last.value + (last is arg)}]"
    else:
        yield f"{name}[:]"


def included(node: nodes.Include) -> str:
    """The part that is included; empty where that is not written as a plain text."""
    template = node.template
    plain = isinstance(template, nodes.Const) and isinstance(template.value, str)
    return template.value if plain else ""  # type: ignore[attr-defined]


def _name(node: nodes.Node, sources: _Sources) -> str | None:
    """The dotted name that a value is read by, if it is read by one."""
    if isinstance(node, nodes.Name):
        return sources.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        of = _name(node.node, sources)
        return f"{of}.{node.attr}" if of else None
    if isinstance(node, nodes.Getitem):
        of = _name(node.node, sources)
        key = node.arg.value if isinstance(node.arg, nodes.Const) else None
        return f"{of}.{key}" if of and isinstance(key, str) else of  # or a part of a list
    if isinstance(node, nodes.Filter):
        return _name(node.node, sources) if node.node else None
    return None
