"""Is the pace set anew at a step, and nowhere else?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.catalog import Catalog
from chalicelib.domain.errors import StoreDownError
from chalicelib.domain.pace import Pace
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import PACE_PLACE, Place
from chalicelib.fleet.pacing import PaceView, Pacing

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class World:
    """A fleet, a store, and a clock."""

    def __init__(self) -> None:
        self.fleet = {"yealink": 0}
        self.stored: Stored[Pace] | None = None
        self.writes = 0
        self.counts = 0
        self.now = 1000.0
        self.is_down = False
        self.changed: list[Place] = []
        self.pacing = Pacing(
            records=self,
            census=self,
            vendors=Catalog(),
            rate=20,
            clock=lambda: NOON,
            timer=lambda: self.now,
            on_change=self.changed.append,
        )

    def pace(self) -> Stored[Pace] | None:
        return self.stored

    def save_pace(self, pace: Pace, *, was: Stored[Pace] | None) -> Stored[Pace]:
        assert was is self.stored
        self.writes += 1
        self.stored = Stored(pace, str(self.writes))
        return self.stored

    def devices(self) -> dict[str, int]:
        self.counts += 1
        if self.is_down:
            raise StoreDownError("it is down")
        return self.fleet

    def grow_to(self, devices: int) -> None:
        self.fleet = {"yealink": devices - devices // 3, "snom": devices // 3}
        self.now += 61
        self.pacing.follow()


@pytest.fixture
def world() -> World:
    return World()


def test_small_fleet_writes_nothing(world: World) -> None:
    world.grow_to(1600)

    assert world.stored is None


def test_step_is_written_once(world: World) -> None:
    for devices in (1600, 1601, 1602, 6400):
        world.grow_to(devices)

    assert world.stored == Stored(Pace(level=1, devices=1601, changed_at=NOON), "1")
    assert world.changed == [PACE_PLACE]


def test_fleet_around_a_step_does_not_go_to_and_fro(world: World) -> None:
    for devices in (1601, 1600, 1601, 1599, 1700):
        world.grow_to(devices)

    assert world.writes == 1


def test_fleet_that_shrinks_goes_back(world: World) -> None:
    world.grow_to(7000)
    world.grow_to(100)

    assert world.stored == Stored(Pace(level=0, devices=100, changed_at=NOON), "2")


def test_fleet_is_counted_once_a_minute(world: World) -> None:
    for _ in range(5):
        world.pacing.follow()
    world.now += 60
    world.pacing.follow()

    assert world.counts == 2


def test_who_asks_for_it_counts_sooner_or_later_than_a_minute(world: World) -> None:
    world.pacing.follow()
    world.pacing.follow(within=0)
    world.now += 599
    world.pacing.follow(within=600)
    world.now += 1
    world.pacing.follow(within=600)

    assert world.counts == 3


def test_count_that_somebody_made_is_gone_by(world: World) -> None:
    world.pacing.heed(1600)
    world.pacing.heed(1601)
    world.pacing.heed(1602)

    assert world.stored == Stored(Pace(level=1, devices=1601, changed_at=NOON), "1")
    assert world.counts == 0


def test_store_that_is_down_breaks_nothing(world: World) -> None:
    world.is_down = True

    world.grow_to(1601)

    assert world.stored is None
    world.is_down = False
    world.grow_to(1601)
    assert world.writes == 1


def test_pace_is_told_with_its_peak(world: World) -> None:
    small = world.pacing.tell({"yealink": 800, "linphone": 5000})
    world.grow_to(6400)
    large = world.pacing.tell({"yealink": 6400})

    assert small == PaceView(level=0, target=20, peak=10.0)
    assert large == PaceView(level=1, target=20, peak=20.0)
