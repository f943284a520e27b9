"""May a boot leave no trace: which server is shown a token, and does it take the boot so?

Offhook answers a fetch with a good API token beside it as it would answer the phone, and notes
nothing (docs/access.md, Rehearsals).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cli.boot.address import join
from cli.profile import NOWHERE_NAMED, Target, is_loopback

NOTHING = "offhook-0.cfg"
"""The name of a file that no phone asks for."""

_TOKEN = "Offhook-Token"  # noqa: S105 - the name of a header
_CONFIRMED = "offhook-rehearsal"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pass:
    """An API token, to be shown to its server and to no other; empty where that wants none."""

    server: str
    token: str = field(default="", repr=False)

    def fits(self, url: str) -> bool:
        """Whether the address is one of the token's server."""
        return _server_of(url) == _server_of(self.server)

    def headers(self, url: str) -> Mapping[str, str]:
        """What a request to this address shows."""
        return {_TOKEN: self.token} if self.fits(url) else {}


def find_pass(target: Target, address: str) -> Pass:
    """The token for a boot from this address, where `target` is the server that was named.

    Where none was, a server on this machine is meant by its address alone, which may want no token.
    """
    if target.source == NOWHERE_NAMED and is_loopback(urlsplit(address).hostname):
        return Pass(server=address)
    return Pass(server=target.url, token=target.token or "")


def place_of_nothing(address: str) -> str:
    """The address of a file that is not there, in the folder of this one."""
    return join(address.partition("?")[0], NOTHING)


def is_confirmed(headers: Mapping[str, str]) -> bool:
    """Whether the server says that it noted nothing."""
    return headers.get(_CONFIRMED) == "true"


def _server_of(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    named = "this machine" if is_loopback(host) else host
    return parts.scheme, named, parts.port or _PORTS.get(parts.scheme)
