"""What does an HTTP request or response carry?"""

from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as the gateway receives it; `target` is the path with its query, still encoded."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"

    def header(self, name: str) -> str | None:
        """The last value of a header."""
        return _last(self.headers, name)


@dataclass(frozen=True, kw_only=True)
class Response:
    """A response as the gateway sends it."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The last value of a header."""
        return _last(self.headers, name)


def _last(headers: Headers, name: str) -> str | None:
    values = [value for key, value in headers if key.lower() == name.lower()]
    return values[-1] if values else None
