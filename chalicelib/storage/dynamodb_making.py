"""How is a table made in DynamoDB?"""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.storage.dynamodb_client import DynamoClient
from chalicelib.storage.dynamodb_item import TTL_ATTRIBUTE, index_arguments, table_schema
from chalicelib.storage.dynamodb_refusal import error_code
from chalicelib.storage.table import INDEXES

_INDEX_POLL = 5.0  # seconds


def make_table(client: DynamoClient, name: str, *, sleep: Callable[[float], None]) -> None:
    """Make the table as `table_schema` says, on demand billing, and wait until it works.

    A table that exists gets the indexes that it lacks, and its items expire from now on.
    """
    found = client.call(
        "describe_table", {"TableName": name}, refusals=("ResourceNotFoundException",)
    )
    if error_code(found):
        schema = table_schema(name)
        client.call("create_table", schema, refusals=("ResourceInUseException",))
    client.wait(
        "table_exists",
        {"TableName": name, "WaiterConfig": {"Delay": 2, "MaxAttempts": 60}},
    )
    present = _find_indexes(client, name)
    for index in INDEXES:  # DynamoDB makes one at a time
        if index in present:
            continue
        client.call("update_table", index_arguments(name, index))
        while _find_indexes(client, name).get(index) != "ACTIVE":
            sleep(_INDEX_POLL)
    _expire(client, name)


def _find_indexes(client: DynamoClient, name: str) -> dict[str, str]:
    """The state of each index that the table has, by its name."""
    found = client.call("describe_table", {"TableName": name})["Table"]
    indexes = found.get("GlobalSecondaryIndexes", ())
    return {index["IndexName"]: index["IndexStatus"] for index in indexes}


def _expire(client: DynamoClient, name: str) -> None:
    found = client.call("describe_time_to_live", {"TableName": name})
    status = found["TimeToLiveDescription"].get("TimeToLiveStatus")
    if status not in ("ENABLED", "ENABLING"):
        client.call(
            "update_time_to_live",
            {
                "TableName": name,
                "TimeToLiveSpecification": {"Enabled": True, "AttributeName": TTL_ATTRIBUTE},
            },
        )
