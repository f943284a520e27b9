"""What does a fresh process load and how long does its first fetch take?"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile

from bench.measure import row

_IMPORT = "import app"
_PACKS = """
import time
from chalicelib.catalog import Catalog
started = time.process_time()
Catalog().find("snom", "d785")
print((time.process_time() - started) * 1000)
"""
_FETCH = """
import json, chalicelib.wiring as wiring
import app
from bench.fetch import _event
offhook = wiring.ready()
from chalicelib.domain.mac import Mac
mac = Mac("001565000000")
from chalicelib.fleet.choice import Choice
lines = ({"extension_number": "1001"},)
offhook.devices.register(mac, Choice(vendor="zip", model="33g", lines=lines))
assert app.app(_event("/provision/001565000000.cfg"), None)["statusCode"] == 200
"""


def run() -> None:
    """Measure, and print a row each."""
    print("A cold start (a whole process, compiled files at hand)")
    bare = _seconds("pass")
    row("bare Python", bare * 1000, "ms")
    row("+ import app", (_seconds(_IMPORT) - bare) * 1000, "ms")
    row(
        "+ import app, register and first fetch over SQLite", (_seconds(_FETCH) - bare) * 1000, "ms"
    )
    row("of it: index and the largest pack (snom)", _load_ms(), "ms", aim="aim < 10")


def _load_ms() -> float:
    """The median of what fresh processes measure of themselves: their own time, not the wall's."""
    measured = [
        float(
            subprocess.run([sys.executable, "-c", _PACKS], check=True, capture_output=True).stdout
        )
        for _ in range(15)
    ]
    return statistics.median(measured)


def _seconds(program: str) -> float:
    import time

    durations = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as state:
            environ = {**os.environ, "OFFHOOK_STATE_DIR": state}
            started = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", program], check=True, env=environ, stdout=subprocess.DEVNULL
            )
            durations.append(time.perf_counter() - started)
    return statistics.median(durations)
