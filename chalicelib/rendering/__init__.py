"""How do a template and a device's words become the text of a config file?

This package is the only place that knows Jinja, which is loaded on the first render.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.vendor import Template

if TYPE_CHECKING:
    from chalicelib.rendering.compiled import CompiledTemplate


class Renderer:
    """Compiles each template once and renders it for any number of devices."""

    def __init__(self) -> None:
        self._compiled: dict[Template, CompiledTemplate] = {}

    def render(self, template: Template, words: Mapping[str, Any]) -> str:
        """The text of the config file.

        Raises TemplateError when the template is wrong or asks for a value that is not there, and
        InexpressibleError for a value that the file's format cannot write.
        """
        return self._compile(template).render(words)

    def usage(self, template: Template) -> frozenset[str]:
        """The words that the template reads, such as `language` and `lines.srtp`.

        Raises TemplateError when the template is wrong.
        """
        return self._compile(template).usage

    def _compile(self, template: Template) -> CompiledTemplate:
        compiled = self._compiled.get(template)
        if compiled is None:
            compiled = self._compiled[template] = _compile(template)
        return compiled


def _compile(template: Template) -> CompiledTemplate:
    from chalicelib.rendering.compiled import CompiledTemplate

    return CompiledTemplate(template)
