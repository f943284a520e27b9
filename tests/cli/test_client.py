"""Does the client wait, turn pages and refuse as it should?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from cli.client import Client
from cli.outcome import CliError, Exit, RefusedError, UnreachableError
from cli.wire import Body, Reply
from tests.cli.broken import Heard, Said, serve
from tests.cli.conftest import Terminal

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@dataclass
class Wire:
    """Answers what it is told to, and remembers what was asked."""

    answers: list[Reply]
    asked: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    def send(self, method: str, url: str, *, headers: Mapping[str, str], body: Body) -> Reply:
        del body
        self.asked.append((method, url, headers))
        return self.answers.pop(0)


def reply(status: int = 200, body: object = None, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=named, text=json.dumps(body))


@pytest.fixture
def naps() -> list[float]:
    return []


@pytest.fixture
def connect(naps: list[float]) -> Callable[..., tuple[Client, Wire]]:
    def make(*answers: Reply, url: str = "http://127.0.0.1:8080") -> tuple[Client, Wire]:
        wire = Wire(list(answers))
        made = Client(url=url, token="oh_x", wire=wire, sleep=naps.append, now=lambda: NOW)
        return made, wire

    return make


Connect = Callable[..., tuple[Client, Wire]]


def test_waits_as_the_server_asks(connect: Connect, naps: list[float]) -> None:
    client, wire = connect(
        reply(429, retry_after="7"),
        reply(503, retry_after="Thu, 01 Jan 2026 12:00:03 GMT"),
        reply(503),
        reply(200, {"good": True}),
    )

    assert client.get("/api/status") == {"good": True}
    assert naps == [7.0, 3.0, 4.0]
    assert len(wire.asked) == 4


def test_gives_up_when_it_would_wait_too_long(connect: Connect, naps: list[float]) -> None:
    client, _ = connect(reply(429, {"detail": "too many requests"}, retry_after="3600"))

    with pytest.raises(RefusedError, match="too many requests"):
        client.get("/api/status")

    assert naps == []


def test_gives_up_after_five_times(connect: Connect) -> None:
    client, wire = connect(*[reply(503, {"detail": "the table is down"}, retry_after="1")] * 5)

    with pytest.raises(RefusedError, match="the table is down"):
        client.get("/api/status")

    assert len(wire.asked) == 5


def test_what_may_have_been_done_is_not_sent_twice(connect: Connect) -> None:
    client, wire = connect(reply(503, {"detail": "the table is down"}))

    with pytest.raises(RefusedError, match="the table is down"):
        client.ask("POST", "/api/tokens", {})

    assert len(wire.asked) == 1


def test_next_page_is_asked_from_the_same_server(connect: Connect) -> None:
    link = '<http://inner.example.com/prod/api/extensions?cursor=x>; rel="next"'
    client, wire = connect(
        reply(200, [{"number": "1"}], link=link),
        reply(200, [{"number": "2"}]),
        url="https://phones.example.com/prod",
    )

    rows = list(client.rows("/api/extensions"))

    assert rows == [{"number": "1"}, {"number": "2"}]
    assert [url for _, url, _ in wire.asked] == [
        "https://phones.example.com/prod/api/extensions?limit=200",
        "https://phones.example.com/prod/api/extensions?cursor=x",
    ]


def test_token_goes_in_a_header_only(connect: Connect) -> None:
    client, wire = connect(reply(200, {}))

    client.get("/api/status")

    [(_, url, headers)] = wire.asked
    assert headers["Authorization"] == "Bearer oh_x"
    assert "oh_x" not in url
    assert "oh_x" not in repr(client)


def test_redirect_is_told_and_not_followed(connect: Connect) -> None:
    client, wire = connect(reply(301, location="https://evil.example.com/"))

    with pytest.raises(UnreachableError, match=r"sends us to https://evil\.example\.com/"):
        client.get("/api/status")

    assert len(wire.asked) == 1


def test_web_page_is_no_answer(connect: Connect) -> None:
    page = Reply(status=200, headers={"content-type": "text/html"}, text="<html>")
    client, _ = connect(page)

    with pytest.raises(CliError, match="answers with a web page"):
        client.get("/api/status")


@pytest.mark.parametrize(
    ("answer", "says", "code"),
    [
        (
            reply(401, {"detail": "a token is needed"}),
            "the server does not know who asks: a token is needed",
            Exit.UNAUTHORIZED,
        ),
        (reply(403, {"detail": "may not"}), "may not", Exit.UNAUTHORIZED),
        (reply(404, {"detail": "there is no device x"}), "there is no device x", Exit.NOT_FOUND),
        (
            reply(400, {"detail": "x", "errors": [{"field": "mac", "message": "is wrong"}]}),
            "mac: is wrong",
            Exit.FAILED,
        ),
        (reply(500, "?"), "the server answered 500 and did not say why", Exit.FAILED),
        (
            reply(403, {"message": "Missing Authentication Token"}),
            "http://127.0.0.1:8080 knows nothing at /api/status; is it an older Offhook?",
            Exit.NOT_FOUND,
        ),
        (
            reply(404, "?"),
            "http://127.0.0.1:8080 knows nothing at /api/status; is it an older Offhook?",
            Exit.NOT_FOUND,
        ),
    ],
)
def test_refusal_is_a_sentence_and_a_code(
    connect: Connect, answer: Reply, says: str, code: Exit
) -> None:
    client, _ = connect(answer)

    with pytest.raises(RefusedError) as caught:
        client.get("/api/status")

    assert caught.value.says == says
    assert caught.value.code is code


def test_server_that_is_not_there(offline: Terminal) -> None:
    run = offline.run("status", "--url", "http://127.0.0.1:9")

    assert run.code == 3
    assert run.err == (
        "offhook: nothing listens at 127.0.0.1:9; is the server running, and is the port right?\n"
    )


def test_control_characters_of_a_server_do_not_reach_the_terminal(offline: Terminal) -> None:
    def answers(heard: Heard) -> Said:
        del heard
        told = [{"number": "1001", "name": "\x1b[2J\x07Eve"}]
        headers = {"Content-Type": "application/json"}
        return Said(body=json.dumps(told).encode(), headers=headers)

    with serve(answers) as serving:
        run = offline.run("extensions", "list", "--url", serving.url)

    assert run.out.startswith("1001\t\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}Eve\t")
