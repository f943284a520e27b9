"""How does AWS KMS guard the key ring of a deployed stage?

boto3 loads on the first call.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import StoreDownError

if TYPE_CHECKING:
    from botocore.client import BaseClient

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.0
ATTEMPTS = 2

_ADVICE = {
    "AccessDeniedException": "check the role's policy and the key's policy",
    "DisabledException": "enable the key",
    "IncorrectKeyException": "another key has wrapped this key ring; name that one",
    "InvalidCiphertextException": "the key ring is damaged, or belongs to another table",
    "KMSInvalidStateException": "the key cannot be used now; is it about to be deleted?",
    "NotFoundException": "there is no such key in this region and account",
    "ThrottlingException": "try again, or raise the account's limits",
}


class KmsWrap:
    """Wraps with a symmetric key of KMS; what it wrapped belongs to one table."""

    def __init__(
        self, key_id: str, *, table: str, region: str | None, endpoint: str | None
    ) -> None:
        self._key_id = key_id
        self._table = table
        self._region = region
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._client: BaseClient | None = None

    def wrap(self, plain: bytes) -> bytes:
        return self._call("encrypt", "CiphertextBlob", Plaintext=plain)

    def unwrap(self, wrapped: bytes) -> bytes:
        return self._call("decrypt", "Plaintext", CiphertextBlob=wrapped)

    def _call(self, operation: str, wanted: str, **content: bytes) -> bytes:
        client = self._connected()
        from botocore.exceptions import BotoCoreError, ClientError

        arguments = {
            "KeyId": self._key_id,
            "EncryptionContext": {"offhook": self._table},
            **content,
        }
        try:
            with _silent_botocore():
                answer: Mapping[str, Any] = getattr(client, operation)(**arguments)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "an error without a code")
            raise self._down(f"KMS answered {code}: {_ADVICE.get(code, 'try again')}") from error
        except BotoCoreError as error:
            raise self._down(f"KMS does not answer ({error}): check the network") from error
        if wanted not in answer:
            raise self._down("what answered is not KMS: check the endpoint")
        found: bytes = answer[wanted]
        return found

    def _connected(self) -> BaseClient:
        with self._lock:
            if self._client is None:
                self._client = self._new_client()
            return self._client

    def _new_client(self) -> BaseClient:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        bounds = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
        try:
            client: BaseClient = boto3.client(
                "kms", endpoint_url=self._endpoint, region_name=self._region, config=bounds
            )
        except (BotoCoreError, ValueError) as error:
            raise self._down(f"no connection can be prepared ({error})") from error
        return client

    def _down(self, reason: str) -> StoreDownError:
        return StoreDownError(f"the KMS key {self._key_id}: {reason}")


class _Silence(logging.Filter):
    """Drops the records of a thread while it talks to KMS."""

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.local()

    @contextmanager
    def around(self) -> Iterator[None]:
        self._thread.silent = True
        try:
            yield
        finally:
            self._thread.silent = False

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno > logging.DEBUG or not getattr(self._thread, "silent", False)


_silence = _Silence()


@contextmanager
def _silent_botocore() -> Iterator[None]:
    """At level DEBUG botocore writes requests and answers down, and here these hold keys."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("botocore", "urllib3"):
            logging.getLogger(name).addFilter(_silence)
    with _silence.around():
        yield
