"""Does KMS guard the ring, and are its failures clear?"""

from __future__ import annotations

import json
import logging
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.retries.standard import ExponentialBackoff
from moto import mock_aws
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from chalicelib.domain.errors import StoreDownError
from chalicelib.domain.sealing import SealError
from chalicelib.vault.keyring import new_ring, write_ring
from chalicelib.vault.kms import KmsWrap
from chalicelib.vault.local_file import PlainWrap
from chalicelib.vault.vault import Vault
from tests.vault.fakes import NOON, PLACE, Memory, all_that_is_in, keys_in, spellings

REGION = "eu-central-1"
URL = "https://kms.eu-central-1.amazonaws.com/"

Fault = Callable[[str, AWSPreparedRequest], AWSResponse]


class Wire:
    """Stands between botocore and moto: notes each request, and lets faults answer first."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.faults: deque[Fault] = deque()

    def __call__(
        self, event_name: str, request: AWSPreparedRequest, **_: object
    ) -> AWSResponse | None:
        assert isinstance(request.body, bytes)
        self.requests.append((event_name.rpartition(".")[2], json.loads(request.body)))
        if self.faults:
            return self.faults.popleft()(event_name, request)
        answer: AWSResponse | None = botocore_stubber(event_name, request)
        return answer


def answers(status: int, body: str) -> Fault:
    def fault(_: str, request: AWSPreparedRequest) -> AWSResponse:
        return AWSResponse(request.url, status, HTTPHeaders(), MockRawResponse(body))

    return fault


def refuses(code: str) -> Fault:
    return answers(400, json.dumps({"__type": code, "message": f"{code} on demand"}))


def breaks(error: Exception) -> Fault:
    def fault(_: str, __: AWSPreparedRequest) -> AWSResponse:
        raise error

    return fault


@pytest.fixture(scope="module")
def aws() -> Iterator[Wire]:
    """An AWS account under moto, behind one wire."""
    with mock_aws():
        boto3.setup_default_session(region_name=REGION)
        assert boto3.DEFAULT_SESSION is not None
        events: Any = boto3.DEFAULT_SESSION.events
        events.unregister("before-send", botocore_stubber)
        wire = Wire()
        events.register("before-send.kms", wire)
        yield wire


@pytest.fixture
def wire(aws: Wire, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The wire without faults; botocore tries again at once."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.0)
    aws.requests.clear()
    aws.faults.clear()
    return aws


@pytest.fixture
def key_id(wire: Wire) -> str:
    made = boto3.client("kms", region_name=REGION).create_key()
    wire.requests.clear()
    found: str = made["KeyMetadata"]["KeyId"]
    return found


def a_wrap(key_id: str, table: str = "offhook-dev") -> KmsWrap:
    return KmsWrap(key_id, table=table, region=REGION, endpoint=None)


def test_unwrap_gives_what_was_wrapped(key_id: str) -> None:
    wrapped = a_wrap(key_id).wrap(b"ring")

    assert b"ring" not in wrapped
    assert a_wrap(key_id).unwrap(wrapped) == b"ring"


def test_requests_name_key_and_table(key_id: str, wire: Wire) -> None:
    wrap = a_wrap(key_id)

    wrap.unwrap(wrap.wrap(b"ring"))

    (encrypt, asked), (decrypt, asked_again) = wire.requests
    assert (encrypt, decrypt) == ("Encrypt", "Decrypt")
    assert asked["KeyId"] == asked_again["KeyId"] == key_id
    assert asked["EncryptionContext"] == {"offhook": "offhook-dev"}
    assert asked_again["EncryptionContext"] == {"offhook": "offhook-dev"}


def test_unwrap_for_another_table(key_id: str) -> None:
    wrapped = a_wrap(key_id).wrap(b"ring")

    with pytest.raises(StoreDownError) as caught:
        a_wrap(key_id, table="offhook-prod").unwrap(wrapped)

    assert str(caught.value) == (
        f"the KMS key {key_id}: KMS answered InvalidCiphertextException: the key ring is damaged, "
        "or belongs to another table"
    )


def test_every_use_of_the_keys_costs_one_request(key_id: str, wire: Wire) -> None:
    keeper = Memory()
    sealed = Vault(keeper, a_wrap(key_id)).seal("secret", place=PLACE)
    wire.requests.clear()
    vault = Vault(keeper, a_wrap(key_id))

    for _ in range(3):
        vault.open(sealed, place=PLACE)
        vault.sign(b"message", purpose="address")

    assert [operation for operation, _ in wire.requests] == ["Decrypt"]


def test_rotation(key_id: str) -> None:
    keeper = Memory()
    vault = Vault(keeper, a_wrap(key_id))
    sealed = vault.seal("secret", place=PLACE)

    vault.rotate()

    assert Vault(keeper, a_wrap(key_id)).open(sealed, place=PLACE) == "secret"
    assert not vault.is_current(sealed)


def test_largest_ring_fits(key_id: str) -> None:
    """More than 4096 bytes are refused, by KMS as by moto."""
    vault = Vault(Memory(), a_wrap(key_id))
    sealed = vault.seal("secret", place=PLACE)

    for _ in range(31):
        vault.rotate()

    assert vault.open(sealed, place=PLACE) == "secret"


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("AccessDeniedException", "check the role's policy and the key's policy"),
        ("DisabledException", "enable the key"),
        ("IncorrectKeyException", "another key has wrapped this key ring; name that one"),
        ("KMSInvalidStateException", "the key cannot be used now; is it about to be deleted?"),
        ("NotFoundException", "there is no such key in this region and account"),
        ("SomethingNewException", "try again"),
    ],
)
def test_refusal_says_what_to_do(wire: Wire, code: str, advice: str) -> None:
    wire.faults.append(refuses(code))

    with pytest.raises(StoreDownError) as caught:
        a_wrap("alias/offhook").unwrap(b"ring")

    assert str(caught.value) == f"the KMS key alias/offhook: KMS answered {code}: {advice}"
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [
        refuses("ThrottlingException"),
        answers(500, '{"__type": "KMSInternalException"}'),
        answers(503, "<html>Service Unavailable</html>"),
        breaks(ConnectTimeoutError(endpoint_url=URL)),
        breaks(ReadTimeoutError(endpoint_url=URL)),
        breaks(EndpointConnectionError(endpoint_url=URL)),
    ],
)
def test_passing_fault_is_tried_twice(wire: Wire, key_id: str, fault: Fault) -> None:
    wrapped = a_wrap(key_id).wrap(b"ring")
    wire.requests.clear()
    wire.faults.append(fault)

    assert a_wrap(key_id).unwrap(wrapped) == b"ring"

    assert len(wire.requests) == 2
    wire.faults.extend([fault, fault])
    with pytest.raises(StoreDownError, match=r"KMS (answered|does not answer)"):
        a_wrap(key_id).unwrap(wrapped)
    assert len(wire.requests) == 4


def test_answer_that_is_not_from_kms(wire: Wire) -> None:
    wire.faults.append(answers(200, "{}"))

    with pytest.raises(StoreDownError, match=r"what answered is not KMS: check the endpoint"):
        a_wrap("alias/offhook").unwrap(b"ring")


def test_region_that_is_not_known(monkeypatch: pytest.MonkeyPatch, wire: Wire) -> None:
    assert wire.requests == []
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)

    with pytest.raises(StoreDownError, match=r"no connection can be prepared .*region"):
        KmsWrap("alias/offhook", table="t", region=None, endpoint=None).wrap(b"ring")


def test_endpoint_that_is_no_address(wire: Wire) -> None:
    assert wire.requests == []

    with pytest.raises(StoreDownError, match=r"no connection can be prepared .*Invalid endpoint"):
        KmsWrap("alias/offhook", table="t", region=REGION, endpoint="kms").wrap(b"ring")


def test_vault_recovers_from_a_fault(wire: Wire, key_id: str) -> None:
    vault = Vault(Memory(), a_wrap(key_id))
    wire.faults.append(refuses("AccessDeniedException"))
    with pytest.raises(StoreDownError):
        vault.seal("secret", place=PLACE)

    assert vault.open(vault.seal("secret", place=PLACE), place=PLACE) == "secret"


def test_time_limits_are_short(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the connection and says nothing."""
    assert wire.requests == []
    monkeypatch.setattr("chalicelib.vault.kms.READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()

        with pytest.raises(StoreDownError, match=r"KMS does not answer .*Read timeout"):
            KmsWrap("k", table="t", region=REGION, endpoint=endpoint).unwrap(b"ring")

    assert 0.4 <= time.monotonic() - began < 2.0


# Secrecy


def test_ring_of_another_wrap_is_refused_without_its_keys(wire: Wire, key_id: str) -> None:
    assert wire.requests == []
    plain = write_ring(new_ring(NOON))
    with pytest.raises(StoreDownError) as caught:
        Vault(Memory(plain), a_wrap(key_id)).seal("secret", place=PLACE)
    wrapped = a_wrap(key_id).wrap(plain)

    with pytest.raises(SealError, match=r"wrapped in another way"):
        Vault(Memory(wrapped), PlainWrap()).seal("secret", place=PLACE)

    shown = all_that_is_in(caught.value)
    assert not any(spelling in shown for key in keys_in(plain) for spelling in spellings(key))


def test_no_log_line_holds_a_key(wire: Wire, key_id: str, caplog: pytest.LogCaptureFixture) -> None:
    """At this level botocore writes requests and answers down."""
    caplog.set_level(logging.DEBUG)
    keeper = Memory()
    vault = Vault(keeper, a_wrap(key_id))

    vault.seal("secret", place=PLACE)
    vault.rotate()
    wire.faults.append(breaks(ReadTimeoutError(endpoint_url=URL)))
    plain = a_wrap(key_id).unwrap(keeper.blob or b"")

    assert len(keys_in(plain)) == 3
    # The ring went over the wire as base64 of JSON that holds the keys as base64.
    secrets = [plain, *keys_in(plain)]
    assert not any(text in caplog.text for secret in secrets for text in spellings(secret))
    assert spellings(plain)[0][:60] not in caplog.text


def test_other_calls_go_on_writing_their_log(
    wire: Wire, key_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    a_wrap(key_id).wrap(b"ring")
    caplog.set_level(logging.DEBUG)

    boto3.client("kms", region_name=REGION).describe_key(KeyId=key_id)

    assert [operation for operation, _ in wire.requests] == ["Encrypt", "DescribeKey"]
    assert "Response body" in caplog.text
