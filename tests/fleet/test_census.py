"""Which versions do the devices report, by the cells of the fleet?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chalicelib.domain.firmware.census import (
    Reported,
    count_by_model,
    count_by_version,
    find_newer,
)
from chalicelib.domain.standing import Group
from chalicelib.domain.tally import Cell, Count
from chalicelib.fleet.census import Census

DAY = date(2026, 11, 28)
CELLS = [
    Cell(
        group=Group(site="berlin", vendor="yealink", model="t54w"),
        count=Count(never=1, fetched={DAY: 5}, firmware={"96.86.0.75": 4, "96.87.0.1": 1, "": 1}),
    ),
    Cell(
        group=Group(site="paris", vendor="yealink", model="t46s"),
        count=Count(fetched={DAY: 2}, firmware={"66.86.0.75": 2}),
    ),
    Cell(
        group=Group(site="paris", vendor="snom", model="d785", layout="desk"),
        count=Count(fetched={DAY: 3}, firmware={"10.1.198.19": 3}),
    ),
]


class Records:
    """The cells of a fleet."""

    def cells(self, site: str | None = None) -> Sequence[Cell]:
        return [cell for cell in CELLS if site in (None, cell.group.site)]


CENSUS = Census(records=Records())


def test_counts_are_by_vendor() -> None:
    assert CENSUS.counts() == {
        "yealink": [
            Reported(site="berlin", model="t54w", version="96.86.0.75", devices=4),
            Reported(site="berlin", model="t54w", version="96.87.0.1", devices=1),
            Reported(site="berlin", model="t54w", version="", devices=1, never=1),
            Reported(site="paris", model="t46s", version="66.86.0.75", devices=2),
        ],
        "snom": [Reported(site="paris", model="d785", version="10.1.198.19", devices=3)],
    }
    assert set(CENSUS.counts("berlin")) == {"yealink"}


def test_devices_are_by_vendor() -> None:
    assert CENSUS.devices() == {"yealink": 8, "snom": 3}


def test_version_is_counted_by_model_in_whatever_words() -> None:
    yealink = CENSUS.counts()["yealink"]

    assert count_by_model(yealink, "96.86.0.75", first=2) == {"t46s": 2, "t54w": 4}
    assert count_by_model(yealink, "96.86.0.75") == {"t54w": 4}


def test_versions_are_counted() -> None:
    assert count_by_version(CENSUS.counts()["yealink"]) == {
        "66.86.0.75": 2,
        "96.86.0.75": 4,
        "96.87.0.1": 1,
        "unknown": 1,
    }


def test_newer_ones_are_found() -> None:
    yealink = CENSUS.counts()["yealink"]

    assert find_newer(yealink, "96.86.0.75", first=2) == {"96.87.0.1": 1}
    assert find_newer(yealink, "96.87.0.1", first=2) == {}
