"""Is a fetch noted, and not delayed, where what it brings along meets trouble in DynamoDB?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from moto.core.models import botocore_stubber

from chalicelib.domain.device import Device
from chalicelib.domain.errors import StoreDownError
from chalicelib.domain.standing import State
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.records import Records
from tests.storage.test_standing import (
    NOON,
    a_device,
    a_fetch,
    an_extension,
    counted,
    dossier_of,
    state,
)
from tests.storage.wire import Fault, Wire, cancels, loses_answer, refuses

HOT = refuses("ThrottlingException")
"""A partition of an index that takes no more holds up the writes of all items that stand there."""


@pytest.fixture
def device() -> Device:
    return a_device()


@pytest.fixture
def records(new_dynamo: Callable[[], DynamoTable], device: Device) -> Records:
    """A process that has noted nothing yet, over one device."""
    other = Records(new_dynamo())
    other.save_extension(an_extension(), was=None)
    other.save_device(device, was=None)
    return Records(new_dynamo())


@pytest.mark.parametrize(
    "trouble",
    [
        HOT,
        refuses("ProvisionedThroughputExceededException"),
        refuses("InternalServerError"),
        cancels("None", "ThrottlingError", "None"),
        cancels("None", "ProvisionedThroughputExceeded", "None"),
        cancels("None", "None", "TransactionConflict"),
        cancels("ValidationError", "None", "None"),
    ],
)
def test_fetch_is_noted_alone_at_once_and_the_next_makes_up_for_the_rest(
    records: Records, wire: Wire, device: Device, trouble: Fault
) -> None:
    dossier = dossier_of(records)
    wire.forget()
    wire.requests.clear()
    wire.meets(botocore_stubber, trouble)

    records.note(dossier, a_fetch())

    assert wire.operations == ["GetItem", "TransactWriteItems", "PutItem"]
    assert [fetch.at for fetch in records.fetches(device)] == [NOON]
    assert (state(records), counted(records)) == (State.NEVER, {"never": 1})
    wire.forget()
    records.note(dossier_of(records), a_fetch(at=NOON + timedelta(seconds=5)))
    assert wire.operations == ["Query", "GetItem", "TransactWriteItems"]
    assert (state(records), counted(records)) == (State.CURRENT, {"current": 1})


@pytest.mark.parametrize("trouble", [HOT, refuses("InternalServerError")])
def test_count_that_cannot_be_read_delays_no_fetch(
    records: Records, wire: Wire, device: Device, trouble: Fault
) -> None:
    dossier = dossier_of(records)
    wire.forget()
    wire.meets(trouble)

    records.note(dossier, a_fetch())

    assert wire.operations == ["GetItem", "PutItem"]
    assert [fetch.at for fetch in records.fetches(device)] == [NOON]


def test_answer_that_is_lost_counts_nothing_twice(
    records: Records, wire: Wire, device: Device
) -> None:
    dossier = dossier_of(records)
    wire.forget()
    wire.meets(botocore_stubber, loses_answer)

    records.note(dossier, a_fetch())
    records.note(dossier_of(records), a_fetch(at=NOON + timedelta(days=1)))

    assert [fetch.at for fetch in records.fetches(device)] == [NOON + timedelta(days=1), NOON]
    assert (state(records), counted(records)) == (State.CURRENT, {"current": 1})


def test_two_tries_and_no_more_where_others_write_the_same_count(
    records: Records, wire: Wire, device: Device
) -> None:
    dossier = dossier_of(records)
    wire.forget()
    collision = cancels("None", "None", "ConditionalCheckFailed")
    wire.meets(botocore_stubber, collision, botocore_stubber, collision)

    records.note(dossier, a_fetch())

    assert wire.operations == [*["GetItem", "TransactWriteItems"] * 2, "PutItem"]
    assert [fetch.at for fetch in records.fetches(device)] == [NOON]


def test_note_that_cannot_be_written_is_given_up_after_one_try(
    records: Records, wire: Wire
) -> None:
    dossier = dossier_of(records)
    wire.forget()
    wire.meets(botocore_stubber, HOT, HOT)

    with pytest.raises(StoreDownError, match="it is throttled"):
        records.note(dossier, a_fetch())

    assert wire.operations == ["GetItem", "TransactWriteItems", "PutItem"]
