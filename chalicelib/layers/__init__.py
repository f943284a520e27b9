"""What do the server, a model and a site say of their devices, at most a minute ago?

The one place where a process remembers it: all that depends on a site goes by the same reading, so
that a change is visible within that minute however many parts look.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from chalicelib.domain.cascade import MODEL, SERVER, SITE, SITE_MODEL, Layer
from chalicelib.domain.edition import CONFIG, OFFHOOK, Digests, Edition, pack_of
from chalicelib.domain.errors import ChangedError, StoreDownError
from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.pace import Pace
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import (
    EDITION_PLACE,
    PACE_PLACE,
    SERVER_PLACE,
    Layout,
    Place,
    SharedSettings,
    place_of_firmware,
    place_of_model,
)
from chalicelib.domain.site import Site
from chalicelib.domain.standing import Group
from chalicelib.layers.memory import SECONDS, Memory, Shared

_TRIES = 3
"""How often a process tries to say what it makes files of when others say so, too."""


class LayerRecords(Protocol):
    """Where it is kept what devices share."""

    def shared(self, places: Collection[Place]) -> Mapping[Place, Stored[Shared]]: ...
    def save_edition(self, edition: Edition, *, was: Stored[Edition] | None) -> Stored[Edition]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _View:
    """What devices of a site and model share, as far as it is settings."""

    until: float
    """By the timer: when the first part of it is old."""
    server: SharedSettings | None
    of_model: SharedSettings | None
    at: Site | None
    below: Sequence[Layer]


@dataclass(frozen=True, kw_only=True, slots=True)
class _News:
    """What of the things that devices share was changed last, and when."""

    changes: Mapping[str, datetime]
    stamp: datetime | None
    made_of: datetime | None


class Layers:
    """What devices share, as this process remembers it."""

    def __init__(
        self,
        *,
        records: LayerRecords,
        timer: Callable[[], float],
        clock: Callable[[], datetime],
        digests: Callable[[], Digests],
        looks: Callable[[str], bool],
    ) -> None:
        """`digests` are of what this process makes files of beside the records.

        `looks` tells whether phones of a vendor can be told how often to look for a new file.
        """
        self._records = records
        self._timer = timer
        self._memory = Memory(self._read, timer=timer, on_change=self._forget_views)
        self._clock = clock
        self._digests = cache(digests)
        self._looks = looks
        self._views: dict[tuple[str, str, str], _View] = {}
        self._news_by_group: dict[Group, _News] = {}
        self._has_told = False
        """Whether this process has said in the table what it makes files of."""

    def site(self, name: str) -> Stored[Site] | None:
        """The site, if there is one. Raises StoreDownError, as all others do."""
        return self._memory.find(("site", name))  # type: ignore[return-value] # as the place says

    def layout(self, name: str, site: str) -> Layout | None:
        """The layout of that name, if devices of the site may have it."""
        layout = self._layout_at(name, site)
        return None if layout is None or layout.is_removed else layout

    def shelf(self, vendor: str) -> Shelf:
        """All firmware of the vendor, and how it is rolled out."""
        found = self._memory.find(place_of_firmware(vendor))
        shelf: Any = found.value if found else None
        return shelf or Shelf(vendor=vendor)

    def pace(self) -> Pace:
        """How often the fleet looks for new files."""
        found = self._memory.find(PACE_PLACE)
        pace: Any = found.value if found else None
        return pace or Pace()

    def below(self, site: str, vendor: str, model: str) -> Sequence[Layer]:
        """The layers below a device of this site and model, the most general first."""
        return self._look(site, vendor, model).below

    def common(self, vendor: str, model: str | None) -> list[Layer]:
        """The layers that are the same for all devices of a vendor, or of its model."""
        places = [SERVER_PLACE, *([place_of_model(vendor, model)] if model else [])]
        found: Any = [each.found for each in self._memory.find_all(places)]
        return [
            Layer(SERVER if place == SERVER_PLACE else MODEL, each.value.settings, place[1])
            for place, each in zip(places, found, strict=True)
            if each
        ]

    def stamp(self, group: Group) -> datetime | None:
        """When what these devices share was last changed; None: never."""
        return self._look_for_news(group).stamp

    def made_of(self, group: Group) -> datetime | None:
        """The stamp of a file that this process makes for one of these devices now.

        None where another process has told of an edition that this one does not make files of.
        """
        return self._look_for_news(group).made_of

    def changes(self, group: Group) -> Mapping[str, datetime]:
        """When each thing that these devices share was last changed, by what a message calls it."""
        return self._look_for_news(group).changes

    def _look_for_news(self, group: Group) -> _News:
        self._look(group.site, group.vendor, group.model)  # what is old is read anew
        found = self._news_by_group.get(group)
        if found is None:
            changes = self._find_changes(group)
            stamp = max(changes.values(), default=None)
            is_ours = self._edition().is_of(self._digests(), _parts_of(group))
            found = _News(changes=changes, stamp=stamp, made_of=stamp if is_ours else None)
            self._news_by_group[group] = found
        return found

    def _find_changes(self, group: Group) -> dict[str, datetime]:
        view = self._look(group.site, group.vendor, group.model)
        server, of_model, at = view.server, view.of_model, view.at
        named = f"{group.vendor}/{group.model}"
        said = [*([at.models.get(named, {}), at.settings] if at else [])]
        said += [each.settings for each in (of_model, server) if each]
        name = group.layout or _choose("key_layout", said)
        keys = self._layout_at(name, group.site) if name else None
        pace = self.pace()
        firmware_at = self.shelf(group.vendor).changed_at(
            model=group.model,
            site=group.site,
            chosen=group.firmware or _choose("firmware", said),
        )
        times = {
            "server": server.settings_at if server else None,
            f"model {named}": of_model.settings_at if of_model else None,
            f"site {group.site}": at.settings_at if at else None,
            f"layout {name}": keys.keys_at if keys else None,
            f"firmware of {group.vendor}": firmware_at,
            "pace": pace.changed_at if pace.changed_at and self._looks(group.vendor) else None,
        }
        known = {name: time for name, time in times.items() if time}
        return known | self._edition().changes(_parts_of(group))

    def learn(self, groups: Collection[Group]) -> None:
        """Read at once what all of these groups of devices share, and is not known."""
        places: dict[Place, None] = {SERVER_PLACE: None}
        for group in groups:
            places[place_of_model(group.vendor, group.model)] = None
            places["site", group.site] = None
            places[place_of_firmware(group.vendor)] = None
        self._memory.find_all([*places, PACE_PLACE, EDITION_PLACE])

    def forget(self, place: Place) -> None:
        """Read the place anew when it is next asked for; other processes do within a minute."""
        self._memory.forget(place)

    def _layout_at(self, name: str, site: str) -> Layout | None:
        """The layout, also when it was removed, since it has changed so."""
        found = self._memory.find(("layout", name))
        layout: Any = found.value if found else None
        return layout if layout and layout.site in (None, site) else None

    def _edition(self) -> Edition:
        found = self._memory.find(EDITION_PLACE)
        edition: Any = found.value if found else None
        return edition or Edition()

    def _look(self, site: str, vendor: str, model: str) -> _View:
        view = self._views.get((site, vendor, model))
        if view is None or self._timer() >= view.until:
            view = self._views[site, vendor, model] = self._look_anew(site, vendor, model)
        return view

    def _look_anew(self, site: str, vendor: str, model: str) -> _View:
        # The others come with the same read: whoever wants the settings wants them next.
        places: Sequence[Place] = (
            SERVER_PLACE,
            place_of_model(vendor, model),
            ("site", site),
            place_of_firmware(vendor),
            PACE_PLACE,
            EDITION_PLACE,
        )
        known = self._memory.find_all(places)
        found: Any = [each.found for each in known[:3]]
        server, of_model, at = (each.value if each else None for each in found)
        named = f"{vendor}/{model}"
        return _View(
            until=min(each.since for each in known) + SECONDS,
            server=server,
            of_model=of_model,
            at=at,
            below=(
                Layer(SERVER, server.settings if server else {}),
                Layer(MODEL, of_model.settings if of_model else {}, named),
                Layer(SITE, at.settings if at else {}, site),
                Layer(SITE_MODEL, at.models.get(named, {}) if at else {}, f"{site} for {named}"),
            ),
        )

    def _forget_views(self) -> None:
        """Have what follows from the places looked at anew: one of them may say something else."""
        self._views.clear()
        self._news_by_group.clear()

    def _read(self, places: Collection[Place]) -> Mapping[Place, Stored[Shared]]:
        found = dict(self._records.shared(places))
        if EDITION_PLACE in places and not self._has_told:
            self._tell_edition(found)
        return found

    def _tell_edition(self, found: dict[Place, Stored[Shared]]) -> None:
        """Say once what this process makes files of, where the table has something else.

        Best effort: who could not do it does so when it next reads, and fetches go on.
        """
        try:
            for _ in range(_TRIES):
                if self._follow_edition(found):
                    self._has_told = True
                    return
        except StoreDownError:
            return

    def _follow_edition(self, found: dict[Place, Stored[Shared]]) -> bool:
        """Whether the table has this process's edition now; if not, what it has is found anew."""
        was: Any = found.get(EDITION_PLACE)
        kept = was.value if was else Edition()
        edition = kept.after(self._digests(), self._clock())
        if edition == kept:
            return True
        try:
            found[EDITION_PLACE] = self._records.save_edition(edition, was=was)
        except ChangedError:
            found.update(self._records.shared([EDITION_PLACE]))
            return False
        return True


def _parts_of(group: Group) -> tuple[str, ...]:
    """What the files of these devices are made of, beside the records."""
    return (CONFIG, OFFHOOK, pack_of(group.vendor))


def _choose(setting: str, said: Sequence[Mapping[str, Any]]) -> str | None:
    """What the layers choose, the most special one first."""
    return next((each[setting] for each in said if setting in each), None)
