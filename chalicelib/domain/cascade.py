"""Which settings does a device have, and which layer gave each of them?

Layers stand from the most general to the most special one. In a later layer null unsets what
earlier ones say, maps merge, and all else replaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.wording import path_to

CONFIG = "config.yml"
SERVER = "server"
MODEL = "model"
SITE = "site"
SITE_MODEL = "site_model"
DEVICE = "device"
NAMES = (CONFIG, SERVER, MODEL, SITE, SITE_MODEL, DEVICE)
"""The layers there are, in their order."""

ROLLOUT = "rollout"
"""Gives a version of its own, whatever the layers name."""
PACE = "pace"
"""That of the fleet, which says how often to look where no layer does."""

_CALLED = {
    SERVER: "the server's settings",
    MODEL: "the settings of {}",
    SITE: "the site {}",
    SITE_MODEL: "the settings of the site {}",
    DEVICE: "the device",
}


@dataclass(frozen=True, slots=True)
class Layer:
    """What one layer says. `of` is whose: `zip/33g`, `berlin`, or `berlin for zip/33g`."""

    name: str
    settings: Mapping[str, Any] = field(repr=False)
    of: str = ""

    def __str__(self) -> str:
        """The layer as a message names it."""
        return _CALLED.get(self.name, self.name).format(self.of)


@dataclass(frozen=True, slots=True)
class Word:
    """What one layer says of one setting; None where it unsets it."""

    layer: Layer
    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """One effective setting: who gave it, and what that overrode, the nearest layer first.

    The value is None where the layer unsets what others say.
    """

    path: tuple[str, ...]
    word: Word
    overrode: tuple[Word, ...] = ()

    @property
    def value(self) -> Any:  # noqa: ANN401 - any JSON value
        return self.word.value

    @property
    def where(self) -> str:
        """The path as messages write it."""
        found = ""
        for name in self.path:
            found = path_to(found, name)
        return found


def cascade(layers: Sequence[Layer]) -> dict[str, Any]:
    """The effective settings: no null and no empty map is in them."""
    found: dict[str, Any] = {}
    for layer in layers:
        _lay(layer.settings, found)
    return found


def _lay(settings: Mapping[str, Any], found: dict[str, Any]) -> None:
    """Lay the settings over what was found; `found` is no layer's own."""
    for name, value in settings.items():
        if value is None:
            found.pop(name, None)
        elif type(value) is not dict and not isinstance(value, Mapping):
            found[name] = value
        else:
            below = found.get(name)
            if type(below) is not dict:
                below = {}
            _lay(value, below)
            if below:
                found[name] = below
            else:
                found.pop(name, None)


def explain(layers: Sequence[Layer]) -> list[Given]:
    """Every effective setting, down to the last, and every one that is unset; in a fixed order."""
    words = [Word(layer, layer.settings) for layer in layers]
    return list(_explain(words, ())) if words else []


def give(given: Sequence[Given], words: Mapping[tuple[str, ...], Word]) -> list[Given]:
    """The same with these words, by path, in place of what the layers say."""
    found = {each.path: each for each in given}
    for path, word in words.items():
        below = found.get(path)
        found[path] = Given(path, word, (below.word, *below.overrode) if below else ())
    return [found[path] for path in sorted(found)]


def find_source(given: Sequence[Given], *path: str) -> Layer | None:
    """The layer that gave a setting, or the most special one of its parts."""
    found = [
        each.word.layer
        for each in given
        if each.path[: len(path)] == path and each.value is not None
    ]
    return max(found, key=lambda layer: NAMES.index(layer.name), default=None)


def _explain(words: Sequence[Word], path: tuple[str, ...]) -> Iterator[Given]:
    last = words[-1]
    if path and not isinstance(last.value, Mapping):
        overrode = tuple(reversed(words[:-1]))
        if last.value is not None or any(_says_something(word.value) for word in overrode):
            yield Given(path, last, overrode)
        return
    names = dict.fromkeys(
        name for word in words if isinstance(word.value, Mapping) for name in word.value
    )
    for name in sorted(names):
        inside = list(_inside(words, name))
        if inside:
            yield from _explain(inside, (*path, name))


def _inside(words: Sequence[Word], name: str) -> Iterator[Word]:
    """What the layers say of one part; whoever says something else than a map unsets it."""
    for word in words:
        if not isinstance(word.value, Mapping):
            yield Word(word.layer, None)
        elif name in word.value:
            yield Word(word.layer, word.value[name])


def _says_something(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    if isinstance(value, Mapping):
        return any(map(_says_something, value.values()))
    return value is not None
