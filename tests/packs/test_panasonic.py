"""Do Panasonic phones get the first and the last line that they insist on, and their own keys?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.errors import InexpressibleError
from chalicelib.domain.vendor import FileRule, Model
from tests.packs.sample import CATALOG, COMMON_FILES, DEVICES, render, render_common, render_for

PACK = CATALOG.packs["panasonic"]
COMMON = [rule for pack, rule in COMMON_FILES if pack.vendor == "panasonic"]
UT_AND_HDV = [model for name, model in PACK.models.items() if "tgp" not in name]

every_size = pytest.mark.parametrize("size", DEVICES)


@pytest.mark.parametrize("model", UT_AND_HDV, ids=lambda model: model.name)
@every_size
def test_file_begins_with_the_line_of_44_bytes(model: Model, size: str) -> None:
    data = render(PACK, model, size).encode()

    assert data[:46] == b"# Panasonic SIP Phone Standard Format File #\r\n"


@pytest.mark.parametrize("name", ["kx-tgp500", "kx-tgp550"])
def test_cordless_base_has_a_first_line_of_its_own(name: str) -> None:
    text = render(PACK, PACK.models[name], "minimal")

    assert text.startswith("# PCC Standard Format File # DO NOT CHANGE THIS LINE!\r\n")


@pytest.mark.parametrize("model", PACK.models.values(), ids=list(PACK.models))
@every_size
def test_file_ends_with_an_empty_line(model: Model, size: str) -> None:
    text = render(PACK, model, size)

    assert text.endswith('"\r\n\r\n')
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize("rule", COMMON, ids=lambda rule: rule.shape)
def test_common_file_has_the_same_frame(rule: FileRule) -> None:
    text = render_common(PACK, rule, "minimal")

    assert text.startswith(("# Panasonic SIP Phone Standard", "# PCC Standard"))
    assert text.endswith('"\r\n\r\n')


def test_first_file_tells_where_the_own_one_is() -> None:
    rule = next(rule for rule in COMMON if rule.shape == "kx-hdv230.cfg")

    assert render_common(PACK, rule, "minimal") == (
        "# Panasonic SIP Phone Standard Format File #\r\n"
        "\r\n"
        'CFG_STANDARD_FILE_PATH="https://phones.example.com/p/TOKEN/Config{MAC}.cfg"\r\n'
        "\r\n"
    )


def test_double_quote_is_refused() -> None:
    dossier, server = DEVICES["minimal"]
    dossier = replace(dossier, lines=(replace(dossier.lines[0], name='Room "2"'),))

    with pytest.raises(InexpressibleError, match="double quote"):
        render_for(PACK, PACK.models["kx-ut133"], dossier, server)


def test_lines_of_a_file_fit_into_the_537_bytes_that_phones_read() -> None:
    for model in PACK.models.values():
        assert max(map(len, render(PACK, model, "maximal").encode().split(b"\n"))) < 537


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Kolkata", 'TIME_ZONE="330"\r\nDST_ENABLE="N"\r\n'),
        (
            "America/New_York",
            (
                'TIME_ZONE="-300"\r\nDST_ENABLE="Y"\r\nDST_OFFSET="60"\r\n'
                'DST_START_MONTH="3"\r\nDST_START_ORDINAL_DAY="2"\r\n'
                'DST_START_DAY_OF_WEEK="0"\r\nDST_START_TIME="120"\r\n'
                'DST_STOP_MONTH="11"\r\nDST_STOP_ORDINAL_DAY="1"\r\n'
                'DST_STOP_DAY_OF_WEEK="0"\r\nDST_STOP_TIME="120"\r\n'
            ),
        ),
    ],
)
def test_time_zone_counts_minutes(zone: str, written: str) -> None:
    dossier, server = DEVICES["minimal"]
    server = replace(server, timezone=CATALOG.time_zone(zone))

    assert written in render_for(PACK, PACK.models["kx-ut113"], dossier, server)


def test_speed_dial_has_its_number_in_another_parameter_than_a_lamp() -> None:
    text = render(PACK, PACK.models["kx-ut136"], "maximal")

    assert 'FLEX_BUTTON_FACILITY_ACT2="X_PANASONIC_IPTEL_CONTACT"\r\n' in text
    assert 'FLEX_BUTTON_FACILITY_ARG2="1002"\r\n' in text
    assert 'FLEX_BUTTON_FACILITY_ACT3="X_PANASONIC_IPTEL_ONETOUCH"\r\n' in text
    assert 'FLEX_BUTTON_QUICK_DIAL3="+4930123456"\r\n' in text
    assert "FACILITY_ARG3" not in text
