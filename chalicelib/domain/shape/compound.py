"""What may a list or an object look like?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, TypeVar

from chalicelib.domain.errors import Flaw, InputError
from chalicelib.domain.shape.single import Shape
from chalicelib.domain.wording import not_a, path_to, shown

T_co = TypeVar("T_co", covariant=True)

# A body of a million unknown fields must not cost a million close-match searches.
UNKNOWN_FIELDS_NAMED = 20
LONGEST_FIELD_NAME = 64


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
class MapOf(Shape[dict[str, T_co | None]]):
    """An object whose field names are the operator's own; `name` is a pattern for them.

    A value is null only where `nullable`.
    """

    value: Shape[T_co]
    _: KW_ONLY
    name: str
    says: str
    max: int
    nullable: bool = False

    def examine(
        self, value: object, where: str = ""
    ) -> tuple[dict[str, T_co | None] | None, list[Flaw]]:
        if not isinstance(value, Mapping):
            return None, [Flaw(where=where, says=not_a("an object", value))]
        if len(value) > self.max:
            says = f"has {len(value)} fields; at most {self.max} are allowed"
            return None, [Flaw(where=where, says=says)]
        found: dict[str, T_co | None] = {}
        flaws: list[Flaw] = []
        for name, part in value.items():
            if not isinstance(name, str) or not re.fullmatch(self.name, name):
                says = f"{shown(name)} is not {self.says}"
                flaws.append(Flaw(where=where, says=says))
                continue
            if part is None and self.nullable:
                found[name] = None
                continue
            read, wrong = self.value.examine(part, path_to(where, name))
            flaws += wrong
            if read is not None:
                found[name] = read
        return found, flaws

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^(?:{self.name})$"},
            "additionalProperties": _or_null(self.value.schema(), nullable=self.nullable),
            "maxProperties": self.max,
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
        found = _or_null(self.shape.schema(), nullable=self.nullable)
        if isinstance(self.default, str | int | tuple):
            found["default"] = (
                list(self.default) if isinstance(self.default, tuple) else self.default
            )
        return found | ({"description": self.doc} if self.doc else {})


@dataclass(frozen=True)
class Record(Shape[dict[str, Any]]):
    """An object with known fields, and no others."""

    fields: Mapping[str, Field]

    def patch(self) -> Patch:
        """The shape of a change to such an object."""
        return Patch(self)

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
            import difflib  # few requests need it

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


@dataclass(frozen=True)
class Patch(Shape[dict[str, Any]]):
    """A change to an object: fields to set, and null for those to unset (RFC 7396).

    Those that are `kept` cannot be unset.
    """

    record: Record
    _: KW_ONLY
    kept: tuple[str, ...] = ()

    def examine(self, value: object, where: str = "") -> tuple[dict[str, Any] | None, list[Flaw]]:
        return self._loosened.examine(value, where, partial=True)

    def schema(self) -> dict[str, Any]:
        return self._loosened.schema()

    @property
    def _loosened(self) -> Record:
        return Record(
            {
                name: Field(_loosen(field.shape), nullable=name not in self.kept, doc=field.doc)
                for name, field in self.record.fields.items()
            }
        )


def _loosen(shape: Shape[Any]) -> Shape[Any]:
    if isinstance(shape, Record):
        return shape.patch()
    return replace(shape, nullable=True) if isinstance(shape, MapOf) else shape


def _or_null(schema: dict[str, Any], *, nullable: bool) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]} if nullable else schema
