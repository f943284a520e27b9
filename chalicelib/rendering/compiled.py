"""What does one template write for a device, and at which line does it fail?"""

from __future__ import annotations

from collections.abc import Mapping
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
from chalicelib.rendering.usage import find_usage

_MOST_FAULTS = 10


class CompiledTemplate:
    """A template, ready to be rendered. The constructor raises TemplateError.

    `usage` are the words that it reads, as `find_usage` gives them.
    """

    def __init__(self, template: Template) -> None:
        self._path = template.path
        self._newline = template.format.newline
        self._text, self.usage = _compile(template)

    def render(self, words: Mapping[str, Any]) -> str:
        """The text. Raises TemplateError and InexpressibleError with the line at fault."""
        try:
            text = "".join(self._text.root_render_func(self._text.new_context(dict(words))))
        except InexpressibleError as error:
            raise InexpressibleError(f"{self._where(error)}: a value {error}") from error
        except (jinja2.TemplateError, TypeError, ValueError) as error:
            # Python's own complaints name the kinds of the values at fault, never the values.
            raise TemplateError(Flaw(where=self._where(error), says=str(error))) from error
        if LEFT_OUT in text:
            text = "\n".join(line for line in text.split("\n") if LEFT_OUT not in line)
        return text if self._newline == "\n" else text.replace("\n", self._newline)

    def _where(self, error: Exception) -> str:
        line = 0
        at = error.__traceback__
        while at is not None:
            if at.tb_frame.f_globals is self._text.root_render_func.__globals__:
                line = self._text.get_corresponding_lineno(at.tb_lineno)
            at = at.tb_next
        return f"{self._path}, line {line}"


def _compile(template: Template) -> tuple[jinja2.Template, frozenset[str]]:
    language = Language(template.format.escape, template.parts)
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
