"""Is a key ring read back as it was written, and nothing else taken for one?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.sealing import SealError
from chalicelib.vault.derivation import derive_key
from chalicelib.vault.keyring import add_key, new_ring, read_ring, write_ring
from tests.vault.fakes import NOON, all_that_is_in, keys_in, spellings


def test_ring_is_read_as_written() -> None:
    ring = add_key(new_ring(NOON), NOON + timedelta(days=1))

    assert read_ring(write_ring(ring)) == ring


def test_new_key_is_the_newest_whatever_the_clock_says() -> None:
    ring = new_ring(NOON)

    longer = add_key(ring, NOON - timedelta(days=1))

    assert longer.keys[0] == ring.newest
    assert longer.newest == longer.keys[1]
    assert longer.signing == ring.signing


def test_all_keys_differ() -> None:
    ring = add_key(new_ring(NOON), NOON)

    assert len({ring.signing, *(key.secret for key in ring.keys)}) == 3
    assert [len(key.secret) for key in ring.keys] == [32, 32]


def test_time_is_written_in_utc() -> None:
    moment = datetime(2026, 11, 23, 13, 0, tzinfo=timezone(timedelta(hours=1)))

    written = json.loads(write_ring(new_ring(moment)))

    assert written["keys"][0]["created_at"] == "2026-11-23T12:00:00+00:00"


def test_repr_shows_no_keys() -> None:
    ring = new_ring(NOON)

    shown = repr(ring)

    assert shown == (
        f"KeyRing(keys=(DataKey(id='{ring.newest.id}', "
        f"created_at=datetime.datetime(2026, 11, 23, 12, 0, tzinfo={UTC!r})),))"
    )


WRITTEN: dict[str, Any] = json.loads(write_ring(new_ring(NOON)))
[KEY] = WRITTEN["keys"]


@pytest.mark.parametrize(
    "damaged",
    [
        {**WRITTEN, "format": 2},
        {**WRITTEN, "keys": []},
        {**WRITTEN, "keys": [KEY, KEY]},
        {**WRITTEN, "keys": [KEY["secret"]]},
        {**WRITTEN, "keys": [{**KEY, "id": 12345678}]},
        {**WRITTEN, "keys": [{**KEY, "id": "0A1B2C3D"}]},
        {**WRITTEN, "keys": [{**KEY, "secret": KEY["secret"][4:]}]},
        {**WRITTEN, "keys": [{**KEY, "secret": KEY["secret"] + "*"}]},
        {**WRITTEN, "keys": [{**KEY, "created_at": KEY["secret"]}]},
        {**WRITTEN, "signing": ""},
        {**WRITTEN, "signing": None},
        {"format": 1, "keys": [KEY]},
        [WRITTEN],
        pytest.param(KEY["secret"], id="a text"),
        None,
    ],
)
def test_damaged_ring(damaged: object) -> None:
    with pytest.raises(SealError, match="the key ring cannot be read: it is damaged") as caught:
        read_ring(json.dumps(damaged).encode())

    shown = all_that_is_in(caught.value)
    for key in keys_in(json.dumps(WRITTEN).encode()):
        assert not any(spelling in shown for spelling in spellings(key))


@given(st.binary())
def test_bytes_that_are_no_ring(written: bytes) -> None:
    with pytest.raises(SealError):
        read_ring(written)


def test_ring_that_is_cut_off() -> None:
    written = write_ring(new_ring(NOON))

    for end in range(len(written)):
        with pytest.raises(SealError) as caught:
            read_ring(written[:end])
        assert caught.value.__context__ is None


@given(st.binary(min_size=1, max_size=64), st.text(st.characters(codec="utf-8")))
def test_derived_key_is_hkdf(secret: bytes, purpose: str) -> None:
    other = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())

    assert derive_key(secret, purpose) == other.derive(secret)


def test_derived_key_of_the_standard() -> None:
    """RFC 5869, A.3: no salt, no info; the first 32 of its 42 bytes."""
    assert derive_key(b"\x0b" * 22, "").hex() == (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    )
