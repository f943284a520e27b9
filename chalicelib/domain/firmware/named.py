"""Which firmware do settings name, layer over layer?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_VERSION, _URL = "firmware", "firmware_url"
FIELDS = (_VERSION, _URL)
"""The settings that name it."""

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Named:
    """The version that the layers name, and whether they name an address in place of its file.

    What lies at an address nobody knows, unless a version stands beside it, or above.
    """

    version: str | None
    has_url: bool

    @classmethod
    def by(cls, *layers: Settings) -> Named:
        """What these layers name, the most special one first."""
        at = next((place for place, layer in enumerate(layers) if _URL in layer), len(layers))
        has_url = at < len(layers) and layers[at][_URL] is not None
        named = layers[: at + 1] if has_url else layers
        version = next((layer[_VERSION] for layer in named if _VERSION in layer), None)
        return cls(version, has_url)

    def may_take_back(self, before: Named) -> bool:
        """Whether devices may have had a newer version by what was named before."""
        if self.version is None:
            return False
        return self.version != before.version or (before.has_url and not self.has_url)


def say_the_same(one: Settings, other: Settings) -> bool:
    """Whether both layers name the same, unset it, or say nothing of it."""
    return all((each in one, one.get(each)) == (each in other, other.get(each)) for each in FIELDS)
