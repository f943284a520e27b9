"""What do a million fetches cost at each memory size of the function, and how long do they take?

Lambda gives a function CPU in proportion to its memory, so less memory costs less a second and
takes more seconds. The CPU time of a cold start and a warm fetch is measured here, over moto with
boto3 but without TLS; the rest is arithmetic with the figures below.
"""

from __future__ import annotations

import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from moto.server import ThreadedMotoServer

SIZES = (128, 192, 256, 384, 512, 768, 1024)

# us-east-1, arm64, read on 2026-11-23; free tiers are left out.
# https://aws.amazon.com/lambda/pricing/
DOLLARS_A_GB_SECOND = 0.0000133334
DOLLARS_A_MILLION_REQUESTS = 0.20

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEGABYTES_A_CPU = 1769

# Assumed: what a fetch waits for DynamoDB, one read and one write, and how many of a hundred meet a
# cold start. Importing runs at full speed at every size, and is billed.
STORE_WAIT_MS = 10.0
COLD_SHARE = 0.01

_PREPARE = """
from bench.one_process import DIGITS
from chalicelib import wiring
from chalicelib.domain.mac import Mac
from chalicelib.fleet.choice import Choice
offhook = wiring.offhook()
wiring.open_table(offhook.settings).create()
lines = ({"extension_number": "1001"},)
wiring.ready().devices.register(Mac(DIGITS), Choice(vendor="zip", model="33g", lines=lines))
"""


@dataclass(frozen=True, kw_only=True)
class Cpu:
    """Milliseconds of CPU of one process."""

    importing: float
    first: float
    warm: float


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a memory size means."""

    megabytes: int
    warm_ms: float
    cold_ms: float
    dollars_a_million: float


def run() -> None:
    """Measure, and print a row for each size."""
    cpu = measure()
    print("A million fetches by memory size")
    print(
        f"  measured CPU: import {cpu.importing:.0f} ms, first fetch {cpu.first:.0f} ms, "
        f"warm fetch {cpu.warm:.2f} ms; "
        f"assumed: {STORE_WAIT_MS:.0f} ms for the store, {COLD_SHARE:.0%} cold starts"
    )
    print("      MB   warm ms   cold ms   $ a million")
    for size in SIZES:
        found = estimate(cpu, size)
        print(
            f"  {size:>6} {found.warm_ms:>9.1f} {found.cold_ms:>9.0f} "
            f"{found.dollars_a_million:>13.2f}"
        )


def estimate(cpu: Cpu, megabytes: int) -> Estimate:
    """What a memory size means for a function with these CPU times."""
    share = min(1.0, megabytes / MEGABYTES_A_CPU)
    warm = cpu.warm / share + STORE_WAIT_MS
    first = cpu.first / share + STORE_WAIT_MS
    cold = cpu.importing + first
    seconds = ((1 - COLD_SHARE) * warm + COLD_SHARE * cold) / 1000
    gigabyte_seconds = 1_000_000 * seconds * megabytes / 1024
    dollars = gigabyte_seconds * DOLLARS_A_GB_SECOND + DOLLARS_A_MILLION_REQUESTS
    return Estimate(megabytes=megabytes, warm_ms=warm, cold_ms=cold, dollars_a_million=dollars)


def measure() -> Cpu:
    """The medians of five processes."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with tempfile.TemporaryDirectory() as state:
        environ = {
            **{name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ},
            # Compiled files are at hand, as in the deployed zip.
            "PYTHONPYCACHEPREFIX": f"{state}/compiled",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://{host}:{port}",
            "OFFHOOK_STAGE": "local",
            "OFFHOOK_STORE": "dynamodb",
            "OFFHOOK_STATE_DIR": state,
        }
        try:
            _run(environ, "-c", _PREPARE)
            _measure_once(environ)
            runs = [_measure_once(environ) for _ in range(5)]
        finally:
            server.stop()
    return Cpu(
        importing=statistics.median(run.importing for run in runs),
        first=statistics.median(run.first for run in runs),
        warm=statistics.median(run.warm for run in runs),
    )


def _measure_once(environ: Mapping[str, str]) -> Cpu:
    program = Path(__file__).with_name("one_process.py")
    return Cpu(**json.loads(_run(environ, str(program)).splitlines()[-1]))


def _run(environ: Mapping[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, *arguments],
        check=True,
        cwd=Path(__file__).parent.parent,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


if __name__ == "__main__":
    run()
