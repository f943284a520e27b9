"""How is written what many devices share, so that it is told of, and noticed by this process?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.domain.chosen import Join, drop_empty, keep_secrets, merge
from chalicelib.domain.profile import LAYER, SETTINGS
from chalicelib.domain.shared import Place
from chalicelib.fleet.records import Trail

T = TypeVar("T")
Told = Mapping[str, Any] | None
"""What the trail tells of a record; None where there is none."""


class Saving:
    """Writes what stands at a place; then whoever remembers it is to read it anew."""

    def __init__(self, *, trail: Trail, on_change: Callable[[Place], None]) -> None:
        """`on_change` is called with the place of what is not as it was."""
        self._trail = trail
        self._on_change = on_change

    def save(
        self, place: Place, kind: str, name: str, *, old: Told, new: Told, write: Callable[[], T]
    ) -> T:
        """Do the write together with the line of the trail. Raises what `write` does."""
        with self._trail.change(kind, name, old, new):
            saved = write()
        self._on_change(place)
        return saved


def set_anew(
    given: Mapping[str, Any], before: Mapping[str, Any], where: str = "settings"
) -> dict[str, Any]:
    """Settings that take the place of others: checked, and with the secrets that they leave out.

    Raises InputError.
    """
    settings = LAYER.read(given, where)
    return drop_empty(keep_secrets(SETTINGS, settings, before))


def merge_in(
    patch: Mapping[str, Any],
    before: Mapping[str, Any],
    where: str = "settings",
    *,
    join: Join = merge,
) -> dict[str, Any]:
    """The settings with a patch over them. Raises InputError."""
    return dict(LAYER.read(drop_empty(join(before, patch)), where))


def stamp(*, is_news: bool, before: datetime | None, now: datetime) -> datetime:
    """When it was last changed to something else."""
    return now if is_news or before is None else before
