"""Tables in a DynamoDB Local that `make test-dynamodb-local` has started."""

from __future__ import annotations

import itertools
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.sqlite import SqliteTable
from tests.storage.conftest import Clock, new_sqlite

__all__ = ["new_sqlite"]  # a fixture that the contract asks for

_LONGEST_START_S = 60
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def engine() -> str:
    """The address of the engine."""
    url = os.environ["DYNAMODB_LOCAL_URL"]
    _await(str(urlsplit(url).hostname), int(urlsplit(url).port or 80))
    return url


def _await(host: str, port: int) -> None:
    give_up = time.monotonic() + _LONGEST_START_S
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            assert time.monotonic() < give_up, "DynamoDB Local does not start"
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_dynamo(engine: str, clock: Clock) -> Callable[[], DynamoTable]:
    """Gives another view of one new table at each call."""
    name = f"offhook-{next(_numbers)}"

    def new() -> DynamoTable:
        return DynamoTable(name, endpoint_url=engine, region="eu-central-1", now=clock)

    new().create()
    return new


@pytest.fixture
def new_table(new_dynamo: Callable[[], DynamoTable]) -> Callable[[], DynamoTable]:
    return new_dynamo


@pytest.fixture
def table(new_table: Callable[[], DynamoTable]) -> DynamoTable:
    return new_table()


@pytest.fixture
def target(tmp_path: Path, clock: Clock) -> SqliteTable:
    return SqliteTable(tmp_path / "target" / "offhook.db", now=clock)
