"""What does a page of the devices of a state cost, where few of 100,000 are in it?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bench.importing import CountingTable
from bench.measure import median_us, row
from bench.memory_keys import memory_vault
from chalicelib import settings, wiring
from chalicelib.domain.device import Device, Line
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.search import By, Wanted
from chalicelib.domain.standing import Failure, Group, OwnChange, Standing, State
from chalicelib.fleet.standing import Standings
from chalicelib.storage import item as items
from chalicelib.storage.standing_item import status_item
from chalicelib.storage.table import MAX_WRITES, Put

DEVICES = 100_000
_PAGE = 50
_DEVICES_BY_STATE = {State.SILENT: 5_000, State.OUTDATED: 200, State.FAILING: 30, State.NEVER: 100}
"""All others are current."""

_NOW = datetime.now(UTC)


def run(devices: int = DEVICES) -> None:
    """Measure, and print a row each."""
    told = ", ".join(f"{number:,} {state.value}" for state, number in _DEVICES_BY_STATE.items())
    print(f"States of {devices:,} devices over SQLite, {_PAGE} a page: {told}, the rest current")
    with tempfile.TemporaryDirectory() as folder:
        table = CountingTable(Path(folder) / "table")
        offhook = wiring.build(
            settings.load({"HOME": "/nowhere"}), table=table, seal=memory_vault()
        )
        writes: list[Put] = []
        for number in range(devices):
            writes += _device(number)
            if len(writes) > MAX_WRITES - 3 or number + 1 == devices:
                table.write(*writes)
                writes.clear()
        for what, wanted in (
            ("current", Wanted(state=State.CURRENT)),
            ("outdated", Wanted(state=State.OUTDATED)),
            ("silent", Wanted(state=State.SILENT)),
            ("failing, by name", Wanted(state=State.FAILING, sort=By.NAME)),
            ("never, by model", Wanted(state=State.NEVER, sort=By.MODEL)),
        ):
            page = partial(offhook.standings.list, wanted, limit=_PAGE, after=None)
            page()  # what devices share is known from now on
            table.requests = 0
            found = len(page().values)
            row(f"{what}: rows of the first page", found, "")
            row(f"{what}: requests to the store", table.requests, "", aim="aim <= 2")
            row(f"{what}: time", median_us(page, rounds=20) / 1000, "ms")
        pages = sum(1 for _ in _walk(offhook.standings, Wanted(state=State.OUTDATED)))
        row("outdated: pages to the end", pages, "")


def _walk(standings: Standings, wanted: Wanted) -> Iterator[int]:
    after: str | None = None
    while True:
        page = standings.list(wanted, limit=_PAGE, after=after)
        yield len(page.values)
        after = page.after
        if after is None:
            return


def _device(number: int) -> list[Put]:
    mac = Mac(f"001565{number:06x}")
    device = Device(
        mac=mac,
        vendor="zip",
        model="33g",
        lines=({"extension_number": f"{number}"},),
        origin=Origin.API,
        created_at=_NOW - timedelta(days=90),
        updated_at=_NOW - timedelta(days=90),
    )
    line = Line(
        position=1,
        number=f"{number}",
        name=f"Desk {number}",
        password="",
        updated_at=device.updated_at,
    )
    return [
        Put(item=items.device_item(device)),
        Put(item=items.line_item(device, line)),
        Put(item=status_item(mac, _standing(number, device))),
    ]


def _standing(number: int, device: Device) -> Standing:
    state, today = _state(number), _NOW.date()
    seen_on = {
        State.NEVER: None,
        State.SILENT: today - timedelta(days=20),
        State.OUTDATED: today - timedelta(days=1),
    }.get(state, today)
    failure = Failure(file="a.cfg", reason="no time zone", at=_NOW)
    return Standing(
        group=Group.of(device),
        name=f"Desk {number}",
        seen_on=seen_on,
        firmware="47.80" if seen_on else None,
        fresh_since=_NOW if seen_on else None,
        change=OwnChange(record="device", at=_NOW) if state is State.OUTDATED else None,
        failure=failure if state is State.FAILING else None,
    )


def _state(number: int) -> State:
    """Those of a state lie anywhere among the MAC addresses."""
    place = number * 7919 % DEVICES
    for state, devices in _DEVICES_BY_STATE.items():
        if place < devices:
            return state
        place -= devices
    return State.CURRENT
