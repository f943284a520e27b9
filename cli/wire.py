"""How does one HTTP request reach a server, and come back?

urllib3 carries it: it is there for boto3 anyway, keeps connections open over thousands of rows,
and trusts what this machine trusts. `requests` on top would bring its own list of authorities and
read passwords from ~/.netrc over our token (docs/decisions/0007-cli.md).
"""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from urllib3 import PoolManager, ProxyManager, Retry, Timeout
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError, SSLError

from cli.outcome import UnreachableError

_TIMEOUT = Timeout(connect=10, read=90)
_LARGEST_ANSWER = 64 * 1024 * 1024

Body = bytes | BinaryIO | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:  # noqa: ANN401 - what JSON holds
        """The JSON in it; None where it is something else."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


class Wire(Protocol):
    """Sends one request."""

    def send(self, method: str, url: str, *, headers: Mapping[str, str], body: Body) -> Reply:
        """The answer, whatever its status. Raises UnreachableError."""


class Network:
    """Requests over the network; certificates are always checked, redirects never followed."""

    def send(self, method: str, url: str, *, headers: Mapping[str, str], body: Body) -> Reply:
        try:
            answer = self._pool(url).request(
                method,
                url,
                body=body,
                headers=dict(headers),
                redirect=False,
                retries=Retry(0, redirect=0),
                timeout=_TIMEOUT,
                preload_content=False,
            )
            data = answer.read(_LARGEST_ANSWER + 1)
            answer.release_conn()
        except (HTTPError, OSError, ValueError) as error:
            raise UnreachableError(explain(url, error)) from error
        if len(data) > _LARGEST_ANSWER:
            raise UnreachableError(f"the answer of {_host(url)} has more than 64 MiB")
        return Reply(
            status=answer.status,
            headers={name.lower(): value for name, value in answer.headers.items()},
            text=data.decode("utf-8", "replace"),
        )

    def _pool(self, url: str) -> PoolManager:
        parts = urlsplit(url)
        proxy = urllib.request.getproxies().get(parts.scheme)
        if not proxy or urllib.request.proxy_bypass(parts.hostname or ""):
            return self._direct
        if proxy not in self._proxies:
            self._proxies[proxy] = ProxyManager(proxy, ssl_context=ssl.create_default_context())
        return self._proxies[proxy]

    @cached_property
    def _direct(self) -> PoolManager:
        return PoolManager(ssl_context=ssl.create_default_context())

    @cached_property
    def _proxies(self) -> dict[str, ProxyManager]:
        return {}


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def explain(url: str, error: Exception) -> str:
    """What went wrong, as a sentence with what to do."""
    reason: BaseException | None = error
    if isinstance(error, MaxRetryError):
        reason = error.reason
    host = _host(url)
    if isinstance(reason, SSLError):
        return f"{host}: {_tls_reason(reason)}; `offhook doctor {_origin(url)}` tells more"
    text = str(reason)
    if "Name or service not known" in text or "getaddrinfo" in text or "resolve" in text.lower():
        return f"there is no host {urlsplit(url).hostname}; is the address right?"
    if isinstance(reason, NewConnectionError) and "refused" in text:
        return f"nothing listens at {host}; is the server running, and is the port right?"
    if "timed out" in text.lower():
        return f"{host} did not answer in time"
    return f"{host} cannot be reached: {text.rpartition(': ')[2] or type(reason).__name__}"


def _tls_reason(error: SSLError) -> str:
    cause = error.args[0] if error.args else error
    message = getattr(cause, "verify_message", "") or str(cause)
    return f"the connection is not safe ({message})"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{_host(url)}/"
