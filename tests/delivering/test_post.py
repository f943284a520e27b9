"""Is something sent to a strange address within its bounds, and to no address of our own?"""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.delivering.post import Post, Reply
from tests.delivering.receiver import (
    Behaviour,
    answers,
    answers_much,
    answers_status,
    closes,
    drips,
    floods,
    hangs,
    receiving,
    resets,
)

BODY = b'{"id":"evt_1"}'
AT_HOME = Post(is_at_home=True, seconds=0.5)


def send(url: str, post: Post = AT_HOME) -> Reply:
    return post.send(url, {"Offhook-Event": "failing"}, BODY)


def test_request_is_as_it_should_be() -> None:
    with receiving(answers_status(204)) as receiver:
        reply = send(receiver.url)

    assert (reply.status, reply.error) == (204, "")
    assert receiver.requests == [
        b"POST /hook?key=1 HTTP/1.1\r\n"
        b"Host: 127.0.0.1:%d\r\n"
        b"Content-Length: 14\r\n"
        b"Connection: close\r\n"
        b"Offhook-Event: failing\r\n"
        b"\r\n"
        b'{"id":"evt_1"}' % receiver.port
    ]


@pytest.mark.parametrize(
    ("behaviour", "status", "error"),
    [
        (answers_status(200), 200, ""),
        (answers_status(500), 500, "answered 500"),
        (answers_status(404), 404, "answered 404"),
        (
            answers("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n"),
            302,
            "answered 302, and redirects are not followed",
        ),
        (answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n\r\n"), 201, ""),
        (answers("HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), 200, ""),
        (answers("HTTP/1.0 200\r\n"), 200, ""),
        (answers("SSH-2.0-OpenSSH_9.6\r\n"), None, "the answer is not HTTP"),
        (answers("HTTP/1.1 20 OK\r\n"), None, "the answer is not HTTP"),
        (answers_much, 200, ""),
        (floods, None, "the answer is not HTTP"),
        (closes, None, "the answer is not HTTP"),
        (resets, None, "the connection failed: ConnectionResetError"),
        (hangs, None, "no answer within 0.5 s"),
        (drips, None, "no answer within 0.5 s"),
    ],
)
def test_answer(behaviour: Behaviour, status: int | None, error: str) -> None:
    with receiving(behaviour) as receiver:
        began = time.monotonic()
        reply = send(receiver.url)
        took = time.monotonic() - began

    assert (reply.status, reply.error) == (status, error)
    assert took < 2
    assert len(receiver.requests) == 1


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert (
        send(f"http://127.0.0.1:{port}/").error == "the connection failed: ConnectionRefusedError"
    )


class Names:
    """A DNS that answers as it was told, one answer after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: Any) -> list[Any]:  # noqa: ANN401 - as getaddrinfo
        self.asked.append(host)
        found = self._answers.pop(0)
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                0,
                "",
                (address, port),
            )
            for address in found
        ]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["::ffff:169.254.169.254"],
        ["64:ff9b::7f00:1"],
        ["fd00:ec2::254"],
        ["93.184.215.14", "127.0.0.1"],
        ["127.0.0.1", "93.184.215.14"],
    ],
)
def test_name_that_leads_inside_is_not_called(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the cloud; of several addresses all must be outside."""
    calls: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *arguments: calls.append(arguments))

    reply = send("https://hooks.example.com/", Post(is_at_home=False, resolve=Names(addresses)))

    assert reply.status is None
    assert reply.error.startswith("the name leads to an address that is")
    assert calls == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"]
)
def test_spelling_of_this_machine_is_not_called(host: str) -> None:
    """The system's own look-up reads all of these as 127.0.0.1 or ::1."""
    post = Post(is_at_home=False, resolve=REAL_LOOK_UP)

    reply = send(f"https://{host}/", post)

    assert reply.status is None
    assert "is not on the internet" in reply.error or "cannot be looked up" in reply.error


REAL_LOOK_UP = socket.getaddrinfo


def test_name_is_looked_up_once_and_that_address_is_called() -> None:
    """Another answer of the DNS, a moment later, changes nothing (DNS rebinding)."""
    names = Names(["127.0.0.1"], ["127.0.0.99"])
    with receiving(answers_status(200)) as receiver:
        url = f"http://hooks.example.com:{receiver.port}/"
        reply = send(url, Post(is_at_home=True, resolve=names))

    assert reply.status == 200
    assert names.asked == ["hooks.example.com"]
    assert b"Host: hooks.example.com:%d\r\n" % receiver.port in receiver.requests[0]


def test_plain_http_is_refused_in_the_cloud() -> None:
    names = Names(["93.184.215.14"])

    reply = send("http://hooks.example.com/", Post(is_at_home=False, resolve=names))

    assert (reply.error, names.asked) == ("only https is allowed", [])


def test_look_up_that_hangs_is_left() -> None:
    end = threading.Event()

    def hang(*_: object, **__: object) -> list[Any]:
        end.wait(5)
        return []

    reply = send("http://hooks.example.com/", Post(is_at_home=True, resolve=hang, seconds=0.2))
    end.set()

    assert reply.error == "no answer within 0.2 s"


def test_name_that_nobody_knows() -> None:
    def fail(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    reply = send("http://hooks.example.com/", Post(is_at_home=True, resolve=fail))

    assert reply.error == "the name cannot be looked up"


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A receiver with TLS for the name localhost: its port and its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "both.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    plain, _ = server.accept()
                    with context.wrap_socket(plain, server_side=True) as connection:
                        connection.recv(4096)
                        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], file
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_certificate_must_be_trusted(secure: tuple[int, Path]) -> None:
    port, _ = secure

    reply = send(f"https://localhost:{port}/", Post(is_at_home=True))

    assert reply.error == "TLS failed: CERTIFICATE_VERIFY_FAILED"


def test_certificate_that_is_trusted(secure: tuple[int, Path]) -> None:
    port, file = secure
    post = Post(is_at_home=True, context=lambda: ssl.create_default_context(cafile=str(file)))

    assert send(f"https://localhost:{port}/", post).status == 200


def test_certificate_must_be_of_the_name(secure: tuple[int, Path]) -> None:
    port, file = secure
    post = Post(
        is_at_home=True,
        resolve=Names(["127.0.0.1"]),
        context=lambda: ssl.create_default_context(cafile=str(file)),
    )

    reply = send(f"https://hooks.example.com:{port}/", post)

    assert reply.error == "TLS failed: CERTIFICATE_VERIFY_FAILED"


def test_handshake_that_hangs_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        reply = send(f"https://127.0.0.1:{port}/")

    assert reply.error == "no answer within 0.5 s"
