"""What of a device's fetches stands in its item, and what does the next one change of it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.device import Device, Fetch
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.storage.history import KEPT, MOST, History

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DEVICE = Device(
    mac=Mac("001565123456"),
    vendor="zip",
    model="33g",
    lines=({"extension_number": "1001"},),
    origin=Origin.API,
    created_at=NOON,
    updated_at=NOON,
)
FETCH = Fetch(
    at=NOON, file="a.cfg", address="192.0.2.7", user_agent="ZIP", etag="e1", version="47.80"
)


def history_of(*fetches: Fetch, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    for fetch in fetches:
        body = History(DEVICE, body).after(fetch).body
    assert body is not None
    return body


def test_fetch_that_says_nothing_new_adds_a_line() -> None:
    other = replace(FETCH, at=NOON + timedelta(seconds=1), file="b.cfg", etag="e2")
    again = replace(FETCH, at=NOON + timedelta(seconds=2))

    before = history_of(FETCH, other)
    after = history_of(again, body=before)

    assert before["texts"] == '["b.cfg","192.0.2.7","ZIP","e2","47.80",null,"","a.cfg","e1"]'
    assert before["log"] == "1772366401000 0 1 2 3 4 5 6\n1772366400000 7 1 2 8 4 5 6\n"
    assert after["texts"] == before["texts"]
    assert after["log"] == "1772366402000 7 1 2 8 4 5 6\n" + before["log"]


def test_texts_that_no_fetch_says_any_more_go_with_the_next_new_one() -> None:
    many = [
        replace(FETCH, at=NOON + timedelta(seconds=number), address="198.51.100.1")
        for number in range(MOST)
    ]
    last = replace(FETCH, at=NOON + timedelta(hours=1), etag="e2")

    full = history_of(FETCH, *many)
    after = history_of(last, body=full)

    assert full["texts"] == '["a.cfg","198.51.100.1","ZIP","e1","47.80",null,"","192.0.2.7"]'
    assert after["texts"] == '["a.cfg","192.0.2.7","ZIP","e2","47.80",null,"","198.51.100.1","e1"]'
    assert after["log"].count("\n") == MOST


FETCHES = st.builds(
    Fetch,
    at=st.integers(0, 40).map(lambda days: NOON + timedelta(days=days)),
    file=st.sampled_from(["a.cfg", "b.cfg"]),
    address=st.text(max_size=4),
    user_agent=st.sampled_from(["ZIP", "", 'a "quoted"\n1']),
    etag=st.sampled_from(["e1", "e2"]),
    version=st.none() | st.just("47.80"),
    told=st.none() | st.just("47.81"),
    failure=st.just(""),
)


@given(st.lists(FETCHES, min_size=1, max_size=MOST * 2))
def test_history_is_what_was_fetched_last(fetches: Sequence[Fetch]) -> None:
    fetches = sorted(fetches, key=lambda fetch: fetch.at)

    body = history_of(*fetches)

    oldest = fetches[-1].at - KEPT
    newest = [fetch for fetch in reversed(fetches) if fetch.at >= oldest][:MOST]
    assert History(DEVICE, body).all == newest
    assert History(DEVICE, body).last == newest[0]


def test_what_older_forms_hold_is_read_and_gone_on_from() -> None:
    created = "2026-03-01T12:00:00.000+00:00"
    alone = {
        "device_created_at": created,
        "at": created,
        "file": "a.cfg",
        "address": "192.0.2.7",
        "user_agent": "ZIP",
        "etag": "e1",
        "version": "47.80",
    }
    one_text = {
        "device_created_at": created,
        "log": '[["a.cfg","192.0.2.7","ZIP","e1","47.80",null,""],[[1772366400000,0,1,2,3,4,5,6]]]',
        "kept": {},
    }
    again = replace(FETCH, at=NOON + timedelta(seconds=1))

    for body in (alone, one_text):
        assert History(DEVICE, body).last == FETCH
        assert History(DEVICE, history_of(again, body=body)).all == [again, FETCH]
