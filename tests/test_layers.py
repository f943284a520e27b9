"""Is what devices share read once a minute and no more, and is it never older?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.cascade import cascade
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
from chalicelib.layers import Layers, Shared

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BERLIN = Site(
    name="berlin",
    label="Berlin",
    settings={"language": "de"},
    models={"zip/33g": {"time_format": "24h"}, "zip/37g": {"time_format": "12h"}},
    settings_at=NOON,
    created_at=NOON,
    updated_at=NOON + timedelta(days=1),
)
ZIP: Place = place_of_model("zip", "33g")
SITE: Place = ("site", "berlin")
DESK: Place = ("layout", "desk")
ALONG: set[Place] = {place_of_firmware("zip"), PACE_PLACE}
"""What comes along with the settings."""


def settings(place: Place, **said: object) -> SharedSettings:
    return SharedSettings(
        place=place, settings=said, settings_at=NOON, updated_at=NOON + timedelta(days=1)
    )


def a_layout(site: str | None = None) -> Layout:
    at = NOON + timedelta(minutes=9)
    return Layout(
        name="desk", label="", keys=(), site=site, keys_at=at, created_at=NOON, updated_at=NOON
    )


class World:
    """A store, a clock, and what was read."""

    def __init__(self, *shared: SharedSettings | Site | Layout) -> None:
        self.stored: dict[Place, Stored[Shared]] = {}
        self.reads: list[set[Place]] = []
        self.now = 1000.0
        self.layers = Layers(records=self, timer=lambda: self.now)
        for each in shared:
            self.put(each)

    def put(self, value: SharedSettings | Site | Layout) -> None:
        if isinstance(value, SharedSettings):
            place = value.place
        else:
            place = ("site", value.name) if isinstance(value, Site) else ("layout", value.name)
        self.stored[place] = Stored(value, "r1")

    def shared(self, places: Collection[Place]) -> dict[Place, Stored[Shared]]:
        self.reads.append(set(places))
        return {place: self.stored[place] for place in places if place in self.stored}

    def effective(self, model: str = "33g") -> dict[str, object]:
        return cascade(self.layers.below("berlin", "zip", model))


@pytest.fixture
def world() -> World:
    return World(
        settings(SERVER_PLACE, language="en", date_format="dd/mm/yyyy"),
        settings(ZIP, lldp=True),
        BERLIN,
    )


def test_layers_stand_in_order(world: World) -> None:
    assert [(each.name, each.of) for each in world.layers.below("berlin", "zip", "33g")] == [
        ("server", ""),
        ("model", "zip/33g"),
        ("site", "berlin"),
        ("site_model", "berlin for zip/33g"),
    ]
    assert world.effective() == {
        "language": "de",
        "date_format": "dd/mm/yyyy",
        "lldp": True,
        "time_format": "24h",
    }


def test_other_model_has_its_own(world: World) -> None:
    assert world.effective("37g")["time_format"] == "12h"
    assert "lldp" not in world.effective("37g")


def test_nothing_is_read_before_it_is_asked_for(world: World) -> None:
    assert world.reads == []


def test_all_that_is_lacking_is_read_at_once(world: World) -> None:
    world.effective()
    world.effective("37g")
    world.effective()

    assert world.reads == [{SERVER_PLACE, ZIP, SITE, *ALONG}, {place_of_model("zip", "37g")}]


def test_what_is_not_there_is_remembered_too() -> None:
    world = World()

    world.effective()
    world.effective()

    assert len(world.reads) == 1
    assert world.effective() == {}


def test_change_is_seen_after_a_minute(world: World) -> None:
    world.effective()
    world.put(replace(BERLIN, settings={"language": "fr"}))

    world.now += 59.9
    before = world.effective()["language"]
    world.now += 0.1

    assert (before, world.effective()["language"]) == ("de", "fr")


def test_site_and_settings_are_of_the_same_minute(world: World) -> None:
    """Whoever looks first, the other one adds no minute of its own."""
    world.layers.site("berlin")
    world.put(replace(BERLIN, settings={"language": "fr"}))
    world.now += 29
    before = world.effective()["language"]
    world.now += 31

    assert (before, world.effective()["language"]) == ("de", "fr")


def test_change_of_this_process_is_seen_at_once(world: World) -> None:
    world.effective()
    world.put(replace(BERLIN, settings={"language": "fr"}))

    world.layers.forget(SITE)

    assert world.effective()["language"] == "fr"
    assert world.reads[1:] == [{SITE}]


def test_what_is_in_use_is_read_again_in_passing(world: World) -> None:
    world.layers.site("berlin")
    world.now += 10
    world.effective()
    world.now += 50

    world.layers.site("berlin")
    world.effective()

    ours = {SERVER_PLACE, ZIP, *ALONG}
    assert world.reads == [{SITE}, ours, {SITE, *ours}]


def test_what_nobody_asks_for_is_forgotten(world: World) -> None:
    world.layers.site("rome")
    for _ in range(3):
        world.now += 61
        world.layers.site("berlin")

    assert world.reads == [{("site", "rome")}, {SITE, ("site", "rome")}, {SITE}, {SITE}]


def test_no_more_is_read_again_than_one_request_holds(world: World) -> None:
    for number in range(150):
        world.layers.site(f"s{number}")
    world.now += 61
    world.reads.clear()

    world.layers.site("berlin")

    assert [len(read) for read in world.reads] == [100]


@pytest.mark.parametrize(("site", "found"), [(None, True), ("berlin", True), ("rome", False)])
def test_layout_is_for_its_site(site: str | None, found: bool) -> None:
    world = World(a_layout(site))

    assert (world.layers.layout("desk", "berlin") is not None) is found


def test_layout_that_is_not_there() -> None:
    assert World().layers.layout("desk", "berlin") is None


def test_stamp_of_what_was_never_set() -> None:
    assert World().layers.stamp("berlin", "zip", "33g") is None


def test_stamp_is_the_newest_change_of_settings(world: World) -> None:
    before = world.layers.stamp("berlin", "zip", "33g")
    at = NOON + timedelta(minutes=5)
    world.put(replace(settings(ZIP), settings_at=at))
    world.layers.forget(ZIP)

    assert before == NOON
    assert world.layers.stamp("berlin", "zip", "33g") == at
    assert world.layers.stamp("berlin", "zip", "37g") == NOON


@pytest.mark.parametrize("own", [None, "desk"])
def test_stamp_counts_the_layout_of_keys(own: str | None) -> None:
    said = {} if own else {"key_layout": "desk"}
    world = World(settings(SERVER_PLACE, **said), a_layout())

    stamp = world.layers.stamp("berlin", "zip", "33g", layout=own)

    assert stamp == NOON + timedelta(minutes=9)
