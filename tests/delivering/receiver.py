"""A receiver of webhooks on this machine, which behaves as badly as it is told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket], None]


@dataclass(kw_only=True)
class Receiver:
    """What came in, and what is done next: the last behaviour goes on."""

    port: int
    behaviours: list[Behaviour]
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=1"

    def take(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            self.requests.append(_read_request(connection))
            behave = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
            try:
                behave(connection)
            except OSError:
                return  # the sender has gone


def answers(text: str) -> Behaviour:
    return lambda connection: connection.sendall(text.encode())


def answers_status(status: int) -> Behaviour:
    return answers(f"HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\n\r\n")


def hangs(connection: socket.socket) -> None:
    connection.settimeout(3)
    connection.recv(1)


def drips(connection: socket.socket) -> None:
    """A byte now and then, so that no single wait is long."""
    for byte in b"HTTP/1.1 200 OK and so on for a very long time indeed":
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def closes(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def floods(connection: socket.socket) -> None:
    """Headers without an end."""
    while True:
        connection.sendall(b"x" * 4096)


def answers_much(connection: socket.socket) -> None:
    """A good answer with a body that nobody wants."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(10_000):
        connection.sendall(b"x" * 65536)


@contextmanager
def receiving(*behaviours: Behaviour) -> Iterator[Receiver]:
    """A receiver that answers until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        receiver = Receiver(port=server.getsockname()[1], behaviours=list(behaviours))

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=receiver.take, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield receiver
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _read_request(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        part = connection.recv(4096)
        if not part:
            return read
        read += part
    head, _, body = read.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Len")
    )
    while len(body) < length:
        body += connection.recv(4096)
    return head + b"\r\n\r\n" + body
