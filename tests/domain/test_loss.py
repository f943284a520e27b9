"""Is everything told that a device's files will not say, and nothing that they will?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.format import FORMATS
from chalicelib.domain.loss import find_losses, find_lost_key_lines
from chalicelib.domain.vendor import Model, Pack, Template
from chalicelib.domain.vocabulary import SAMPLE

MODEL = Model(
    name="x1",
    label="Acme X1",
    aliases=(),
    template=Template(name="t", path="t", source="", format=FORMATS["key_value"]),
    facts={},
    lines=2,
    keys=4,
    modules=1,
)
PACK = Pack(
    vendor="acme",
    label="Acme",
    aliases=(),
    format=FORMATS["key_value"],
    time_zone_form=None,
    codecs={"PCMU": 1, "G722": 2},
    models={},
    files=(),
    codes={
        "transport": {"udp": 0},
        "key": {"blf": 1},
        "language": {"de": 3},
        "syslog.level": {"info": 6},
    },
    refused_parameters=("account.{n}.dnd",),
)
LINES = {"lines", "lines.number", "lines.password"}


def losses(
    usage: Collection[str],
    *,
    lines: Any = ({"extension_number": "1"},),  # noqa: ANN401 - parts of a device
    keys: Any = (),  # noqa: ANN401
    settings: Any = None,  # noqa: ANN401
    model: Model = MODEL,
) -> list[str]:
    device = replace(SAMPLE.device, lines=lines, keys=keys, settings=settings or {})
    return find_losses(device, pack=PACK, model=model, usage=usage)


def test_plain_device_loses_nothing() -> None:
    assert losses(set()) == []


@pytest.mark.parametrize(
    ("line", "usage", "told"),
    [
        ({"srtp": "required"}, LINES, ["lines[0].srtp: Acme cannot be told"]),
        ({"srtp": "required"}, {*LINES, "lines.srtp"}, []),
        ({"transport": "udp"}, {*LINES, "lines.transport"}, []),
        (
            {"transport": "tls"},
            {*LINES, "lines.transport"},
            ['lines[0].transport: Acme knows no "tls"'],
        ),
        ({"mwi": False}, LINES, ["lines[0].mwi: Acme cannot be told"]),
        ({"expires": 60}, {*LINES, "lines.expires_minutes"}, []),
        ({"name": "x"}, {"EXTENSION_NUMBER", "EXTENSION_NAME"}, []),
        ({"name": "x"}, {"EXTENSION_NUMBER"}, ["lines[0].name: Acme cannot be told"]),
        ({"server": "x", "port": 1}, {"SIP_SERVER", "SIP_PORT"}, []),
    ],
)
def test_choice_for_a_line(line: dict[str, Any], usage: set[str], told: list[str]) -> None:
    assert losses(usage, lines=({"extension_number": "1", **line},)) == told


def test_words_of_the_first_line_say_nothing_of_the_second() -> None:
    lines = ({"extension_number": "1"}, {"extension_number": "2", "server": "x"})

    assert losses({"SIP_SERVER"}, lines=lines) == [
        "lines: the file of Acme X1 has the first one only",
        "lines[1].server: Acme cannot be told",
    ]


def test_more_lines_than_the_model_has() -> None:
    lines = tuple({"extension_number": f"{number}"} for number in range(3))

    assert losses(LINES, lines=lines) == ["lines: Acme X1 has 2 line(s); the others are not used"]
    assert losses(LINES, lines=lines, model=replace(MODEL, lines=None)) == []


def key(**more: object) -> dict[str, object]:
    return {"position": 1, "module": 0, "type": "blf", "line": 1, **more}


@pytest.mark.parametrize(
    ("given", "usage", "told"),
    [
        (key(), {"lines"}, ["keys: those of Acme cannot be set"]),
        (key(), {"keys"}, []),
        (key(position=5), {"keys"}, ["key 5: Acme X1 has 4 key(s)"]),
        (key(position=5, module=1), {"keys", "keys.module"}, []),
        (
            key(module=2),
            {"keys", "keys.module"},
            ["key 1 of module 2: Acme X1 takes 1 module(s)"],
        ),
        (key(module=1), {"keys"}, ["keys: Acme cannot be told the module of a key"]),
        (key(type="park"), {"keys"}, ["key 1: Acme has no key of the type park"]),
        (key(value="1"), {"keys"}, ["keys: Acme cannot be told the value of a key"]),
        (
            key(label="x", line=2, pickup="*8"),
            {"keys", "keys.label", "keys.line"},
            ["keys: Acme cannot be told the pickup of a key"],
        ),
    ],
)
def test_key(given: dict[str, object], usage: set[str], told: list[str]) -> None:
    assert losses(usage, keys=(given,)) == told


@pytest.mark.parametrize(
    ("line", "lines", "model", "told"),
    [
        (1, 1, MODEL, []),
        (2, 2, MODEL, []),
        (2, 1, MODEL, ["key 1: there is no line 2; the device has 1"]),
        (3, 4, MODEL, ["key 1: there is no line 3; Acme X1 has 2"]),
        (99, None, MODEL, ["key 1: there is no line 99; Acme X1 has 2"]),
        (2, None, MODEL, []),
        (99, None, replace(MODEL, lines=None), []),
        (99, 3, replace(MODEL, lines=None), ["key 1: there is no line 99; the device has 3"]),
    ],
)
def test_key_of_a_line(line: int, lines: int | None, model: Model, told: list[str]) -> None:
    assert list(find_lost_key_lines([key(line=line)], model=model, lines=lines)) == told


@pytest.mark.parametrize(
    ("settings", "usage", "told"),
    [
        ({"lldp": True}, set(), ["settings.lldp: Acme cannot be told"]),
        ({"lldp": True}, {"lldp"}, []),
        ({"language": "de"}, {"language"}, []),
        ({"language": "fr"}, {"language"}, ['settings.language: Acme knows no "fr"']),
        ({"timezone": "UTC"}, {"time", "time.offset"}, []),
        ({"timezone": "UTC"}, set(), ["settings.timezone: Acme cannot be told"]),
        (
            {"vlan": {"phone": 1, "pc": 2}},
            {"vlan", "vlan.phone"},
            ["settings.vlan.pc: Acme cannot be told"],
        ),
        (
            {"syslog": {"server": "x", "level": "debug"}},
            {"syslog.server", "syslog.level"},
            ['settings.syslog.level: Acme knows no "debug"'],
        ),
        ({"resync": {"interval": 60}}, {"resync.interval_hours"}, []),
        ({"resync": {"jitter": 60}}, {"resync.jitter_seconds"}, []),
        (
            {"ntp_servers": ["a", "b", "c"]},
            {"ntp_servers", "ntp_servers[:2]"},
            ["settings.ntp_servers: Acme takes 2"],
        ),
        ({"ntp_servers": ["a", "b"]}, {"ntp_servers", "ntp_servers[:2]"}, []),
        ({"ntp_servers": ["a", "b"]}, {"ntp_servers", "ntp_servers[:1]", "ntp_servers[:2]"}, []),
        ({"ntp_servers": ["a", "b"]}, {"ntp_servers", "ntp_servers[:]", "ntp_servers[:1]"}, []),
        (
            {"codecs": ["PCMU", "opus"]},
            {"codecs", "codecs[:]"},
            ['settings.codecs: Acme knows no "opus"'],
        ),
        (
            {"vendor_settings": {"a": "1"}},
            set(),
            ["settings.vendor_settings: Acme cannot be told"],
        ),
        (
            {"vendor_settings": {"account.1.dnd": "1", "account.1.cw": "1"}},
            {"vendor_settings"},
            ["settings.vendor_settings.account.1.dnd: real phones of Acme refuse it"],
        ),
    ],
)
def test_setting(settings: dict[str, Any], usage: set[str], told: list[str]) -> None:
    assert losses(usage, settings=settings) == told
