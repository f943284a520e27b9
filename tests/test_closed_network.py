"""Does the suite really stay on this machine?"""

import socket

import pytest

from tests.closed_network import ClosedNetworkError


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "0.0.0.1"])
def test_connecting_to_another_machine_is_refused(host: str) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client,
        pytest.raises(ClosedNetworkError, match="is not this machine"),
    ):
        client.connect((host, 80))


def test_looking_up_a_name_is_refused() -> None:
    with pytest.raises(ClosedNetworkError, match=r"phone\.example is not this machine"):
        socket.getaddrinfo("phone.example", 80)


def test_connecting_to_loopback_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())

    client.close()
