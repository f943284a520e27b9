"""What becomes of a file that a phone writes, told with made-up records and a made-up catalogue?"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chalicelib.domain.access.admission import Admission
from chalicelib.domain.access.basic import Credentials
from chalicelib.domain.access.threshold import Threshold
from chalicelib.domain.access.token import DeviceToken
from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.device import Device
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.mac import Mac
from chalicelib.domain.request import UploadRequest
from chalicelib.domain.upload import Upload
from chalicelib.domain.vendor import FileKind, FileRule
from chalicelib.uploading import Uploading
from tests.fakes import MAC, NOON, Brake, Gate, a_device, a_door, a_dossier, a_threshold

RULES = [
    FileRule(vendor="acme", shape="{mac}.log", kind=FileKind.UPLOAD),
    FileRule(vendor="acme", shape="{mac}-x1.log", kind=FileKind.UPLOAD, models=("x1",)),
    FileRule(vendor="acme", shape="{mac}-user.cfg", kind=FileKind.UPLOAD, keeps=True),
    FileRule(vendor="acme", shape="{mac}.cfg", kind=FileKind.DEVICE),
    FileRule(vendor="acme", shape="all.log", kind=FileKind.COMMON),
]


class Records:
    """Has one device, which may vanish before its upload is kept."""

    def __init__(self, *, vanishes: bool = False) -> None:
        self._vanishes = vanishes
        self.reads = 0
        self.kept: list[Upload] = []

    def threshold(self, mac: Mac) -> Threshold | None:
        self.reads += 1
        return a_threshold(a_dossier()) if mac == MAC else None

    def keep_upload(self, device: Device, upload: Upload) -> bool:
        assert device == a_device()
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


def send(
    records: Records,
    request: UploadRequest,
    *,
    gate: Gate | None = None,
    brake: Brake | None = None,
) -> Answer:
    uploading = Uploading(
        records=records,
        catalog=Catalogue(),
        door=a_door(records, Catalogue(), gate=gate, brake=brake),
        clock=lambda: NOON,
    )
    return uploading.receive(request)


def receive(records: Records, file: str, body: bytes | None = b"a = 1\n") -> tuple[Outcome, str]:
    answer = send(records, UploadRequest(file=file, body=body, user_agent="7.1"))
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
    records = Records()

    outcome, reason = receive(records, file, b"x" * 262_145)

    assert (outcome, records.reads) == (Outcome.TOO_LARGE, 0)
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


REFUSAL = Admission(admitted=False, reason="the URL holds no token of ours")


@pytest.mark.parametrize("file", ["001565123456.log", "001565123456-user.cfg"])
def test_upload_without_proof_is_refused_and_counted(file: str) -> None:
    records, brake = Records(), Brake()
    request = UploadRequest(file=file, body=b"a = 1\n", address="192.0.2.1", user_agent="7.1")

    answer = send(records, request, gate=Gate(REFUSAL), brake=brake)

    assert answer == Answer(
        outcome=Outcome.REFUSED,
        mac=MAC,
        seen=Evidence(version="7.1"),
        reason="the URL holds no token of ours",
    )
    assert (records.kept, brake.counted) == ([], ["192.0.2.1"])


def test_upload_to_an_unknown_device_does_the_same_work() -> None:
    gate, records, brake = Gate(REFUSAL), Records(), Brake()

    for digits in ("001565123456", "001565000000"):
        request = UploadRequest(file=f"{digits}-user.cfg", body=b"", address="192.0.2.1")
        send(records, request, gate=gate, brake=brake)

    assert records.reads == len(gate.shown) == len(brake.counted) == 2
    assert gate.shown[0] == gate.shown[1]


@pytest.mark.parametrize("digits", ["001565123456", "001565000000"])
def test_upload_of_a_braked_source_reads_and_keeps_nothing(digits: str) -> None:
    records = Records()
    request = UploadRequest(file=f"{digits}-user.cfg", body=b"", address="192.0.2.1")

    answer = send(records, request, brake=Brake(on=True))

    assert (answer.outcome, answer.retry_after) == (Outcome.BRAKED, 30)
    assert (records.reads, records.kept) == (0, [])


def test_upload_that_is_kept_is_not_counted() -> None:
    brake = Brake()

    answer = send(Records(), UploadRequest(file="001565123456-user.cfg", body=b""), brake=brake)

    assert (answer.outcome, brake.counted) == (Outcome.KEPT, [])


def test_upload_shows_the_same_proofs_as_a_fetch() -> None:
    gate = Gate()
    request = UploadRequest(
        file="001565123456.log",
        body=b"",
        address="192.0.2.1",
        token="001565123456",
        authorization="Basic cGhvbmU6c2VjcmV0",
    )

    send(Records(), request, gate=gate)

    [shown] = gate.shown
    assert shown.token == DeviceToken(MAC, 1)
    assert shown.basic == Credentials(user="phone", password="secret")
    assert (shown.address, shown.certificate) == ("192.0.2.1", None)
