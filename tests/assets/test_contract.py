"""Does every place for files keep the same promises?"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import boto3
import pytest
import requests
from moto import mock_aws

from chalicelib.assets.bucket import Bucket
from chalicelib.assets.folder import Folder
from chalicelib.domain.asset import Asset, Errand, Found
from chalicelib.domain.errors import InputError, NotFoundError, StoreDownError

BODY = b"\x00\x01firmware\xff" * 300_000
KEY = "firmware/yealink/96.86.0.75/T46S-96.86.0.75.rom"
ASSET = Asset(key=KEY, size=len(BODY), sha256=hashlib.sha256(BODY).hexdigest())
BASE = "http://localhost:8080"
NAME = "offhook-test-assets"
REGION = "eu-west-1"


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class OverS3:
    """A bucket under moto; files are handed in by HTTP."""

    def __init__(self) -> None:
        self.assets = Bucket(NAME, region=REGION, endpoint=None)

    def hand_in(self, errand: Errand, body: bytes) -> None:
        answer = requests.request(
            errand.method, errand.url, data=body, headers=dict(errand.headers), timeout=5
        )
        answer.raise_for_status()


class OverFolder:
    """A folder; files are handed in as the route does it."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self.assets = Folder(
            root, sign=lambda message: hashlib.sha256(b"k" + message).digest(), clock=clock
        )

    def hand_in(self, errand: Errand, body: bytes) -> None:
        self.assets.receive(errand.url.rpartition("/")[2], body)


Place = OverS3 | OverFolder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["bucket", "folder"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    if request.param == "folder":
        yield OverFolder(tmp_path / "assets", clock)
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        boto3.client("s3", region_name=REGION).create_bucket(
            Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield OverS3()


def test_nothing_is_there_before_it_is_handed_in(place: Place) -> None:
    place.assets.errand(ASSET, base_url=BASE)

    assert place.assets.look(KEY) is None
    assert place.assets.read(KEY) is None


def test_file_is_found_with_size_and_checksum(place: Place) -> None:
    place.hand_in(place.assets.errand(ASSET, base_url=BASE), BODY)

    assert place.assets.look(KEY) == Found(size=len(BODY), sha256=ASSET.sha256)


def test_file_comes_back_by_its_own_url_or_as_bytes(place: Place) -> None:
    place.hand_in(place.assets.errand(ASSET, base_url=BASE), BODY)

    url = place.assets.fetch_url(KEY)
    got = place.assets.read(KEY) if url is None else requests.get(url, timeout=5).content

    assert got == BODY


def test_file_is_replaced(place: Place) -> None:
    place.hand_in(place.assets.errand(ASSET, base_url=BASE), BODY)
    other = b"another one"
    renewed = Asset(key=KEY, size=len(other), sha256=hashlib.sha256(other).hexdigest())

    place.hand_in(place.assets.errand(renewed, base_url=BASE), other)

    assert place.assets.look(KEY) == Found(size=len(other), sha256=renewed.sha256)


def test_removed_file_is_gone(place: Place) -> None:
    place.hand_in(place.assets.errand(ASSET, base_url=BASE), BODY)

    place.assets.remove(KEY)
    place.assets.remove(KEY)

    assert place.assets.look(KEY) is None


def test_url_is_in_no_repr(place: Place) -> None:
    errand = place.assets.errand(ASSET, base_url=BASE)

    assert errand.url not in repr(errand)
    assert "http" not in repr(errand)


@pytest.fixture
def folder(tmp_path: Path, clock: Clock) -> OverFolder:
    return OverFolder(tmp_path / "assets", clock)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (BODY + b"x", f"body: has {len(BODY) + 1} bytes; {len(BODY)} were announced"),
        (BODY[:-1], f"body: has {len(BODY) - 1} bytes; {len(BODY)} were announced"),
        (b"", f"body: has 0 bytes; {len(BODY)} were announced"),
        (b"\x01" + BODY[1:], "body: has the SHA-256 HEX, not the one announced"),
    ],
)
def test_folder_takes_no_other_file_than_announced(
    folder: OverFolder, tmp_path: Path, body: bytes, says: str
) -> None:
    errand = folder.assets.errand(ASSET, base_url=BASE)

    with pytest.raises(InputError) as caught:
        folder.hand_in(errand, body)

    digest = hashlib.sha256(body).hexdigest()
    assert str(caught.value) == says.replace("HEX", digest)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_folders_url_ends(folder: OverFolder, clock: Clock) -> None:
    errand = folder.assets.errand(ASSET, base_url=BASE)
    clock.now += timedelta(seconds=3601)

    with pytest.raises(NotFoundError, match="its time is up"):
        folder.hand_in(errand, BODY)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda ticket: ticket[:0],
        lambda ticket: ticket[:0] + ".",
        lambda ticket: ticket[:-1],
        lambda ticket: "x" + ticket,
        lambda ticket: ticket.partition(".")[0],
        lambda ticket: ticket + "é",
        lambda ticket: "../../etc/passwd." + ticket.partition(".")[2],
        lambda ticket: "x" * 5000 + ticket,
    ],
)
def test_folder_knows_its_own_tickets_only(folder: OverFolder, spoil: Callable[[str], str]) -> None:
    ticket = folder.assets.errand(ASSET, base_url=BASE).url.rpartition("/")[2]

    with pytest.raises(NotFoundError):
        folder.assets.receive(spoil(ticket), BODY)


def test_folder_keeps_files_from_others(folder: OverFolder, tmp_path: Path) -> None:
    folder.hand_in(folder.assets.errand(ASSET, base_url=BASE), BODY)

    [path] = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert path == tmp_path / "assets" / KEY
    assert path.stat().st_mode & 0o777 == 0o600


def test_folder_that_cannot_be_written(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "assets").write_text("in the way")
    folder = OverFolder(tmp_path / "assets", clock)

    with pytest.raises(StoreDownError, match="Not a directory"):
        folder.hand_in(folder.assets.errand(ASSET, base_url=BASE), BODY)


def test_bucket_without_a_name() -> None:
    with pytest.raises(StoreDownError, match="set OFFHOOK_ASSETS"):
        Bucket(None, region=REGION, endpoint=None).look(KEY)


def test_bucket_takes_no_file_through_offhook() -> None:
    with pytest.raises(NotFoundError):
        Bucket(NAME, region=REGION, endpoint=None).receive("x", b"")


def test_bucket_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws(), pytest.raises(StoreDownError, match="S3 answered NoSuchBucket"):
        Bucket("nowhere", region=REGION, endpoint=None).remove(KEY)


def test_bucket_signs_size_type_and_checksum(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")

    errand = Bucket(NAME, region=REGION, endpoint=None).errand(ASSET, base_url=BASE)

    assert errand.url.startswith(f"https://{NAME}.s3.{REGION}.amazonaws.com/{KEY}?")
    signed = re.findall("X-Amz-SignedHeaders=([^&]*)", errand.url)
    assert [unquote(names).split(";") for names in signed] == [
        [
            "content-length",
            "content-type",
            "host",
            "x-amz-checksum-sha256",
            "x-amz-sdk-checksum-algorithm",
        ]
    ]
    assert "X-Amz-Expires=3600" in errand.url
    assert set(errand.headers) == {
        "Content-Length",
        "Content-Type",
        "x-amz-checksum-sha256",
        "x-amz-sdk-checksum-algorithm",
    }


def test_signature_is_in_no_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    caplog.set_level(logging.DEBUG)
    logging.getLogger("botocore").setLevel(logging.DEBUG)

    url = Bucket(NAME, region=REGION, endpoint=None).fetch_url(KEY)

    assert url is not None
    assert url.rpartition("X-Amz-Signature=")[2] not in caplog.text
