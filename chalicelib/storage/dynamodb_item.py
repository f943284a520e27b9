"""How does an item look as DynamoDB attributes, and a condition as an expression?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.storage.position import end_of
from chalicelib.storage.table import (
    INDEXES,
    Absent,
    Condition,
    Item,
    Key,
    Present,
    Unchanged,
)
from chalicelib.storage.writes import parse_body

TTL_ATTRIBUTE = "ttl"

ALIVE = "(attribute_not_exists(#ttl) OR #ttl > :now)"
_EXPRESSION_BY_CONDITION: Mapping[type[Condition], str] = {
    Absent: "attribute_not_exists(pk) OR #ttl <= :now",
    Present: f"attribute_exists(pk) AND {ALIVE}",
    Unchanged: f"revision = :revision AND {ALIVE}",
}


def table_schema(name: str) -> dict[str, Any]:
    """The arguments that CreateTable takes for the table."""
    attributes = ["pk", "sk", *(f"{index}_{part}" for index in INDEXES for part in ("pk", "sk"))]
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes
        ],
        "KeySchema": _key_schema("pk", "sk"),
        "GlobalSecondaryIndexes": [_index_schema(index) for index in INDEXES],
    }


def index_arguments(name: str, index: str) -> dict[str, Any]:
    """The arguments of UpdateTable that make the index on a table which lacks it."""
    return {
        "TableName": name,
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": "S"}
            for attribute in ("pk", "sk", f"{index}_pk", f"{index}_sk")
        ],
        "GlobalSecondaryIndexUpdates": [{"Create": _index_schema(index)}],
    }


def key_attributes(key: Key) -> dict[str, Any]:
    """The attributes that name the item."""
    return {"pk": {"S": key.partition}, "sk": {"S": key.sort}}


def parse_key(attributes: Mapping[str, Any]) -> Key:
    """The key that has these attributes."""
    return Key(attributes["pk"]["S"], attributes["sk"]["S"])


def index_attributes(index: str, partition: str, sort: str) -> dict[str, Any]:
    """The attributes that place the item in the index."""
    return {f"{index}_pk": {"S": partition}, f"{index}_sk": {"S": sort}}


def range_condition(attribute: str, begins: str, least: str) -> tuple[str, dict[str, Any]]:
    """What a Query asks of the sort key besides, and the values in it; see `Table.query`.

    DynamoDB takes one condition. Where it is two ends, the last one is included.
    """
    if not least:
        values = {":begins": {"S": begins}} if begins else {}
        return (f" AND begins_with({attribute}, :begins)" if begins else ""), values
    end = end_of(begins)
    if end is None:
        return f" AND {attribute} >= :least", {":least": {"S": least}}
    values = {":least": {"S": least}, ":end": {"S": end}}
    return f" AND {attribute} BETWEEN :least AND :end", values


def item_attributes(item: Item, body: str) -> dict[str, Any]:
    """All attributes of the item, its body written as this text."""
    attributes = key_attributes(item.key)
    attributes |= {"revision": {"S": item.revision}, "body": {"S": body}}
    for index, place in item.entries.items():
        attributes |= index_attributes(index, *place)
    if item.expires_at is not None:
        attributes[TTL_ATTRIBUTE] = {"N": str(item.expires_at)}
    return attributes


def parse_item(attributes: Mapping[str, Any]) -> Item:
    """The item that has these attributes."""
    key = parse_key(attributes)
    expiry = attributes.get(TTL_ATTRIBUTE)
    return Item(
        key=key,
        body=parse_body(attributes["body"]["S"], key),
        revision=attributes["revision"]["S"],
        entries={
            index: (attributes[f"{index}_pk"]["S"], attributes[f"{index}_sk"]["S"])
            for index in INDEXES
            if f"{index}_pk" in attributes
        },
        expires_at=None if expiry is None else int(expiry["N"]),
    )


def condition_arguments(when: Condition | None, *, second: int) -> dict[str, Any]:
    """What makes a write depend on the condition.

    An expired item may still lie in the table, and counts as absent.
    """
    if when is None:
        return {}
    values: dict[str, Any] = {":now": {"N": str(second)}}
    if isinstance(when, Unchanged):
        values[":revision"] = {"S": when.revision}
    return {
        "ConditionExpression": _EXPRESSION_BY_CONDITION[type(when)],
        "ExpressionAttributeNames": {"#ttl": TTL_ATTRIBUTE},
        "ExpressionAttributeValues": values,
    }


def _index_schema(index: str) -> dict[str, Any]:
    return {
        "IndexName": index,
        "KeySchema": _key_schema(f"{index}_pk", f"{index}_sk"),
        "Projection": {"ProjectionType": "ALL"},
    }


def _key_schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
