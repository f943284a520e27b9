"""Which settings is a device drafted with, and whose are they?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from chalicelib.domain.cascade import CONFIG, Given, Layer, cascade, explain, find_source
from chalicelib.domain.errors import Flaw
from chalicelib.domain.wording import path_to


class Effective:
    """The settings that the layers make. Of these one is the `own`: what was chosen just now."""

    def __init__(self, layers: Sequence[Layer], own: Layer) -> None:
        self._layers = layers
        self.own = own
        self.settings: Mapping[str, Any] = cascade(layers)

    @cached_property
    def given(self) -> Sequence[Given]:
        """Where each of them comes from."""
        return explain(self._layers)

    def flaw(self, says: str, *path: str) -> Flaw:
        """A flaw of one of the settings, told with the layer that it comes from."""
        source = find_source(self.given, *path)
        if source is None and len(path) > 1:  # a part that is missing
            source = find_source(self.given, *path[:-1])
        where = "server" if source and source.name == CONFIG else "settings"
        for name in path:
            where = path_to(where, name)
        if source is None or source is self.own or source.name == CONFIG:
            return Flaw(where=where, says=says)
        return Flaw(where=where, says=f"{says} (from {source})")
