"""What becomes of a file that a phone writes, told with made-up records and a made-up catalogue?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from chalicelib.domain.answer import Outcome
from chalicelib.domain.device import Device, Dossier, Line
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.upload import Upload
from chalicelib.domain.vendor import FileKind, FileRule
from chalicelib.uploading import Uploading, UploadRequest

MAC = Mac("001565123456")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
RULES = [
    FileRule(vendor="acme", shape="{mac}.log", kind=FileKind.UPLOAD),
    FileRule(vendor="acme", shape="{mac}-x1.log", kind=FileKind.UPLOAD, models=("x1",)),
    FileRule(vendor="acme", shape="{mac}-user.cfg", kind=FileKind.UPLOAD, keeps=True),
    FileRule(vendor="acme", shape="{mac}.cfg", kind=FileKind.DEVICE),
    FileRule(vendor="acme", shape="all.log", kind=FileKind.COMMON),
]
DEVICE = Device(
    mac=MAC,
    vendor="acme",
    model="x2",
    lines=({"extension_number": "1001"},),
    origin=Origin.API,
    created_at=NOON,
    updated_at=NOON,
)


class Records:
    """Has one device, which may vanish before its upload is kept."""

    def __init__(self, *, vanishes: bool = False) -> None:
        self._vanishes = vanishes
        self.kept: list[Upload] = []

    def dossier(self, mac: Mac) -> Dossier | None:
        line = Line(position=1, number="1001", name="Desk", password="a secret")
        return Dossier(device=DEVICE, lines=(line,), last_fetch=None) if mac == MAC else None

    def keep_upload(self, device: Device, upload: Upload) -> bool:
        assert device == DEVICE
        if not self._vanishes:
            self.kept.append(upload)
        return not self._vanishes


class Catalogue:
    """The rules above; every phone says that it is a made-up one."""

    def vendors_asking_for(self, shape: str) -> Sequence[str]:
        return sorted({rule.vendor for rule in RULES if rule.shape == shape})

    def rules(self, shape: str, vendor: str) -> Sequence[FileRule]:
        return [rule for rule in RULES if (rule.shape, rule.vendor) == (shape, vendor)]

    def identify(self, user_agent: str, *, first: str | None = None) -> Evidence:
        return Evidence(vendor=first, version=user_agent)


def receive(records: Records, file: str, body: bytes | None = b"a = 1\n") -> tuple[Outcome, str]:
    uploading = Uploading(records=records, catalog=Catalogue(), clock=lambda: NOON)
    answer = uploading.receive(UploadRequest(file=file, body=body, user_agent="7.1"))
    assert answer.body == ""
    return answer.outcome, answer.reason


@pytest.mark.parametrize("body", [b"", b"line\n", b"\xff\x00", b"x" * 262_144, None])
def test_log_is_received_and_dropped(body: bytes | None) -> None:
    records = Records()

    outcome, reason = receive(records, "001565123456.log", body)

    assert (outcome, reason) == (Outcome.RECEIVED, "it is not kept")
    assert records.kept == []


@pytest.mark.parametrize("text", ["", "a = 1\n", "<x>Zoë \U0001f4de</x>", "x" * 262_144])
def test_override_is_kept(text: str) -> None:
    records = Records()

    outcome, _ = receive(records, "001565123456-User.cfg", text.encode())

    assert outcome is Outcome.KEPT
    assert records.kept == [Upload(name="{mac}-user.cfg", text=text, at=NOON)]


@pytest.mark.parametrize("body", [b"\xff", "a".encode("utf-16"), None])
def test_override_that_is_no_text_is_refused(body: bytes | None) -> None:
    records = Records()

    outcome, reason = receive(records, "001565123456-user.cfg", body)

    assert (outcome, reason) == (Outcome.UNREADABLE, "it is not text in UTF-8")
    assert records.kept == []


@pytest.mark.parametrize("file", ["001565123456.log", "001565123456-user.cfg", "nothing"])
def test_body_over_the_bound_is_refused_before_anything_is_read(file: str) -> None:
    outcome, reason = receive(Records(), file, b"x" * 262_145)

    assert outcome is Outcome.TOO_LARGE
    assert reason == "it has 262145 bytes; at most 262144 are taken"


@pytest.mark.parametrize("file", ["001565123456.cfg", "001565123456-x1.log"])
def test_file_that_the_model_does_not_write_is_refused(file: str) -> None:
    outcome, reason = receive(Records(), file)

    assert (outcome, reason) == (Outcome.UNKNOWN_FILE, "acme x2 does not write this file")


@pytest.mark.parametrize("file", ["", "all.log", "{mac}.log", "001565123456.doc", "../x.log"])
def test_name_that_nobody_writes_is_refused(file: str) -> None:
    outcome, reason = receive(Records(), file)

    assert outcome is Outcome.UNKNOWN_FILE
    assert reason == "no vendor's phones write a file of this name"


def test_unknown_device_may_not_write() -> None:
    outcome, reason = receive(Records(), "001565000000.log")

    assert (outcome, reason) == (Outcome.UNKNOWN_DEVICE, "the device is not registered")


def test_device_that_is_removed_meanwhile_may_not_write() -> None:
    outcome, _ = receive(Records(vanishes=True), "001565123456-user.cfg")

    assert outcome is Outcome.UNKNOWN_DEVICE
