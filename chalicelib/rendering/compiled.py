"""What does one template write for a device, and at which line does it fail?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2

from chalicelib.domain.errors import Flaw, InexpressibleError, TemplateError
from chalicelib.domain.vendor import Template
from chalicelib.rendering.fault import find_faults
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
    try:
        tree = language.parse(template.source)
        parts = [language.parse(part) for part in template.parts.values()]
        faults = [fault for each in (tree, *parts) for fault in find_faults(each)]
        usage = find_usage((tree, *parts))
        code = None if faults else language.compile(tree)
    except jinja2.TemplateSyntaxError as error:
        where = f"{template.path}, line {error.lineno}"
        raise TemplateError(Flaw(where=where, says=f"{error.message}")) from error
    except (MemoryError, RecursionError, SyntaxError, ValueError) as error:
        # What Jinja's parser, its compiler and Python's say of text that is out of all proportion.
        says = "is nested too deeply or holds too long a number"
        raise TemplateError(Flaw(where=template.path, says=says)) from error
    if code is None:
        raise TemplateError(*_tell(template, faults))
    return language.template_class.from_code(language, code, {}), usage


def _tell(template: Template, faults: list[tuple[int, str]]) -> list[Flaw]:
    told = [
        Flaw(where=f"{template.path}, line {line}", says=says)
        for line, says in faults[:_MOST_FAULTS]
    ]
    if len(faults) > _MOST_FAULTS:
        left = len(faults) - _MOST_FAULTS
        told.append(Flaw(where=template.path, says=f"has {left} more mistakes"))
    return told
