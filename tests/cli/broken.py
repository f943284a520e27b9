"""Servers on loopback that do what a test says, with certificates of any kind."""

from __future__ import annotations

import ipaddress
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer of a server."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A request that came."""

    method: str
    path: str
    user_agent: str
    authorization: str
    token_of_api: str | None = None
    """What it shows so that nothing is noted of it."""


Answers = Callable[[Heard], Said]


@dataclass(frozen=True, kw_only=True)
class Serving:
    """A running server."""

    url: str
    heard: list[Heard]

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.heard]


@contextmanager
def serve(answers: Answers, context: ssl.SSLContext | None = None) -> Iterator[Serving]:
    """Answer requests until the block ends."""
    heard: list[Heard] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self.rfile.read(length)
            request = Heard(
                method=self.command,
                path=self.path,
                user_agent=self.headers.get("User-Agent", ""),
                authorization=self.headers.get("Authorization", ""),
                token_of_api=self.headers.get("Offhook-Token"),
            )
            heard.append(request)
            said = answers(request)
            self.send_response_only(said.status)
            sent = {"Date": self.date_time_string(), "Content-Type": "text/plain"} | dict(
                said.headers
            )
            for name, value in sent.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called
            del format, args

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Handshakes that fail are what the tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        # The handshake must not hold up the others, so each thread does its own.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    scheme = "https" if context else "http"
    yield Serving(url=f"{scheme}://127.0.0.1:{server.server_port}", heard=heard)
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What stands in a certificate that signs itself."""

    names: tuple[str, ...] = ("127.0.0.1",)
    begins: timedelta = -timedelta(days=90)
    ends: timedelta = timedelta(days=90)
    bits: int = 2048

    def context(
        self,
        folder: Path,
        *,
        lowest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
        highest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ) -> ssl.SSLContext:
        """What a server shows it by."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=self.bits)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "phones of a test")])
        now = datetime.now(UTC)
        built = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + self.begins)
            .not_valid_after(now + self.ends)
            .add_extension(
                x509.SubjectAlternativeName(list(map(_general, self.names))), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        file = folder / "certificate.pem"
        file.write_bytes(
            built.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # for keys that are too short
        context.load_cert_chain(file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version, context.maximum_version = lowest, highest
        return context


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
