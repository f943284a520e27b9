"""Is the address well written, does its name lead somewhere, and does something listen there?"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cli.boot.address import AddressRules
from cli.doctor.finding import Finding, fail, ok, warn
from cli.outcome import UsageError

SECONDS = 10.0
_FOLDERS = ("/provision/", "/p/")
_PORT_BY_SCHEME = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """An address in its parts."""

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def folder(self) -> str:
        """The folder that files are fetched from, with its slash."""
        head, _, last = self.path.rpartition("/")
        # Who forgets the slash means the folder; a file has a dot.
        kept = head if "." in last else self.path.rstrip("/")
        return f"{self._origin}{kept}/"

    @property
    def base(self) -> str:
        """Where the API would be: what stands before /provision/ or /p/."""
        path = f"{self.path}/"
        places = [path.find(folder) for folder in _FOLDERS if folder in path]
        return f"{self._origin}{path[: min(places)] if places else ''}"

    @property
    def places(self) -> list[str]:
        """Where Offhook may be meant, by an address that leads to nothing: here, or at the top."""
        return [f"{self.folder}provision/", f"{self.base}/provision/"]

    @property
    def _origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = _PORT_BY_SCHEME[self.scheme] == self.port
        return f"{self.scheme}://{host}" + ("" if usual else f":{self.port}")


def read_target(url: str) -> Target:
    """The parts of an address. Raises UsageError."""
    wrong = UsageError(f'"{url}" is not an http:// or https:// address')
    try:
        parts = urlsplit(url)
        port = parts.port or _PORT_BY_SCHEME.get(parts.scheme, 0)
    except ValueError as error:
        raise wrong from error
    if not parts.hostname or not port or parts.scheme not in _PORT_BY_SCHEME:
        raise wrong
    return Target(url=url, scheme=parts.scheme, host=parts.hostname, port=port, path=parts.path)


def look_at_writing(target: Target, rules: AddressRules, vendor: str | None) -> Iterator[Finding]:
    """Mistakes that can be seen in the address itself."""
    yield _look_at_scheme(target)
    macros = rules.unknown_macros(target.url)
    if macros and vendor:
        yield fail(
            "address",
            f"{vendor} phones send {macros[0]} as it stands",
            f"Give them the folder: {target.folder}",
        )
    elif macros:
        yield warn(
            "address",
            f"{macros[0]} is replaced by the phones of some vendors only; others send it as it "
            "stands",
            f"Say --vendor to know of yours, or give phones the folder: {target.folder}",
        )
    elif target.path.endswith("/"):
        yield ok("address", "it ends in a slash, so phones add their files' names")
    elif "." not in target.path.rpartition("/")[2]:
        yield fail(
            "address",
            "it does not end in a slash, so phones take its last part for a file",
            f"Write {target.folder}",
        )


def _look_at_scheme(target: Target) -> Finding:
    wrong = {("http", 443): "https", ("https", 80): "http"}.get((target.scheme, target.port))
    if wrong:
        return fail(
            "scheme",
            f"{target.scheme} on port {target.port}, where {wrong} is usual",
            f"Write {wrong}:// or the right port",
        )
    if target.scheme == "http" and not _is_inside(target.host):
        return warn(
            "scheme",
            "http: who is on the way reads the SIP passwords",
            "Serve https, unless phones and server share a network of their own",
        )
    return ok("scheme", f"{target.scheme} on port {target.port}")


def resolve(target: Target) -> tuple[list[str], Finding]:
    """The IP addresses of the name."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        says = f"{target.host} has no address ({error.strerror or error})"
        return [], fail("dns", says, "Mend the name, or its record in the DNS")
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    listed = ", ".join(addresses)
    if all(":" in address for address in addresses):
        mend = "Add an A record: many phones speak IPv4 only"
        return addresses, warn("dns", f"{target.host} has only IPv6 addresses: {listed}", mend)
    if any(ipaddress.ip_address(address).is_loopback for address in addresses):
        mend = "Give phones an address of the server in their network"
        named = target.host if target.host in addresses else f"{target.host} ({listed})"
        says = f"{named} is this machine, where no phone gets to"
        return addresses, warn("dns", says, mend)
    if target.host in addresses:
        return addresses, ok("dns", f"{listed} is an address, so no name has to be looked up")
    return addresses, ok("dns", f"{target.host} is {listed}")


def connect(target: Target, addresses: Sequence[str]) -> Finding:
    """Does something listen at each of them?"""
    silent = [address for address in addresses if not _answers(address, target.port)]
    if not silent:
        return ok("tcp", f"port {target.port} answers")
    says = f"nothing answers at {', '.join(silent)} port {target.port}"
    mend = "Start the server, open the firewall, or correct the port"
    if len(silent) < len(addresses):
        return warn("tcp", f"{says}; phones may pick it", mend)
    return fail("tcp", says, mend)


def is_public(addresses: Sequence[str]) -> bool:
    """Whether one of them is reachable from everywhere."""
    return any(ipaddress.ip_address(address).is_global for address in addresses)


def _answers(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=SECONDS):
            return True
    except OSError:
        return False


def _is_inside(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost"
