"""How is kept what many devices share: settings of the server and of models, layouts of keys?

partition           sort      index entry              what
SETTINGS#           SETTINGS  listing: SETTINGS, ""    what is set for all devices
SETTINGS#zip/33g    SETTINGS  listing: SETTINGS, name  what is set for those of a model
LAYOUT#reception    LAYOUT    listing: LAYOUT, name    a layout of keys
FIRMWARE#yealink    FIRMWARE  -                        a vendor's firmware, and how it is rolled out
PACE                PACE      -                        how often the fleet looks for new files
EDITION             EDITION   -                        what files are made of besides, since when
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.edition import Edition, Part
from chalicelib.domain.errors import ChangedError, ConditionError
from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.pace import Pace
from chalicelib.domain.record import Listed, Stored
from chalicelib.domain.shared import Layout, Place, SharedSettings
from chalicelib.domain.site import Site
from chalicelib.storage import item as items
from chalicelib.storage.firmware import FIRMWARE, PACE, PACE_KEY, shelf_key, to_pace, to_shelf
from chalicelib.storage.keeping import as_it_was, stored
from chalicelib.storage.place import LAYOUTS, LISTING, SITES, layout_entries
from chalicelib.storage.roll import RollRecords, from_to
from chalicelib.storage.table import Item, Key, Put, Unchanged, Write

SETTINGS = "SETTINGS"
_KIND = "layout"
_REMEMBERED = timedelta(days=100)
"""Of a layout that was removed: who has not fetched for so long is silent in any question."""
EDITION = "EDITION"
_EDITION_KEY = Key(EDITION, EDITION)
_SECONDS = 0.25
"""So long may a fetch wait for the edition to be told, which it does once a process at most."""


class SharedRecords(RollRecords):
    """What the devices of one installation share."""

    def shared(
        self, places: Collection[Place]
    ) -> dict[Place, Stored[Site | SharedSettings | Layout | Shelf | Pace | Edition]]:
        """What stands at these places, by one read."""
        place_by_key = {_key(place): place for place in places}
        found = self._table.get(list(place_by_key))
        return {
            place_by_key[key]: Stored(_READER_BY_KIND[key.sort](item), item.revision)
            for key, item in found.items()
        }

    def settings_at(self, place: Place) -> Stored[SharedSettings] | None:
        """What is set for the server or a model, if anything ever was."""
        item = self._get(_key(place))
        return Stored(_to_settings(item), item.revision) if item else None

    def list_settings(self, *, limit: int, after: str | None) -> Listed[Stored[SharedSettings]]:
        """The server's, then those of the models. Raises InputError for a bad `after`."""
        return self._list(SETTINGS, _to_settings, limit=limit, after=after)

    def save_settings(
        self, settings: SharedSettings, *, was: Stored[SharedSettings] | None
    ) -> Stored[SharedSettings]:
        """Store them in place of what the caller saw before. Raises ChangedError."""
        kind, name = settings.place
        body = {
            "kind": kind,
            "name": name,
            "settings": settings.settings,
            "settings_at": items.from_time(settings.settings_at),
            "updated_at": items.from_time(settings.updated_at),
        }
        entries = {LISTING: (SETTINGS, name or _FIRST)}
        item = items.new_item(_key(settings.place), body, entries)
        self._settle(lambda: [Put(item=item, when=as_it_was(was))])
        return Stored(settings, item.revision)

    def layout(self, name: str) -> Stored[Layout] | None:
        """The layout, if there is one."""
        found = stored(self._get(_key(("layout", name))), to_layout)
        return None if found and found.value.is_removed else found

    def list_layouts(self, *, limit: int, after: str | None) -> Listed[Stored[Layout]]:
        """Layouts by name. Raises InputError for a bad `after`."""
        return self._list(LAYOUTS, to_layout, limit=limit, after=after)

    def save_layout(self, layout: Layout, *, was: Stored[Layout] | None) -> Stored[Layout]:
        """Store the layout in place of what the caller saw before.

        A new one is counted in its site. Raises ChangedError, and InputError without the site.
        """
        item, roll = _layout_item(layout), self._roll()
        moves = from_to(was.value.site if was else None, layout.site)

        def attempt() -> list[Write]:
            removed = None if was else self._get(item.key)
            when = as_it_was(was)
            if removed and to_layout(removed).is_removed:
                when = Unchanged(removed.revision)
            return [Put(item=item, when=when), *roll.writes(_KIND, moves, layout.updated_at)]

        self._settle(attempt)
        return Stored(layout, item.revision)

    def remove_layout(self, was: Stored[Layout], *, now: datetime) -> None:
        """Forget the layout; that it was there is kept for a while. Raises ChangedError."""
        removed = replace(was.value, keys=(), keys_at=now, updated_at=now, is_removed=True)
        item, roll = _layout_item(removed), self._roll()
        moves = from_to(was.value.site, None)
        self._settle(lambda: [Put(item=item, when=as_it_was(was)), *roll.writes(_KIND, moves, now)])

    def save_edition(self, edition: Edition, *, was: Stored[Edition] | None) -> Stored[Edition]:
        """Store it in place of what the caller saw before. Raises ChangedError; takes no long."""
        body = {
            name: [part.digest, items.from_time(part.since) if part.since else None]
            for name, part in edition.parts.items()
        }
        item = items.new_item(_EDITION_KEY, {"parts": body})
        try:
            self._table.write(Put(item=item, when=as_it_was(was)), within=_SECONDS)
        except ConditionError as error:
            raise ChangedError("another process has told of an edition") from error
        return Stored(_to_edition(item), item.revision)  # times as they are read


_FIRST = "!"
"""Sorts before every model; an index has no empty names."""


def _key(place: Place) -> Key:
    kind, name = place
    if kind == "site":
        return items.site_key(name)
    if kind == "layout":
        return Key(f"LAYOUT#{name}", LAYOUTS)
    if kind == "firmware":
        return shelf_key(name)
    if kind == "pace":
        return PACE_KEY
    if kind == "edition":
        return _EDITION_KEY
    return Key(f"SETTINGS#{name}", SETTINGS)


def _to_settings(item: Item) -> SharedSettings:
    body = item.body
    return SharedSettings(
        place=(body["kind"], body["name"]),
        settings=body["settings"],
        settings_at=items.to_time(body["settings_at"]),
        updated_at=items.to_time(body["updated_at"]),
    )


def _layout_item(layout: Layout) -> Item:
    body: dict[str, Any] = {
        "name": layout.name,
        "label": layout.label,
        "keys": list(layout.keys),
        "site": layout.site,
        "keys_at": items.from_time(layout.keys_at),
        "created_at": items.from_time(layout.created_at),
        "updated_at": items.from_time(layout.updated_at),
    }
    expires_at = None
    if layout.is_removed:
        body["is_removed"] = True
        expires_at = int((layout.updated_at + _REMEMBERED).timestamp())
    key = _key(("layout", layout.name))
    return items.new_item(key, body, layout_entries(layout), expires_at=expires_at)


def to_layout(item: Item) -> Layout:
    body = item.body
    return Layout(
        name=body["name"],
        label=body["label"],
        keys=tuple(body["keys"]),
        site=body["site"],
        keys_at=items.to_time(body["keys_at"]),
        created_at=items.to_time(body["created_at"]),
        updated_at=items.to_time(body["updated_at"]),
        is_removed=body.get("is_removed", False),
    )


def _to_edition(item: Item) -> Edition:
    parts = item.body["parts"]
    return Edition(
        parts={
            name: Part(digest=digest, since=items.to_time(since) if since else None)
            for name, (digest, since) in parts.items()
        }
    )


_READER_BY_KIND: dict[str, Any] = {
    SETTINGS: _to_settings,
    LAYOUTS: to_layout,
    SITES: items.to_site,
    FIRMWARE: to_shelf,
    PACE: to_pace,
    EDITION: _to_edition,
}
