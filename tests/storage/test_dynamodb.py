"""What goes to DynamoDB, in how many requests, and into what kind of table?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.dynamodb_item import table_schema
from chalicelib.storage.table import Absent, Check, Delete, Item, Key, Present, Put, Unchanged
from tests.storage.conftest import REGION, Clock
from tests.storage.wire import Wire, refuses

HERE = Key("DEVICE#1", "DEVICE")
THERE = Key("DEVICE#2", "DEVICE")


def an_item(key: Key = HERE, revision: str = "r1", place: str = "1") -> Item:
    return Item(key=key, body={"a": 1}, revision=revision, entries={"listing": ("L", place)})


@pytest.fixture
def table(new_dynamo: Callable[[], DynamoTable]) -> DynamoTable:
    return new_dynamo()


# What it costs


def test_import_loads_no_boto3() -> None:
    program = (
        "import sys, chalicelib.storage.dynamodb as d;"
        "d.DynamoTable('t', endpoint_url=None, region=None, now=lambda: 0.0);"
        "print([name for name in sys.modules if name.startswith('boto')])"
    )

    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "[]\n"


def test_one_request_for_each_call(table: DynamoTable, wire: Wire) -> None:
    table.read("DEVICE#1")
    table.get([HERE])
    table.get([HERE, THERE])
    table.write(Put(item=an_item(), when=Absent()))
    table.write(Put(item=an_item(THERE)), Check(key=HERE, when=Present()))
    table.write(Check(key=HERE, when=Present()))
    table.query("listing", "L", limit=10)
    table.count("listing", "L", at_most=10)
    table.write(Delete(key=HERE, when=Unchanged("r1")), within=1.0)

    assert wire.operations == [
        "Query",
        "GetItem",
        "BatchGetItem",
        "PutItem",
        "TransactWriteItems",
        "GetItem",
        "Query",
        "Query",
        "DeleteItem",
    ]


def test_nothing_to_do_costs_nothing(table: DynamoTable, wire: Wire) -> None:
    table.get([])
    table.write()
    table.count("listing", "L", at_most=0)

    assert wire.operations == []


def test_reads_by_key_and_partition_are_consistent(table: DynamoTable, wire: Wire) -> None:
    table.read("DEVICE#1")
    table.get([HERE])
    table.get([HERE, THERE])
    table.write(Check(key=HERE, when=Absent()))

    query, get, batch, check = [request for _, request in wire.requests]
    assert query["ConsistentRead"] is True
    assert get["ConsistentRead"] is True
    assert next(iter(batch["RequestItems"].values()))["ConsistentRead"] is True
    assert check["ConsistentRead"] is True


def test_count_fetches_no_items(table: DynamoTable, wire: Wire) -> None:
    table.count("listing", "L", at_most=7)

    [(_, request)] = wire.requests
    assert (request["Select"], request["Limit"]) == ("COUNT", 7)


def test_item_as_attributes(table: DynamoTable, wire: Wire) -> None:
    table.write(
        Put(
            item=Item(
                key=HERE,
                body={"b": "\u00e9", "a": [1, None]},
                revision="r1",
                entries={"listing": ("L", "1")},
                expires_at=1_900_000_000,
            )
        )
    )

    assert wire.requests[0][1]["Item"] == {
        "pk": {"S": "DEVICE#1"},
        "sk": {"S": "DEVICE"},
        "revision": {"S": "r1"},
        "body": {"S": '{"a":[1,null],"b":"\u00e9"}'},
        "ttl": {"N": "1900000000"},
        "listing_pk": {"S": "L"},
        "listing_sk": {"S": "1"},
    }


# Making the table


def test_schema() -> None:
    assert table_schema("offhook-dev") == {
        "TableName": "offhook-dev",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "listing_pk", "AttributeType": "S"},
            {"AttributeName": "listing_sk", "AttributeType": "S"},
            {"AttributeName": "finding_pk", "AttributeType": "S"},
            {"AttributeName": "finding_sk", "AttributeType": "S"},
            {"AttributeName": "site_listing_pk", "AttributeType": "S"},
            {"AttributeName": "site_listing_sk", "AttributeType": "S"},
            {"AttributeName": "site_finding_pk", "AttributeType": "S"},
            {"AttributeName": "site_finding_sk", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "listing",
                "KeySchema": [
                    {"AttributeName": "listing_pk", "KeyType": "HASH"},
                    {"AttributeName": "listing_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "finding",
                "KeySchema": [
                    {"AttributeName": "finding_pk", "KeyType": "HASH"},
                    {"AttributeName": "finding_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "site_listing",
                "KeySchema": [
                    {"AttributeName": "site_listing_pk", "KeyType": "HASH"},
                    {"AttributeName": "site_listing_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "site_finding",
                "KeySchema": [
                    {"AttributeName": "site_finding_pk", "KeyType": "HASH"},
                    {"AttributeName": "site_finding_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
    }


def test_create_gives_an_older_table_the_indexes_that_it_lacks(wire: Wire) -> None:
    assert wire.operations == []
    client = boto3.client("dynamodb", region_name=REGION)
    schema = table_schema("older")
    attributes = [
        attribute
        for attribute in schema["AttributeDefinitions"]
        if attribute["AttributeName"] in ("pk", "sk", "listing_pk", "listing_sk")
    ]
    [listing, *_] = schema["GlobalSecondaryIndexes"]
    client.create_table(
        **{**schema, "AttributeDefinitions": attributes, "GlobalSecondaryIndexes": [listing]}
    )

    DynamoTable("older", endpoint_url=None, region=REGION, now=Clock()).create()

    found = client.describe_table(TableName="older")["Table"]["GlobalSecondaryIndexes"]
    assert sorted(index["IndexName"] for index in found) == [
        "finding",
        "listing",
        "site_finding",
        "site_listing",
    ]


def test_create(wire: Wire) -> None:
    DynamoTable("created", endpoint_url=None, region=REGION, now=Clock()).create()

    client = boto3.client("dynamodb", region_name=REGION)
    found = client.describe_table(TableName="created")["Table"]
    expiry = client.describe_time_to_live(TableName="created")["TimeToLiveDescription"]
    assert found["TableStatus"] == "ACTIVE"
    assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    assert "CreateTable" in wire.operations


def test_create_where_table_exists(table: DynamoTable, wire: Wire) -> None:
    table.write(Put(item=an_item()))
    wire.forget()

    table.create()

    assert wire.operations == [*["DescribeTable"] * 3, "DescribeTimeToLive"]
    assert table.get([HERE]) == {HERE: an_item()}


def test_create_while_another_creates(table: DynamoTable, wire: Wire) -> None:
    wire.meets(refuses("ResourceNotFoundException"), refuses("ResourceInUseException"))

    table.create()

    assert wire.operations[:3] == ["DescribeTable", "CreateTable", "DescribeTable"]
