"""Does a client certificate prove one device, and no other?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog import Catalog
from chalicelib.domain.access.certificate import (
    Certificate,
    CertificateRule,
    join,
    read_certificate,
    read_rule,
    why_unproved,
)
from chalicelib.domain.access.distinguished_name import parse_name
from chalicelib.domain.mac import Mac

MAC = Mac("001565a2b3c4")
NO_ISSUER = "neither the policy nor the vendor names an issuer of client certificates"
ISSUER = "CN=Example Issuing CA,O=Example,C=US"
RULE = CertificateRule(field="CN", issuers=(parse_name("CN=Old CA"), parse_name(ISSUER)))
CISCO = CertificateRule(field="ST", issuers=(parse_name(ISSUER),))

macs = st.from_regex(r"[0-9a-f]{12}", fullmatch=True).map(Mac)


def grouped(mac: Mac, size: int, separator: str) -> str:
    return separator.join(mac.digits[i : i + size] for i in range(0, 12, size))


def complain(subject: str, *, mac: Mac = MAC, rule: CertificateRule | None = RULE) -> str:
    assert rule is not None
    return why_unproved(Certificate(subject, ISSUER), rule, mac)


@given(macs, st.sampled_from([(2, ":"), (2, "-"), (2, "."), (4, "."), (6, "-"), (12, "")]))
def test_every_spelling_of_the_mac_address_proves_it(mac: Mac, spelling: tuple[int, str]) -> None:
    text = grouped(mac, *spelling)

    assert complain(f"CN={text},O=Phones", mac=mac) == ""
    assert complain(f"CN={text.upper()},O=Phones", mac=mac) == ""


@pytest.mark.parametrize(
    "value",
    [
        "SEP001565A2B3C4",
        "001565a2b3c4.phones.example",
        "T46U 001565a2b3c4",
        "MAC: 00:15:65:A2:B3:C4",
    ],
)
def test_mac_address_may_stand_among_other_words(value: str) -> None:
    assert complain(f"CN={value}") == ""


def test_field_is_the_one_that_the_rule_names() -> None:
    assert complain("OU=CP-8841-3PCC, L=88012BA01234, S=001565a2b3c4", rule=CISCO) == ""


@given(macs, macs)
def test_certificate_of_one_device_proves_no_other(one: Mac, other: Mac) -> None:
    assert (complain(f"CN={one}", mac=other) == "") == (one == other)


@pytest.mark.parametrize(
    ("subject", "says"),
    [
        ("CN=001565a2b3c5", "the client certificate is of another device"),
        ("CN=phone,OU=001565a2b3c4", "the client certificate's CN holds 0 MAC addresses, not one"),
        (
            "CN=001565a2b3c4 001565a2b3c5",
            "the client certificate's CN holds 2 MAC addresses, not one",
        ),
        ("CN=0001565a2b3c4", "the client certificate's CN holds 0 MAC addresses, not one"),
        ("CN=001565a2b3c4d", "the client certificate's CN holds 0 MAC addresses, not one"),
        (
            "CN=00:15:65:a2:b3:c4:d5",
            "the client certificate's CN holds 0 MAC addresses, not one",
        ),
        (
            "CN=00-00:15:65:a2:b3:c4",
            "the client certificate's CN holds 0 MAC addresses, not one",
        ),
        (
            "CN=001565a2b3c4,CN=001565a2b3c4",
            "the client certificate's subject has 2 fields CN, not one",
        ),
        ("OU=001565a2b3c4", "the client certificate's subject has 0 fields CN, not one"),
        (r"CN=x\,CN=001565a2b3c4", ""),
        ("001565a2b3c4", "the subject of the client certificate cannot be read"),
        ("", "the subject of the client certificate cannot be read"),
        (
            "OU=cisco.com, L=ciscogeneric, S=ciscogeneric",
            "the client certificate is a generic one that many phones share",
        ),
        (
            "CN=001565a2b3c4,OU=Yealink Generic Certificate",
            "the client certificate is a generic one that many phones share",
        ),
    ],
)
def test_other_subject_proves_nothing(subject: str, says: str) -> None:
    assert complain(subject) == says


@pytest.mark.parametrize(
    "issuer", ["", "CN=Example Issuing CA", "Example Issuing CA", f"CN=x,{ISSUER}", "CN=Other CA"]
)
def test_another_issuer_proves_nothing(issuer: str) -> None:
    certificate = Certificate("CN=001565a2b3c4", issuer)

    found = why_unproved(certificate, RULE, MAC)

    assert found == "the client certificate is of another issuer"


def test_rule_without_issuers_proves_nothing() -> None:
    rule = CertificateRule(field="CN", issuers=())

    assert complain("CN=001565a2b3c4", rule=rule) == NO_ISSUER


def test_no_certificate_proves_nothing() -> None:
    assert why_unproved(None, RULE, MAC) == "no client certificate was given"


def test_no_rule_proves_nothing() -> None:
    assert complain("CN=001565a2b3c4", rule=join(None, None)) == NO_ISSUER


def test_vendor_s_facts_make_its_rule() -> None:
    facts = {"field": "ST", "issuers": [ISSUER, "no name"], "generic": ["SharedPhone"]}

    rule = read_rule(facts)

    assert rule == CertificateRule(
        field="ST", issuers=(parse_name(ISSUER),), generic=("sharedphone",)
    )
    assert complain("OU=x,ST=001565a2b3c4", rule=rule) == ""
    assert complain("OU=SHAREDPHONE,ST=001565a2b3c4", rule=rule) == (
        "the client certificate is a generic one that many phones share"
    )
    assert read_rule({}) is None


def test_policy_stands_before_the_vendor_and_leaves_it_the_rest() -> None:
    vendor = CertificateRule(field="ST", issuers=(parse_name("CN=Vendor CA"),), generic=("all",))
    issuers = (parse_name("CN=Our CA"),)

    assert join(CertificateRule(issuers=issuers), vendor) == CertificateRule(
        field="ST", issuers=issuers, generic=("all",)
    )
    assert join(CertificateRule(field="UID", issuers=issuers), vendor).field == "UID"
    assert join(None, vendor) == vendor


def test_field_is_cn_where_nobody_says() -> None:
    rule = CertificateRule(issuers=(parse_name(ISSUER),))

    assert complain("CN=001565a2b3c4,ST=Berlin", rule=rule) == ""


def test_every_pack_s_facts_can_be_read() -> None:
    catalog = Catalog()
    facts = {vendor: pack.certificate for vendor, pack in catalog.packs.items()}

    rules = {vendor: read_rule(said) for vendor, said in facts.items() if said}

    assert {"cisco"} <= rules.keys()
    for vendor, rule in rules.items():
        assert rule is not None
        assert len(rule.issuers) == len(facts[vendor].get("issuers", ())), vendor


@given(st.text(), st.text())
def test_any_text_proves_nothing(subject: str, issuer: str) -> None:
    assert why_unproved(Certificate(subject, issuer), RULE, MAC) != ""
    assert why_unproved(Certificate(subject, ISSUER), RULE, MAC) != ""


def test_gateway_is_read() -> None:
    said = {
        "clientCertPem": "-----BEGIN CERTIFICATE-----",
        "subjectDN": "CN=001565a2b3c4",
        "issuerDN": ISSUER,
        "serialNumber": "1",
        "validity": {"notBefore": "", "notAfter": ""},
    }

    assert read_certificate(said) == Certificate("CN=001565a2b3c4", ISSUER)


@pytest.mark.parametrize(
    "said",
    [None, "CN=x", [], {}, {"subjectDN": "CN=x"}, {"subjectDN": "CN=x", "issuerDN": None}],
)
def test_gateway_that_saw_no_certificate_is_believed(said: object) -> None:
    assert read_certificate(said) is None
