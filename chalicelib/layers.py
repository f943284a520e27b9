"""What do the server, a model and a site say of their devices, at most a minute ago?

The one place where a process remembers it: all that depends on a site goes by the same reading, so
that a change is visible within that minute however many parts look.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.cascade import MODEL, SERVER, SITE, SITE_MODEL, Layer
from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.pace import Pace
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import (
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

_SECONDS = 60.0
"""How long a process goes by what it last read."""

_RENEWED_AFTER = 30.0
"""So old may be what is read again in passing, when something has to be read anyhow."""

_MOST_AT_ONCE = 100
"""So much is read by one request to DynamoDB."""

Shared = Site | SharedSettings | Layout | Shelf | Pace


class LayerRecords(Protocol):
    """Where it is kept what devices share."""

    def shared(self, places: Collection[Place]) -> Mapping[Place, Stored[Shared]]: ...


@dataclass(slots=True)
class _Known:
    """What was last read of a place, and when by the timer."""

    since: float
    found: Stored[Shared] | None
    was_used: bool = False


class Layers:
    """What devices share, as this process remembers it."""

    def __init__(self, *, records: LayerRecords, timer: Callable[[], float]) -> None:
        self._records = records
        self._timer = timer
        self._known: dict[Place, _Known] = {}

    def site(self, name: str) -> Stored[Site] | None:
        """The site, if there is one. Raises StoreDownError, as all others do."""
        [found] = self._find(("site", name))
        return found  # type: ignore[return-value] # as the place says

    def layout(self, name: str, site: str) -> Layout | None:
        """The layout of that name, if devices of the site may have it."""
        [found] = self._find(("layout", name))
        layout: Any = found.value if found else None
        return layout if layout and layout.site in (None, site) else None

    def shelf(self, vendor: str) -> Shelf:
        """All firmware of the vendor, and how it is rolled out."""
        [found] = self._find(place_of_firmware(vendor))
        shelf: Any = found.value if found else None
        return shelf or Shelf(vendor=vendor)

    def pace(self) -> Pace:
        """How often the fleet looks for new files."""
        [found] = self._find(PACE_PLACE)
        pace: Any = found.value if found else None
        return pace or Pace()

    def below(self, site: str, vendor: str, model: str) -> list[Layer]:
        """The layers below a device of this site and model, the most general first."""
        server, of_model, at = self._shared(site, vendor, model)
        named = f"{vendor}/{model}"
        return [
            Layer(SERVER, server.settings if server else {}),
            Layer(MODEL, of_model.settings if of_model else {}, named),
            Layer(SITE, at.settings if at else {}, site),
            Layer(SITE_MODEL, at.models.get(named, {}) if at else {}, f"{site} for {named}"),
        ]

    def common(self, vendor: str, model: str | None) -> list[Layer]:
        """The layers that are the same for all devices of a vendor, or of its model."""
        places = [SERVER_PLACE, *([place_of_model(vendor, model)] if model else [])]
        found: Any = self._find(*places)
        return [
            Layer(SERVER if place == SERVER_PLACE else MODEL, each.value.settings, place[1])
            for place, each in zip(places, found, strict=True)
            if each
        ]

    def stamp(
        self, site: str, vendor: str, model: str, *, layout: str | None = None
    ) -> datetime | None:
        """When what devices of this site and model share was last changed; None: never.

        `layout` is the device's own, where it has one.
        """
        return max(self.changes(site, vendor, model, layout=layout).values(), default=None)

    def changes(
        self, site: str, vendor: str, model: str, *, layout: str | None = None
    ) -> dict[str, datetime]:
        """When each thing that such devices share was last changed, by what a message calls it."""
        server, of_model, at = self._shared(site, vendor, model)
        named = f"{vendor}/{model}"
        times = {
            "server": server.settings_at if server else None,
            f"model {named}": of_model.settings_at if of_model else None,
            f"site {site}": at.settings_at if at else None,
        }
        name = layout or _layout_of(named, server, of_model, at)
        keys = self.layout(name, site) if name else None
        times[f"layout {name}"] = keys.keys_at if keys else None
        return {name: time for name, time in times.items() if time}

    def learn(self, groups: Collection[Group]) -> None:
        """Read at once what all of these groups of devices share, and is not known."""
        places: dict[Place, None] = {SERVER_PLACE: None}
        for group in groups:
            places[place_of_model(group.vendor, group.model)] = None
            places["site", group.site] = None
            places[place_of_firmware(group.vendor)] = None
        places[PACE_PLACE] = None
        self._find(*places)

    def forget(self, place: Place) -> None:
        """Read the place anew when it is next asked for; other processes do within a minute."""
        self._known.pop(place, None)

    def _shared(
        self, site: str, vendor: str, model: str
    ) -> tuple[SharedSettings | None, SharedSettings | None, Site | None]:
        # The others come with the same read: whoever wants the settings wants them next.
        found: Any = self._find(
            SERVER_PLACE,
            place_of_model(vendor, model),
            ("site", site),
            place_of_firmware(vendor),
            PACE_PLACE,
        )
        server, of_model, at = (each.value if each else None for each in found[:3])
        return server, of_model, at

    def _find(self, *places: Place) -> list[Stored[Shared] | None]:
        now = self._timer()
        known = {place: self._known.get(place) for place in places}
        lacking = [place for place, each in known.items() if _is_old(each, now, _SECONDS)]
        if lacking:
            read = self._read(lacking, now)
            known |= {place: read[place] for place in lacking}
        for each in known.values():
            if each:
                each.was_used = True
        return [each.found if each else None for each in known.values()]

    def _read(self, lacking: Sequence[Place], now: float) -> dict[Place, _Known]:
        """Read what is lacking, and what will soon be and was in use; forget the rest of that."""
        wanted = dict.fromkeys(lacking)
        for place, known in list(self._known.items()):
            if not _is_old(known, now, _RENEWED_AFTER):
                continue
            if known.was_used and len(wanted) < _MOST_AT_ONCE:
                wanted[place] = None
            elif _is_old(known, now, _SECONDS):
                self._known.pop(place, None)
        found = self._records.shared(list(wanted))
        read = {place: _Known(now, found.get(place)) for place in wanted}
        self._known.update(read)
        return read


def _layout_of(
    model: str, server: SharedSettings | None, of_model: SharedSettings | None, at: Site | None
) -> str | None:
    """The layout that the layers choose, the most special one first."""
    said = (
        at.models.get(model, {}) if at else {},
        at.settings if at else {},
        of_model.settings if of_model else {},
        server.settings if server else {},
    )
    found = next((each["key_layout"] for each in said if "key_layout" in each), None)
    return found if isinstance(found, str) else None


def _is_old(known: _Known | None, now: float, seconds: float) -> bool:
    return known is None or now - known.since >= seconds
