"""How is something sent to an address that we do not trust?

A name is looked up once, all its addresses are examined, and the connection goes to one of those,
so that another answer of the DNS changes nothing. No redirect is followed, nothing of the answer is
kept but its status, and all of it ends within a bound of time.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib.domain.outside import why_not_called

if TYPE_CHECKING:
    import ssl  # else on first use: most processes send nothing

SECONDS = 5.0
"""How long one try takes at most: looking up, connecting, sending and the answer."""

_LARGEST_HEAD = 16 * 1024  # bytes of an answer that are read to find its status
_MOST_ADDRESSES = 2

Found = Sequence[tuple[Any, Any, int, str, Any]]
"""What socket.getaddrinfo finds."""

Resolve = Callable[..., Found]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """The status of the answer, None where none came; `error` says what went wrong."""

    status: int | None
    error: str
    milliseconds: int


class PostError(Exception):
    """It cannot be sent; the text says why, and is shown to the operator."""


def trust_authorities() -> ssl.SSLContext:
    """Certificates count that the authorities of this machine have signed."""
    import ssl

    return ssl.create_default_context()


class Post:
    """Sends."""

    def __init__(
        self,
        *,
        is_at_home: bool,
        resolve: Resolve = socket.getaddrinfo,
        context: Callable[[], ssl.SSLContext] = trust_authorities,
        seconds: float = SECONDS,
    ) -> None:
        """`is_at_home`: on the operator's own machine http and private networks are allowed."""
        self._is_at_home = is_at_home
        self._resolve = resolve
        self._context = context
        self._seconds = seconds

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """POST the body. Never raises."""
        began = time.monotonic()
        try:
            status, error = self._send(url, headers, body, began + self._seconds), ""
        except PostError as failure:
            status, error = None, str(failure)
        except TimeoutError:
            status, error = None, f"no answer within {self._seconds:g} s"
        except (OSError, ValueError) as failure:
            status, error = None, _explain_failure(failure)
        if status is None and time.monotonic() - began >= self._seconds:
            error = f"no answer within {self._seconds:g} s"
        if status is not None and not 200 <= status < 300:
            error = _explain(status)
        took = int((time.monotonic() - began) * 1000)
        return Reply(status=status, error=error, milliseconds=took)

    def _send(self, url: str, headers: Mapping[str, str], body: bytes, until: float) -> int:
        parts = urlsplit(url)
        if parts.scheme != "https" and not self._is_at_home:
            raise PostError("only https is allowed")
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        connection = self._connect(self._look_up(host, port, until), until)
        # Each wait has its bound, but a peer that sends a byte now and then would stretch them.
        end = threading.Timer(max(0.0, until - time.monotonic()), lambda: _shut(connection))
        end.daemon = True
        end.start()
        try:
            if parts.scheme == "https":
                wrapped = self._context().wrap_socket(
                    connection, server_hostname=host, do_handshake_on_connect=False
                )
                connection = wrapped
                wrapped.do_handshake()
            connection.settimeout(_left(until))
            connection.sendall(_head(url, host, port, headers, body) + body)
            return _read_status(connection, until)
        finally:
            end.cancel()
            connection.close()

    def _look_up(self, host: str, port: int, until: float) -> Found:
        """The addresses of the name, each of which may be called. Raises PostError."""
        found = _within(until, lambda: self._resolve(host, port, type=socket.SOCK_STREAM))
        if not found:
            raise PostError("the name has no address")
        for *_, address in found:
            complaint = why_not_called(str(address[0]), is_at_home=self._is_at_home)
            if complaint:
                raise PostError(f"the name leads to an address that {complaint}")
        return found

    def _connect(self, found: Found, until: float) -> socket.socket:
        """A connection to one of these very addresses."""
        failure: OSError = TimeoutError()
        for family, kind, protocol, _, address in found[:_MOST_ADDRESSES]:
            connection = socket.socket(family, kind, protocol)
            connection.settimeout(_left(until))
            try:
                connection.connect(address)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        raise failure


def _within(until: float, look_up: Callable[[], Found]) -> Found:
    """What is found before that time; nothing bounds a look-up of the system's own."""
    results: list[Found] = []
    failures: list[OSError | UnicodeError] = []

    def run() -> None:
        try:
            results.append(look_up())
        except (OSError, UnicodeError) as error:
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_left(until))
    if failures:
        raise PostError("the name cannot be looked up") from failures[0]
    if not results:
        raise TimeoutError
    return results[0]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _head(url: str, host: str, port: int, headers: Mapping[str, str], body: bytes) -> bytes:
    parts = urlsplit(url)
    name = f"[{host}]" if ":" in host else host
    usual = port == (443 if parts.scheme == "https" else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = {
        "Host": name if usual else f"{name}:{port}",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {text}" for name, text in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _read_status(connection: socket.socket, until: float) -> int:
    """The status of the answer, past any that are for the way. The rest is not read."""
    read = b""
    while len(read) < _LARGEST_HEAD:
        connection.settimeout(_left(until))
        part = connection.recv(4096)
        if not part:
            break
        read += part
        status = _find_status(read)
        if status is not None:
            return status
    raise PostError("the answer is not HTTP")


def _find_status(read: bytes) -> int | None:
    """The first status that is none of 1xx; None while it is not there yet."""
    while b"\r\n" in read:
        line, _, rest = read.partition(b"\r\n")
        words = line.split(b" ")
        well_formed = len(words) >= 2 and words[0].startswith(b"HTTP/1.") and words[1].isdigit()
        if not well_formed or len(words[1]) != 3:
            raise PostError("the answer is not HTTP")
        status = int(words[1])
        if status >= 200:
            return status
        _, end, read = (
            rest.partition(b"\r\n\r\n")
            if not rest.startswith(b"\r\n")
            else (b"", b"\r\n", rest[2:])
        )
        if not end:
            return None
    return None


def _explain_failure(failure: OSError | ValueError) -> str:
    import ssl

    if isinstance(failure, ssl.SSLError):
        return f"TLS failed: {failure.reason or 'no reason was given'}"
    return f"the connection failed: {type(failure).__name__}"


def _explain(status: int) -> str:
    if 300 <= status < 400:
        return f"answered {status}, and redirects are not followed"
    return f"answered {status}"
