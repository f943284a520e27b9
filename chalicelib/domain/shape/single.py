"""What may a single value look like: a text, a number, a flag?"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.printable import PRINTABLE_PATTERN, why_unprintable
from chalicelib.domain.wording import counted, not_a, shown

T_co = TypeVar("T_co", covariant=True)


class Shape(ABC, Generic[T_co]):
    """What a value may look like."""

    def read(self, value: object, where: str = "") -> T_co:
        """The value as the program wants it, or InputError with every flaw in document order."""
        found, flaws = self.examine(value, where)
        if flaws or found is None:
            raise InputError(*flaws)
        return found

    @abstractmethod
    def examine(self, value: object, where: str = "") -> tuple[T_co | None, list[Flaw]]:
        """What could be read, and every flaw; a flawed part is None in what comes back."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema."""


@dataclass(frozen=True, kw_only=True)
class Text(Shape[str]):
    """A text; `says` completes "is not ..." when the pattern does not match."""

    max: int = 200
    min: int = 1
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    says: str = ""
    secret: bool = False
    printable: bool = True

    def examine(self, value: object, where: str = "") -> tuple[str | None, list[Flaw]]:
        if not isinstance(value, str):
            return None, [Flaw(where=where, says=not_a("a text", value, secret=self.secret))]
        flaws = [
            Flaw(where=where, says=says if self.secret else f"{shown(value)} {says}")
            for says in self._complaints(value)
        ]
        return (None if flaws else value), flaws

    def _complaints(self, text: str) -> Iterator[str]:
        if self.choices:
            if text not in self.choices:
                yield f"is not one of {', '.join(self.choices)}"
            return
        if len(text) < self.min:
            yield f"has {counted(len(text))}; at least {self.min} must be given"
            return
        if len(text) > self.max:
            yield f"has {counted(len(text))}; at most {self.max} are allowed"
        unprintable = why_unprintable(text, strict=self.printable)
        if unprintable:
            yield unprintable
        elif self.pattern is not None and not re.fullmatch(self.pattern, text):
            yield f"is not {self.says or f'of the form {self.pattern}'}"

    def schema(self) -> dict[str, Any]:
        if self.choices:
            return {"type": "string", "enum": list(self.choices)}
        found: dict[str, Any] = {
            "type": "string",
            "minLength": self.min,
            "maxLength": self.max,
        }
        if self.pattern is not None:
            found["pattern"] = f"^(?:{self.pattern})$"
        elif self.printable:
            found["pattern"] = PRINTABLE_PATTERN
        if self.says:
            found["description"] = self.says
        if self.secret:
            found |= {"format": "password", "writeOnly": True}
        return found


@dataclass(frozen=True, kw_only=True)
class Whole(Shape[int]):
    """A whole number; 5.0 counts as one, as it does in JSON Schema."""

    min: int
    max: int

    def examine(self, value: object, where: str = "") -> tuple[int | None, list[Flaw]]:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            return None, [Flaw(where=where, says=not_a("a whole number", value))]
        if not self.min <= value <= self.max:
            says = f"{shown(value)} is not a whole number from {self.min} to {self.max}"
            return None, [Flaw(where=where, says=says)]
        return value, []

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.min, "maximum": self.max}


@dataclass(frozen=True, kw_only=True)
class Flag(Shape[bool]):
    """True or false, and no word for it."""

    def examine(self, value: object, where: str = "") -> tuple[bool | None, list[Flaw]]:
        if not isinstance(value, bool):
            return None, [Flaw(where=where, says=not_a("a boolean (true or false)", value))]
        return value, []

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, kw_only=True)
class Parsed(Shape[T_co]):
    """A text that a domain value's own parser reads; the parser raises ValueError."""

    parse: Callable[[str], T_co]
    says: str
    max: int = 200
    pattern: str | None = None  # for the schema only: the parser decides

    def examine(self, value: object, where: str = "") -> tuple[T_co | None, list[Flaw]]:
        if not isinstance(value, str):
            return None, [Flaw(where=where, says=not_a("a text", value))]
        refused = [Flaw(where=where, says=f"{shown(value)} is not {self.says}")]
        if len(value) > self.max:
            return None, refused
        try:
            found = self.parse(value)
        except ValueError:
            return None, refused
        return found, []

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "maxLength": self.max, "description": self.says}
        return found | ({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {})


@dataclass(frozen=True, kw_only=True)
class Code(Shape[str | int]):
    """What somebody else calls a thing: a text or a whole number."""

    max: int = 200

    def examine(self, value: object, where: str = "") -> tuple[str | int | None, list[Flaw]]:
        if isinstance(value, bool) or not isinstance(value, str | int):
            return None, [Flaw(where=where, says=not_a("a text or a whole number", value))]
        if isinstance(value, str) and len(value) > self.max:
            says = f"{shown(value)} has {counted(len(value))}; at most {self.max} are allowed"
            return None, [Flaw(where=where, says=says)]
        return value, []

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "maxLength": self.max}, {"type": "integer"}]}


@dataclass(frozen=True, kw_only=True)
class Anything(Shape[Any]):
    """Any value but null."""

    def examine(self, value: object, where: str = "") -> tuple[Any, list[Flaw]]:
        if value is None:
            return None, [Flaw(where=where, says=not_a("a value", value))]
        return value, []

    def schema(self) -> dict[str, Any]:
        return {"not": {"type": "null"}}
