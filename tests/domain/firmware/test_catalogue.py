"""What is in the catalogue, and which file does a device take?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import ConflictError, InputError
from chalicelib.domain.firmware.catalogue import (
    MOST_VERSIONS,
    NEW_FIRMWARE,
    FileState,
    Firmware,
    Shelf,
    add_file,
    mark_ready,
)
from chalicelib.domain.firmware.news import MOST
from chalicelib.domain.firmware.rollout import Rollout

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
SHA = "ab" * 32


def announced(**more: object) -> dict[str, Any]:
    told = {
        "vendor": "snom",
        "version": "10.1.198.19",
        "file_name": "snomD785.bin",
        "size": 5,
        "sha256": SHA,
    }
    return NEW_FIRMWARE.read(told | more)


def add(was: Firmware | None, **more: object) -> Firmware:
    firmware, _ = add_file(was, announced(**more), vendor="snom", now=NOW)
    return firmware


def ready(was: Firmware | None, **more: object) -> Firmware:
    firmware = add(was, **more)
    return mark_ready(firmware, firmware.files, now=NOW)


def test_file_is_awaited_until_it_is_confirmed() -> None:
    firmware = add(None)

    assert firmware.state is FileState.AWAITED
    assert firmware.file_for("d785") is None
    confirmed = mark_ready(firmware, firmware.files, now=NOW)
    assert confirmed.state is FileState.READY
    assert confirmed.file_for("d785") == confirmed.files[0]


def test_version_has_a_file_for_each_group_of_models() -> None:
    firmware = ready(None, models=["d785"])
    firmware = ready(firmware, models=["d735"], file_name="snomD735.bin")
    firmware = ready(firmware, file_name="snom.bin")

    taken = {model: firmware.file_for(model) for model in ("d785", "d735", "d120")}

    assert {model: file and file.name for model, file in taken.items()} == {
        "d785": "snomD785.bin",
        "d735": "snomD735.bin",
        "d120": "snom.bin",
    }


def test_file_that_is_awaited_may_be_announced_anew() -> None:
    firmware = add(add(None), sha256="cd" * 32, size=6)

    assert [(file.sha256, file.size) for file in firmware.files] == [("cd" * 32, 6)]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "snom 10.1.198.19 has snomD785.bin already: delete it first"),
        ({"file_name": "x.bin"}, "snom 10.1.198.19 has another file for all models already"),
    ],
)
def test_file_that_is_ready_stays(more: dict[str, object], says: str) -> None:
    firmware = ready(None)

    with pytest.raises(ConflictError) as caught:
        add(firmware, **more)

    assert str(caught.value) == says


def test_model_has_one_file() -> None:
    firmware = ready(None, models=["d785", "d735"])

    with pytest.raises(ConflictError, match="has another file for d735 already"):
        add(firmware, models=["d735"], file_name="x.bin")


def test_other_content_lies_elsewhere() -> None:
    one, other = add(None), add(None, sha256="cd" * 32)

    assert one.asset_of(one.files[0]).key == (
        "firmware/snom/10.1.198.19/abababababababab/snomD785.bin"
    )
    assert other.asset_of(other.files[0]).key != one.asset_of(one.files[0]).key


def test_shelf_finds_a_file_by_its_name_in_any_case() -> None:
    firmware = ready(None)
    shelf = Shelf(vendor="snom").put(firmware)

    assert shelf.file_named("SNOMd785.BIN", "d785", None) == (firmware, firmware.files[0])
    assert shelf.file_named("other.bin", "d785", None) is None


def test_file_of_one_name_in_two_versions_is_that_of_the_devices_version() -> None:
    old, new = ready(None, version="1.0"), ready(None, version="2.0")
    shelf = Shelf(vendor="snom").put(old).put(new)

    assert shelf.file_named("snomD785.bin", "d785", "1.0") == (old, old.files[0])
    assert shelf.file_named("snomD785.bin", "d785", "2.0") == (new, new.files[0])
    assert shelf.file_named("snomD785.bin", "d785", None) is None
    assert shelf.file_named("snomD785.bin", "d785", "3.0") is None


def test_shelf_is_bounded() -> None:
    shelf = Shelf(vendor="snom")
    for number in range(MOST_VERSIONS):
        shelf = shelf.put(ready(None, version=f"1.{number}"))

    with pytest.raises(InputError, match="at most 60"):
        shelf.put(ready(None, version="2.0"))
    assert len(shelf.put(ready(None, version="1.0")).firmware) == MOST_VERSIONS


def test_version_that_is_rolled_out_stays() -> None:
    rollout = Rollout(
        id="snom-1", vendor="snom", version="10.1.198.19", created_at=NOW, updated_at=NOW
    )
    shelf = Shelf(vendor="snom").put(ready(None)).put_rollout(rollout)

    with pytest.raises(ConflictError, match="is rolled out: snom-1"):
        shelf.take("10.1.198.19", now=NOW)
    assert shelf.take_rollout("snom-1", now=NOW).take("10.1.198.19", now=NOW).firmware == ()


def test_rollout_takes_the_place_of_the_one_before() -> None:
    rollout = Rollout(id="snom-1", vendor="snom", version="1", created_at=NOW, updated_at=NOW)
    shelf = Shelf(vendor="snom").put_rollout(rollout)

    changed = shelf.put_rollout(replace(rollout, percent=10))

    assert [each.percent for each in changed.rollouts] == [10]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("file_name", "../x"),
        ("file_name", "a/b"),
        ("file_name", ".hidden"),
        ("file_name", ""),
        ("version", "../1"),
        ("version", ".."),
        ("sha256", "AB" * 32),
        ("sha256", "ab"),
        ("size", 0),
        ("size", (1 << 29) + 1),
    ],
)
def test_what_cannot_be_announced(name: str, value: object) -> None:
    with pytest.raises(InputError, match=name):
        announced(**{name: value})


LATER = NOW + timedelta(hours=1)


def a_rollout(**more: Any) -> Rollout:  # noqa: ANN401 - any field
    made = Rollout(
        id="snom-1", vendor="snom", version="10.1.198.19", created_at=LATER, updated_at=LATER
    )
    return replace(made, **more)


def changed_at(
    shelf: Shelf, *, model: str = "d785", site: str = "berlin", chosen: str | None = None
) -> datetime | None:
    return shelf.changed_at(model=model, site=site, chosen=chosen)


def test_file_that_becomes_ready_changes_what_is_named_by_settings() -> None:
    awaited = Shelf(vendor="snom").put(add(None, models=["d785"]))
    shelf = awaited.put(ready(None, models=["d785"]))

    assert changed_at(awaited, chosen="10.1.198.19") is None
    assert changed_at(shelf, chosen="10.1.198.19") == NOW
    assert changed_at(shelf, chosen="10.1.198.19", model="d735") is None
    assert changed_at(shelf) is None


def test_other_file_of_a_version_changes_nothing_for_the_models_before() -> None:
    first = ready(None, models=["d785"])
    second = add(replace(first, updated_at=NOW), models=["d735"], file_name="snomD735.bin")
    shelf = Shelf(vendor="snom").put(first).put(replace(second, updated_at=LATER))

    assert changed_at(shelf, chosen="10.1.198.19") == NOW


def test_rollout_changes_what_the_devices_of_its_models_and_site_get() -> None:
    shelf = Shelf(vendor="snom").put_rollout(a_rollout(models=("d785",), site="berlin"))

    assert changed_at(shelf) == LATER
    assert changed_at(shelf, model="d735") is None
    assert changed_at(shelf, site="paris") is None


@pytest.mark.parametrize("change", [{"percent": 5}, {"paused": True}])
def test_change_of_a_rollout_counts(change: dict[str, Any]) -> None:
    at = LATER + timedelta(hours=1)
    shelf = Shelf(vendor="snom").put_rollout(a_rollout())

    assert changed_at(shelf.put_rollout(a_rollout(updated_at=at, **change))) == at


def test_end_of_a_rollout_counts_for_its_devices_alone() -> None:
    at = LATER + timedelta(hours=1)
    shelf = Shelf(vendor="snom").put_rollout(a_rollout(models=("d785",)))

    shelf = shelf.take_rollout("snom-1", now=at)

    assert (changed_at(shelf), changed_at(shelf, model="d735")) == (at, None)


def test_end_of_a_version_counts_for_who_names_it() -> None:
    shelf = Shelf(vendor="snom").put(ready(None)).take("10.1.198.19", now=LATER)

    assert changed_at(shelf, chosen="10.1.198.19") == LATER
    assert changed_at(shelf, chosen="10.1.184.15") is None


def test_file_for_another_model_counts_for_who_is_given_its_version() -> None:
    shelf = Shelf(vendor="snom").put_rollout(a_rollout())
    at = LATER + timedelta(hours=1)
    shelf = shelf.put(replace(ready(None), updated_at=at))

    assert changed_at(shelf) == at


def test_time_of_a_change_never_goes_back_however_many_there_are() -> None:
    """Else a device that has fetched since would count as made of less than there is."""
    shelf = Shelf(vendor="snom")
    before = None
    for number in range(200):
        at = LATER + timedelta(minutes=number)
        rollout = a_rollout(id=f"snom-{number}", site=f"site{number}", updated_at=at)
        shelf = shelf.put_rollout(rollout).take_rollout(rollout.id, now=at)
        after = changed_at(shelf, site="site3")
        assert before is None or (after is not None and after >= before)
        before = after

    assert len(shelf.news) == MOST
    assert changed_at(shelf, site="site199") == LATER + timedelta(minutes=199)
