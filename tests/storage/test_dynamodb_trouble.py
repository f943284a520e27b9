"""Does the table bear DynamoDB's failures, and say in time what a person can do?"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from chalicelib.domain.errors import ConditionError, StoreDownError
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.table import Absent, Check, Delete, Item, Key, Present, Put, Unchanged
from tests.storage.conftest import REGION, Clock
from tests.storage.wire import (
    Fault,
    Wire,
    answers,
    breaks,
    cancels,
    loses_answer,
    puts_off,
    refuses,
)

HERE = Key("DEVICE#1", "DEVICE")
THERE = Key("DEVICE#2", "DEVICE")
URL = "https://dynamodb.eu-central-1.amazonaws.com/"


def an_item(key: Key = HERE, revision: str = "r1") -> Item:
    return Item(key=key, body={"a": 1}, revision=revision)


@pytest.fixture
def table(new_dynamo: Callable[[], DynamoTable]) -> DynamoTable:
    return new_dynamo()


def a_table(
    name: str = "offhook", *, endpoint_url: str | None = None, region: str | None = REGION
) -> DynamoTable:
    return DynamoTable(name, endpoint_url=endpoint_url, region=region, now=Clock())


# Failures that pass


TROUBLE = {
    "throttled": refuses("ThrottlingException"),
    "over capacity": refuses("ProvisionedThroughputExceededException"),
    "internal error": answers(500, {"__type": "InternalServerError", "message": ""}),
    "unavailable": answers(503, {}),
    "unconnected": breaks(EndpointConnectionError(endpoint_url=URL)),
    "connected too late": breaks(ConnectTimeoutError(endpoint_url=URL)),
    "answered too late": breaks(ReadTimeoutError(endpoint_url=URL)),
    "cut off": breaks(ConnectionClosedError(endpoint_url=URL)),
}
every_trouble = pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)

CALLS: dict[str, Callable[[DynamoTable], object]] = {
    "get": lambda table: table.get([HERE]),
    "get several": lambda table: table.get([HERE, THERE]),
    "read": lambda table: table.read("DEVICE#1"),
    "put": lambda table: table.write(Put(item=an_item())),
    "delete": lambda table: table.write(Delete(key=HERE)),
    "check": lambda table: table.write(Check(key=HERE, when=Absent())),
    "transaction": lambda table: table.write(Put(item=an_item()), Delete(key=THERE)),
    "query": lambda table: table.query("listing", "L", limit=1),
    "count": lambda table: table.count("listing", "L", at_most=1),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@every_trouble
def test_trouble_that_passes(table: DynamoTable, wire: Wire, trouble: Fault) -> None:
    wire.meets(trouble, trouble)

    table.write(Put(item=an_item()))

    assert wire.operations == ["PutItem"] * 3
    assert table.get([HERE]) == {HERE: an_item()}


@every_trouble
def test_trouble_that_stays(table: DynamoTable, wire: Wire, trouble: Fault) -> None:
    wire.meets(*[trouble] * 9)

    with pytest.raises(StoreDownError):
        table.read("DEVICE#1")

    assert wire.operations == ["Query"] * 3


@every_call
def test_trouble_that_stays_in_every_call(
    table: DynamoTable, wire: Wire, call: Callable[[DynamoTable], object]
) -> None:
    wire.meets(*[refuses("ThrottlingException")] * 9)

    with pytest.raises(StoreDownError) as caught:
        call(table)

    assert "it is throttled (ThrottlingException): try again" in str(caught.value)
    assert len(wire.operations) == 3


@every_trouble
def test_write_within_bound_tries_once(table: DynamoTable, wire: Wire, trouble: Fault) -> None:
    wire.meets(trouble)

    with pytest.raises(StoreDownError):
        table.write(Put(item=an_item()), within=0.2)

    assert wire.operations == ["PutItem"]


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (
            refuses("ResourceNotFoundException"),
            "it does not exist: `make table STAGE=...` creates it, or correct OFFHOOK_TABLE",
        ),
        (
            refuses("AccessDeniedException"),
            (
                "access is refused (AccessDeniedException): check the AWS credentials and the "
                "role's policy"
            ),
        ),
        (
            refuses("UnrecognizedClientException"),
            (
                "access is refused (UnrecognizedClientException): check the AWS credentials and "
                "the role's policy"
            ),
        ),
        (
            refuses("ValidationException"),
            "DynamoDB answered ValidationException: ValidationException on demand",
        ),
    ],
)
def test_trouble_in_words(table: DynamoTable, wire: Wire, trouble: Fault, expected: str) -> None:
    wire.meets(trouble)

    with pytest.raises(StoreDownError) as caught:
        table.read("DEVICE#1")

    assert str(caught.value).endswith(f": {expected}")


def test_missing_table_in_words(wire: Wire) -> None:
    table = a_table("never-made")

    with pytest.raises(StoreDownError) as caught:
        table.get([HERE])

    assert str(caught.value) == (
        "the DynamoDB table never-made: it does not exist: `make table STAGE=...` creates it, or "
        "correct OFFHOOK_TABLE"
    )
    assert wire.operations == ["GetItem"]


# Keys that DynamoDB puts off


def test_get_comes_back_for_keys_that_were_put_off(table: DynamoTable, wire: Wire) -> None:
    table.write(Put(item=an_item(HERE)), Put(item=an_item(THERE)))
    wire.forget()
    wire.meets(puts_off, puts_off)

    found = table.get([HERE, THERE])

    assert sorted(found) == [HERE, THERE]
    assert wire.operations == ["BatchGetItem"] * 3


def test_get_gives_up_on_keys_that_are_always_put_off(table: DynamoTable, wire: Wire) -> None:
    wire.meets(*[puts_off] * 20)

    with pytest.raises(StoreDownError, match="throttled"):
        table.get([HERE, THERE])

    assert wire.operations == ["BatchGetItem"] * 5


# Other transactions


def test_put_meets_a_transaction(table: DynamoTable, wire: Wire) -> None:
    wire.meets(refuses("TransactionConflictException"))

    table.write(Put(item=an_item()))

    assert wire.operations == ["PutItem"] * 2
    assert table.get([HERE]) == {HERE: an_item()}


@pytest.mark.parametrize(
    "reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]
)
def test_transaction_meets_trouble_that_passes(table: DynamoTable, wire: Wire, reason: str) -> None:
    wire.meets(cancels("None", reason), cancels(reason, "None"))

    table.write(Put(item=an_item()), Delete(key=THERE))

    tokens = {request["ClientRequestToken"] for _, request in wire.requests}
    assert wire.operations == ["TransactWriteItems"] * 3
    assert len(tokens) == 1
    assert table.get([HERE]) == {HERE: an_item()}


def test_transaction_meets_others_all_the_time(wire: Wire, clock: Clock) -> None:
    slept: list[float] = []
    table = DynamoTable("t", endpoint_url=None, region=REGION, now=clock, sleep=slept.append)
    wire.meets(*[cancels("TransactionConflict", "None")] * 20)

    with pytest.raises(StoreDownError, match="others write the same items all the time"):
        table.write(Put(item=an_item()), Delete(key=THERE))

    assert wire.operations == ["TransactWriteItems"] * 5
    assert len(slept) == 4
    assert all(
        0 <= pause <= bound for pause, bound in zip(slept, (0.1, 0.2, 0.4, 0.8), strict=True)
    )


def test_transaction_within_bound_tries_once(table: DynamoTable, wire: Wire) -> None:
    wire.meets(cancels("TransactionConflict", "None"))

    with pytest.raises(StoreDownError):
        table.write(Put(item=an_item()), Delete(key=THERE), within=0.2)

    assert wire.operations == ["TransactWriteItems"]


def test_transaction_that_fails_and_collides(table: DynamoTable, wire: Wire) -> None:
    wire.meets(cancels("TransactionConflict", "ConditionalCheckFailed"))

    with pytest.raises(ConditionError) as caught:
        table.write(Put(item=an_item()), Delete(key=THERE, when=Present()))

    assert caught.value.failed == (1,)
    assert wire.operations == ["TransactWriteItems"]


def test_transaction_refused_for_good(table: DynamoTable, wire: Wire) -> None:
    wire.meets(cancels("ItemCollectionSizeLimitExceeded", "None"))

    with pytest.raises(StoreDownError, match="ItemCollectionSizeLimitExceeded"):
        table.write(Put(item=an_item()), Delete(key=THERE))

    assert wire.operations == ["TransactWriteItems"]


# Answers that are lost: the write was done, and boto3 does it again


def test_put_whose_answer_is_lost(table: DynamoTable, wire: Wire) -> None:
    wire.meets(loses_answer)

    table.write(Put(item=an_item(), when=Absent()))

    assert wire.operations == ["PutItem"] * 2
    assert table.get([HERE]) == {HERE: an_item()}


def test_change_whose_answer_is_lost(table: DynamoTable, wire: Wire) -> None:
    table.write(Put(item=an_item()))
    wire.meets(loses_answer)

    table.write(Put(item=an_item(revision="r2"), when=Unchanged("r1")))

    assert table.get([HERE]) == {HERE: an_item(revision="r2")}


def test_delete_whose_answer_is_lost(table: DynamoTable, wire: Wire) -> None:
    table.write(Put(item=an_item()))
    wire.meets(loses_answer)

    table.write(Delete(key=HERE, when=Unchanged("r1")))

    assert table.get([HERE]) == {}


def test_condition_that_fails_after_a_lost_try(table: DynamoTable, wire: Wire) -> None:
    table.write(Put(item=an_item(revision="theirs")))
    wire.meets(breaks(ReadTimeoutError(endpoint_url=URL)))

    with pytest.raises(ConditionError):
        table.write(Put(item=an_item(revision="ours"), when=Absent()))

    assert table.get([HERE]) == {HERE: an_item(revision="theirs")}


# Silence, on a real socket


@pytest.fixture
def silent_url() -> Iterator[str]:
    """An address that takes connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.usefixtures("wire")
def test_stall_delays_a_write_no_more_than_its_bound(silent_url: str) -> None:
    table = a_table(endpoint_url=silent_url)
    began = time.monotonic()

    with pytest.raises(StoreDownError, match="DynamoDB does not answer"):
        table.write(Put(item=an_item()), within=0.4)
    first = time.monotonic() - began
    began = time.monotonic()
    with pytest.raises(StoreDownError):
        table.write(Put(item=an_item()), within=0.4)
    second = time.monotonic() - began

    assert first < 2.0  # makes the client, too
    assert 0.1 < second < 0.8


def test_bounds_that_differ_by_little_share_a_client(
    table: DynamoTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making one costs more than a whole request, and none of them is ever given up."""
    made: list[float] = []
    new_client: Any = boto3.client

    def count(*arguments: Any, config: Any, **more: Any) -> Any:  # noqa: ANN401 - as boto3's
        made.append(config.connect_timeout + config.read_timeout)
        return new_client(*arguments, config=config, **more)

    monkeypatch.setattr(boto3, "client", count)
    for number in range(60):
        table.write(Put(item=an_item()), within=0.25 - number / 1000)

    assert made == [0.25, 0.2]
    table.write(Put(item=an_item()), within=0.25)
    table.write(Put(item=an_item()), within=0.001)
    assert made == [0.25, 0.2, 0.05]


@pytest.mark.usefixtures("wire")
def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    table = a_table(endpoint_url=f"http://127.0.0.1:{port}")

    with pytest.raises(StoreDownError) as caught:
        table.read("DEVICE#1")

    assert str(caught.value) == (
        "the DynamoDB table offhook: DynamoDB does not answer (Could not connect to the endpoint "
        f'URL: "http://127.0.0.1:{port}/"): check the network, and AWS_ENDPOINT_URL_DYNAMODB if '
        "you set it"
    )


# What is missing on this machine


@pytest.fixture
def bare_machine(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Nothing on this machine says who we are, or where."""
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "SECURITY_TOKEN"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    for name in ("PROFILE", "DEFAULT_REGION", "REGION"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return wire


@pytest.mark.usefixtures("bare_machine")
def test_no_credentials() -> None:
    with pytest.raises(StoreDownError) as caught:
        a_table().read("DEVICE#1")

    assert str(caught.value) == (
        "the DynamoDB table offhook: no AWS credentials are known: set AWS_PROFILE, or log in"
    )


@pytest.mark.usefixtures("bare_machine")
def test_no_region() -> None:
    with pytest.raises(StoreDownError) as caught:
        a_table(region=None).read("DEVICE#1")

    assert str(caught.value) == (
        "the DynamoDB table offhook: no AWS region is known: set AWS_DEFAULT_REGION"
    )


@pytest.mark.usefixtures("wire")
def test_endpoint_that_is_no_url() -> None:
    with pytest.raises(StoreDownError) as caught:
        a_table(endpoint_url="nonsense").read("DEVICE#1")

    assert str(caught.value) == (
        "the DynamoDB table offhook: Invalid endpoint: nonsense: correct AWS_ENDPOINT_URL_DYNAMODB"
    )
