"""How long does a call take?"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def median_us(call: Callable[[], object], *, rounds: int = 2000) -> float:
    """The median duration of a call in microseconds, after a warm-up."""
    for _ in range(max(10, rounds // 10)):
        call()
    durations = []
    for _ in range(rounds):
        started = time.perf_counter_ns()
        call()
        durations.append(time.perf_counter_ns() - started)
    return statistics.median(durations) / 1000


def row(what: str, value: float, unit: str, *, aim: str = "") -> None:
    """Print one result."""
    print(f"  {what:<58} {value:>9.1f} {unit:<3} {aim}")
