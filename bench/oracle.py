"""Does the time of a refusal tell whether a device exists, and what do admission and sealing cost?

Welch's t over interleaved pairs, after dudect (Reparaz, Balasch, Verbauwhede: Dude, is my code
constant time?, DATE 2017): |t| above 4.5 says that the two kinds of request take different times.
One of each kind goes at a time, in random order, in a warm process, without garbage collection, by
the CPU time of the thread, so that other programs do not count. The slowest of both kinds together
are left out, since they tell of the machine: once the slowest 5 %, once the slower half.
"""

from __future__ import annotations

import gc
import itertools
import logging
import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.measure import median_us, row
from bench.memory_keys import memory_vault
from bench.memory_table import MemoryTable
from chalicelib import settings, wiring
from chalicelib.access.brake import Brake
from chalicelib.domain.access.admission import Evidence
from chalicelib.domain.access.brake import Limit
from chalicelib.domain.access.policy import Policy, Requirement
from chalicelib.domain.mac import Mac
from chalicelib.fleet.choice import Choice
from chalicelib.storage.sealed import SealedTable
from chalicelib.storage.table import Item, Key, Put, Table
from chalicelib.vault.vault import Vault

PAIRS = 10_000
WARM_UP = 500
KEPT = (0.95, 0.5)

AT_HOME = Mac("001565000001")
NEW = Mac("001565000002")
ANYBODYS = Mac("001565000003")
UNKNOWN = Mac("001565000004")
LARGE = Mac("001565000005")
_MANY = 16
_FORGED = "d{mac}-6925a3b0-aaaaaaaaaaaaaaaaaaaaaaaaaa"


Ask = Callable[[], object]


def run() -> None:
    """Measure, and print a row each."""
    vault = memory_vault()
    offhook = _installation(vault)
    site_key = offhook.gate.folder_of_site("default", 1).strip("/").removeprefix("p/")
    print(f"Refusals: an unknown device and a registered one, {PAIRS} pairs each")
    for what, mac, token in (
        ("by the plain path, one that has fetched", AT_HOME, ""),
        ("by the plain path, one that has not", NEW, ""),
        (f"by the plain path, one of {_MANY} lines with secrets of their own", LARGE, ""),
        ("by a forged token", AT_HOME, _FORGED),
        (f"by a forged token, one of {_MANY} lines", LARGE, _FORGED),
        ("by the site key, one that is at home", AT_HOME, site_key),
    ):
        _compare(what, _request(offhook, UNKNOWN, token), _request(offhook, mac, token))
    print("The same, with every refusal noted as that of a new device")
    offhook = _installation(vault, notes_all=True)
    for what, mac, token in (
        ("by the plain path, one that has fetched", AT_HOME, ""),
        ("by a forged token", AT_HOME, _FORGED),
    ):
        _compare(what, _request(offhook, UNKNOWN, token), _request(offhook, mac, token))
    print("Admission")
    _admission(offhook)
    print("Sealing")
    _sealing(vault)


def welch_t(ones: Sequence[float], others: Sequence[float]) -> float:
    """Welch's t: by how many standard errors the means differ."""
    spread: float = statistics.variance(ones) / len(ones) + statistics.variance(others) / len(
        others
    )
    return (statistics.fmean(ones) - statistics.fmean(others)) / math.sqrt(spread)


def _compare(what: str, *asks: Ask) -> None:
    unknown, registered = _durations(*asks)
    row(f"{what}: a refusal", statistics.median([*unknown, *registered]), "us")
    for kept in KEPT:
        limit = sorted([*unknown, *registered])[int(kept * 2 * PAIRS) - 1]
        ones = [each for each in unknown if each <= limit]
        others = [each for each in registered if each <= limit]
        share = f"the fastest {kept:.0%}"
        row(f"  {share}: means differ by", statistics.fmean(ones) - statistics.fmean(others), "us")
        row(f"  {share}: Welch's t", welch_t(ones, others), "", aim="aim |t| < 4.5")


def _durations(*asks: Ask) -> tuple[list[float], list[float]]:
    """The durations of two calls in microseconds, one of each at a time in random order."""
    found: tuple[list[float], list[float]] = ([], [])
    dice = random.Random(1)  # noqa: S311 - an order, no secret
    with _no_collection():
        for number in range(WARM_UP + PAIRS):
            for which in dice.sample((0, 1), 2):
                started = time.thread_time_ns()
                asks[which]()
                took = (time.thread_time_ns() - started) / 1000
                if number >= WARM_UP:
                    found[which].append(took)
            if number % 500 == 0:
                gc.collect()
    return found


@contextmanager
def _no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _installation(vault: Vault, *, notes_all: bool = False) -> wiring.Offhook:
    """Four devices under the policy of a deployed stage, one of them on a site that is open."""
    hours = itertools.count()
    chosen = replace(
        settings.load({"HOME": "/nowhere"}), policy=Policy(requirements=(Requirement.TOKEN,))
    )
    offhook = wiring.build(
        chosen,
        table=MemoryTable(),
        seal=vault,
        limit=Limit(misses=10**9, step=10**9),
        # Each look at such a clock is an hour later, so nothing was noted a moment ago.
        clock=(lambda: _LONG_AGO + timedelta(hours=next(hours))) if notes_all else _now,
    )
    offhook.declared.load()
    offhook.extensions.put(number="1001", name="Desk", password="bench")  # noqa: S106
    offhook.sites.put("open", label=None, access={"policy": ["open"]})
    for mac in (AT_HOME, NEW):
        offhook.devices.register(mac, _CHOICE)
    offhook.devices.register(LARGE, _LARGE_CHOICE)
    offhook.devices.register(ANYBODYS, replace(_CHOICE, site="open"))
    _request(offhook, AT_HOME, _own_token(offhook), status=200)
    return offhook


def _own_token(offhook: wiring.Offhook) -> str:
    _, state = offhook.opening.show(AT_HOME)
    return offhook.gate.folder_of(AT_HOME, state.value).strip("/").removeprefix("p/")


def _request(offhook: wiring.Offhook, mac: Mac, token: str, *, status: int = 404) -> Ask:
    """A request that was tried once, and is answered with this status."""
    from app import app

    wiring.offhook = lambda: offhook  # type: ignore[assignment]
    logging.getLogger("offhook").handlers = [logging.NullHandler()]
    path = f"/p/{token.format(mac=mac)}/{mac}.cfg" if token else f"/provision/{mac}.cfg"
    found = app(_event(path), None)["statusCode"]
    if found != status:
        raise SystemExit(f"{path} is answered {found}, not {status}, and cannot be measured")
    return lambda: app(_event(path), None)


def _event(path: str) -> dict[str, Any]:
    parts = path.strip("/").split("/")
    names = ("first",) if parts[0] == "provision" else ("first", "second")
    return {
        "requestContext": {
            "httpMethod": "GET",
            "resourcePath": "/".join(("", parts[0], *(f"{{{name}}}" for name in names))),
            "path": path,
            "identity": {"sourceIp": _ADDRESS},
        },
        "headers": {"Host": "phones.example.com", "User-Agent": "Zultys ZIP 33G - 47.80.132.4"},
        "multiValueHeaders": {
            "Host": ["phones.example.com"],
            "User-Agent": ["Zultys ZIP 33G - 47.80.132.4"],
        },
        "pathParameters": dict(zip(names, parts[1:], strict=True)),
        "multiValueQueryStringParameters": None,
        "body": None,
        "isBase64Encoded": False,
        "stageVariables": None,
    }


def _admission(offhook: wiring.Offhook) -> None:
    """All that is done for a fetch by the device's own URL, beside answering it."""
    gate, token = offhook.gate, _own_token(offhook)
    brake = Brake(records=offhook.records, clock=_now)
    dossier = offhook.records.dossier(AT_HOME)
    threshold = offhook.records.threshold(AT_HOME)
    if dossier is None or threshold is None:
        raise SystemExit("the device that is to be measured is missing")

    def decide() -> None:
        brake.is_on(_ADDRESS)
        evidence = Evidence(token=gate.read_token(token), address=_ADDRESS)
        if not gate.admit(evidence, threshold, AT_HOME, _now()).admitted:
            raise SystemExit("the fetch that is to be measured is refused")
        gate.own_folder(dossier)

    row("token, decision, brake and own URL of a fetch", median_us(decide), "us", aim="aim < 50")
    offhook.sites.put("default", label=None, access=_POLICY)
    row("the same with 10 networks in the policy", median_us(decide), "us", aim="aim < 50")


def _now() -> datetime:
    return datetime.now(UTC)


_LARGE_CHOICE = Choice(
    vendor="yealink",
    model="t46s",
    lines=tuple({"user": f"trunk{number}", "password": "bench"} for number in range(_MANY)),
    settings={"web": {"admin_password": "bench-bench", "user_password": "bench-bench"}},
)
_CHOICE = Choice(vendor="zip", model="33g", lines=({"extension_number": "1001"},))
_ADDRESS = "192.0.2.7"
_LONG_AGO = datetime(1000, 1, 1, tzinfo=UTC)
_POLICY = {
    "policy": ["token", "networks"],
    "networks": [f"198.51.{number}.0/24" for number in range(9)] + ["192.0.2.0/24"],
}


def _sealing(vault: Vault) -> None:
    sealed = vault.seal(_PASSWORD, place=_PLACE)
    row("seal a password", median_us(lambda: vault.seal(_PASSWORD, place=_PLACE)), "us")
    row("open it", median_us(lambda: vault.open(sealed, place=_PLACE)), "us")
    below = MemoryTable()
    above = SealedTable(below, seal=vault, name="bench")
    item = Item(key=Key("DEVICE#bench", "LINE#1"), body={"password": _PASSWORD}, revision="1")
    above.write(Put(item=item))

    def read(table: Table) -> None:
        for found in table.read(item.key.partition):
            dict(found.body)

    row(
        "a line read, more than unsealed",
        median_us(lambda: read(above)) - median_us(lambda: read(below)),
        "us",
    )


_PASSWORD = "a password of 24 letters"  # noqa: S105 - made up
_PLACE = "offhook-dev|EXTENSION#1001|EXTENSION|password"
