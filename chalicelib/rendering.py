"""How a template and a device's words become the text of a config file.

The only module that knows Jinja. Templates are data from people, so the language is cut down to
what a config file needs: values, loops, conditions and a few filters. There is no call, no private
attribute and no way to print a value past the escape of the file's format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import Flaw, TemplateError
from chalicelib.domain.vendor import Template
from chalicelib.domain.vocabulary import WORDS

if TYPE_CHECKING:
    import jinja2
    from jinja2 import nodes

_FILTERS = ("default", "length", "lower", "upper")
_TESTS = ("defined", "none")
_LANGUAGE = frozenset(
    "Template Output TemplateData Name Const Getattr Getitem Slice If For Filter Test Compare "
    "Operand And Or Not CondExpr Add Sub Concat Keyword".split()
)


class Renderer:
    """Compiles each template once and renders it for any number of devices."""

    def __init__(self) -> None:
        self._compiled: dict[Template, jinja2.Template] = {}

    def render(self, template: Template, words: Mapping[str, Any]) -> str:
        """The text of the config file.

        Raises TemplateError when the template is wrong or asks for a value that is not there, and
        InexpressibleError for a value that the file's format cannot write.
        """
        compiled = self._compiled.get(template)
        if compiled is None:
            compiled = self._compiled[template] = self._compile(template)
        try:
            return compiled.render(words)
        except self._jinja.TemplateError as error:
            raise TemplateError(Flaw(where=template.path, says=f"{error}")) from error

    def check(self, template: Template) -> None:
        """Raise TemplateError, with every mistake and its line, unless the template can be used."""
        self._compile(template)

    def _compile(self, template: Template) -> jinja2.Template:
        environment = self._environment(template.format.escape)
        try:
            tree = environment.parse(template.source)
        except self._jinja.TemplateSyntaxError as error:
            where = f"{template.path}, line {error.lineno}"
            raise TemplateError(Flaw(where=where, says=f"{error.message}")) from error
        flaws = [
            Flaw(where=f"{template.path}, line {line}", says=says)
            for line, says in sorted(set(self._find_faults(tree)))
        ]
        if flaws:
            raise TemplateError(*flaws)
        return environment.from_string(tree)

    def _find_faults(self, tree: nodes.Template) -> Iterator[tuple[int, str]]:
        nodes = self._jinja.nodes
        own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"} | {"loop"}
        for node in tree.find_all(nodes.Node):
            kind = type(node).__name__
            if isinstance(node, nodes.Name) and node.name not in own | WORDS.keys():
                yield node.lineno, f"{{{{{node.name}}}}} is not known; known are {', '.join(WORDS)}"
            elif isinstance(node, nodes.Filter) and node.name not in _FILTERS:
                yield (
                    node.lineno,
                    f"there is no filter {node.name}; there are {', '.join(_FILTERS)}",
                )
            elif isinstance(node, nodes.Test) and node.name not in _TESTS:
                yield node.lineno, f"there is no test {node.name}; there are {', '.join(_TESTS)}"
            elif kind not in _LANGUAGE:
                yield getattr(node, "lineno", 0), f"{kind} is not part of the template language"

    def _environment(self, escape: Callable[[str], str]) -> jinja2.Environment:
        def write(value: object) -> object:
            if isinstance(value, str):
                return escape(value)
            if isinstance(value, int) and not isinstance(value, bool):
                return value
            if isinstance(value, self._jinja.Undefined):
                return str(value)  # raises, with the name of what is missing
            raise self._jinja.TemplateRuntimeError(
                f"a {type(value).__name__} cannot be written into a config file"
            )

        environment: jinja2.Environment = self._jinja.sandbox.ImmutableSandboxedEnvironment(
            undefined=self._jinja.StrictUndefined,
            finalize=write,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
        )
        return environment

    @cached_property
    def _jinja(self) -> ModuleType:
        import jinja2
        import jinja2.nodes
        import jinja2.sandbox

        return jinja2
