"""How are an operator's choices merged, kept, masked and searched?

They are JSON values of the shapes in `domain/profile.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.domain.shape import ListOf, MapOf, Record, Shape, Text
from chalicelib.domain.wording import path_to

Join = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]
"""How given settings join those that are there: `merge` or `overlay`."""


def merge(old: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """`old` with `patch` over it: null unsets, objects merge, all else replaces (RFC 7396)."""
    merged = dict(old)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            below = merged.get(name)
            merged[name] = merge(below if isinstance(below, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged


def overlay(old: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """`old` with `given` over it: null stays, objects merge, all else replaces.

    An empty object says nothing.
    """
    laid = dict(old)
    for name, value in given.items():
        if not isinstance(value, Mapping):
            laid[name] = value
        elif value:
            below = laid.get(name)
            laid[name] = overlay(below if isinstance(below, Mapping) else {}, value)
    return laid


def drop_absent(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value without its nulls, which stand for what was not given."""
    if isinstance(value, Mapping):
        return {name: drop_absent(part) for name, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [drop_absent(part) for part in value]
    return value


def drop_empty(value: Mapping[str, Any]) -> dict[str, Any]:
    """The value without empty objects, which set nothing."""
    kept = {
        name: drop_empty(part) if isinstance(part, Mapping) else part
        for name, part in value.items()
    }
    return {name: part for name, part in kept.items() if part != {}}


def mask(shape: Shape[Any], value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value without its secrets, for an answer; a field that held one is absent."""
    if isinstance(shape, Record) and isinstance(value, Mapping):
        return {
            name: mask(shape.fields[name].shape, part)
            for name, part in value.items()
            if part is None or not is_secret(shape.fields[name].shape)
        }
    if isinstance(shape, ListOf) and value is not None:
        return [mask(shape.item, part) for part in value]
    return value


def veil(shape: Shape[Any], value: Any, mark: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value with a mark in place of each secret text."""
    if is_secret(shape):
        if isinstance(value, Mapping):
            return {name: part if part is None else mark for name, part in value.items()}
        return value if value is None else mark
    if isinstance(shape, Record) and isinstance(value, Mapping):
        return {name: veil(shape.fields[name].shape, part, mark) for name, part in value.items()}
    return value


def keep_secrets(
    shape: Record, value: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """The value with the secrets that it had before, where the object around them is still there.

    Nobody can read a secret back, so leaving it out does not mean to remove it.
    """
    kept = dict(value)
    for name, field in shape.fields.items():
        if before.get(name) is None:
            continue
        if is_secret(field.shape):
            kept.setdefault(name, before[name])
        elif isinstance(field.shape, Record) and kept.get(name) is not None:
            kept[name] = keep_secrets(field.shape, kept[name], before[name])
    return kept


def find_missing(
    shape: Record, value: Mapping[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """The path of every field that an object in the value cannot be without."""
    for name, field in shape.fields.items():
        part = value.get(name)
        if part is None:
            if field.required:
                yield (*path, name)
        elif isinstance(field.shape, Record):
            yield from find_missing(field.shape, part, (*path, name))


def find_texts(value: Any, where: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON value
    """Every text in the value, with its path."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from find_texts(part, path_to(where, name))
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from find_texts(part, f"{where}[{index}]")


def is_secret(shape: Shape[Any]) -> bool:
    if isinstance(shape, MapOf):
        return is_secret(shape.value)
    return isinstance(shape, Text) and shape.secret
