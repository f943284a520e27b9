"""Is every phone of the acceptance corpus recognised, by hand-made packs and by the real ones?

identification.yml restates what phones of many vendors really send. hand_made.yml proves that the
pattern language suffices for all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from chalicelib.catalog import BUILT_IN, Catalog
from chalicelib.domain.evidence import Certainty, Evidence
from chalicelib.domain.identity import Identifier
from chalicelib.domain.mac import Mac
from chalicelib.domain.time_forms import FORMS
from chalicelib.domain.timezone import Changeover, TimeZone, TimeZoneError, WeekdayOfMonth
from chalicelib.domain.vendor import Pack
from chalicelib.domain.vendor_identity import VendorIdentity, read_vendor_identity, squash

HERE = Path(__file__).parent

# The corpus speaks of brands; these are our names of the vendors behind them.
VENDOR_BY_BRAND = {
    "Aastra": "mitel",
    "Alcatel": "ale",
    "Alcatel-Lucent": "ale",
    "Digium": "sangoma",
}


def read_yaml(path: Path) -> object:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)


CORPUS: dict[str, Any] = cast("dict[str, Any]", read_yaml(HERE / "identification.yml"))


def rows(section: str) -> list[Any]:
    return [pytest.param(row, id=row["id"]) for row in CORPUS[section]]


@cache
def hand_made() -> Sequence[VendorIdentity]:
    packs = cast("list[dict[str, Any]]", read_yaml(HERE / "hand_made.yml"))
    return [read_vendor_identity(facts) for facts in packs]


@cache
def real() -> Sequence[VendorIdentity]:
    paths = sorted(BUILT_IN.glob("*/vendor.yml"))
    packs = [cast("dict[str, Any]", read_yaml(path)) for path in paths]
    return [read_vendor_identity(facts) for facts in packs]


@pytest.fixture(params=["hand_made", "real"])
def vendors(request: pytest.FixtureRequest) -> Sequence[VendorIdentity]:
    return hand_made() if request.param == "hand_made" else real()


def expected_vendor(row: dict[str, Any]) -> str | None:
    brand = row["expect"]["vendor"]
    if brand is None:
        return None
    return str(VENDOR_BY_BRAND.get(brand, brand.lower()))


def names_of(evidence: Evidence, vendors: Sequence[VendorIdentity]) -> set[str]:
    """What the model may be called, squashed; nothing when none was found."""
    for each in vendors:
        if evidence.model and each.vendor == evidence.vendor:
            return {name for name, model in each.model_by_name.items() if model == evidence.model}
    return {squash(evidence.reported_model)} if evidence.reported_model else set()


def check(evidence: Evidence, row: dict[str, Any], vendors: Sequence[VendorIdentity]) -> None:
    expected = row["expect"]
    assert evidence.vendor == expected_vendor(row), evidence.because
    if expected.get("model"):
        assert squash(expected["model"]) in names_of(evidence, vendors)
    elif "model" in expected:
        assert evidence.model is evidence.reported_model is None
    if "version" in expected:
        assert evidence.version == expected["version"]
    if "serial" in expected:
        assert evidence.serial == expected["serial"]
    if "mac" in expected:
        mac = expected["mac"]
        assert evidence.mac == (Mac.parse(mac) if mac else None)
    assert not any(reason.startswith("but ") for reason in evidence.because)


@pytest.mark.parametrize("row", rows("http_user_agents"))
def test_user_agent_of_the_corpus(row: dict[str, Any], vendors: Sequence[VendorIdentity]) -> None:
    evidence = Identifier(vendors).identify_user_agent(row["ua"])

    check(evidence, row, vendors)


@pytest.mark.parametrize("row", rows("request_paths"))
def test_path_of_the_corpus(row: dict[str, Any], vendors: Sequence[VendorIdentity]) -> None:
    evidence = Identifier(vendors).identify(row["path"], row.get("ua", ""))

    check(evidence, row, vendors)


@pytest.mark.parametrize("row", rows("dhcp_option60"))
def test_option_60_of_the_corpus(row: dict[str, Any], vendors: Sequence[VendorIdentity]) -> None:
    evidence = Identifier(vendors).identify_option_60(row["option60"])

    check(evidence, row, vendors)


@pytest.mark.parametrize("row", rows("timezones"))
def test_time_zone_of_the_corpus_has_this_rule(row: dict[str, Any]) -> None:
    zone = Catalog().time_zone(row["iana"])

    assert zone.rule == row["posix"]
    assert zone.offset_minutes == row["std_offset_minutes"]
    assert describe(zone) == row["dst"]


def describe(zone: TimeZone) -> dict[str, Any] | None:
    """The summer time as the corpus has it."""
    saving = zone.daylight_saving
    if saving is None:
        return None
    return {
        "save_minutes": saving.saved_minutes,
        "start": describe_change(saving.start),
        "end": describe_change(saving.end),
    }


def describe_change(change: Changeover) -> dict[str, Any]:
    assert isinstance(change.day, WeekdayOfMonth)
    hours, minutes = divmod(change.minutes, 60)
    return {
        "month": change.day.month,
        "week": change.day.week,
        "weekday_sun0": change.day.weekday,
        "local_time": f"{hours}:{minutes:02}" if minutes else str(hours),
    }


@pytest.mark.parametrize("pack", Catalog().packs.values(), ids=lambda pack: pack.vendor)
def test_time_zone_of_the_corpus_is_told_or_refused_by_every_pack(pack: Pack) -> None:
    zones = [row["iana"] for row in CORPUS["timezones"]]
    catalog = Catalog()

    for name in zones if pack.time_zone_form else ():
        told = True
        try:
            fields = FORMS[str(pack.time_zone_form)](catalog.time_zone(name), pack.time_zones)
        except TimeZoneError:
            told = False
        else:
            assert fields
        assert told == (name not in (catalog.zones_beyond(pack) or ()))


def test_hand_made_packs_know_every_vendor_of_the_corpus() -> None:
    sections = ("http_user_agents", "request_paths", "dhcp_option60")
    brands = {row["expect"]["vendor"] for section in sections for row in CORPUS[section]} - {None}

    known = {each.vendor for each in hand_made()}

    assert {VENDOR_BY_BRAND.get(brand, brand.lower()) for brand in brands} <= known
    assert [len(CORPUS[section]) for section in (*sections, "timezones")] == [86, 39, 25, 14]


def test_examples_of_a_pack_match_exactly_that_vendor(vendors: Sequence[VendorIdentity]) -> None:
    identifier = Identifier(vendors)
    examples = [
        (vendor.vendor, example, read)
        for vendor in vendors
        for signs, read in (
            (vendor.user_agents, identifier.identify_user_agent),
            (vendor.option_60, identifier.identify_option_60),
        )
        for sign in signs
        for example in sign.examples
    ]

    found = [(read(example).vendor, example) for _, example, read in examples]

    assert found == [(vendor, example) for vendor, example, _ in examples]


def test_every_pattern_of_a_pack_has_an_example_that_it_matches(
    vendors: Sequence[VendorIdentity],
) -> None:
    signs = [sign for each in vendors for sign in (*each.user_agents, *each.option_60)]

    without = [sign.pattern.text for sign in signs if not sign.examples]
    unmatched = [
        example for sign in signs for example in sign.examples if not sign.pattern.match(example)
    ]

    assert (without, unmatched) == ([], [])


# Rows of our own, so that nothing is tuned to the corpus: other models, versions, spellings.
MADE_UP = [
    ("Yealink SIP-T99X 1.2.3.4 02:00:00:00:00:01", "yealink", "T99X", "1.2.3.4", "020000000001"),
    ("Yealink SIP VP-T99 1.80.0.10 020000000006", "yealink", "T99", "1.80.0.10", "020000000006"),
    ("YEALINK  sip-T42U   108.86.0.20", "yealink", "T42U", "108.86.0.20", None),
    ("Fanvil Z9 Ultra Pro 3.0.1 020000000002", "fanvil", "Z9 Ultra Pro", "3.0.1", "020000000002"),
    ("Mitel6999w MAC:02-00-00-00-00-03 V:7.0.0-SIP", "mitel", "6999w", "7.0.0", "020000000003"),
    (
        "Mozilla/4.0 (compatible; snomD999-SIP 12.1.2 linux (special) build)",
        "snom",
        "D999",
        "12.1.2",
        None,
    ),
    (
        "Mozilla/4.0 (compatible; snomD999-SIP 12.1.2 2021 020000000004 SXM:0)",
        "snom",
        "D999",
        "12.1.2",
        "020000000004",
    ),
    ("FileTransport PolyEdge-Edge_E999-UA/9.1.0.1", "polycom", "Edge_E999", "9.1.0.1", None),
    ('"Gigaset N999 IP PRO/99.V3.1.0+build.abc;"', "gigaset", "N999 IP PRO", "99.V3.1.0", None),
    (
        "Grandstream Model HW GXX1 V9.9Z SW 9.9.9.9 DevId 02:00:00:00:00:05",
        "grandstream",
        "GXX1",
        "9.9.9.9",
        "020000000005",
    ),
    ("Cisco/SPA999-1.0 (02000000000A)(SER1)", "cisco", "SPA999", "1.0", "02000000000a"),
    ("Cisco/SPA999-1.0 (02000000000A)", "cisco", "SPA999", "1.0", None),
]


@pytest.mark.parametrize(("text", "vendor", "model", "version", "mac"), MADE_UP)
def test_made_up_user_agent_is_read_as_its_family(
    text: str, vendor: str, model: str, version: str, mac: str | None
) -> None:
    evidence = Identifier(hand_made()).identify_user_agent(text)

    assert evidence.vendor == vendor
    assert (evidence.model, evidence.reported_model) == (None, model)
    assert evidence.version == version
    assert evidence.mac == (Mac(mac) if mac else None)
    assert evidence.certainty is Certainty.SURE


# What the facts say of requests beside the corpus, answered by the real packs.
REAL_REQUESTS = [
    ("/Cisco/CP-7841-3PCC/00562baabbcc.cfg", "cisco", None),
    ("/spa-ata.xml?mac=00562baabbcc", "cisco", None),
    ("/firmware?mac=000413AABBCC", "snom", None),
    ("/snom-general.xml", "snom", None),
    ("/snomD785.xml", "snom", "d785"),
    ("/000000000000.cfg", "polycom", None),
    ("/Digium/000000000000.cfg", "sangoma", None),
    ("/SIP001B4FAABBCC.cfg", "avaya", None),
    ("/ST2022S.inf", "technicolor", "st2022"),
    ("/TB30S_001F9FAABBCC.txt", "technicolor", "tb30"),
    ("/jitsi?uuid=0", "jitsi", None),
    ("/42/2/master.bin", "gigaset", None),
    ("/MN_08000FAABBCC.cfg", "mitel", None),
    ("/000000cd.xml", "cyberdata", None),
    ("/0020f7aabbcc.xml", "cyberdata", None),
    ("/kt300ip-00177daabbcc.xml", "konftel", "kt300ip"),
]


@pytest.mark.parametrize(("path", "vendor", "model"), REAL_REQUESTS)
def test_request_that_the_facts_name_is_told_by_its_path(
    path: str, vendor: str, model: str | None
) -> None:
    evidence = Identifier(real()).identify(path, "")

    assert (evidence.vendor, evidence.model) == (vendor, model), evidence.because
    assert not any(reason.startswith("but ") for reason in evidence.because)


REAL_USER_AGENTS = [
    ("N870 IP PRO/83.V2.39.0+build.abc;7C2F80AABBCC", "gigaset", "n870", "83.V2.39.0"),
    ("THOMSON ST2030 hw5 fw2.74 00-14-7F-AA-BB-CC", "technicolor", "st2030", "2.74"),
    ("Grandstream Model HW DP750 SW 1.0.3.7 DevId 000b82aabbcc", "grandstream", "dp750", "1.0.3.7"),
    ("Alcatel IP Touch 4028/2.01.20", "ale", "4028", "2.01.20"),
    ("FileTransport PolycomSoundPointIP-SPIP_501-UA/3.1.6", "polycom", "spip501", "3.1.6"),
    ("AUDC-IPPhone/2.2.8.61 (420HD-Rev1; 00908FAABBCC)", "audiocodes", None, None),
]


@pytest.mark.parametrize(("text", "vendor", "model", "version"), REAL_USER_AGENTS)
def test_user_agent_that_the_facts_name_is_read_by_the_packs(
    text: str, vendor: str, model: str | None, version: str | None
) -> None:
    evidence = Identifier(real()).identify_user_agent(text)

    assert (evidence.vendor, evidence.model, evidence.version) == (vendor, model, version)


@pytest.mark.parametrize(
    ("text", "vendor", "model"),
    [
        ("LINKSYS PAP2T", "cisco", "pap2t"),
        ("CP-8941", "cisco", "8941"),
        ("Cisco Systems, Inc. IP Phone CP-8851-3PCC\0", "cisco", "8851"),
        ("Nortel-i2004-A", "avaya", None),
        ("SN4118/JS", "patton", "sn4118"),
        ("Thomson ST2030S", "technicolor", "st2030"),
        ("Gigaset_N510_IP_PRO", "gigaset", "n510 ip pro"),
    ],
)
def test_option_60_that_the_facts_name_is_read_by_the_packs(
    text: str, vendor: str, model: str | None
) -> None:
    evidence = Identifier(real()).identify_option_60(text)

    assert (evidence.vendor, evidence.model) == (vendor, model)


@pytest.mark.parametrize(
    "query",
    ["", "mac=", "mac=000000000000", "mac=00156", "xmac=001565aabbcc", "a=1&MAC=1", "mac=" * 9999],
)
def test_query_without_a_whole_mac_address_tells_nothing(query: str) -> None:
    assert Identifier(real()).identify(f"/firmware?{query}", "") == Evidence()


def test_mac_address_in_the_name_counts_before_that_of_the_query() -> None:
    evidence = Identifier(real()).identify("/001565aabbcc.cfg?mac=000413aabbcc", "")

    assert evidence.mac == Mac("001565aabbcc")


@pytest.mark.parametrize(
    "text",
    [
        "Yealink",
        "Yealink SIP-T46S",
        "my Yealink SIP-T46S 66.86.0.15",
        "Yealink SIP-T46S 66.86.0.15 and more",
        "Yealink SIP-T46S 66.86.0.15 00:15:65:aa:bb",
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0",
        "NetBSD/9.0",
        "SNMP/2",
        "curl/8.5.0",
        "python-requests/2.31.0",
        "\u212aYealink SIP-T46S 66.86.0.15",
    ],
)
def test_what_only_resembles_a_phone_is_nobody(text: str) -> None:
    assert Identifier(hand_made()).identify_user_agent(text) == Evidence()
    assert Identifier(hand_made()).identify_option_60(text) == Evidence()
