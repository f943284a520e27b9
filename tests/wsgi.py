"""How do tools that speak WSGI reach the app, in this process and by the way of `chalice local`?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalGateway, LocalGatewayException

Start = Callable[[str, list[tuple[str, str]]], object]


class Gateway:
    """The app as a WSGI application."""

    def __init__(self, app: Chalice) -> None:
        self._gateway = LocalGateway(app, Config())

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        status, headers, body = self._answer(environ)
        start(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [body]

    def _answer(self, environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        try:
            found = self._gateway.handle_request(
                method=environ["REQUEST_METHOD"],
                path=_path(environ),
                headers=_headers(environ),
                body=environ["wsgi.input"].read() or None,
            )
        except LocalGatewayException as error:
            return error.CODE, dict(error.headers), error.body or b""
        headers = {**found["headers"], **found["multiValueHeaders"]}
        return found["statusCode"], headers, (found["body"] or "").encode()


def _path(environ: dict[str, Any]) -> str:
    """The path with its escapes, as it came, and the query."""
    path: str = environ["REQUEST_URI"].partition("?")[0]
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    sent = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    content_type = environ.get("CONTENT_TYPE")
    return sent | ({"content-type": content_type} if content_type else {})
