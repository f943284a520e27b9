"""How do `--set vlan.phone=100`, `--unset language` and `--null lldp` become what the API takes?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from chalicelib.domain.chosen import overlay
from chalicelib.domain.profile import SETTINGS
from chalicelib.domain.shape import Flag, ListOf, MapOf, Record, Shape, Text, Whole
from cli.outcome import UsageError

_TRUE = ("true", "yes", "on")
_FALSE = ("false", "no", "off")


NULLS: Mapping[str, object] = {"nulls": "keep"}
"""What a request is to say whose nulls unset what is inherited, and take nothing back."""


def read_settings(
    given: Sequence[str], unset: Sequence[str] = (), nulls: Sequence[str] = ()
) -> dict[str, Any]:
    """The settings object. Raises UsageError for a path or a value that cannot be.

    A null in it is of `unset`, which takes back, or of `nulls`, which unsets what is inherited.
    """
    if unset and nulls:
        raise UsageError("--unset and --null exclude each other: give them one after the other")
    settings: dict[str, Any] = {}
    for pair in given:
        path, sign, text = pair.partition("=")
        if not sign:
            raise UsageError(f'"{pair}" is not PATH=VALUE, such as timezone=Europe/Berlin')
        shape = _find(path)
        _put(settings, path, _read_value(path, text, shape))
    for path in (*unset, *nulls):
        _find(path)
        _put(settings, path, None)
    return settings


def lay_settings(
    body: dict[str, Any], given: Sequence[str], unset: Sequence[str], nulls: Sequence[str]
) -> None:
    """Lay these settings over those of a body. Raises UsageError."""
    settings = read_settings(given, unset, nulls)
    if not settings:
        return
    held = body.get("settings", {})
    if not isinstance(held, dict):
        raise UsageError("settings is no JSON object")
    body["settings"] = overlay(held, settings)


def read_json_file(name: str) -> Any:  # noqa: ANN401 - what JSON holds
    """The JSON in a file; `-` is the standard input. Raises UsageError."""
    import sys

    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig")
        return json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} cannot be read: {error}") from error
    except ValueError as error:
        raise UsageError(f"{name} is not JSON: {error}") from error


def _find(path: str) -> Shape[Any]:
    """What may stand at this place of the settings."""
    shape: Shape[Any] = SETTINGS
    names = path.split(".")
    for place, name in enumerate(names):
        if isinstance(shape, MapOf):
            return shape.value
        if not isinstance(shape, Record) or name not in shape.fields:
            raise UsageError(f'"{path}" is no setting; {_tell_known(shape, names[:place], name)}')
        shape = shape.fields[name].shape
    return shape


def _tell_known(shape: Shape[Any], above: Sequence[str], name: str) -> str:
    """What may stand there instead of this name."""
    fields = list(shape.fields) if isinstance(shape, Record) else []
    close = get_close_matches(name, fields, n=1)
    if close:
        return f'did you mean "{".".join((*above, close[0]))}"?'
    known = ", ".join(fields) or "nothing"
    return f"{'.'.join(above)} has: {known}" if above else f"known are: {known}"


def _put(settings: dict[str, Any], path: str, value: object) -> None:
    names = path.split(".")
    if names[0] == "vendor_settings" and len(names) > 2:
        names = [names[0], ".".join(names[1:])]
    inner = settings
    for name in names[:-1]:
        inner = inner.setdefault(name, {})
    inner[names[-1]] = value


def _read_value(path: str, text: str, shape: Shape[Any]) -> object:
    text = _read_text(path, text, shape)
    if isinstance(shape, Flag):
        return _read_flag(path, text)
    if isinstance(shape, Whole):
        if not text.isascii() or not text.isdecimal():
            raise UsageError(f'{path}: "{text}" is not a whole number')
        return int(text)
    if isinstance(shape, ListOf):
        return _read_list(path, text)
    if isinstance(shape, Record | MapOf):
        return _read_json(path, text)
    return text


def _read_text(path: str, text: str, shape: Shape[Any]) -> str:
    """The value as it was meant: @FILE stands for what the file holds, @@ for an @."""
    if text.startswith("@@"):
        return text[1:]
    if text.startswith("@"):
        return _read_file(text[1:])
    if isinstance(shape, Text) and shape.secret and not path.startswith("vendor_settings."):
        raise UsageError(
            f"{path} is a secret, and others can read a command line: "
            f"put it into a file and say --set {path}=@FILE (@- is the standard input)"
        )
    return text


def _read_flag(path: str, text: str) -> bool:
    if text.lower() not in _TRUE + _FALSE:
        raise UsageError(f'{path}: "{text}" is neither true nor false')
    return text.lower() in _TRUE


def _read_list(path: str, text: str) -> object:
    if text.lstrip().startswith("["):
        return _read_json(path, text)
    return [part.strip() for part in text.split(",") if part.strip()]


def _read_json(path: str, text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"{path} takes JSON, and this is none: {error}") from error


def _read_file(name: str) -> str:
    import sys

    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} cannot be read: {error}") from error
    return text.removesuffix("\n").removesuffix("\r")
