"""Are pages full, where few of many devices match, and what do they cost?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.mac import Mac
from chalicelib.domain.search import By, Wanted
from chalicelib.domain.standing import Failure, Group, Standing, State
from chalicelib.fleet.standing import Standings
from chalicelib.storage import item as items
from chalicelib.storage.records import Records
from chalicelib.storage.standing_item import status_item
from chalicelib.storage.table import MAX_WRITES, Put, Table
from tests.storage.test_search import CATALOG, CHANGED, Counting, Layers
from tests.storage.test_standing import NOON, a_device, a_fetch, an_extension, dossier_of

MANY = 2000
RARE = [number for number in range(MANY) if number % 100 == 7]
"""One in a hundred."""


def many(table: Table) -> None:
    """Two thousand devices that have fetched, the rare ones before the last change."""
    writes = []
    for number in range(MANY):
        mac = Mac(f"0015651{number:05x}")
        device = a_device(mac, model="37g" if number in RARE else "33g")
        standing = Standing(
            group=Group.of(device),
            name=f"Desk {number}",
            seen_on=NOON.date(),
            firmware="47.80",
            made_of=CHANGED - timedelta(days=number in RARE),
            fresh_since=NOON,
        )
        writes += [Put(item=items.device_item(device)), Put(item=status_item(mac, standing))]
    for start in range(0, len(writes), MAX_WRITES):
        table.write(*writes[start : start + MAX_WRITES])


class Changed(Layers):
    """What all devices share was changed."""

    def changes(self, group: Group) -> Mapping[str, datetime]:  # noqa: ARG002 - as the Protocol
        return {"server": CHANGED}


@pytest.mark.parametrize(
    ("wanted", "expected", "most"),
    [
        (Wanted(state=State.OUTDATED), RARE, 3),
        (Wanted(state=State.OUTDATED, vendor="zip", model="37g"), RARE, 3),
        (Wanted(state=State.CURRENT, model="37g"), [], 3),
        (Wanted(firmware="47.80", state=State.OUTDATED), RARE, 3),
        (Wanted(firmware="47.80", model="37g", sort=By.MAC), RARE, 3),
        (Wanted(model="37g"), RARE, 10),
        (Wanted(sort=By.MODEL, model="37g"), RARE, 10),
    ],
)
def test_rare_devices_are_found_by_few_pages_of_two_requests(
    new_sqlite: Callable[[], Table], wanted: Wanted, expected: list[int], most: int
) -> None:
    counting = Counting(new_sqlite())
    many(counting)
    standings = Standings(
        records=Records(counting), layers=Changed(), vendors=CATALOG, clock=lambda: NOON
    )
    after: str | None = None
    found: list[int] = []
    costs: list[int] = []
    while after is not None or not costs:
        counting.asked.clear()
        page = standings.list(wanted, limit=50, after=after)
        costs.append(len(counting.asked))
        found += [int(row.device.mac.digits[-5:], 16) for row in page.values]
        after = page.after

    assert found == expected
    assert len(costs) <= most
    assert max(costs) <= 2


def silent(table: Table, days: int, *, devices: int = MANY) -> None:
    """So many devices more, which were last seen before these days."""
    writes = []
    for number in range(devices):
        mac = Mac(f"0015652{number:05x}")
        device = a_device(mac)
        standing = Standing(
            group=Group.of(device),
            name=f"Silent {number}",
            seen_on=NOON.date() - timedelta(days=days),
            made_of=CHANGED,
            fresh_since=NOON,
        )
        writes += [Put(item=items.device_item(device)), Put(item=status_item(mac, standing))]
    for start in range(0, len(writes), MAX_WRITES):
        table.write(*writes[start : start + MAX_WRITES])


@pytest.mark.parametrize(
    ("wanted", "pages"),
    [
        (Wanted(state=State.CURRENT), [50, 50]),
        (Wanted(state=State.OUTDATED), [8, 8, 4]),
        (Wanted(state=State.OUTDATED, silent_days=5), [8, 8, 4]),
    ],
)
def test_first_page_is_no_emptier_for_thousands_of_silent_devices(
    new_sqlite: Callable[[], Table], wanted: Wanted, pages: list[int]
) -> None:
    counting = Counting(new_sqlite())
    many(counting)
    silent(counting, 8)
    standings = Standings(
        records=Records(counting), layers=Changed(), vendors=CATALOG, clock=lambda: NOON
    )
    after: str | None = None
    found: list[int] = []
    for _ in pages:
        counting.asked.clear()
        page = standings.list(wanted, limit=50, after=after)
        assert len(counting.asked) <= 2
        found.append(len(page.values))
        after = page.after

    assert found == pages


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(state=State.FAILING, sort=By.NAME), ["Ann 0", "Ann 1", "Ann 2"]),
        (Wanted(state=State.FAILING, sort=By.NAME, model="37g"), ["Ann 1"]),
        (Wanted(state=State.FAILING, sort=By.MAC), ["Ann 2", "Ann 1", "Ann 0"]),
        (Wanted(firmware="1.0", sort=By.NAME), ["Ann 0", "Ann 1", "Ann 2"]),
        (Wanted(firmware="1.0", sort=By.MODEL), ["Ann 2", "Ann 0", "Ann 1"]),
        (Wanted(state=State.SILENT, sort=By.NAME), ["Ann 0", "Ann 1", "Ann 2"]),
    ],
)
@pytest.mark.parametrize("limit", [1, 50])
def test_few_devices_among_thousands_stand_in_any_order(
    new_sqlite: Callable[[], Table], wanted: Wanted, expected: list[str], limit: int
) -> None:
    """Each page by two requests, and none is empty."""
    counting = Counting(new_sqlite())
    many(counting)
    days = 8 if wanted.state is State.SILENT else 0
    for number in range(3):
        mac = Mac(f"00156550000{2 - number}")
        device = a_device(mac, model="37g" if number == 1 else "33g")
        is_failing = wanted.state is State.FAILING
        standing = Standing(
            group=Group.of(device),
            name=f"Ann {number}",
            seen_on=NOON.date() - timedelta(days=days),
            firmware="1.0",
            failure=Failure(file="a.cfg", reason="no time zone", at=NOON) if is_failing else None,
        )
        counting.write(Put(item=items.device_item(device)), Put(item=status_item(mac, standing)))
    standings = Standings(
        records=Records(counting), layers=Changed(), vendors=CATALOG, clock=lambda: NOON
    )
    after: str | None = None
    found: list[str] = []
    while after is not None or not found:
        counting.asked.clear()
        page = standings.list(wanted, limit=limit, after=after)
        assert counting.asked == ["query", "get"]
        assert len(page.values) == min(limit, len(expected))
        found += [row.name for row in page.values]
        after = page.after

    assert found == expected


def test_too_many_to_be_put_in_order_are_walked_along(new_sqlite: Callable[[], Table]) -> None:
    counting = Counting(new_sqlite())
    records = Records(counting)
    records.save_extension(an_extension(), was=None)
    for number in range(5):
        records.save_device(a_device(Mac(f"00156540000{number}")), was=None)
        records.note(dossier_of(records, Mac(f"00156540000{number}")), a_fetch(version="47.80"))
    many(counting)
    standings = Standings(records=records, layers=Changed(), vendors=CATALOG, clock=lambda: NOON)
    wanted = Wanted(firmware="47.80", sort=By.NAME)

    counting.asked.clear()
    first = standings.list(wanted, limit=2, after=None)
    assert (first.values, counting.asked) == ([], ["query"])
    counting.asked.clear()
    second = standings.list(wanted, limit=3, after=first.after)
    assert counting.asked == ["query", "get"]
    third = standings.list(wanted, limit=3, after=second.after)

    assert [row.device.mac.digits[-1] for row in (*second.values, *third.values)] == list("01234")
    assert third.after is None


def test_pages_are_full_where_many_devices_match(new_sqlite: Callable[[], Table]) -> None:
    table = new_sqlite()
    many(table)
    standings = Standings(
        records=Records(table), layers=Changed(), vendors=CATALOG, clock=lambda: NOON
    )
    wanted = Wanted(state=State.CURRENT, model="33g")

    first = standings.list(wanted, limit=50, after=None)
    second = standings.list(wanted, limit=50, after=first.after)

    numbers_of = [
        [int(row.device.mac.digits[-5:], 16) for row in page.values] for page in (first, second)
    ]
    assert numbers_of == [
        [number for number in range(51) if number != 7],
        list(range(51, 101)),
    ]
