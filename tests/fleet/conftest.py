"""The use cases over each store in turn, with a second writer at hand."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Table
from tests.fleet.writer import Writer
from tests.stores import KINDS, REGION, SerialWire, fake_aws, new_table_name


@pytest.fixture(scope="module")
def aws() -> Iterator[SerialWire]:
    with fake_aws() as wire:
        yield wire


@pytest.fixture(params=KINDS)
def new_table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Table]]:
    """Gives another view of one new table at each call."""
    opened: list[SqliteTable] = []
    if request.param == "dynamodb":
        request.getfixturevalue("aws")
    name = new_table_name() if request.param == "dynamodb" else ""

    def new() -> Table:
        if name:
            return DynamoTable(name, endpoint_url=None, region=REGION, now=lambda: 1.0)
        opened.append(SqliteTable(tmp_path / "offhook.sqlite3", now=lambda: 1.0))
        return opened[-1]

    yield new
    for table in opened:
        table.close()


@pytest.fixture
def new_writer(new_table: Callable[[], Table]) -> Callable[[], Writer]:
    """Gives another writer over one new table at each call."""
    return lambda: Writer(new_table())


@pytest.fixture
def writer(new_writer: Callable[[], Writer]) -> Writer:
    """A writer who has made the extensions 1001 to 1003."""
    made = new_writer()
    for number in ("1001", "1002", "1003"):
        made.extensions.put(number=number, name=None, password="a secret")
    return made


class Messages(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What Offhook logs from now on, however other tests have left its logger."""
    logger, messages = logging.getLogger("offhook"), Messages()
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(messages)
    yield messages.texts
    logger.removeHandler(messages)
    logger.setLevel(level)
