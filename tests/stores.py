"""Which stores do the tests run over, and how do they get an empty one?"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.retries.standard import ExponentialBackoff
from moto import mock_aws
from moto.core.common_models import BaseModel
from moto.core.models import botocore_stubber

from chalicelib.storage.dynamodb import DynamoTable
from tests.storage.wire import Wire

KINDS = ("sqlite", "dynamodb")
REGION = "eu-west-1"

_numbers = itertools.count(1)


class SerialWire(Wire):
    """A wire that lets one request through at a time: moto's transactions are not for threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def __call__(
        self, event_name: str, request: AWSPreparedRequest, **_: object
    ) -> AWSResponse | None:
        with self._lock:
            return super().__call__(event_name, request)


def keep_no_models(patch: pytest.MonkeyPatch) -> None:
    """Let moto forget what it has made and nobody holds: each transaction copies its table.

    It remembers every copy for a dashboard that nobody looks at: two gigabytes by the end.
    """

    def make(cls: type[BaseModel], *_: object, **__: object) -> BaseModel:
        return super(BaseModel, cls).__new__(cls)

    patch.setattr(BaseModel, "__new__", make)


@contextmanager
def fake_aws() -> Iterator[SerialWire]:
    """An AWS account under moto, behind one wire."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        # botocore tries again at once.
        patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.0)
        keep_no_models(patch)
        boto3.setup_default_session(region_name=REGION)
        session: Any = boto3.DEFAULT_SESSION
        events = session.events
        events.unregister("before-send", botocore_stubber)
        wire = SerialWire()
        events.register("before-send.dynamodb", wire)
        events.register("before-send.kms", botocore_stubber)
        events.register("before-send.s3", botocore_stubber)
        yield wire


def new_table_name() -> str:
    """The name of a DynamoDB table that was just made."""
    name = f"offhook-test-{next(_numbers)}"
    DynamoTable(name, endpoint_url=None, region=REGION, now=lambda: 0.0).create()
    return name
