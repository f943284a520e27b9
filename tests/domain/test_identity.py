"""Do file name, User-Agent, option 60 and MAC prefix together name the right phone?"""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError
from chalicelib.domain.evidence import Certainty, Evidence
from chalicelib.domain.identity import Identifier
from chalicelib.domain.mac import Mac
from chalicelib.domain.vendor_identity import read_vendor_identity

ACME = {
    "vendor": "acme",
    "label": "what recognising does not use is left alone",
    "models": {"x1": {"aliases": ["X-1 Pro", "one"]}, "x2": {"label": "X2"}},
    "user_agents": [
        {"pattern": "Acme Two/{version}", "model": "x2"},
        {"pattern": "Acme {model} {version}[ {mac}][ #{serial}]"},
        {"pattern": "Acme-{model}", "model": "X{model}"},
    ],
    "option_60": [{"pattern": "acme_{model}_{version}"}, {"pattern": "acme"}],
    "mac_prefixes": ["02:AA:00", "02:bb:00"],
    "files": [
        {"name": "{mac}.cfg", "kind": "device"},
        {"name": "000000000000.cfg", "kind": "common"},
        {"name": "X1.cfg", "kind": "common", "model": "one"},
        {"name": "all.cfg", "kind": "common", "models": ["x1", "x2"]},
        {"name": "X2.cfg", "kind": "common", "models": ["x2"]},
        {"name": "both.cfg", "kind": "common", "model": "x1"},
        {"name": "both.cfg", "kind": "common", "model": "x2"},
    ],
}
BOLT = {
    "vendor": "bolt",
    "user_agents": [{"pattern": "Bolt {model}"}, {"pattern": "Shared {model}"}],
    "mac_prefixes": ["02:bb:00", "02-AA-00-1", "02AA00222"],
    "files": [{"name": "{mac}.cfg", "kind": "device"}, {"name": "bolt{mac}.xml", "kind": "device"}],
}
CORE = {
    "vendor": "core",
    "models": {"c9": None},
    "user_agents": [{"pattern": "Shared {model}"}],
    "option_60": [{"pattern": "core"}],
}

IDENTIFIER = Identifier([read_vendor_identity(facts) for facts in (ACME, BOLT, CORE)])


def test_user_agent_says_all_that_its_pattern_reads() -> None:
    evidence = IDENTIFIER.identify_user_agent("acme x_1 PRO 2.0.1 02:aa:00:00:00:01 #S12")

    assert evidence == Evidence(
        vendor="acme",
        model="x1",
        reported_model="x_1 PRO",
        version="2.0.1",
        mac=Mac("02aa00000001"),
        serial="S12",
        certainty=Certainty.SURE,
        because=('User-Agent: acme, by "Acme {model} {version}[ {mac}][ #{serial}]"',),
    )


def test_model_that_no_pack_lists_is_reported_as_text() -> None:
    evidence = IDENTIFIER.identify_user_agent("Acme Z9 Max 2.0")

    assert (evidence.vendor, evidence.model, evidence.reported_model) == ("acme", None, "Z9 Max")


def test_pattern_of_one_model_names_it() -> None:
    evidence = IDENTIFIER.identify_user_agent("Acme Two/7")

    assert (evidence.model, evidence.reported_model, evidence.version) == ("x2", None, "7")


def test_text_with_a_placeholder_completes_the_model() -> None:
    listed = IDENTIFIER.identify_user_agent("Acme-1 Pro")
    unlisted = IDENTIFIER.identify_user_agent("Acme-99")

    assert (listed.model, listed.reported_model) == ("x1", "X1 Pro")
    assert (unlisted.model, unlisted.reported_model) == (None, "X99")


def test_option_60_writes_versions_with_underscores() -> None:
    evidence = IDENTIFIER.identify_option_60("acme_X1_2_0_46476\0")

    assert (evidence.vendor, evidence.version) == ("acme", "2.0.46476")
    assert evidence.because == ('DHCP option 60: acme, by "acme_{model}_{version}"',)


def test_pattern_of_two_vendors_means_the_one_that_lists_the_model() -> None:
    assert IDENTIFIER.identify_user_agent("Shared C9").vendor == "core"


def test_pattern_of_two_vendors_means_none_when_neither_lists_the_model() -> None:
    evidence = IDENTIFIER.identify_user_agent("Shared Q1")

    assert evidence == Evidence(because=("User-Agent: bolt or core",))


@pytest.mark.parametrize(
    ("mac", "vendor", "because"),
    [
        ("02aa00300000", "acme", "MAC prefix 02aa00: acme"),
        ("02aa00100000", "bolt", "MAC prefix 02aa001: bolt"),
        ("02aa00222000", "bolt", "MAC prefix 02aa00222: bolt"),
        ("02bb00000000", None, "MAC prefix 02bb00: acme or bolt"),
    ],
)
def test_longest_prefix_says_who_built_a_device(mac: str, vendor: str | None, because: str) -> None:
    evidence = IDENTIFIER.identify_mac(Mac(mac))

    assert evidence == Evidence(
        vendor=vendor,
        mac=Mac(mac),
        certainty=Certainty.LIKELY if vendor else Certainty.NONE,
        because=(because,),
    )


def test_unknown_prefix_says_nothing() -> None:
    assert IDENTIFIER.identify_mac(Mac("020000000001")) == Evidence(mac=Mac("020000000001"))


@pytest.mark.parametrize(
    ("name", "vendor", "model", "mac", "certainty"),
    [
        ("x1.CFG", "acme", "x1", None, Certainty.LIKELY),
        ("x2.cfg", "acme", "x2", None, Certainty.LIKELY),
        ("both.cfg", "acme", None, None, Certainty.LIKELY),
        ("all.cfg", "acme", None, None, Certainty.LIKELY),
        ("BOLT02-00-00-00-00-01.xml", "bolt", None, "020000000001", Certainty.LIKELY),
        ("bolt02aa00100001.xml", "bolt", None, "02aa00100001", Certainty.SURE),
        ("bolt02aa00000001.xml", "bolt", None, "02aa00000001", Certainty.DOUBTFUL),
        ("02AA00000001.cfg", "acme", None, "02aa00000001", Certainty.SURE),
        ("020000000001.cfg", None, None, "020000000001", Certainty.NONE),
        ("02bb00000001.cfg", None, None, "02bb00000001", Certainty.NONE),
        ("02aa00000001.other", "acme", None, "02aa00000001", Certainty.LIKELY),
        ("000000000000.cfg", "acme", None, None, Certainty.LIKELY),
        ("bolt000000000000.xml", None, None, None, Certainty.NONE),
        ("unknown.cfg", None, None, None, Certainty.NONE),
        ("../x1.cfg", None, None, None, Certainty.NONE),
        ("", None, None, None, Certainty.NONE),
    ],
)
def test_file_name_says_vendor_model_and_device(
    name: str, vendor: str | None, model: str | None, mac: str | None, certainty: Certainty
) -> None:
    evidence = IDENTIFIER.identify_file(name)

    assert (evidence.vendor, evidence.model, evidence.certainty) == (vendor, model, certainty)
    assert evidence.mac == (Mac(mac) if mac else None)


def test_request_whose_parts_agree_is_sure() -> None:
    evidence = IDENTIFIER.identify("/a/02aa00000001.cfg?x=/y", "Acme X1 2.0 02:aa:00:00:00:01")

    assert evidence == Evidence(
        vendor="acme",
        model="x1",
        reported_model="X1",
        version="2.0",
        mac=Mac("02aa00000001"),
        certainty=Certainty.SURE,
        because=(
            'User-Agent: acme, by "Acme {model} {version}[ {mac}][ #{serial}]"',
            "file name: acme or bolt",
            "MAC prefix 02aa00: acme",
        ),
    )


def test_option_60_fills_what_the_user_agent_leaves_open() -> None:
    evidence = IDENTIFIER.identify("/x", "curl/8", "acme_X2_1_0", Mac("020000000001"))

    assert (evidence.vendor, evidence.model, evidence.version) == ("acme", "x2", "1.0")
    assert evidence.mac == Mac("020000000001")
    assert evidence.certainty is Certainty.SURE


def test_file_name_tells_the_model_when_nothing_else_does() -> None:
    evidence = IDENTIFIER.identify("/x1.cfg", "curl/8")

    assert (evidence.vendor, evidence.model) == ("acme", "x1")


def test_twelve_zeros_are_never_a_device() -> None:
    evidence = IDENTIFIER.identify(
        "/000000000000.cfg", "Acme X1 2.0 00:00:00:00:00:00", None, Mac("000000000000")
    )

    assert (evidence.vendor, evidence.mac) == ("acme", None)
    assert evidence.certainty is Certainty.SURE


@pytest.mark.parametrize(
    ("path", "user_agent", "option_60", "mac", "doubt"),
    [
        ("/bolt020000000001.xml", "Acme X1 1", None, None, "but file name: bolt"),
        ("/02aa00100001.cfg", "Acme X1 1", None, None, "but MAC prefix 02aa001: bolt"),
        ("/x", "Acme X1 1", "core", None, 'but DHCP option 60: core, by "core"'),
        ("/x", "Acme X1 1", "acme_x2_1", None, "but it says the model x2, not x1"),
        ("/x1.cfg", "Acme Two/1", None, None, "but it says the model x1, not x2"),
        (
            "/02aa00000001.cfg",
            "Acme X1 1 02:aa:00:00:00:02",
            None,
            None,
            "but it says the MAC address 02aa00000002, not 02aa00000001",
        ),
        (
            "/02aa00000001.cfg",
            "Acme X1 1",
            None,
            "02aa00000003",
            "but it says the MAC address 02aa00000003, not 02aa00000001",
        ),
    ],
)
def test_contradiction_is_said_and_lowers_the_certainty(
    path: str, user_agent: str, option_60: str | None, mac: str | None, doubt: str
) -> None:
    evidence = IDENTIFIER.identify(path, user_agent, option_60, Mac(mac) if mac else None)

    assert evidence.vendor == "acme"
    assert evidence.certainty is Certainty.DOUBTFUL
    assert [reason for reason in evidence.because if reason.startswith("but ")] == [doubt]


def test_prefix_of_a_vendor_that_has_no_such_file_is_doubtful() -> None:
    facts = {"vendor": "dash", "mac_prefixes": ["02cc00"], "files": [{"name": "d.cfg"}]}
    vendors = [read_vendor_identity(each) for each in (ACME, BOLT, facts)]

    evidence = Identifier(vendors).identify_file("02cc00000001.cfg")

    assert (evidence.vendor, evidence.certainty) == ("dash", Certainty.DOUBTFUL)
    assert evidence.because == ("but file name: acme or bolt", "MAC prefix 02cc00: dash")


@given(path=st.text(), user_agent=st.text(), option_60=st.none() | st.text())
def test_any_request_is_harmless(path: str, user_agent: str, option_60: str | None) -> None:
    IDENTIFIER.identify(path, user_agent, option_60)
    IDENTIFIER.identify(path, "Acme " + user_agent, option_60 and "acme_" + option_60)


@pytest.mark.parametrize(
    "text",
    [
        "Acme " + "1 " * 5_000,
        "Acme " + "x" * 10_240,
        "Acme " + "\xff" * 10_240,
        "\0" * 10_240,
        " " * 10_240 + "Acme",
    ],
)
def test_long_hostile_user_agent_costs_microseconds(text: str) -> None:
    """The bound is generous, for slow machines with much else to do."""
    taken = []
    for _ in range(50):
        began = time.process_time()
        IDENTIFIER.identify_user_agent(text)
        taken.append(time.process_time() - began)

    assert min(taken) < 500e-6


@pytest.mark.parametrize(
    ("facts", "flaws"),
    [
        (
            {"user_agents": [{"pattern": "ok"}, {"pattern": "{model}"}]},
            ["user_agents[1].pattern: must begin with text"],
        ),
        (
            {"option_60": [{"pattern": "x [", "model": "x1"}]},
            ["option_60[0].pattern: has a [ without its ]"],
        ),
        (
            {
                "user_agents": [{"pattern": "x", "model": "x9"}],
                "files": [{"name": "y", "model": "z"}],
            },
            [
                'user_agents[0].model: "x9" is not among the models',
                'files[0].model: "z" is not among the models',
            ],
        ),
        (
            {"mac_prefixes": ["00:15:65", "0015", "00:15:6g", 1565, "00:15:65:12"]},
            [
                'mac_prefixes[1]: "0015" is not a MAC prefix (6, 7 or 9 hex digits)',
                'mac_prefixes[2]: "00:15:6g" is not a MAC prefix (6, 7 or 9 hex digits)',
                'mac_prefixes[3]: "1565" is not a MAC prefix (6, 7 or 9 hex digits)',
                'mac_prefixes[4]: "00:15:65:12" is not a MAC prefix (6, 7 or 9 hex digits)',
            ],
        ),
        (
            {"models": {"x1": {"aliases": ["X 1", "x-2"]}, "X_2": {}}},
            ['models.X_2: "X_2" also means x1'],
        ),
    ],
)
def test_mistakes_of_a_pack_are_told_at_once(facts: dict[str, Any], flaws: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        read_vendor_identity({"vendor": "acme", **facts})

    assert [str(flaw) for flaw in caught.value.flaws] == flaws
