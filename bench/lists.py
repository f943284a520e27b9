"""What do a page of a list, a search and the summary cost with 100,000 devices?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.importing import CountingTable, fill
from bench.measure import median_us, row
from bench.memory_keys import memory_vault
from chalicelib import settings, wiring
from chalicelib.domain.search import By, Wanted

DEVICES = 100_000
_PAGE = 50


def run(devices: int = DEVICES) -> None:
    """Measure, and print a row each; bringing the devices in takes minutes."""
    print(f"Lists of {devices:,} devices over SQLite, {_PAGE} a page")
    with tempfile.TemporaryDirectory() as folder:
        table = CountingTable(Path(folder) / "table")
        offhook = wiring.build(
            settings.load({"HOME": "/nowhere"}), table=table, seal=memory_vault()
        )
        fill(offhook, devices)

        def measure(what: str, call: Callable[[], object], aim: str = "") -> None:
            table.requests = 0
            call()
            row(f"{what}: requests to the store", table.requests, "", aim=aim)
            row(f"{what}: time", median_us(call, rounds=50) / 1000, "ms")

        for what, wanted in (
            ("first page", Wanted()),
            ("by name", Wanted(sort=By.NAME)),
            ("a model", Wanted(vendor="zip", model="33g")),
            ("an extension", Wanted(extension="150000")),
            ("begins with Desk 77", Wanted(q="Desk 77", sort=By.NAME)),
        ):
            page = partial(offhook.standings.list, wanted, limit=_PAGE, after=None)
            measure(what, page, "aim <= 2")
        measure("summary", lambda: offhook.standings.sum_up(site=None, silent_days=7))
