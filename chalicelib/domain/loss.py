"""What of an operator's choices gets lost, because a vendor or model has no way to express it?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.domain.device import Device
from chalicelib.domain.parameters import is_one_of
from chalicelib.domain.vendor import Model, Pack

_MOST = 1_000_000
# Which words say a setting, where they are not called like it.
_WORD_BY_SETTING = {"timezone": "time"}
# Words that say the same in another unit.
_SAME_BY_WORD = {
    "lines.expires": {"lines.expires_minutes"},
    "resync.interval": {"resync.interval_seconds", "resync.interval_hours"},
    "resync.jitter": {"resync.jitter_seconds"},
    "firmware": {"firmware_url", "firmware_folder"},
    "firmware_url": {"firmware_folder"},
}
# The same for the first line.
_SAME_BY_FIRST = {
    "lines.name": "EXTENSION_NAME",
    "lines.server": "SIP_SERVER",
    "lines.port": "SIP_PORT",
}
_USUAL_BY_PART_OF_KEY = {"module": 0, "value": None, "label": None, "line": 1, "pickup": None}
# What it sets is told of under the name of that.
_NO_WORDS = {"key_layout"}
# These reach every file that writes a line at all.
_OF_EVERY_LINE = {"extension_number", "user", "password"}


def find_losses(device: Device, *, pack: Pack, model: Model, usage: Collection[str]) -> list[str]:
    """A sentence for each choice that the device's files do not say.

    `usage` are the words that the templates of the files use.
    """
    return [
        *_find_lost_lines(device, pack, model, usage),
        *_find_lost_keys(device, pack, model, usage),
        *_find_lost_settings(device.settings, "", pack, usage),
        *_find_lost_codecs(device, pack),
        *_find_refused(device, pack),
    ]


def _find_lost_lines(
    device: Device, pack: Pack, model: Model, usage: Collection[str]
) -> Iterator[str]:
    if model.lines is not None and len(device.lines) > model.lines:
        yield f"lines: {model.label} has {model.lines} line(s); the others are not used"
    elif len(device.lines) > 1 and "lines" not in usage:
        yield f"lines: the file of {model.label} has the first one only"
    for index, choice in enumerate(device.lines):
        for name, value in choice.items():
            where = f"lines[{index}].{name}"
            if name in _OF_EVERY_LINE:
                continue
            said = _is_said(f"lines.{name}", usage)
            if not said and (index or _SAME_BY_FIRST.get(f"lines.{name}") not in usage):
                yield f"{where}: {pack.label} cannot be told"
            elif _has_no_code(pack, name, value):
                yield f'{where}: {pack.label} knows no "{value}"'


def _find_lost_keys(
    device: Device, pack: Pack, model: Model, usage: Collection[str]
) -> Iterator[str]:
    if device.keys and "keys" not in usage:
        yield f"keys: those of {pack.label} cannot be set"
        return
    for name, usual in _USUAL_BY_PART_OF_KEY.items():
        given = any(key.get(name, usual) != usual for key in device.keys)
        if given and f"keys.{name}" not in usage:
            yield f"keys: {pack.label} cannot be told the {name} of a key"
    for key in device.keys:
        yield from _find_lost_key(key, pack, model)


def find_lost_key_lines(
    keys: Iterable[Mapping[str, Any]], *, model: Model, lines: int | None
) -> Iterator[str]:
    """A sentence for each key whose line is not there; `lines` None: no device is meant yet."""
    known = [
        (most, whose)
        for most, whose in ((model.lines, model.label), (lines, "the device"))
        if most is not None
    ]
    for key in keys:
        for most, whose in known:
            if key["line"] > most:
                yield f"{_where(key)}: there is no line {key['line']}; {whose} has {most}"
                break


def _where(key: Mapping[str, Any]) -> str:
    of = f" of module {key['module']}" if key["module"] else ""
    return f"key {key['position']}{of}"


def _find_lost_key(key: Mapping[str, Any], pack: Pack, model: Model) -> Iterator[str]:
    where = _where(key)
    if key["module"]:
        if model.modules is not None and key["module"] > model.modules:
            yield f"{where}: {model.label} takes {model.modules} module(s)"
    elif model.keys is not None and key["position"] > model.keys:
        yield f"{where}: {model.label} has {model.keys} key(s)"
    if _has_no_code(pack, "key", key["type"]):
        yield f"{where}: {pack.label} has no key of the type {key['type']}"


def _find_lost_settings(
    settings: Mapping[str, Any], path: str, pack: Pack, usage: Collection[str]
) -> Iterator[str]:
    for name, value in settings.items():
        if value is None or name in _NO_WORDS:
            continue
        word = f"{path}{_WORD_BY_SETTING.get(name, name)}"
        if isinstance(value, Mapping) and name != "vendor_settings":
            yield from _find_lost_settings(value, f"{word}.", pack, usage)
        elif not _is_said(word, usage):
            yield f"settings.{path}{name}: {pack.label} cannot be told"
        elif _has_no_code(pack, word, value):
            yield f'settings.{path}{name}: {pack.label} knows no "{value}"'
        elif isinstance(value, list | tuple) and len(value) > (most := _reach(word, usage)):
            yield f"settings.{path}{name}: {pack.label} takes {most}"


def _find_lost_codecs(device: Device, pack: Pack) -> Iterator[str]:
    for codec in device.settings.get("codecs", ()):
        if pack.codecs and codec not in pack.codecs:
            yield f'settings.codecs: {pack.label} knows no "{codec}"'


def _find_refused(device: Device, pack: Pack) -> Iterator[str]:
    raw = device.settings.get("vendor_settings") or {}
    for name in (name for name, value in raw.items() if value is not None):
        if is_one_of(name, pack.refused_parameters):
            yield f"settings.vendor_settings.{name}: real phones of {pack.label} refuse it"


def _is_said(word: str, usage: Collection[str]) -> bool:
    return word in usage or any(same in usage for same in _SAME_BY_WORD.get(word, ()))


def _reach(word: str, usage: Collection[str]) -> int:
    """How many entries of a list the templates read."""
    reaches = [use[len(word) + 2 : -1] for use in usage if use.startswith(f"{word}[:")]
    return _MOST if "" in reaches else max(map(int, reaches), default=_MOST)


def _has_no_code(pack: Pack, name: str, value: object) -> bool:
    return isinstance(value, str) and name in pack.codes and value not in pack.codes[name]
