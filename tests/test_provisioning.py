"""How does a fetch end, told with records, a catalogue and a drafter made up for the test?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.answer import Answer, Outcome
from chalicelib.domain.device import Fetch
from chalicelib.domain.errors import Flaw, InexpressibleError, InputError
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.request import FetchRequest
from chalicelib.domain.vendor import FileKind, FileRule
from chalicelib.provisioning import Provisioning
from tests.fakes import (
    MAC,
    NOON,
    Catalogue,
    Directory,
    Drafter,
    Gate,
    Herald,
    Layers,
    Records,
    a_door,
    a_dossier,
)

RULES = [
    FileRule(vendor="acme", shape="{mac}.cfg", kind=FileKind.DEVICE),
    FileRule(vendor="acme", shape="{mac}.boot", kind=FileKind.EMPTY),
    FileRule(vendor="acme", shape="{mac}.lic", kind=FileKind.ABSENT),
    FileRule(vendor="acme", shape="{mac}.log", kind=FileKind.UPLOAD),
    FileRule(vendor="acme", shape="{mac}-user.cfg", kind=FileKind.UPLOAD, keeps=True),
    FileRule(vendor="acme", shape="{mac}-book.xml", kind=FileKind.PHONEBOOK),
    FileRule(vendor="acme", shape="{mac}-x1.cfg", kind=FileKind.DEVICE, models=("x1",)),
    FileRule(vendor="acme", shape="x1.cfg", kind=FileKind.COMMON, models=("x1",)),
    FileRule(vendor="acme", shape="all.cfg", kind=FileKind.COMMON),
    FileRule(vendor="acme", shape="own.cfg", kind=FileKind.DEVICE),
    FileRule(vendor="acme", shape="boot.cfg", kind=FileKind.EMPTY),
    FileRule(vendor="acme", shape="lic.cfg", kind=FileKind.ABSENT),
    FileRule(vendor="other", shape="all.cfg", kind=FileKind.ABSENT),
    FileRule(vendor="other", shape="{mac}.xml", kind=FileKind.DEVICE),
]


def answer(
    records: Records,
    file: str = "001565123456.cfg",
    *,
    error: Exception | None = None,
    gate: Gate | None = None,
    **more: Any,  # noqa: ANN401 - fields of FetchRequest
) -> Answer:
    """The answer to a request."""
    catalogue, gate = Catalogue(RULES), gate or Gate()
    provisioning = Provisioning(
        records=records,
        catalog=catalogue,
        drafter=Drafter(error),
        layers=Layers(),
        directory=Directory(),
        door=a_door(records, catalogue, gate=gate),
        gate=gate,
        herald=Herald(),
        clock=lambda: NOON,
    )
    given = {"host": "192.0.2.7", "base_url": "https://192.0.2.7/dev", **more}
    return provisioning.answer(FetchRequest(file=file, **given))


def test_served_and_noted() -> None:
    records = Records(a_dossier())

    found = answer(records, address="192.0.2.1", user_agent="acme x2 7.1")

    assert (found.outcome, found.mac) == (Outcome.SERVED, MAC)
    assert found.body == "1001 {mac}.cfg 192.0.2.7 7.1 https://192.0.2.7/dev/p/own/\n"
    assert records.notes == [
        Fetch(
            at=NOON,
            file="001565123456.cfg",
            address="192.0.2.1",
            user_agent="acme x2 7.1",
            etag=found.etag,
            version="7.1",
        )
    ]


def test_note_that_fails_is_told_and_harms_nothing() -> None:
    found = answer(Records(a_dossier(), failure="throttled"))

    assert (found.outcome, found.note_failure) == (Outcome.SERVED, "throttled")


def test_look_is_not_noted() -> None:
    records = Records(a_dossier())

    found = answer(records, looks_only=True)

    assert (found.outcome, records.notes) == (Outcome.SERVED, [])


@pytest.mark.parametrize("file", ["", "x", "all.cfg", "boot.cfg", "{mac}.cfg", "001565123456.doc"])
def test_name_that_is_no_devices_own_file_reads_nothing(file: str) -> None:
    records = Records(a_dossier())

    answer(records, file)

    assert records.reads == 0


@pytest.mark.parametrize(
    ("known", "outcome"),
    [
        (["*"], Outcome.NOT_MODIFIED),
        (["other"], Outcome.SERVED),
        (["other", "e46fce23c3487b2acae36f8608fc9d6e"], Outcome.NOT_MODIFIED),
        ([], Outcome.SERVED),
    ],
)
def test_known_etags(known: Sequence[str], outcome: Outcome) -> None:
    found = answer(Records(a_dossier()), known_etags=frozenset(known))

    assert found.outcome is outcome
    assert (found.body == "") == (outcome is Outcome.NOT_MODIFIED)


@pytest.mark.parametrize(
    "error",
    [
        InexpressibleError("must not hold a line break"),
        InputError(Flaw(where="", says="must not hold a line break")),
    ],
)
def test_file_that_cannot_be_written(error: Exception) -> None:
    records = Records(a_dossier())

    found = answer(records, error=error)

    assert (found.outcome, found.reason) == (Outcome.FAILED, "must not hold a line break")
    assert (found.body, found.etag) == ("", "")
    assert [(note.file, note.failure) for note in records.notes] == [
        ("001565123456.cfg", "must not hold a line break")
    ]
    assert records.noted_texts == [(None, None)]


@pytest.mark.parametrize(
    ("vendor", "model"), [("gone", "x1"), ("other", "x1")], ids=["gone", "other"]
)
def test_file_of_another_vendor(vendor: str, model: str) -> None:
    found = answer(Records(a_dossier(vendor=vendor, model=model)))

    assert found.outcome is Outcome.UNKNOWN_FILE
    assert (
        found.reason == f"the device is registered as {vendor} {model}, which asks for other files"
    )


def test_file_of_another_model() -> None:
    found = answer(Records(a_dossier()), "001565123456-x1.cfg")

    assert found.outcome is Outcome.UNKNOWN_FILE
    assert found.reason == "the device is registered as acme x2, which asks for other files"


@pytest.mark.parametrize("file", ["001565123456.boot", "boot.cfg"])
def test_empty_file_is_an_answer_without_a_body(file: str) -> None:
    found = answer(Records(a_dossier()), file)

    assert (found.outcome, found.body) == (Outcome.SERVED, "")
    assert found.etag == "e3b0c44298fc1c149afbf4c8996fb924"


@pytest.mark.parametrize("file", ["001565123456.lic", "lic.cfg", "001565123456.log"])
def test_optional_file_is_absent(file: str) -> None:
    records = Records(a_dossier())

    found = answer(records, file)

    assert (found.outcome, found.body, found.etag) == (Outcome.ABSENT, "", "")
    assert found.reason == "optional, and not there: the phone goes on without it"
    assert records.notes == []


@pytest.mark.parametrize("file", ["001565123456.boot", "001565123456.lic", "001565123456.log"])
def test_file_of_an_unknown_device_is_unknown_whatever_its_kind(file: str) -> None:
    found = answer(Records(), file)

    assert (found.outcome, found.reason) == (
        Outcome.UNKNOWN_DEVICE,
        "the device is not registered",
    )


@pytest.mark.parametrize(
    ("text", "content_type"),
    [("a = 1\n", ""), ("<x/>", "application/xml; charset=utf-8"), ("", "")],
)
def test_upload_that_was_kept_is_given_back(text: str, content_type: str) -> None:
    records = Records(a_dossier(), upload=text)

    found = answer(records, "001565123456-user.cfg")

    assert (found.outcome, found.body) == (Outcome.SERVED, text)
    assert found.content_type == content_type
    assert records.notes == []


def test_upload_that_was_never_kept_is_absent() -> None:
    found = answer(Records(a_dossier()), "001565123456-user.cfg")

    assert (found.outcome, found.reason) == (Outcome.ABSENT, "the phone has not uploaded it")


@pytest.mark.parametrize(
    ("file", "user_agent", "body"),
    [
        ("x1.cfg", "", "acme x1.cfg 192.0.2.7 None https://192.0.2.7/dev/provision/\n"),
        ("x1.cfg", "acme x1 7.1", "acme x1.cfg 192.0.2.7 7.1 https://192.0.2.7/dev/provision/\n"),
        ("x1.cfg", "other y 1.1", "acme x1.cfg 192.0.2.7 None https://192.0.2.7/dev/provision/\n"),
        ("all.cfg", "", "acme all.cfg 192.0.2.7 None https://192.0.2.7/dev/provision/\n"),
    ],
)
def test_common_file(file: str, user_agent: str, body: str) -> None:
    found = answer(Records(), file, user_agent=user_agent)

    assert (found.outcome, found.body) == (Outcome.SERVED, body)


def test_common_file_by_token_names_the_folder_of_the_token() -> None:
    found = answer(Records(), "x1.cfg", token="site")

    assert found.body == "acme x1.cfg 192.0.2.7 None https://192.0.2.7/dev/p/site/\n"


@pytest.mark.parametrize("token", ["d0-1-not-ours", "a\nb", '"'])
def test_common_file_repeats_no_token_that_is_not_ours(token: str) -> None:
    found = answer(Records(), "x1.cfg", token=token)

    assert found.body == "acme x1.cfg 192.0.2.7 None https://192.0.2.7/dev/provision/\n"


def test_phone_that_needs_no_token_is_told_no_other_url() -> None:
    found = answer(Records(a_dossier()), gate=Gate(folder=None))

    assert found.body == "1001 {mac}.cfg 192.0.2.7 None nowhere\n"


def test_own_file_without_a_mac_in_its_name_is_found_by_the_devices_token() -> None:
    records = Records(a_dossier())

    found = answer(records, "own.cfg", token="001565123456")

    assert (found.outcome, found.mac) == (Outcome.SERVED, MAC)
    assert found.body == "1001 own.cfg 192.0.2.7 None https://192.0.2.7/dev/p/own/\n"
    assert [note.file for note in records.notes] == ["own.cfg"]


@pytest.mark.parametrize("token", ["", "site", "not-ours"])
def test_own_file_that_nothing_says_whose_it_is_reads_nothing(token: str) -> None:
    records = Records(a_dossier())

    found = answer(records, "own.cfg", token=token)

    assert (found.outcome, found.body) == (Outcome.UNKNOWN_FILE, "")
    assert found.reason == "neither the name nor the URL says which device it is"
    assert records.reads == 0


def test_common_file_by_the_devices_token_reads_nothing() -> None:
    records = Records(a_dossier())

    found = answer(records, "x1.cfg", token="001565123456")

    assert (found.outcome, found.mac, records.reads) == (Outcome.SERVED, None, 0)


@pytest.mark.parametrize("site", ["default", "berlin"])
def test_phonebook_file_has_the_contacts_of_the_devices_site(site: str) -> None:
    records = Records(a_dossier(site=site))

    found = answer(records, "001565123456-book.xml")

    assert (found.outcome, found.body) == (
        Outcome.SERVED,
        f"x2 {{mac}}-book.xml: Contact of {site}\n",
    )
    assert (records.notes, records.spent) == ([], [])


def test_common_file_of_two_vendors_is_that_of_the_phone() -> None:
    found = answer(Records(), "all.cfg", user_agent="other y 1.1")

    assert (found.outcome, found.vendor) == (Outcome.ABSENT, "other")


@pytest.mark.parametrize(
    ("user_agent", "version"),
    [
        ("acme x2 7.1", "7.1"),
        ("acme x2", "6.0"),
        ("", "6.0"),
        ("other y 9.9", "6.0"),
    ],
)
def test_firmware_is_what_the_phone_says_or_said_last(user_agent: str, version: str) -> None:
    last = Fetch(at=NOON, file="", address="", user_agent="", etag="", version="6.0")
    records = Records(a_dossier(last))

    found = answer(records, user_agent=user_agent)

    assert found.body == f"1001 {{mac}}.cfg 192.0.2.7 {version} https://192.0.2.7/dev/p/own/\n"
    assert [note.version for note in records.notes] == [version]


def test_firmware_of_a_phone_that_never_said_it_is_not_known() -> None:
    last = Fetch(at=NOON, file="", address="", user_agent="", etag="")

    found = answer(Records(a_dossier(last)))

    assert found.body == "1001 {mac}.cfg 192.0.2.7 None https://192.0.2.7/dev/p/own/\n"


@pytest.mark.parametrize("file", ["001565123456.cfg", "001565000000.cfg", "all.cfg", "nothing.doc"])
def test_what_the_phone_says_of_itself_is_told(file: str) -> None:
    found = answer(Records(a_dossier()), file, user_agent="acme x9 7.1")

    assert found.seen == replace(Evidence(), vendor="acme", model="x9", version="7.1")
