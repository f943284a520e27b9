"""What does one template write for a device, and at which line does it fail?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import jinja2
from jinja2 import nodes

from chalicelib.domain.errors import Flaw, InexpressibleError, TemplateError
from chalicelib.domain.vendor import Template
from chalicelib.rendering.fault import (
    find_cycle,
    find_faults,
    find_included,
    find_variables,
)
from chalicelib.rendering.language import LEFT_OUT, Language
from chalicelib.rendering.quick import QuickLanguage, QuickWords, put_in_parts
from chalicelib.rendering.usage import find_usage

_MOST_FAULTS = 10
# Whatever stops the quick way: what is missing is a KeyError or a TypeError there.
_FAILURES = (
    InexpressibleError,
    jinja2.TemplateError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


class CompiledTemplate:
    """A template, ready to be rendered. The constructor raises TemplateError.

    `usage` are the words that it reads, as `find_usage` gives them.
    """

    def __init__(self, template: Template) -> None:
        self._template = template
        self._path = template.path
        self._newline = template.format.newline
        self._quick, self.usage = _compile(template)

    def render(self, words: Mapping[str, Any]) -> str:
        """The text. Raises TemplateError and InexpressibleError with the line at fault."""
        try:
            # Of a context, the code asks no more.
            text = "".join(self._quick.root_render_func(QuickWords(words)))  # type: ignore[arg-type]
        except _FAILURES:
            return self.exact(words)
        return self._finish(text)

    def exact(self, words: Mapping[str, Any]) -> str:
        """The same, by Jinja's own and slower way, which knows file and line of a mistake."""
        try:
            made = self._text
            text = "".join(made.root_render_func(made.new_context(dict(words))))
        except InexpressibleError as error:
            raise InexpressibleError(f"{self._where(error)}: a value {error}") from error
        except (jinja2.TemplateError, TypeError, ValueError) as error:
            # Python's own complaints name the kinds of the values at fault, never the values.
            raise TemplateError(Flaw(where=self._where(error), says=str(error))) from error
        return self._finish(text)

    def _finish(self, text: str) -> str:
        if LEFT_OUT in text:
            text = leave_out(text)
        return text if self._newline == "\n" else text.replace("\n", self._newline)

    @cached_property
    def _text(self) -> jinja2.Template:
        """The template as Jinja has it."""
        language = Language(self._template.format.escape, self._template.parts)
        code = language.compile(self._template.source)
        return language.template_class.from_code(language, code, {})

    def _where(self, error: Exception) -> str:
        line = 0
        at = error.__traceback__
        while at is not None:
            if at.tb_frame.f_globals is self._text.root_render_func.__globals__:
                line = self._text.get_corresponding_lineno(at.tb_lineno)
            at = at.tb_next
        return f"{self._path}, line {line}"


def leave_out(text: str) -> str:
    """The text without the lines that write a value that is not set."""
    return "\n".join([line for line in text.split("\n") if LEFT_OUT not in line])


def _compile(template: Template) -> tuple[jinja2.Template, frozenset[str]]:
    language = QuickLanguage(template.format.escape, template.parts)
    where = template.path
    try:
        tree = language.parse(template.source)
        parts: dict[str, nodes.Template] = {}
        waiting = find_included(tree)
        while waiting:
            name = waiting.pop()
            if name in template.parts and name not in parts:
                where = f"{template.path}, part {name}"
                parts[name] = language.parse(template.parts[name])
                waiting |= find_included(parts[name])
        where = template.path
        _refuse_faults(template, tree, parts)
        usage = find_usage(tree, parts)
        put_in_parts(tree, lambda name: language.parse(template.parts[name]))
        code = language.compile(tree)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(
            Flaw(where=f"{where}, line {error.lineno}", says=f"{error.message}")
        ) from error
    except (MemoryError, RecursionError, SyntaxError, ValueError) as error:
        # What Jinja's parser, its compiler and Python's say of text that is out of all proportion.
        says = "is nested too deeply or holds too long a number"
        raise TemplateError(Flaw(where=where, says=says)) from error
    return language.template_class.from_code(language, code, {}), usage


def _refuse_faults(
    template: Template, tree: nodes.Template, parts: Mapping[str, nodes.Template]
) -> None:
    """Raise TemplateError with what is no part of the template language.

    `parts` are those that the template includes.
    """
    # A part sees the loops around the place where it is included.
    variables = frozenset().union(*map(find_variables, (tree, *parts.values())))
    texts = {template.path: tree}
    texts |= {f"{template.path}, part {name}": part for name, part in parts.items()}
    flaws = [
        Flaw(where=f"{path}, line {line}", says=says)
        for path, text in texts.items()
        for line, says in find_faults(text, template.parts.keys(), variables)
    ]
    cycle = find_cycle(parts)
    if cycle and not flaws:
        flaws = [Flaw(where=f"{template.path}, part {cycle}", says="includes itself")]
    if len(flaws) > _MOST_FAULTS:
        left = len(flaws) - _MOST_FAULTS
        more = Flaw(where=template.path, says=f"has {left} more mistakes")
        flaws = [*flaws[:_MOST_FAULTS], more]
    if flaws:
        raise TemplateError(*flaws)
