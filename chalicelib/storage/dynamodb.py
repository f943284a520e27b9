"""How are items kept in a DynamoDB table?"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.errors import ConditionError, StoreDownError
from chalicelib.storage.dynamodb_client import DynamoClient
from chalicelib.storage.dynamodb_item import (
    ALIVE,
    TTL_ATTRIBUTE,
    condition_arguments,
    index_attributes,
    item_attributes,
    key_attributes,
    parse_item,
    parse_key,
    range_condition,
)
from chalicelib.storage.dynamodb_refusal import (
    CANCELED,
    CONDITION_FAILED,
    CONFLICT,
    cancellation_reasons,
    error_code,
    soon_passes,
    was_done,
)
from chalicelib.storage.position import cut_page, parse_position
from chalicelib.storage.table import Check, Delete, Item, Key, Page, Put, Write
from chalicelib.storage.walk import Stretch
from chalicelib.storage.writes import (
    check_beginning,
    check_index,
    check_keys,
    check_number,
    check_partition,
    check_writes,
    holds,
)

BATCH = 100
"""How many keys BatchGetItem takes."""

ROUNDS = 5
"""How often a call comes back for what DynamoDB put off."""


class DynamoTable:
    """A Table in DynamoDB, called on first use."""

    def __init__(
        self,
        name: str,
        *,
        endpoint_url: str | None,
        region: str | None,
        now: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = name
        self._client = DynamoClient(name, endpoint_url=endpoint_url, region=region)
        self._now = now
        self._sleep = sleep

    def get(self, keys: Sequence[Key], *, within: float | None = None) -> dict[Key, Item]:
        check_keys(keys)
        wanted = [key_attributes(key) for key in dict.fromkeys(keys)]
        if len(wanted) == 1:
            found = self._get_one(wanted[0], within)
        else:
            chunks = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
            found = [
                attributes for chunk in chunks for attributes in self._get_batch(chunk, within)
            ]
        items = map(parse_item, found)
        return {item.key: item for item in items if self._is_alive(item)}

    def read(self, partition: str, *, within: float | None = None) -> list[Item]:
        check_partition(partition)
        selection = self._selection("pk", partition) | {"ConsistentRead": True}
        pages = self._pages(selection, within=within)
        return [parse_item(attributes) for page in pages for attributes in page["Items"]]

    def write(self, *writes: Write, within: float | None = None) -> None:
        body_by_key = check_writes(writes, within=within)
        requests = [self._request(write, body_by_key) for write in writes]
        match writes:
            case ():
                return
            case (Check() as check,):
                self._check(check, within)
            case ((Put() | Delete()) as write,):
                self._write_one(write, requests[0], within)
            case _:
                self._write_all(writes, requests, within)

    def query(
        self,
        index: str,
        partition: str,
        *,
        limit: int,
        after: str | None = None,
        begins: str = "",
        least: str = "",
    ) -> Page:
        check_index(index, partition)
        check_number("limit", limit, least=1)
        check_beginning(begins, least)
        # One item more than asked for, see cut_page.
        arguments = self._selection(f"{index}_pk", partition)
        arguments |= {"IndexName": index, "Limit": limit + 1}
        condition, values = range_condition(f"{index}_sk", begins, least)
        arguments["KeyConditionExpression"] += condition
        arguments["ExpressionAttributeValues"] |= values
        if after is not None:
            sort, key = parse_position(after, index=index, partition=partition, begins=begins)
            if sort >= least:  # DynamoDB refuses to start outside of what is asked for
                place = index_attributes(index, partition, sort)
                arguments["ExclusiveStartKey"] = key_attributes(key) | place
        found: list[Item] = []
        for page in self._pages(arguments):
            items = map(parse_item, page["Items"])
            found += (item for item in items if item.entries[index][1].startswith(begins))
            if len(found) > limit:
                break
        return cut_page(found, index, limit=limit)

    def count(self, index: str, partition: str, *, at_most: int) -> int:
        check_index(index, partition)
        check_number("at_most", at_most, least=0)
        if at_most == 0:
            return 0
        arguments = self._selection(f"{index}_pk", partition)
        arguments |= {"IndexName": index, "Limit": at_most, "Select": "COUNT"}
        counted = 0
        for page in self._pages(arguments):
            counted += page["Count"]
            if counted >= at_most:
                break
        return min(counted, at_most)

    def walk(self, *, limit: int, after: Key | None = None) -> Stretch:
        arguments: dict[str, Any] = {"TableName": self._name, "ConsistentRead": True}
        arguments |= {"Limit": limit}
        if after is not None:
            arguments["ExclusiveStartKey"] = key_attributes(after)
        page = self._client.call("scan", arguments)
        end = page.get("LastEvaluatedKey")
        return Stretch(
            items=list(filter(self._is_alive, map(parse_item, page["Items"]))),
            after=None if end is None else parse_key(end),
        )

    def create(self) -> None:
        """Make the table, or what it lacks, and wait until it works."""
        from chalicelib.storage.dynamodb_making import make_table  # no request does

        make_table(self._client, self._name, sleep=self._sleep)

    def _get_one(self, key: Mapping[str, Any], within: float | None = None) -> list[Any]:
        answer = self._client.call(
            "get_item",
            {"TableName": self._name, "Key": key, "ConsistentRead": True},
            within=within,
        )
        return [answer["Item"]] if "Item" in answer else []

    def _get_batch(self, keys: Sequence[Mapping[str, Any]], within: float | None) -> list[Any]:
        found: list[Any] = []
        wanted: Mapping[str, Any] = {self._name: {"Keys": keys, "ConsistentRead": True}}
        for round_ in range(ROUNDS if within is None else 1):
            if round_:
                self._pause(round_)
            answer = self._client.call("batch_get_item", {"RequestItems": wanted}, within=within)
            found += answer["Responses"].get(self._name, [])
            wanted = answer.get("UnprocessedKeys", {})
            if not wanted:
                return found
        raise self._throttled()

    def _selection(self, attribute: str, partition: str) -> dict[str, Any]:
        """The arguments of a Query for the living items of a partition."""
        return {
            "TableName": self._name,
            "KeyConditionExpression": f"{attribute} = :partition",
            "FilterExpression": ALIVE,
            "ExpressionAttributeNames": {"#ttl": TTL_ATTRIBUTE},
            "ExpressionAttributeValues": {
                ":partition": {"S": partition},
                ":now": {"N": str(self._second())},
            },
        }

    def _pages(
        self, arguments: Mapping[str, Any], *, within: float | None = None
    ) -> Iterator[Mapping[str, Any]]:
        page = self._client.call("query", arguments, within=within)
        yield page
        while start := page.get("LastEvaluatedKey"):
            further = {**arguments, "ExclusiveStartKey": start}
            page = self._client.call("query", further, within=within)
            yield page

    def _request(self, write: Write, body_by_key: Mapping[Key, str]) -> dict[str, Any]:
        """The arguments of the write, alone or in a transaction."""
        request: dict[str, Any] = {"TableName": self._name}
        request |= condition_arguments(write.when, second=self._second())
        if isinstance(write, Put):
            return request | {"Item": item_attributes(write.item, body_by_key[write.item.key])}
        return request | {"Key": key_attributes(write.key)}

    def _check(self, check: Check, within: float | None) -> None:
        found = map(parse_item, self._get_one(key_attributes(check.key), within))
        revisions = [item.revision for item in found if self._is_alive(item)]
        if not holds(check.when, revisions[0] if revisions else None):
            raise ConditionError((0,))

    def _write_one(
        self, write: Put | Delete, request: dict[str, Any], within: float | None
    ) -> None:
        operation = "put_item" if isinstance(write, Put) else "delete_item"
        if write.when is not None:
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        answer = self._persist(operation, request, within=within)
        if error_code(answer) and not was_done(write, answer):
            raise ConditionError((0,))

    def _write_all(
        self, writes: Sequence[Write], requests: Sequence[dict[str, Any]], within: float | None
    ) -> None:
        answer = self._persist(
            "transact_write_items",
            {
                "TransactItems": [
                    {_kind(write): request} for write, request in zip(writes, requests, strict=True)
                ],
                # With the same token, a try after a lost answer is not done twice.
                "ClientRequestToken": str(uuid.uuid4()),
            },
            within=within,
        )
        if error_code(answer) is None:
            return
        reasons = cancellation_reasons(answer)
        failed = [n for n, reason in enumerate(reasons) if reason == "ConditionalCheckFailed"]
        if failed:
            raise ConditionError(failed)
        raise StoreDownError(f"the DynamoDB table {self._name}: refuses a transaction: {reasons}")

    def _persist(
        self, operation: str, arguments: Mapping[str, Any], *, within: float | None
    ) -> Mapping[str, Any]:
        """The answer to the write, once other transactions are out of its way."""
        for round_ in range(ROUNDS if within is None else 1):
            if round_:
                self._pause(round_)
            answer = self._client.call(
                operation, arguments, within=within, refusals=(CONDITION_FAILED, CANCELED, CONFLICT)
            )
            if not soon_passes(answer):
                return answer
        raise self._throttled()

    def _pause(self, round_: int) -> None:
        # Random, so that those who collided do not meet again.
        self._sleep(random.uniform(0, 0.05 * 2**round_))  # noqa: S311 - no secret

    def _throttled(self) -> StoreDownError:
        return StoreDownError(
            f"the DynamoDB table {self._name}: it is throttled, or others write the same items "
            "all the time: try again"
        )

    def _is_alive(self, item: Item) -> bool:
        return item.expires_at is None or item.expires_at > self._second()

    def _second(self) -> int:
        return int(self._now())


def _kind(write: Write) -> str:
    match write:
        case Put():
            return "Put"
        case Delete():
            return "Delete"
        case Check():
            return "ConditionCheck"
