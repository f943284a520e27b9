"""Which index does a list of devices go by, and which devices are in the list?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.device import Device
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.search import By, Wanted, Way, fits, plan, plan_gathering
from chalicelib.domain.standing import State

TODAY = date(2026, 11, 20)
PLANS = [
    (Wanted(), [Way(By.MAC)]),
    (Wanted(site="berlin"), [Way(By.MAC)]),
    (Wanted(vendor="zip"), [Way(By.MODEL, ("zip",))]),
    (Wanted(vendor="zip", model="33g"), [Way(By.MODEL, ("zip", "33g"))]),
    (Wanted(model="33g"), [Way(By.MAC)]),
    (Wanted(extension="1001", vendor="zip"), [Way(By.NUMBER, ("1001",))]),
    (Wanted(extension="1001", q="an", sort=By.NAME), [Way(By.NUMBER, ("1001",))]),
    (Wanted(state=State.FAILING), [Way(By.STATE, ("failing",))]),
    (Wanted(state=State.NEVER, vendor="zip"), [Way(By.STATE, ("never",))]),
    (Wanted(state=State.SILENT), [Way(By.STATE, ("fetched",))]),
    (Wanted(state=State.CURRENT), [Way(By.STATE, ("fetched",), least="2026-11-13")]),
    (
        Wanted(state=State.OUTDATED, vendor="zip", silent_days=30),
        [Way(By.STATE, ("fetched",), least="2026-10-21")],
    ),
    (Wanted(state=State.NEVER, sort=By.MAC), [Way(By.STATE, ("never",))]),
    (Wanted(state=State.FAILING, sort=By.MAC), [Way(By.MAC)]),
    (Wanted(firmware="86.15", sort=By.MAC), [Way(By.FIRMWARE, ("86.15",))]),
    (Wanted(firmware="86.15", sort=By.NAME), [Way(By.NAME)]),
    (Wanted(firmware="86.15"), [Way(By.FIRMWARE, ("86.15",))]),
    (Wanted(firmware="86.15", state=State.FAILING), [Way(By.STATE, ("failing",))]),
    (Wanted(sort=By.NAME), [Way(By.NAME)]),
    (Wanted(sort=By.NUMBER, state=State.FAILING), [Way(By.NUMBER)]),
    (Wanted(sort=By.MODEL), [Way(By.MODEL)]),
    (Wanted(sort=By.MODEL, vendor="zip"), [Way(By.MODEL, ("zip",))]),
    (Wanted(sort=By.MODEL, q="an"), [Way(By.MODEL)]),
    (Wanted(q="Recep"), [Way(By.NAME, begins="recep"), Way(By.NUMBER, begins="Recep")]),
    (
        Wanted(q="10"),
        [Way(By.NUMBER, begins="10"), Way(By.MAC, begins="10"), Way(By.NAME, begins="10")],
    ),
    (
        Wanted(q="00:15:65"),
        [
            Way(By.MAC, begins="001565"),
            Way(By.NAME, begins="00:15:65"),
            Way(By.NUMBER, begins="00:15:65"),
        ],
    ),
    (
        Wanted(q="001565"),
        [
            Way(By.MAC, begins="001565"),
            Way(By.NUMBER, begins="001565"),
            Way(By.NAME, begins="001565"),
        ],
    ),
    (Wanted(q="Ann", sort=By.NAME), [Way(By.NAME, begins="ann")]),
    (Wanted(q="0015", sort=By.MAC), [Way(By.MAC, begins="0015")]),
]


@pytest.mark.parametrize(("wanted", "ways"), PLANS)
def test_plan(wanted: Wanted, ways: list[Way]) -> None:
    assert list(plan(wanted, TODAY)) == ways


GATHERINGS = [
    (Wanted(), None),
    (Wanted(sort=By.NAME), None),
    (Wanted(state=State.FAILING), None),
    (Wanted(firmware="86.15"), None),
    (Wanted(firmware="86.15", sort=By.MAC), None),
    (Wanted(state=State.NEVER, sort=By.MAC), None),
    (Wanted(state=State.FAILING, sort=By.NUMBER), None),
    (Wanted(state=State.FAILING, sort=By.NAME, q="Ann"), None),
    (Wanted(state=State.FAILING, sort=By.NAME, extension="1001"), None),
    (Wanted(state=State.FAILING, sort=By.MAC), Way(By.STATE, ("failing",))),
    (Wanted(state=State.NEVER, sort=By.NAME), Way(By.STATE, ("never",))),
    (Wanted(state=State.SILENT, sort=By.NAME), Way(By.STATE, ("fetched",))),
    (
        Wanted(state=State.OUTDATED, sort=By.MODEL, vendor="zip"),
        Way(By.STATE, ("fetched",), least="2026-11-13"),
    ),
    (Wanted(firmware="86.15", sort=By.NAME), Way(By.FIRMWARE, ("86.15",))),
    (Wanted(firmware="86.15", state=State.FAILING, sort=By.NAME), Way(By.STATE, ("failing",))),
]


@pytest.mark.parametrize(("wanted", "way"), GATHERINGS)
def test_plan_of_what_is_put_in_another_order(wanted: Wanted, way: Way | None) -> None:
    assert plan_gathering(wanted, plan(wanted, TODAY), TODAY) == way


DEVICE = Device(
    mac=Mac("805ec000000a"),
    vendor="yealink",
    model="t46s",
    lines=({"extension_number": "3007"}, {"extension_number": "41"}),
    origin=Origin.API,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    updated_at=datetime(2026, 1, 1, tzinfo=UTC),
)


@pytest.mark.parametrize("extension", [None, "3007"])
@pytest.mark.parametrize(
    ("q", "found_by"),
    [
        ("300", {By.NUMBER}),
        ("41", {By.NUMBER}),
        ("80:5E", {By.MAC}),
        ("8", {By.MAC}),
        ("desk", {By.NAME}),
        ("De", {By.NAME}),
        ("x", set()),
        (":", set()),
        ("-", set()),
    ],
)
def test_text_is_looked_for_where_sort_says(
    extension: str | None, q: str, found_by: set[By]
) -> None:
    found = {
        sort: fits(
            Wanted(q=q, sort=sort, extension=extension),
            DEVICE,
            None,
            State.NEVER,
            "Desk of the lab",
        )
        for sort in (By.MAC, By.NAME, By.NUMBER, By.MODEL, None)
    }

    assert found == {
        By.MAC: By.MAC in found_by,
        By.NAME: By.NAME in found_by,
        By.NUMBER: By.NUMBER in found_by,
        By.MODEL: bool(found_by),
        None: bool(found_by),
    }
