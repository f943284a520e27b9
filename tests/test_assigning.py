"""Which firmware and which pace does a device get?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.assigning import Assigner
from chalicelib.catalog import Catalog
from chalicelib.domain.device import Dossier, Fetch
from chalicelib.domain.draft import Circumstances
from chalicelib.domain.firmware.catalogue import File, FileState, Firmware, Shelf
from chalicelib.domain.firmware.rollout import Rollout, Window
from chalicelib.domain.mac import Mac
from chalicelib.domain.pace import Pace
from chalicelib.domain.vendor import Pack
from chalicelib.domain.vocabulary import SAMPLE
from tests.fakes import ATrace

CATALOG = Catalog()
MAC = Mac("805ec0123456")
NIGHT = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
DAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
FOLDER = "https://phones.example.com/p/TOKEN/firmware/"


def firmware(version: str, *, models: tuple[str, ...] = ()) -> Firmware:
    file = File(
        name=f"{version}.rom", models=models, size=1, sha256="ab" * 32, state=FileState.READY
    )
    return Firmware(
        vendor="yealink", version=version, files=(file,), created_at=DAY, updated_at=DAY
    )


ROLLOUT = Rollout(
    id="yealink-1",
    vendor="yealink",
    version="96.86.0.75",
    window=Window(start=22 * 60, end=4 * 60, days=("fri",)),
    created_at=DAY,
    updated_at=DAY,
)
SHELF = Shelf(
    vendor="yealink",
    firmware=(
        firmware("96.85.0.5"),
        firmware("96.86.0.75"),
        firmware("96.87.0.1", models=("t54w",)),
    ),
)


class World:
    """What devices share."""

    def __init__(self) -> None:
        self.shelf_of_yealink = SHELF
        self.level = 0
        self.assigner = Assigner(shared=self, zones=CATALOG, zone=CATALOG.time_zone("UTC"))

    def shelf(self, vendor: str) -> Shelf:
        return self.shelf_of_yealink if vendor == "yealink" else Shelf(vendor=vendor)

    def pace(self) -> Pace:
        return Pace(level=self.level)

    def equip(
        self,
        settings: dict[str, Any],
        *,
        own: dict[str, Any] | None = None,
        at: datetime = DAY,
        version: str | None = None,
        told: str | None = None,
        model: str = "t46s",
        vendor: str = "yealink",
    ) -> dict[str, Any]:
        circumstances = Circumstances(version=version, firmware_folder=FOLDER, moment=at)
        return self.assigner.equip(
            dossier(own or {}, told=told, model=model, vendor=vendor),
            settings,
            pack(vendor),
            circumstances,
        )


def pack(vendor: str) -> Pack:
    found = CATALOG.pack(vendor)
    assert found is not None
    return found


def dossier(own: dict[str, Any], *, told: str | None, model: str, vendor: str) -> Dossier:
    device = replace(SAMPLE.device, mac=MAC, vendor=vendor, model=model, settings=own)
    fetch = Fetch(at=DAY, file="", address="", user_agent="", etag="", told=told)
    return replace(SAMPLE, device=device, trace=ATrace(fetch if told else None))


@pytest.fixture
def world() -> World:
    return World()


def told(equipped: dict[str, Any]) -> tuple[str | None, str | None]:
    return equipped.get("firmware"), equipped.get("firmware_url")


def test_version_of_the_settings_becomes_an_address(world: World) -> None:
    assert told(world.equip({"firmware": "96.85.0.5"})) == ("96.85.0.5", f"{FOLDER}96.85.0.5.rom")


def test_address_of_the_settings_comes_first(world: World) -> None:
    settings = {"firmware": "96.85.0.5", "firmware_url": "https://files.example.com/x.rom"}

    assert told(world.equip(settings)) == ("96.85.0.5", "https://files.example.com/x.rom")


@pytest.mark.parametrize("version", ["1.0", "96.87.0.1"])
def test_version_without_a_file_for_the_model_says_nothing(world: World, version: str) -> None:
    assert told(world.equip({"firmware": version})) == (None, None)
    lost = world.assigner.find_lost(
        dossier({}, told=None, model="t46s", vendor="yealink").device, {"firmware": version}
    )
    assert lost == [
        f"settings.firmware: the catalogue has no file of {version} for yealink t46s yet"
    ]


def test_rollout_gives_in_its_window(world: World) -> None:
    world.shelf_of_yealink = SHELF.put_rollout(ROLLOUT)

    assert told(world.equip({}, at=NIGHT))[0] == "96.86.0.75"
    assert told(world.equip({}, at=DAY)) == (None, None)
    assert told(world.equip({"firmware": "96.85.0.5"}, at=DAY))[0] == "96.85.0.5"


def test_window_goes_by_the_clock_of_the_device(world: World) -> None:
    world.shelf_of_yealink = SHELF.put_rollout(ROLLOUT)

    assert told(world.equip({"timezone": "America/New_York"}, at=NIGHT)) == (None, None)
    assert told(world.equip({"timezone": "Europe/Berlin"}, at=NIGHT))[0] == "96.86.0.75"


def test_file_is_the_same_after_the_window_for_who_was_told_in_it(world: World) -> None:
    world.shelf_of_yealink = SHELF.put_rollout(ROLLOUT)
    in_window = world.equip({"firmware": "96.85.0.5"}, at=NIGHT)

    after = world.equip({"firmware": "96.85.0.5"}, at=DAY, told="96.86.0.75")
    updated = world.equip({"firmware": "96.85.0.5"}, at=DAY, version="54.86.0.75")

    assert after == in_window == updated


def test_device_with_a_version_of_its_own_is_left_alone(world: World) -> None:
    world.shelf_of_yealink = SHELF.put_rollout(replace(ROLLOUT, window=None))

    pinned = world.equip({"firmware": "96.85.0.5"}, own={"firmware": "96.85.0.5"})
    without = world.equip({}, own={"firmware": None})

    assert told(pinned)[0] == "96.85.0.5"
    assert told(without) == (None, None)


def test_device_that_reports_a_newer_version_is_passed_over(world: World) -> None:
    world.shelf_of_yealink = SHELF.put_rollout(replace(ROLLOUT, window=None))

    assert told(world.equip({}, version="54.87.0.1")) == (None, None)


def test_trial_without_a_moment_asks_no_rollout(world: World) -> None:
    world.shelf_of_yealink = SHELF.put_rollout(replace(ROLLOUT, window=None))
    device = dossier({}, told=None, model="t46s", vendor="yealink")

    found = world.assigner.equip(device, {}, pack("yealink"), Circumstances())

    assert told(found) == (None, None)


def test_device_looks_at_the_fleets_pace(world: World) -> None:
    small = world.equip({})["resync"]
    world.level = 5
    large = world.equip({})["resync"]

    assert 1440 <= small["interval"] < 1444
    assert 8640 <= large["interval"] < 8640 + 4096
    assert "jitter" not in small


def test_what_an_operator_chose_stays(world: World) -> None:
    assert world.equip({"resync": {"interval": 30, "jitter": 5}})["resync"] == {
        "interval": 30,
        "jitter": 5,
    }


def test_vendor_that_cannot_be_told_is_left_alone(world: World) -> None:
    assert "resync" not in world.equip({}, vendor="algo", model="8180")


def test_nothing_else_is_changed(world: World) -> None:
    settings = {"language": "de", "vlan": {"phone": 5}}

    assert world.equip(settings) == {**settings, "resync": world.equip({})["resync"]}
