"""What may a value from JSON or YAML look like, and what exactly is wrong with one that does not?

A shape both checks a value and describes itself as JSON Schema (2020-12), so that what the
documentation says and what the program takes cannot drift apart.
"""

from __future__ import annotations

import difflib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Generic, TypeVar

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.printable import PRINTABLE_PATTERN, why_unprintable
from chalicelib.domain.wording import counted, not_a, path_to, shown

T_co = TypeVar("T_co", covariant=True)

# A body of a million unknown fields must not cost a million close-match searches.
UNKNOWN_FIELDS_NAMED = 20
LONGEST_FIELD_NAME = 64


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


@dataclass(frozen=True)
class ListOf(Shape[tuple[T_co, ...]]):
    """A list of one shape; read as a tuple."""

    item: Shape[T_co]
    _: KW_ONLY
    max: int
    min: int = 0

    def examine(self, value: object, where: str = "") -> tuple[tuple[T_co, ...] | None, list[Flaw]]:
        if not isinstance(value, list | tuple):
            return None, [Flaw(where=where, says=not_a("a list", value))]
        if not self.min <= len(value) <= self.max:
            least = f"{self.min} to" if self.min else "at most"
            says = f"has {len(value)} items; {least} {self.max} are allowed"
            return None, [Flaw(where=where, says=says)]
        examined = [self.item.examine(item, f"{where}[{i}]") for i, item in enumerate(value)]
        flaws = [flaw for _, found in examined for flaw in found]
        # A flawed item stays in its place as None, so that positions still mean what they say.
        return tuple(item for item, _ in examined), flaws  # type: ignore[misc]

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": self.item.schema(),
            "minItems": self.min,
            "maxItems": self.max,
        }


@dataclass(frozen=True)
class Field:
    """One field of a record. An absent field reads as `default`; null only where `nullable`."""

    shape: Shape[Any]
    _: KW_ONLY
    required: bool = False
    nullable: bool = False
    default: Any = None
    doc: str = ""

    def schema(self) -> dict[str, Any]:
        found = self.shape.schema()
        if self.nullable:
            found = {"anyOf": [found, {"type": "null"}]}
        if isinstance(self.default, str | int | tuple):
            found["default"] = (
                list(self.default) if isinstance(self.default, tuple) else self.default
            )
        return found | ({"description": self.doc} if self.doc else {})


@dataclass(frozen=True)
class Record(Shape[dict[str, Any]]):
    """An object with known fields, and no others."""

    fields: Mapping[str, Field]

    def read(self, value: object, where: str = "", *, partial: bool = False) -> dict[str, Any]:
        """All fields with defaults filled in; `partial`: only those present, none is required."""
        found, flaws = self.examine(value, where, partial=partial)
        if flaws or found is None:
            raise InputError(*flaws)
        return found

    def examine(
        self, value: object, where: str = "", *, partial: bool = False
    ) -> tuple[dict[str, Any] | None, list[Flaw]]:
        if not isinstance(value, Mapping):
            return None, [Flaw(where=where, says=not_a("an object", value))]
        present: dict[str, Any] = {}
        flaws: list[Flaw] = []
        unknown = 0
        for name, part in value.items():
            field = self.fields.get(name) if isinstance(name, str) else None
            if field is None:
                unknown += 1
                if unknown <= UNKNOWN_FIELDS_NAMED:
                    flaws.append(self._unknown(name, where))
            elif part is None and field.nullable:
                present[name] = None
            else:
                present[name], found = field.shape.examine(part, path_to(where, name))
                flaws += found
        if unknown > UNKNOWN_FIELDS_NAMED:
            says = f"has {unknown - UNKNOWN_FIELDS_NAMED} more fields that are not known"
            flaws.append(Flaw(where=where, says=says))
        if partial:
            return present, flaws
        absent = {name: field for name, field in self.fields.items() if name not in present}
        flaws += [
            Flaw(where=path_to(where, name), says="is required")
            for name, field in absent.items()
            if field.required
        ]
        return {
            name: present.get(name, field.default) for name, field in self.fields.items()
        }, flaws

    def _unknown(self, name: object, where: str) -> Flaw:
        says = f"is not a known field; known are {', '.join(self.fields)}"
        if isinstance(name, str) and len(name) <= LONGEST_FIELD_NAME:
            close = difflib.get_close_matches(name, self.fields, n=1)
            says += f'; did you mean "{close[0]}"?' if close else ""
        return Flaw(where=path_to(where, name), says=says)

    def schema(self) -> dict[str, Any]:
        required = [name for name, field in self.fields.items() if field.required]
        return {
            "type": "object",
            "properties": {name: field.schema() for name, field in self.fields.items()},
            "additionalProperties": False,
        } | ({"required": required} if required else {})
