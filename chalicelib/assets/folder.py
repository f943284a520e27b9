"""How do files lie in a folder on one's own machine?

A file is handed in by a URL of Offhook's own that is signed, ends soon and is good for one file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from chalicelib.domain.asset import Asset, Errand, Found
from chalicelib.domain.errors import Flaw, InputError, NotFoundError, StoreDownError

UPLOAD_SECONDS = 3600

_TYPE = "application/octet-stream"
_LONGEST_TICKET = 2000


class Folder:
    """Files in one folder."""

    gives_urls = False

    def __init__(
        self, root: Path, *, sign: Callable[[bytes], bytes], clock: Callable[[], datetime]
    ) -> None:
        self._root = root
        self._sign = sign
        self._clock = clock

    def errand(self, asset: Asset, *, base_url: str) -> Errand:
        """How this file, and no other, is handed in."""
        ticket = self._write_ticket(asset)
        headers = {"Content-Length": str(asset.size), "Content-Type": _TYPE}
        url = f"{base_url}/api/assets/{ticket}"
        return Errand(method="PUT", url=url, headers=headers, seconds=UPLOAD_SECONDS)

    def look(self, key: str) -> Found | None:
        """What lies there, if anything does."""
        path = self._path(key)
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                return Found(size=file.tell(), sha256=digest)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._down(error) from error

    def fetch_url(self, key: str) -> str | None:
        """None: only Offhook itself can hand it out."""
        del key
        return None

    def read(self, key: str) -> bytes | None:
        """The file, if it is there."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._down(error) from error

    def remove(self, key: str) -> None:
        """Forget the file; nothing there is no error."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise self._down(error) from error

    def receive(self, ticket: str, body: bytes) -> None:
        """Take in the file that the ticket is for: `chalice local` brings it in one piece.

        Raises NotFoundError for a ticket that is not good, or no more, InputError for another file.
        """
        asset = self._read_ticket(ticket)
        _refuse_other(body, asset)
        path = self._path(asset.key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                kept = Path(file.name)  # only its owner may read it
                try:
                    file.write(body)
                    file.flush()
                    kept.replace(path)
                finally:
                    kept.unlink(missing_ok=True)
        except OSError as error:
            raise self._down(error) from error

    def _path(self, key: str) -> Path:
        return self._root / key

    def _write_ticket(self, asset: Asset) -> str:
        until = int(self._clock().timestamp()) + UPLOAD_SECONDS
        text = json.dumps({**asdict(asset), "until": until}, separators=(",", ":"))
        message = base64.urlsafe_b64encode(text.encode()).rstrip(b"=")
        mark = base64.urlsafe_b64encode(self._sign(message)).rstrip(b"=")
        return f"{message.decode()}.{mark.decode()}"

    def _read_ticket(self, ticket: str) -> Asset:
        unknown = NotFoundError("this address is for no file, or its time is up: ask for a new one")
        message, dot, mark = ticket.partition(".")
        if not dot or len(ticket) > _LONGEST_TICKET or not ticket.isascii():
            raise unknown
        good = base64.urlsafe_b64encode(self._sign(message.encode())).rstrip(b"=")
        if not hmac.compare_digest(good, mark.encode()):
            raise unknown
        # It is our own from here on.
        told = json.loads(base64.urlsafe_b64decode(message + "=" * (-len(message) % 4)))
        if told["until"] < self._clock().timestamp():
            raise unknown
        return Asset(key=told["key"], size=told["size"], sha256=told["sha256"])

    def _down(self, error: OSError) -> StoreDownError:
        return StoreDownError(f"the folder {self._root}: {error.strerror}")


def _refuse_other(body: bytes, asset: Asset) -> None:
    """Raise InputError for a file that is not the one announced."""
    if len(body) != asset.size:
        says = f"has {len(body)} bytes; {asset.size} were announced"
        raise InputError(Flaw(where="body", says=says))
    digest = hashlib.sha256(body).hexdigest()
    if digest != asset.sha256:
        raise InputError(
            Flaw(where="body", says=f"has the SHA-256 {digest}, not the one announced")
        )
