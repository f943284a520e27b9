"""Is what devices share read once a minute and no more, and is it never older?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.cascade import cascade
from chalicelib.domain.edition import Edition, Part
from chalicelib.domain.errors import ChangedError, StoreDownError
from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.firmware.news import News
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
from chalicelib.layers import Layers
from chalicelib.layers.memory import Shared

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
GROUP = Group(site="berlin", vendor="zip", model="33g")
DIGESTS = {"config.yml": "c1", "Offhook": "0.1", "templates of zip": "z1"}
ALONG: set[Place] = {place_of_firmware("zip"), PACE_PLACE, EDITION_PLACE}
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
        self.editions: list[Edition] = []
        self.is_down = False
        self.layers = self.new_process(DIGESTS)
        for each in shared:
            self.put(each)

    def put_at(self, place: Place, value: Shared) -> None:
        self.stored[place] = Stored(value, "r1")
        self.layers.forget(place)

    def put(self, value: SharedSettings | Site | Layout) -> None:
        if isinstance(value, SharedSettings):
            place = value.place
        else:
            place = ("site", value.name) if isinstance(value, Site) else ("layout", value.name)
        self.stored[place] = Stored(value, "r1")

    def shared(self, places: Collection[Place]) -> dict[Place, Stored[Shared]]:
        self.reads.append(set(places))
        return {place: self.stored[place] for place in places if place in self.stored}

    def save_edition(self, edition: Edition, *, was: Stored[Edition] | None) -> Stored[Edition]:
        if self.is_down:
            raise StoreDownError("it is down")
        if self.stored.get(EDITION_PLACE) != was:
            raise ChangedError("another was faster")
        self.editions.append(edition)
        saved = Stored(edition, f"r{len(self.editions)}")
        self.stored[EDITION_PLACE] = Stored(edition, saved.revision)
        return saved

    def new_process(self, digests: Mapping[str, str]) -> Layers:
        return Layers(
            records=self,
            timer=lambda: self.now,
            clock=lambda: NOON + timedelta(seconds=self.now),
            digests=lambda: digests,
            looks=lambda vendor: vendor == "zip",
        )

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
    assert World().layers.stamp(GROUP) is None


def test_stamp_is_the_newest_change_of_settings(world: World) -> None:
    before = world.layers.stamp(GROUP)
    at = NOON + timedelta(minutes=5)
    world.put(replace(settings(ZIP), settings_at=at))
    world.layers.forget(ZIP)

    assert before == NOON
    assert world.layers.stamp(GROUP) == at
    assert world.layers.stamp(replace(GROUP, model="37g")) == NOON


@pytest.mark.parametrize("own", [None, "desk"])
def test_stamp_counts_the_layout_of_keys(own: str | None) -> None:
    said = {} if own else {"key_layout": "desk"}
    world = World(settings(SERVER_PLACE, **said), a_layout())

    stamp = world.layers.stamp(replace(GROUP, layout=own))

    assert stamp == NOON + timedelta(minutes=9)


def test_stamp_counts_the_firmware_of_the_vendor() -> None:
    world = World()
    at = NOON + timedelta(minutes=3)
    world.put_at(place_of_firmware("zip"), Shelf(vendor="zip", news=(News(at=at),)))

    assert world.layers.changes(GROUP) == {"firmware of zip": at}
    assert world.layers.stamp(replace(GROUP, vendor="snom")) is None


@pytest.mark.parametrize(
    ("group", "said"),
    [(GROUP, {"firmware": "47.81"}), (replace(GROUP, firmware="47.81"), {"firmware": "47.80"})],
)
def test_stamp_counts_a_version_that_settings_name(group: Group, said: dict[str, str]) -> None:
    world = World(replace(settings(ZIP, **said), settings_at=NOON - timedelta(days=1)))
    news = (News(at=NOON, version="47.81"), News(at=NOON + timedelta(hours=1), version="47.82"))
    world.put_at(place_of_firmware("zip"), Shelf(vendor="zip", news=news))

    assert world.layers.stamp(group) == NOON


def test_stamp_counts_the_pace_where_phones_can_be_told() -> None:
    world = World()
    world.put_at(PACE_PLACE, Pace(level=1, devices=1601, changed_at=NOON))

    assert world.layers.stamp(GROUP) == NOON
    assert world.layers.stamp(replace(GROUP, vendor="snom")) is None


def test_first_edition_is_no_change() -> None:
    world = World()

    assert world.layers.stamp(GROUP) is None
    assert world.editions == [
        Edition(parts={name: Part(digest=digest) for name, digest in DIGESTS.items()})
    ]


def test_edition_is_told_once_and_costs_no_read_of_its_own() -> None:
    world = World()

    for _ in range(5):
        world.layers.stamp(GROUP)
        world.now += 61

    assert len(world.editions) == 1
    assert len(world.reads) == 5


@pytest.mark.parametrize("part", ["config.yml", "Offhook", "templates of zip"])
def test_stamp_counts_what_files_are_made_of_besides(part: str) -> None:
    world = World()
    world.layers.stamp(GROUP)
    world.now = 2000.0
    newer = world.new_process(DIGESTS | {part: "other"})

    assert newer.changes(GROUP) == {part: NOON + timedelta(seconds=2000)}


def test_templates_of_one_vendor_are_not_those_of_another() -> None:
    world = World()
    world.layers.stamp(GROUP)

    newer = world.new_process(DIGESTS | {"templates of zip": "other"})

    assert newer.stamp(replace(GROUP, vendor="snom")) is None


def test_older_process_leaves_a_newer_edition_alone() -> None:
    world = World()
    world.layers.stamp(GROUP)
    newer = world.new_process(DIGESTS | {"Offhook": "0.2"})
    newer.stamp(GROUP)

    world.now += 61
    stamps = (world.layers.stamp(GROUP), newer.stamp(GROUP))

    assert len(world.editions) == 2
    assert stamps == (NOON + timedelta(seconds=1000), NOON + timedelta(seconds=1000))


def test_file_of_an_older_process_is_not_what_is_set_now() -> None:
    world = World(settings(ZIP, lldp=True))
    world.layers.stamp(GROUP)
    newer = world.new_process(DIGESTS | {"Offhook": "0.2"})
    newer.stamp(GROUP)
    world.now += 61

    assert newer.made_of(GROUP) == newer.stamp(GROUP)
    assert world.layers.made_of(GROUP) is None


def test_who_comes_second_takes_what_the_first_one_told() -> None:
    world = World()
    world.layers.stamp(GROUP)
    first, second = (world.new_process(DIGESTS | {"Offhook": "0.2"}) for _ in range(2))
    seen = dict(world.stored)
    first.stamp(GROUP)
    told, world.stored = world.stored, seen  # as the second one has read it
    read = world.shared

    def read_late(places: Collection[Place]) -> dict[Place, Stored[Shared]]:
        found = read(places)
        world.stored = told
        return found

    world.shared = read_late  # type: ignore[method-assign] # of this world alone
    stamp = second.made_of(GROUP)

    assert stamp == NOON + timedelta(seconds=1000)
    assert len(world.editions) == 2


def test_edition_that_could_not_be_told_breaks_nothing() -> None:
    world = World(settings(ZIP, lldp=True))
    world.is_down = True
    before = world.layers.stamp(GROUP)
    world.is_down = False
    world.now += 61

    assert (before, world.layers.stamp(GROUP)) == (NOON, NOON)
    assert len(world.editions) == 1
