"""How does a fetch end, told with records and a catalogue made up for the test?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.catalog import Catalog
from chalicelib.domain.device import Device, Dossier, Fetch, Line
from chalicelib.domain.errors import InexpressibleError, StoreDownError
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.server import Server
from chalicelib.domain.vendor import Template
from chalicelib.provisioning import FetchRequest, Outcome, Provisioning

MAC = Mac("001565123456")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CATALOG = Catalog()


def a_dossier(**more: Any) -> Dossier:  # noqa: ANN401 - fields of Device
    given: dict[str, Any] = {
        "mac": MAC,
        "extension_number": "1001",
        "vendor": "zip",
        "model": "33g",
        "origin": Origin.API,
        "created_at": NOON,
        "updated_at": NOON,
    }
    line = Line(position=1, number="1001", name="Front desk", password="a secret")
    return Dossier(device=Device(**{**given, **more}), lines=(line,), last_fetch=None)


class Records:
    """Remembers what is noted, or refuses to."""

    def __init__(self, *dossiers: Dossier, failure: str = "") -> None:
        self._dossier_by_mac = {dossier.device.mac: dossier for dossier in dossiers}
        self._failure = failure
        self.notes: list[Fetch] = []
        self.reads = 0

    def dossier(self, mac: Mac) -> Dossier | None:
        self.reads += 1
        return self._dossier_by_mac.get(mac)

    def note(self, device: Device, fetch: Fetch) -> None:  # noqa: ARG002 - as the Protocol
        if self._failure:
            raise StoreDownError(self._failure)
        self.notes.append(fetch)


class Renderer:
    """Writes which template it was given and where the PBX is."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def render(self, template: Template, words: Mapping[str, Any]) -> str:
        if self._error:
            raise self._error
        return f"{template.name} {words['SIP_SERVER']}\n"


def provisioning(
    records: Records, *, error: Exception | None = None, sip_host: str | None = "pbx.example.com"
) -> Provisioning:
    return Provisioning(
        records=records,
        catalog=CATALOG,
        renderer=Renderer(error),
        server=Server(
            name="Offhook",
            sip_host=sip_host,
            sip_port=5060,
            timezone=CATALOG.time_zone("UTC"),
            ntp_servers=(),
            codecs=("PCMU",),
        ),
        clock=lambda: NOON,
    )


def ask(file: str = "001565123456.cfg", **more: Any) -> FetchRequest:  # noqa: ANN401
    return FetchRequest(file=file, **more)


def test_served_and_noted() -> None:
    records = Records(a_dossier())

    answer = provisioning(records).answer(ask(address="192.0.2.1", user_agent="ZIP 33G"))

    assert (answer.outcome, answer.mac) == (Outcome.SERVED, MAC)
    assert answer.body == "zip/phone pbx.example.com\n"
    assert records.notes == [
        Fetch(
            at=NOON,
            file="001565123456.cfg",
            address="192.0.2.1",
            user_agent="ZIP 33G",
            etag=answer.etag,
        )
    ]


def test_note_that_fails_is_told_and_harms_nothing() -> None:
    answer = provisioning(Records(a_dossier(), failure="throttled")).answer(ask())

    assert (answer.outcome, answer.note_failure) == (Outcome.SERVED, "throttled")


def test_look_is_not_noted() -> None:
    records = Records(a_dossier())

    answer = provisioning(records).answer(ask(looks_only=True))

    assert (answer.outcome, records.notes) == (Outcome.SERVED, [])


def test_pbx_is_where_the_phone_fetches_when_nobody_says() -> None:
    answer = provisioning(Records(a_dossier()), sip_host=None).answer(ask(host="192.0.2.7"))

    assert answer.body == "zip/phone 192.0.2.7\n"


@pytest.mark.parametrize("file", ["", "x", "zip33g_common.cfg", "{mac}.cfg", "001565123456.xml"])
def test_name_that_is_no_devices_own_file_reads_nothing(file: str) -> None:
    records = Records(a_dossier())

    provisioning(records).answer(ask(file))

    assert records.reads == 0


@pytest.mark.parametrize(
    ("known", "outcome"),
    [
        (["*"], Outcome.NOT_MODIFIED),
        (["other"], Outcome.SERVED),
        (["other", "29e8fa01c36c0f5c9ff5d2d07c8b7cf1"], Outcome.SERVED),
        ([], Outcome.SERVED),
    ],
)
def test_known_etags(known: Sequence[str], outcome: Outcome) -> None:
    answer = provisioning(Records(a_dossier())).answer(ask(known_etags=frozenset(known)))

    assert answer.outcome is outcome
    assert (answer.body == "") == (outcome is Outcome.NOT_MODIFIED)


def test_value_that_the_format_cannot_write() -> None:
    records = Records(a_dossier())

    answer = provisioning(records, error=InexpressibleError("must not hold a line break")).answer(
        ask()
    )

    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "must not hold a line break")
    assert (answer.body, answer.etag, records.notes) == ("", "", [])


def test_vendor_that_is_gone() -> None:
    answer = provisioning(Records(a_dossier(vendor="acme"))).answer(ask())

    assert answer.outcome is Outcome.UNKNOWN_FILE
    assert answer.reason == "the device is registered as acme, which asks for other files"
