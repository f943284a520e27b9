"""How is the suite kept from talking to anything but this machine?"""

import ipaddress
import socket
from typing import Any

import pytest


class ClosedNetworkError(Exception):
    """A test tried to reach another machine."""


def close_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets of this process connect to loopback only."""
    real_connect = socket.socket.connect
    real_connect_ex = socket.socket.connect_ex
    real_getaddrinfo = socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:  # noqa: ANN401 -- as in typeshed
        _refuse_other_machines(self.family, address)
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:  # noqa: ANN401 -- as in typeshed
        _refuse_other_machines(self.family, address)
        return real_connect_ex(self, address)

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 -- as above
        # Looking a name up asks a server, too.
        if host is not None:
            _refuse_other_host(host.decode() if isinstance(host, bytes) else host)
        return real_getaddrinfo(host, *arguments, **options)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def _refuse_other_machines(family: int, address: tuple[str, int]) -> None:
    if family in (socket.AF_INET, socket.AF_INET6):
        _refuse_other_host(address[0])


def _refuse_other_host(host: str) -> None:
    if not _is_loopback(host):
        raise ClosedNetworkError(f"{host} is not this machine; tests talk to loopback only")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")
