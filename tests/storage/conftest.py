"""Tables for the tests: each kind on its own, empty, with a clock that stands still."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.retries.standard import ExponentialBackoff
from moto import mock_aws
from moto.core.models import botocore_stubber

from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Table
from tests.storage.wire import Wire
from tests.stores import keep_no_models

REGION = "eu-central-1"


class Clock:
    """Says the time that it was told."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but this machine can be reached."""
    connect = socket.socket.connect

    def connect_locally(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - as socket's
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1"):
            raise PermissionError(f"a test wants to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_locally)


@pytest.fixture(scope="module")
def aws() -> Iterator[Wire]:
    """An AWS account under moto, behind one wire for all tables of the module."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        keep_no_models(patch)
        boto3.setup_default_session(region_name=REGION)
        assert boto3.DEFAULT_SESSION is not None
        events: Any = boto3.DEFAULT_SESSION.events
        events.unregister("before-send", botocore_stubber)
        wire = Wire()
        events.register("before-send.dynamodb", wire)
        yield wire


@pytest.fixture
def wire(aws: Wire, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The wire without faults; botocore tries again at once."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.0)
    aws.forget()
    return aws


_numbers = itertools.count(1)


@pytest.fixture
def new_dynamo(wire: Wire, clock: Clock) -> Callable[[], DynamoTable]:
    """Gives another view of one new DynamoDB table at each call."""
    name = f"offhook-{next(_numbers)}"

    def new() -> DynamoTable:
        return DynamoTable(name, endpoint_url=None, region=REGION, now=clock, sleep=lambda _: None)

    first = new()
    first.create()
    wire.forget()
    unused = [first]
    return lambda: unused.pop() if unused else new()


@pytest.fixture
def new_sqlite(tmp_path: Path, clock: Clock) -> Iterator[Callable[[], SqliteTable]]:
    """Gives another view of one new data file at each call."""
    opened: list[SqliteTable] = []

    def new() -> SqliteTable:
        opened.append(SqliteTable(tmp_path / "state" / "offhook.db", now=clock))
        return opened[-1]

    yield new
    for table in opened:
        table.close()


@pytest.fixture(params=["sqlite", "dynamodb"])
def new_table(request: pytest.FixtureRequest) -> Callable[[], Table]:
    """Gives another view of one new table at each call; of each kind in turn."""
    name = {"sqlite": "new_sqlite", "dynamodb": "new_dynamo"}[request.param]
    new: Callable[[], Table] = request.getfixturevalue(name)
    return new


@pytest.fixture
def table(new_table: Callable[[], Table]) -> Table:
    return new_table()
