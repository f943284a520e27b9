"""What can a template read, and how is a value written?

Templates are data from people, so Jinja is cut down to what a config file needs. A lookup finds
what the words hold and never an attribute of a Python object; there is no call and no way to
print a value past the escape of the file's format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jinja2
from jinja2.runtime import LoopContext, Undefined
from jinja2.tests import test_defined, test_none

LEFT_OUT = "\0"
"""Stands for a value that is not set, until its line is left out; no format can write it."""

LOOP = frozenset(("index", "index0", "first", "last", "length"))
_KINDS = {bool: "yes or no", dict: "group of values", int: "number", list: "list", str: "text"}


class Language(jinja2.Environment):
    """Jinja for config files of one format."""

    def __init__(self, escape: Callable[[str], str], parts: Mapping[str, str]) -> None:
        super().__init__(
            loader=jinja2.DictLoader(parts),
            undefined=jinja2.StrictUndefined,
            finalize=_writer(escape),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
        )
        self.globals = {}
        self.filters = dict(FILTERS)
        self.tests = dict(TESTS)

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - as Jinja has it
        """`obj.attribute` in a template."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        if isinstance(obj, dict):
            known = ", ".join(map(str, obj)) or "none"
            return self.undefined(f"there is no {attribute}; there are {known}")
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        return self.undefined(f"a {_kind(obj)} has no {attribute}")

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401 - as Jinja has it
        """`obj[argument]` in a template. The argument may be a secret, so no message holds it."""
        if isinstance(obj, dict) and argument in obj:
            return obj[argument]
        if isinstance(obj, list | tuple) and type(argument) is int:
            if -len(obj) <= argument < len(obj):
                return obj[argument]
            return self.undefined(f"the list has only {len(obj)} entries")
        return self.undefined(f"the {_kind(obj)} has nothing of the name in [ ]")


def _writer(escape: Callable[[str], str]) -> Callable[[object], str]:
    """What every value goes through; a file of a large device has a thousand."""

    def write(value: object) -> str:
        if type(value) is str:
            # Letters and digits alone stand for themselves in every format.
            return value if value.isalnum() else escape(value)
        if type(value) is int:
            return str(value)
        if value is None:
            return LEFT_OUT
        raise jinja2.TemplateRuntimeError(f"a {_kind(value)} cannot be written into a config file")

    return write


def _kind(value: object) -> str:
    if isinstance(value, Undefined):
        str(value)  # raises, and says what is missing
    return _KINDS.get(type(value), "missing value" if value is None else type(value).__name__)


def _default(value: object, otherwise: object = "") -> object:
    return otherwise if isinstance(value, Undefined) or value is None else value


def _length(value: object) -> int:
    if not isinstance(value, dict | list | str | tuple):
        raise jinja2.TemplateRuntimeError(f"a {_kind(value)} has no length")
    return len(value)


def _lower(value: object) -> str | None:
    return None if value is None else _text(value).lower()


def _upper(value: object) -> str | None:
    return None if value is None else _text(value).upper()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise jinja2.TemplateRuntimeError(f"a {_kind(value)} has no letters")
    return value


FILTERS: Mapping[str, Callable[..., Any]] = {
    "default": _default,
    "length": _length,
    "lower": _lower,
    "upper": _upper,
}
TESTS: Mapping[str, Callable[..., bool]] = {"defined": test_defined, "none": test_none}
