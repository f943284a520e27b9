"""When are the routes of the API loaded?

With the first request, or the first look, that is for another one than those of phones: a phone
that wakes a process up does not wait for them.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, ValuesView

from chalice import Blueprint, Chalice
from chalice.app import RouteEntry

Methods = dict[str, RouteEntry]


def register_later(app: Chalice, load: Callable[[], Iterable[Blueprint]]) -> None:
    """Register the blueprints that `load` gives when one of their routes is looked for."""
    app.routes = _Routes(app, load)


class _Routes(dict[str, Methods]):
    """The routes of an app, in the place where Chalice keeps them, until all are there."""

    def __init__(self, app: Chalice, load: Callable[[], Iterable[Blueprint]]) -> None:
        super().__init__(app.routes)
        self._app = app
        self._load = load
        self._lock = threading.RLock()

    def __missing__(self, path: str) -> Methods:
        return self._all()[path]

    def __contains__(self, path: object) -> bool:
        return path in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def keys(self) -> KeysView[str]:  # type: ignore[override] # a view, whoever made it
        return self._all().keys()

    def values(self) -> ValuesView[Methods]:  # type: ignore[override] # the same
        return self._all().values()

    def items(self) -> ItemsView[str, Methods]:  # type: ignore[override] # the same
        return self._all().items()

    def _all(self) -> dict[str, Methods]:
        with self._lock:
            if self._app.routes is self:
                self._app.routes = defaultdict(dict, dict.items(self))
                try:
                    for blueprint in self._load():
                        self._app.register_blueprint(blueprint)
                except BaseException:
                    self._app.routes = self  # the next look tries anew
                    raise
            return self._app.routes
