"""Can remembering a fetch neither fail nor delay it, and what does a fetch cost the store?"""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from moto.core.models import botocore_stubber

from tests.routes.installation import DEVICES, MAC, Installation
from tests.storage.wire import Fault, breaks, refuses
from tests.stores import SerialWire

PATH = f"/provision/{MAC}.cfg"
BOUND = 0.5  # seconds
dynamodb = pytest.mark.parametrize("store", ["dynamodb"], indirect=True)
sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def phone(site: Installation) -> Installation:
    """An installation with one phone, in a process that has answered it before."""
    site.register()
    site.get(PATH)
    return site


@dynamodb
def test_warm_fetch_is_one_read_and_one_write(phone: Installation, wire: SerialWire) -> None:
    wire.forget()

    phone.get(PATH)

    assert wire.operations == ["Query", "PutItem"]


@dynamodb
def test_warm_fetch_not_modified_is_one_read_and_one_write(
    phone: Installation, wire: SerialWire
) -> None:
    wire.forget()

    phone.get(PATH, if_none_match="*")

    assert wire.operations == ["Query", "PutItem"]


@dynamodb
def test_unknown_device_is_noted_once(phone: Installation, wire: SerialWire) -> None:
    """Beside its own partition the process reads once whom to ignore, and the network's places."""
    wire.forget()

    for mac in ("001565000000", "001565000001", "001565000000"):
        phone.get(f"/provision/{mac}.cfg")

    assert wire.operations == ["Query"] * 3 + ["PutItem"] + ["Query", "PutItem"] + ["Query"]


@dynamodb
@pytest.mark.parametrize(
    ("file", "operations"),
    [
        ("zip33g_common.cfg", []),
        ("$mac.cfg", []),
        ("y000.cfg", []),
        (f"{MAC}.doc", []),
        (f"{MAC}.xml", ["Query"]),
    ],
)
def test_other_fetches_write_nothing(
    phone: Installation, wire: SerialWire, file: str, operations: list[str]
) -> None:
    wire.forget()

    phone.get(f"/provision/{file}")

    assert wire.operations == operations


@dynamodb
def test_head_writes_nothing(phone: Installation, wire: SerialWire) -> None:
    wire.forget()

    phone.send("HEAD", PATH)

    assert wire.operations == ["Query"]


def passes(event_name: str, request: AWSPreparedRequest) -> AWSResponse | None:
    answer: AWSResponse | None = botocore_stubber(event_name, request)
    return answer


@dynamodb
@pytest.mark.parametrize(
    "fault",
    [
        refuses("ProvisionedThroughputExceededException"),
        refuses("ThrottlingException"),
        refuses("AccessDeniedException"),
        refuses("InternalServerError"),
        breaks(ReadTimeoutError(endpoint_url="x")),
        breaks(EndpointConnectionError(endpoint_url="x")),
    ],
    ids=["throughput", "throttled", "denied", "internal", "timeout", "unreachable"],
)
def test_note_that_fails(phone: Installation, wire: SerialWire, fault: Fault) -> None:
    wire.forget()
    wire.meets(passes, fault)

    answer = phone.get(PATH)

    assert (answer.status_code, answer.body[:9]) == (200, b"#!version")
    assert wire.operations == ["Query", "PutItem"]  # one try, no second
    line = phone.last_request
    assert (line["outcome"], line["level"]) == ("served", "info")
    assert "note_failure" in line


@pytest.fixture
def silence() -> Iterator[str]:
    """An address that takes every connection and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@dynamodb
def test_note_that_stalls(phone: Installation, wire: SerialWire, silence: str) -> None:
    def stalls(_: str, request: AWSPreparedRequest) -> None:
        request.url = silence  # and now botocore sends it, with the time limits of its client

    wire.forget()
    wire.meets(passes, stalls)
    started = time.perf_counter()

    answer = phone.get(PATH)

    seconds = time.perf_counter() - started
    assert (answer.status_code, answer.body[:9]) == (200, b"#!version")
    assert 0.05 < seconds < BOUND
    assert "does not answer" in phone.last_request["note_failure"]


@sqlite
def test_note_while_another_process_keeps_the_file_locked(phone: Installation) -> None:
    seen = phone.get(f"{DEVICES}/{MAC}").json_body["last_provisioned"]
    with closing(sqlite3.connect(phone.folder / "state" / "offhook.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.perf_counter()

        answer = phone.get(PATH)

        seconds = time.perf_counter() - started
    assert (answer.status_code, answer.body[:9]) == (200, b"#!version")
    assert seconds < BOUND
    assert "another process keeps it locked" in phone.last_request["note_failure"]
    assert seen is not None
