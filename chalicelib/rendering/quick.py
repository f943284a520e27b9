"""How is a template run at its quickest, as long as nothing is missing?

Jinja asks our language for every step of a lookup, and hands out every piece of text for itself. A
thousand times in one file that is most of the work. The code that is made here looks into the
words' dictionaries directly and joins what stands together. It knows no message: where anything is
not as it expects, it raises whatever Python raises, and the template is to be run again as Jinja
has it, which tells what is wrong, and where.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.utils import missing

from chalicelib.rendering.language import LOOP, Language
from chalicelib.rendering.usage import included


class QuickCode(CodeGenerator):
    """Writes the Python code of a template whose includes have been put in their places."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("write = environment.finalize")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - as Jinja has it
        pieces = node.nodes
        self.writeline("yield " if len(pieces) == 1 else "yield ''.join((", node)
        for piece in pieces:
            if isinstance(piece, nodes.TemplateData):
                self.write(repr(piece.data))
            else:
                # Letters and digits alone stand for themselves in every format.
                self.write("(v if (kind := (v := ")
                self.visit(piece, frame)
                self.write(").__class__) is str and v.isalnum() else ")
                self.write("str(v) if kind is int else write(v))")
            if len(pieces) > 1:
                self.write(", ")
        if len(pieces) > 1:
            self.write("))")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        self.visit(node.node, frame)
        of_loop = isinstance(node.node, nodes.Name) and node.node.name == "loop"
        self.write(f".{node.attr}" if of_loop and node.attr in LOOP else f"[{node.attr!r}]")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: N802
        if node.name == "default" and isinstance(node.node, nodes.Getattr):
            self.write("(found if (found := ")
            self.visit(node.node.node, frame)
            self.write(f".get({node.node.attr!r})) is not None else ")
            self.visit(node.args[0] if node.args else nodes.Const(""), frame)
            self.write(")")
        else:
            super().visit_Filter(node, frame)

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802
        if node.name == "none":
            self.write("(")
            self.visit(node.node, frame)
            self.write(" is None)")
        elif isinstance(node.node, nodes.Getattr):
            with self._filter_test_common(node, frame, is_filter=False):
                super().visit_Getattr(node.node, frame)
        else:
            super().visit_Test(node, frame)


class QuickLanguage(Language):
    """The language, for code that is to be quick."""

    code_generator_class = QuickCode


class QuickWords(dict[str, Any]):
    """The words, as the code that is made here asks for them."""

    __slots__ = ()

    def __missing__(self, name: str) -> Any:  # noqa: ANN401 - as Jinja has it
        return missing

    resolve_or_missing = dict.__getitem__


def put_in_parts(node: nodes.Node, read: Callable[[str], nodes.Template]) -> None:
    """Put the body of each part in the place where it is included; `read` gives a fresh one."""
    for field in ("body", "elif_", "else_"):
        children = getattr(node, field, None)
        if children:
            setattr(node, field, _join(children, read))


def _join(children: list[nodes.Node], read: Callable[[str], nodes.Template]) -> list[nodes.Node]:
    joined: list[nodes.Node] = []
    for child in children:
        new = [child]
        if isinstance(child, nodes.Include):
            part = read(included(child))
            put_in_parts(part, read)
            new = part.body
        else:
            put_in_parts(child, read)
        for each in new:
            last = joined[-1] if joined else None
            if isinstance(each, nodes.Output) and isinstance(last, nodes.Output):
                last.nodes = [*last.nodes, *each.nodes]
            else:
                joined.append(each)
    return joined
