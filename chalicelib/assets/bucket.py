"""How do files lie in a bucket of S3?

The only user of boto3 here, which loads on the first call. Whoever hands a file in, or fetches one,
speaks with S3 itself, by a URL that ends soon and is good for one file.
"""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.asset import Asset, Errand, Found
from chalicelib.domain.errors import NotFoundError, StoreDownError

if TYPE_CHECKING:
    from botocore.client import BaseClient

UPLOAD_SECONDS = 3600
FETCH_SECONDS = 900
"""A phone on a slow line begins at once; it is only the beginning that has to be in time."""

_TYPE = "application/octet-stream"
_CONNECT_SECONDS = 1.0
_READ_SECONDS = 3.0
_ATTEMPTS = 2
# S3 says 403 for what is not there to those who may not list; we may not.
_ABSENT = {"403", "404"}


class Bucket:
    """Files in one bucket."""

    gives_urls = True

    def __init__(self, name: str | None, *, region: str | None, endpoint: str | None) -> None:
        """Without a name every method raises StoreDownError."""
        self._name = name
        self._region = region
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._made: BaseClient | None = None

    def errand(self, asset: Asset, *, base_url: str) -> Errand:
        """How this file, and no other, is handed in: S3 checks its size and its checksum."""
        del base_url  # S3 has its own
        checksum = base64.b64encode(bytes.fromhex(asset.sha256)).decode()
        url = self._sign(
            "put_object",
            UPLOAD_SECONDS,
            Key=asset.key,
            ContentLength=asset.size,
            ContentType=_TYPE,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=checksum,
        )
        headers = {
            "Content-Length": str(asset.size),
            "Content-Type": _TYPE,
            "x-amz-checksum-sha256": checksum,
            "x-amz-sdk-checksum-algorithm": "SHA256",
        }
        return Errand(method="PUT", url=url, headers=headers, seconds=UPLOAD_SECONDS)

    def look(self, key: str) -> Found | None:
        """What lies there, if anything does."""
        answer = self._ask("head_object", Key=key, ChecksumMode="ENABLED")
        if answer is None:
            return None
        checksum = answer.get("ChecksumSHA256")
        return Found(
            size=answer["ContentLength"],
            sha256=base64.b64decode(checksum).hex() if checksum else None,
        )

    def fetch_url(self, key: str) -> str | None:
        """A URL by which whoever has it gets the file, for a quarter of an hour."""
        return self._sign("get_object", FETCH_SECONDS, Key=key, ResponseContentType=_TYPE)

    def read(self, key: str) -> bytes | None:
        """Nothing: what lies in a bucket is too large to go through a function."""
        del key
        return None

    def receive(self, ticket: str, body: bytes) -> None:
        """Raises NotFoundError: files are handed in to S3 itself."""
        del ticket, body
        raise NotFoundError("files are handed in to the bucket itself")

    def remove(self, key: str) -> None:
        """Forget the file; nothing there is no error."""
        self._ask("delete_object", Key=key)

    def _sign(self, operation: str, seconds: int, **arguments: object) -> str:
        client = self._client()
        from botocore.exceptions import BotoCoreError

        try:
            url: str = client.generate_presigned_url(  # type: ignore[attr-defined]
                operation, Params={"Bucket": self._name, **arguments}, ExpiresIn=seconds
            )
        except BotoCoreError as error:
            raise self._down(str(error)) from error
        return url

    def _ask(self, operation: str, **arguments: object) -> Mapping[str, Any] | None:
        """The answer; None when there is no such file."""
        client = self._client()
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: Mapping[str, Any] = getattr(client, operation)(Bucket=self._name, **arguments)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "an error without a code")
            if code in _ABSENT and operation == "head_object":
                return None
            raise self._down(f"S3 answered {code}: check the bucket and the policy") from error
        except BotoCoreError as error:
            raise self._down(f"S3 does not answer ({error}): check the network") from error
        return answer

    def _client(self) -> BaseClient:
        if self._name is None:
            raise StoreDownError("no bucket for files is known: set OFFHOOK_ASSETS to its name")
        with self._lock:
            if self._made is None:
                self._made = self._new_client()
            return self._made

    def _new_client(self) -> BaseClient:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        # At level DEBUG it writes signatures down: who reads the log could make up the URL.
        logging.getLogger("botocore.auth").addFilter(_is_no_detail)
        config = Config(
            signature_version="s3v4",
            # The name of the region in the host name: else S3 may answer with a redirect.
            s3={"addressing_style": "path" if self._endpoint else "virtual"},
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        )
        try:
            client: BaseClient = boto3.client(
                "s3", endpoint_url=self._endpoint, region_name=self._region, config=config
            )
        except (BotoCoreError, ValueError) as error:
            raise self._down(f"no connection can be prepared ({error})") from error
        return client

    def _down(self, reason: str) -> StoreDownError:
        return StoreDownError(f"the bucket {self._name}: {reason}")


def _is_no_detail(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG
