"""What can be asked of Offhook's API, and what does it say to people when it refuses?"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from cli.outcome import CliError, RefusedError, UnreachableError
from cli.wire import Network, Reply, Wire

_PAGE = 200
_MOST_TRIES = 5
_LONGEST_WAIT = 60.0
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')
_JSON = "application/json"

_FLAG_BY_WORDS = {
    'say "allow_downgrade": false to': "say --no-downgrade to",
    "or true to take it back": "or --allow-downgrade to take it back",
    "say allow_downgrade to": "say --allow-downgrade to",
}


@dataclass(frozen=True, kw_only=True)
class Client:
    """Offhook at one address. `told` hears why a request has to wait."""

    url: str
    token: str | None = field(default=None, repr=False)
    wire: Wire = field(default_factory=Network, repr=False)
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    told: Callable[[str], None] = lambda _: None

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - what JSON holds
        """The JSON of one GET. Raises RefusedError and UnreachableError."""
        return self.ask("GET", path, query=query).body

    def rows(
        self, path: str, *, at_most: int | None = None, size: int = _PAGE, **query: object
    ) -> Iterator[dict[str, Any]]:
        """All rows of a list, page after page as `Link` says; `size` is that of a page."""
        size = size if at_most is None else min(at_most, size)
        found = (row for reply in self.pages(path, limit=size, **query) for row in _rows_of(reply))
        yield from islice(found, at_most)

    def pages(self, path: str, **query: object) -> Iterator[Reply]:
        """The answers that make up a list, each when it is asked for."""
        reply = self.ask("GET", path, query=query)
        while True:
            yield reply
            following = _NEXT.search(reply.headers.get("link", ""))
            if not following:
                return
            reply = self._send("GET", self._same_server(following[1]), None, again=True)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, object] | None = None,
        again: bool = False,
        new: bool = False,
    ) -> Reply:
        """The answer to one request that went well.

        `again`: it may be sent twice. `new`: nothing is to be done where there is such a record.
        """
        given = {name: _said(value) for name, value in (query or {}).items() if value is not None}
        url = f"{self.url.rstrip('/')}{path}" + (f"?{urlencode(given)}" if given else "")
        raw = None if body is None else _encode(body)
        content_type = "text/csv" if isinstance(body, bytes) else _JSON
        return self._send(
            method,
            url,
            raw,
            again=again or method not in ("POST", "PATCH"),
            kind=content_type,
            more={"If-None-Match": "*"} if new else {},
        )

    def _send(
        self,
        method: str,
        url: str,
        body: bytes | None,
        *,
        again: bool,
        kind: str = _JSON,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> Reply:
        headers = {"Accept": "application/json", "User-Agent": "offhook", **more}
        if body is not None:
            headers["Content-Type"] = kind
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        waited = 0.0
        for number in range(_MOST_TRIES):
            reply = self.wire.send(method, url, headers=headers, body=body)
            pause = self._pause(reply, number, again=again)
            if pause is None or number + 1 == _MOST_TRIES or waited + pause > _LONGEST_WAIT:
                return _judge(reply, url)
            self.told(f"the server asks to wait ({reply.status}); again in {pause:.0f} s")
            self.sleep(pause)
            waited += pause
        raise AssertionError  # the last try has returned

    def _pause(self, reply: Reply, number: int, *, again: bool) -> float | None:
        """The seconds to wait before the same request; None where it is not to be sent again."""
        # 429 says that nothing was done; after 503 something may have been.
        if reply.status != 429 and not (reply.status == 503 and again):
            return None
        header = reply.headers.get("retry-after", "").strip()
        if header.isdecimal():
            return float(header)
        try:
            then = parsedate_to_datetime(header)
        except ValueError:
            return float(2**number)
        return max(0.0, (then - self.now()).total_seconds())

    def _same_server(self, link: str) -> str:
        """The address of the next page; the token goes to no other server."""
        url = urljoin(f"{self.url.rstrip('/')}/", link)
        asked, ours = urlsplit(url), urlsplit(self.url)
        if asked.path.startswith("/api/") and not asked.path.startswith(ours.path):
            asked = asked._replace(path=ours.path.rstrip("/") + asked.path)
        # Behind a front door the server may not know the name that we call it by.
        return asked._replace(scheme=ours.scheme, netloc=ours.netloc).geturl()


def segment(text: str) -> str:
    """A name as one segment of a path."""
    return quote(text, safe="")


def _said(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _encode(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _rows_of(reply: Reply) -> list[dict[str, Any]]:
    body = reply.body
    if isinstance(body, dict):
        # Newer lists may stand under a name beside other facts.
        body = next((value for value in body.values() if isinstance(value, list)), [])
    return body if isinstance(body, list) else []


def _judge(reply: Reply, url: str) -> Reply:
    """The reply, when it is a good one. Raises RefusedError with the server's reasons."""
    if 200 <= reply.status < 300:
        if reply.text and reply.headers.get("content-type", "").startswith("text/html"):
            raise CliError(f"{_origin(url)} answers with a web page: that is not Offhook's API")
        return reply
    if 300 <= reply.status < 400:
        to = reply.headers.get("location", "somewhere else")
        raise UnreachableError(f"{_origin(url)} sends us to {to}; use that address itself")
    if _is_no_route(reply):
        says = f"{_origin(url)} knows nothing at {urlsplit(url).path}; is it an older Offhook?"
        raise RefusedError(says, status=404, body=reply.body)
    raise RefusedError(*_explain(reply), status=reply.status, body=reply.body)


def _is_no_route(reply: Reply) -> bool:
    """Whether nothing serves the path: API Gateway says so by a 403 of its own."""
    body = reply.body
    if reply.status == 404:
        return not isinstance(body, dict) or "detail" not in body
    missing = "Missing Authentication Token"
    return reply.status == 403 and isinstance(body, dict) and body.get("message") == missing


def _explain(reply: Reply) -> list[str]:
    """The problem as sentences: one for the whole, or one for each flaw."""
    problem = reply.body if isinstance(reply.body, dict) else {}
    flaws = problem.get("errors")
    detail = problem.get("detail") or problem.get("message") or problem.get("Message")
    if reply.status == 401:
        return [
            "the server does not know who asks"
            if not detail
            else f"the server does not know who asks: {detail}",
            "Give a token by OFFHOOK_TOKEN, or by a profile: offhook profiles add NAME",
        ]
    if isinstance(flaws, list) and flaws:
        lines = [_flaw(flaw) for flaw in flaws if isinstance(flaw, dict)]
        if len(lines) == 1:
            return lines
        return [f"the server refused it, for {len(lines)} reasons:", *lines]
    if detail:
        return [_in_flags(str(detail))]
    return [f"the server answered {reply.status} and did not say why"]


def _flaw(flaw: Mapping[str, Any]) -> str:
    field_name, message = flaw.get("field"), flaw.get("message", "is wrong")
    return f"{field_name}: {message}" if field_name else str(message)


def _in_flags(text: str) -> str:
    """What the server wants to be told, as this command tells it."""
    for said, flag in _FLAG_BY_WORDS.items():
        text = text.replace(said, flag)
    return text


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
