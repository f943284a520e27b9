"""What is a webhook told, how is it signed, and when is it tried again?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError
from chalicelib.domain.webhook import (
    MOST_SHOWN,
    NEW_WEBHOOK,
    Course,
    Deliveries,
    Delivery,
    Event,
    EventKind,
    Webhook,
    parse_url,
    sign,
    write_body,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
WEBHOOK = Webhook(
    id="w1",
    url="https://hooks.example.com/T0/B0?key=1",
    events=(EventKind.FAILING,),
    secret="whsec_1",
    site=None,
    active=True,
    created_at=NOON,
    updated_at=NOON,
)
EVENT = Event(id="evt_1", kind=EventKind.FAILING, at=NOON, site="berlin", data={})
DELIVERY = Delivery(
    event="evt_1",
    kind="failing",
    mac="001565123456",
    at=NOON,
    attempt=1,
    status=200,
    error="",
    milliseconds=12,
)


def test_body_is_the_same_at_every_try() -> None:
    body = write_body(
        id_="evt_1", kind="failing", at=NOON, data={"site": "berlin", "mac_address": "001565123456"}
    )

    assert body == (
        b'{"created_at":1767268800,"data":{"mac_address":"001565123456","site":"berlin"},'
        b'"id":"evt_1","type":"failing"}'
    )


def test_signature_covers_time_and_body() -> None:
    header = sign("whsec_1", b'{"id":"evt_1"}', NOON)

    # printf '%s' '1767268800.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_1
    assert header == (
        "t=1767268800,v1=468269540e865a7b486245a1afa657abcabc31aaa42db13448c96bd3c100e7ef"
    )


def test_failures_are_tried_again_ever_later_and_then_given_up() -> None:
    course, waits = Course(next_at=NOON), []
    while course.next_at is not None:
        course = course.failed(NOON)
        if course.next_at is not None:
            waits.append(course.next_at - NOON)

    assert course.attempts == 7
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720)]


@pytest.mark.parametrize(
    ("webhook", "wants"),
    [
        (WEBHOOK, True),
        (replace(WEBHOOK, site="berlin"), True),
        (replace(WEBHOOK, site="paris"), False),
        (replace(WEBHOOK, active=False), False),
        (replace(WEBHOOK, events=(EventKind.FIRST_CONTACT,)), False),
        (replace(WEBHOOK, created_at=NOON + timedelta(seconds=1)), False),
    ],
)
def test_webhook_wants_what_it_asked_for(webhook: Webhook, *, wants: bool) -> None:
    assert webhook.wants(EVENT) is wants


def test_event_of_no_site_is_for_those_of_all() -> None:
    event = replace(EVENT, site=None)

    assert WEBHOOK.wants(event)
    assert not replace(WEBHOOK, site="berlin").wants(event)


def test_neither_secret_nor_address_is_printed() -> None:
    assert "whsec_1" not in repr(WEBHOOK)
    assert "T0" not in repr(WEBHOOK)
    assert WEBHOOK.shown_url == "https://hooks.example.com/***"
    assert replace(WEBHOOK, url="http://192.0.2.1:81").shown_url == "http://192.0.2.1:81/"


def test_deliveries_are_bounded_and_what_was_given_up_stays_longer() -> None:
    found = Deliveries().with_(replace(DELIVERY, error="answered 500", is_dead=True))
    for number in range(30):
        found = found.with_(replace(DELIVERY, attempt=number))

    assert [each.attempt for each in found.recent] == list(range(29, 29 - MOST_SHOWN, -1))
    assert [each.error for each in found.dead] == ["answered 500"]


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com",
        "https://hooks.example.com:8443/a?b=c",
        "http://127.0.0.1:9000/x",
        "https://[2001:db8::1]/x",
    ],
)
def test_address(url: str) -> None:
    assert parse_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example.com/",
        "https:///x",
        "https://user:secret@hooks.example.com/",
        "https://user@hooks.example.com/",
        "https://hooks.example.com/#x",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com:0/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/a\r\nHost: x",
        "https://höoks.example.com/",
        "https://[::1/",
        "hooks.example.com",
        "",
    ],
)
def test_address_that_is_none(url: str) -> None:
    with pytest.raises(InputError, match="url"):
        NEW_WEBHOOK.read({"url": url, "events": ["failing"]})


@pytest.mark.parametrize("port", ["0", "99999", "x"])
def test_port_that_is_none_is_told(port: str) -> None:
    url = f"http://localhost:{port}/"

    with pytest.raises(InputError) as told:
        NEW_WEBHOOK.read({"url": url, "events": ["failing"]})

    assert str(told.value) == f'url: "{url}" has a port that is none (1 to 65535)'


@given(st.text(max_size=60) | st.text("htps:/[]@.:%x1\r\n#", max_size=30))
def test_any_text_is_an_address_or_none(text: str) -> None:
    try:
        parse_url(text)
    except ValueError:
        return
    assert text.startswith(("http://", "https://"))
    assert not set(text) & {"\r", "\n", " ", "#"}
