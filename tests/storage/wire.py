"""What goes over the wire to DynamoDB in the tests: counted, and broken on demand."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

Fault = Callable[[str, AWSPreparedRequest], AWSResponse | None]
"""Takes the name of the event and the request; gives the answer, None for the network's."""


class Wire:
    """Stands between botocore and moto: notes each request, and lets faults answer first."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self._faults: deque[Fault] = deque()

    @property
    def operations(self) -> list[str]:
        """The names of the operations that were asked for, each try counted."""
        return [operation for operation, _ in self.requests]

    def meets(self, *faults: Fault) -> None:
        """The next requests meet these faults, one each; those after them pass."""
        self._faults.extend(faults)

    def forget(self) -> None:
        """Count from zero, without faults."""
        self.requests.clear()
        self._faults.clear()

    def __call__(
        self, event_name: str, request: AWSPreparedRequest, **_: object
    ) -> AWSResponse | None:
        self.requests.append((event_name.rpartition(".")[2], _parsed(request)))
        fault = self._faults.popleft() if self._faults else botocore_stubber
        return fault(event_name, request)


def _parsed(request: AWSPreparedRequest) -> dict[str, Any]:
    assert isinstance(request.body, bytes)
    body: dict[str, Any] = json.loads(request.body)
    return body


def answers(status: int, body: dict[str, Any]) -> Fault:
    """DynamoDB answers this and does nothing."""

    def fault(_: str, request: AWSPreparedRequest) -> AWSResponse:
        return AWSResponse(request.url, status, HTTPHeaders(), MockRawResponse(json.dumps(body)))

    return fault


def refuses(code: str, **more: object) -> Fault:
    """DynamoDB refuses the request with this error code."""
    kind = f"com.amazonaws.dynamodb.v20120810#{code}"
    return answers(400, {"__type": kind, "message": f"{code} on demand", **more})


def cancels(*reasons: str) -> Fault:
    """DynamoDB cancels the transaction, for these reasons."""
    return refuses(
        "TransactionCanceledException", CancellationReasons=[{"Code": code} for code in reasons]
    )


def breaks(error: Exception) -> Fault:
    """The request never gets to DynamoDB."""

    def fault(_: str, __: AWSPreparedRequest) -> AWSResponse:
        raise error

    return fault


def loses_answer(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
    """DynamoDB does what it was asked to do, but its answer does not arrive."""
    botocore_stubber(event_name, request)
    raise ReadTimeoutError(endpoint_url=request.url)


def puts_off(event_name: str, request: AWSPreparedRequest) -> AWSResponse | None:
    """DynamoDB reads none of the keys of a batch for now."""
    wanted = _parsed(request)["RequestItems"]
    return answers(200, {"Responses": {}, "UnprocessedKeys": wanted})(event_name, request)
