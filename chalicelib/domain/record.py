"""A value as the store holds it, and a part of a list of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Stored(Generic[T_co]):
    """A value and its revision: an opaque text that changes with every write."""

    value: T_co
    revision: str


@dataclass(frozen=True, slots=True)
class Listed(Generic[T_co]):
    """A part of a list; `after` leads to the next part, None at the end."""

    values: Sequence[T_co]
    after: str | None


@dataclass(frozen=True, slots=True)
class Change(Generic[T_co]):
    """What is to take the place of what was read."""

    was: Stored[T_co]
    new: T_co
