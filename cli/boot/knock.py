"""What does a server answer to one request, made as a phone makes it?"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import urllib3

from cli.boot.rehearsal import Pass
from cli.outcome import UnreachableError
from cli.wire import explain

_LARGEST_FILE = 8 * 1024 * 1024
_VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_no_place(self) -> bool:
        """Whether it says that nothing is served there, as API Gateway does for what has no route.

        `chalice local` answers the same.
        """
        return self.status in (403, 404) and b'"Missing Authentication Token"' in self.body[:200]

    @property
    def is_page(self) -> bool:
        """Whether it is a web page."""
        start = self.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html")) or (
            "text/html" in self.headers.get("content-type", "") and bool(self.body)
        )


class Door(Protocol):
    """Where a phone knocks."""

    def get(self, url: str, user_agent: str) -> Answer:
        """The answer, whatever its status. Raises UnreachableError."""


class Knocking:
    """Requests over the network; redirects are left to the caller."""

    def __init__(
        self,
        *,
        tls: Sequence[str] = (),
        credentials: tuple[str, str] | None = None,
        shown: Pass | None = None,
    ) -> None:
        """`tls` are the versions that the phone speaks, all when empty; `shown` is a token."""
        context = ssl.create_default_context()
        known = [_VERSIONS[version] for version in tls]
        if known:
            context.minimum_version, context.maximum_version = min(known), max(known)
        self._pool = urllib3.PoolManager(ssl_context=context, timeout=urllib3.Timeout(20))
        self._credentials = credentials
        self._shown = shown

    def get(self, url: str, user_agent: str) -> Answer:
        headers = {"User-Agent": user_agent, "Accept": "*/*"}
        answer = self.send("GET", url, headers)
        challenge = answer.headers.get("www-authenticate", "")
        if answer.status == 401 and self._credentials and challenge.lower().startswith("basic"):
            pair = ":".join(self._credentials)
            answer = self.send("GET", url, headers | urllib3.make_headers(basic_auth=pair))
        return answer

    def send(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        """The answer to one request. Raises UnreachableError."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise UnreachableError(f"{url} is no http:// or https:// address")
        try:
            answer = self._pool.request(
                method,
                url,
                headers={**headers, **(self._shown.headers(url) if self._shown else {})},
                redirect=False,
                retries=urllib3.Retry(0, redirect=0),
                preload_content=False,
            )
            body = answer.read(_LARGEST_FILE, decode_content=False)
            answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise UnreachableError(explain(url, error)) from error
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(status=answer.status, headers=named, body=body)
