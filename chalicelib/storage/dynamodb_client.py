"""How is DynamoDB called, and what do its failures mean to an operator?

The only user of boto3, which loads on the first call.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import StoreDownError
from chalicelib.storage.dynamodb_refusal import error_code

if TYPE_CHECKING:
    from botocore.client import BaseClient

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.0
ATTEMPTS = 3

_STEP = 0.05
"""Bounds are rounded up to multiples of so many seconds, since each takes a client of its own: to
make one costs more than a whole request, and so does its first connection."""

_THROTTLED = {
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
}
_FORBIDDEN = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
}


class DynamoClient:
    """DynamoDB with time limits, seen from one table."""

    def __init__(self, table: str, *, endpoint_url: str | None, region: str | None) -> None:
        self._table = table
        self._endpoint_url = endpoint_url
        self._region = region
        self._lock = threading.Lock()
        self._client_by_bound: dict[float | None, BaseClient] = {}

    def call(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        *,
        within: float | None = None,
        refusals: Collection[str] = (),
    ) -> Mapping[str, Any]:
        """The answer, or the error as an answer when its code is among the refusals.

        `within` allows one try and bounds it, in seconds. Raises StoreDownError.
        """
        client = self._client(within)
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: Mapping[str, Any] = getattr(client, operation)(**arguments)
        except ClientError as error:
            if error_code(error.response) in refusals:
                return error.response
            raise self._down(_explain_answer(error.response)) from error
        except BotoCoreError as error:
            raise self._down(_explain_silence(error)) from error
        return answer

    def wait(self, event: str, arguments: Mapping[str, Any]) -> None:
        """Return when the event has come, such as `table_exists`. Raises StoreDownError."""
        client = self._client(None)
        from botocore.exceptions import BotoCoreError

        try:
            client.get_waiter(event).wait(**arguments)
        except BotoCoreError as error:
            raise self._down(_explain_silence(error)) from error

    def _client(self, within: float | None) -> BaseClient:
        bound = None if within is None else round(math.ceil(within / _STEP) * _STEP, 2)
        with self._lock:
            if bound not in self._client_by_bound:
                self._client_by_bound[bound] = self._new_client(bound)
            return self._client_by_bound[bound]

    def _new_client(self, within: float | None) -> BaseClient:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        bounds: dict[str, Any] = {
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "retries": {"mode": "standard", "total_max_attempts": ATTEMPTS},
        }
        if within is not None:
            bounds = {
                "connect_timeout": within / 2,
                "read_timeout": within / 2,
                "retries": {"mode": "standard", "total_max_attempts": 1},
            }
        try:
            client: BaseClient = boto3.client(
                "dynamodb",
                endpoint_url=self._endpoint_url,
                region_name=self._region,
                config=Config(**bounds),
            )
        except BotoCoreError as error:
            raise self._down(_explain_silence(error)) from error
        except ValueError as error:
            raise self._down(f"{error}: correct AWS_ENDPOINT_URL_DYNAMODB") from error
        return client

    def _down(self, reason: str) -> StoreDownError:
        return StoreDownError(f"the DynamoDB table {self._table}: {reason}")


def _explain_answer(answer: Mapping[str, Any]) -> str:
    code = error_code(answer)
    if code == "ResourceNotFoundException":
        return "it does not exist: `make table STAGE=...` creates it, or correct OFFHOOK_TABLE"
    if code in _THROTTLED:
        return f"it is throttled ({code}): try again, or raise the account's limits"
    if code in _FORBIDDEN:
        return f"access is refused ({code}): check the AWS credentials and the role's policy"
    return f"DynamoDB answered {code}: {answer['Error'].get('Message', '')}"


def _explain_silence(error: Exception) -> str:
    from botocore import exceptions

    match error:
        case exceptions.NoRegionError():
            return "no AWS region is known: set AWS_DEFAULT_REGION"
        case exceptions.NoCredentialsError() | exceptions.PartialCredentialsError():
            return "no AWS credentials are known: set AWS_PROFILE, or log in"
        case exceptions.HTTPClientError() | exceptions.ConnectionError():
            return (
                f"DynamoDB does not answer ({error}): check the network, and "
                "AWS_ENDPOINT_URL_DYNAMODB if you set it"
            )
        case _:
            return str(error)
