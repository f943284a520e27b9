"""Is what Sangoma phones get what other people's production files say?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.vendor import FileKind
from chalicelib.domain.vocabulary import find_unsupported
from tests.packs.sample import CATALOG, DEVICES, render_for

PACK = CATALOG.packs["sangoma"]


def write(
    model: str,
    *,
    line: dict[str, Any] | None = None,
    keys: tuple[dict[str, Any], ...] = (),
    **settings: object,
) -> str:
    """The file of the minimal device with these choices."""
    dossier, server = DEVICES["minimal"]
    device = replace(dossier.device, lines=(line or {},), keys=keys, settings=settings)
    return render_for(PACK, PACK.models[model], replace(dossier, device=device), server)


def minimal(model: str, **choices: Any) -> dict[str, str]:  # noqa: ANN401 - as `write`
    text = write(model, **choices)
    return {parameter.name: parameter.value for parameter in PACK.format.read(text)}


def device_file(model: str) -> list[str]:
    return [
        rule.shape
        for rule in PACK.files
        if rule.kind is FileKind.DEVICE and rule.serves("sangoma", model)
    ]


@pytest.mark.parametrize(
    ("model", "name"),
    [("s500", "cfg{mac}.xml"), ("d65", "{mac}.cfg"), ("p310", "{mac}.cfg")],
)
def test_series_have_files_of_their_own(model: str, name: str) -> None:
    assert device_file(model) == [name]


@pytest.mark.parametrize(
    ("module", "position", "numbers"),
    [
        (0, 1, ("P41200", "P41300", "P41400", "P41600")),
        (0, 4, ("P41203", "P41303", "P41403", "P41603")),
        (0, 5, ("P20200", "P20201", "P20202", "P20204")),
        (0, 36, ("P20355", "P20356", "P20357", "P20359")),
        (0, 37, ("P23000", "P23002", "P23003", "P23005")),
        (0, 45, ("P23048", "P23050", "P23051", "P23053")),
        (1, 1, ("P60000", "P60001", "P60002", "P60004")),
        (6, 40, ("P65195", "P65196", "P65197", "P65199")),
    ],
)
def test_key_has_the_numbers_of_its_block(
    module: int, position: int, numbers: tuple[str, ...]
) -> None:
    key = {"module": module, "position": position, "type": "park", "line": 1}
    key |= {"value": "7", "label": "L", "pickup": "**7"}

    found = minimal("s705", keys=(key,))

    assert {name: found[name] for name in found if found[name] in ("8", "7", "L", "**7")} == dict(
        zip(numbers, ("8", "7", "L", "**7"), strict=True)
    )


def test_key_that_no_s_series_phone_has_is_not_told() -> None:
    beyond = (
        {"module": 0, "position": 46, "type": "blf", "value": "7", "line": 1},
        {"module": 7, "position": 1, "type": "blf", "value": "7", "line": 1},
        {"module": 1, "position": 41, "type": "blf", "value": "7", "line": 1},
    )

    assert minimal("s705", keys=beyond) == minimal("s705")


def test_s_series_is_told_its_server_and_when_to_look() -> None:
    found = minimal("s500", resync={"interval": 90})

    assert {name: found[name] for name in ("P212", "P237", "P194", "P193")} == {
        "P212": "3",
        "P237": "https://phones.example.com/p/TOKEN/",
        "P194": "1",
        "P193": "90",
    }


def test_d_series_counts_accounts_from_zero_and_expiry_in_seconds() -> None:
    line = {"transport": "tls", "expires": 600, "voicemail": "*97", "backup_server": "192.0.2.2"}

    text = write("d65", line=line)

    assert text.endswith(
        '<account index="0" status="1" register="1" account_id="1" username="1" authname="1" '
        'password="p" line_label="1" caller_id="1" voicemail="sip:*97@192.0.2.1" '
        'conflict="replace">\n'
        '<host_primary server="192.0.2.1" port="5060" transport="tls" reregister="600"/>\n'
        '<host_alternate server="192.0.2.2" transport="tls"/>\n'
        "</account>\n"
        "</accounts>\n"
        "</config>\n"
    )


def test_s_series_is_told_a_code_and_refuses_what_has_none() -> None:
    _, server = DEVICES["minimal"]

    told = {
        zone: find_unsupported(
            PACK, replace(server, timezone=CATALOG.time_zone(zone)), PACK.models["s205"]
        )
        for zone in ("Europe/Rome", "America/Bogota", "Asia/Kolkata", "Europe/Helsinki")
    }

    assert [zone for zone, flaws in told.items() if flaws] == ["Europe/Helsinki"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Phoenix", "Pacific/Chatham"])
def test_p_series_is_told_the_name_of_the_time_zone(zone: str) -> None:
    dossier, server = DEVICES["minimal"]
    server = replace(server, timezone=CATALOG.time_zone(zone))

    text = render_for(PACK, PACK.models["p370"], dossier, server)

    assert f'<setting id="time_zone" value="{zone}"/>\n' in text


def test_raw_parameter_is_told_in_the_way_of_the_series() -> None:
    assert minimal("s500", vendor_settings={"P99": "1"})["P99"] == "1"
    assert minimal("d40", vendor_settings={"locale": "de_DE"})["locale"] == "de_DE"
