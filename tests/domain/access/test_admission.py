"""Is a request admitted with the proofs that the policy wants, and refused without?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access.admission import Admission, Effect, Evidence, admit
from chalicelib.domain.access.basic import Credentials
from chalicelib.domain.access.certificate import Certificate, CertificateRule
from chalicelib.domain.access.distinguished_name import parse_name
from chalicelib.domain.access.network import parse_network
from chalicelib.domain.access.policy import Policy, Requirement
from chalicelib.domain.access.state import AccessState
from chalicelib.domain.access.token import DeviceToken, SiteToken
from chalicelib.domain.mac import Mac

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
MAC = Mac("001565123456")
OTHER_MAC = Mac("001565123457")
SITE_KEY = SiteToken("berlin", 3)
CLOSED = AccessState(generation=5, oldest=5)
ARMED = CLOSED.arm(NOW - timedelta(hours=1))
VENDOR_RULE = CertificateRule(field="CN", issuers=(parse_name("CN=Vendor CA"),))
CREDENTIALS = Credentials(user="phones", password="0123456789abcdef")


def policy(*wanted: Requirement) -> Policy:
    """All details are there; a policy heeds those that its requirements need."""
    return Policy(requirements=wanted, basic=CREDENTIALS, networks=(parse_network("192.0.2.0/24"),))


OPEN = policy(Requirement.OPEN)
WINDOW = policy(Requirement.WINDOW)
TOKEN = policy(Requirement.TOKEN)
BASIC = policy(Requirement.BASIC)
CERTIFICATE = policy(Requirement.CERTIFICATE)
NETWORKS = policy(Requirement.NETWORKS)

NOTHING = Evidence(address="198.51.100.1")
OWN_URL = replace(NOTHING, token=DeviceToken(MAC, 5))
BY_SITE_KEY = replace(NOTHING, token=SITE_KEY)


def ask(
    wanted: Policy, evidence: Evidence = NOTHING, state: AccessState | None = CLOSED
) -> Admission:
    return admit(wanted, evidence, state, MAC, NOW, site_keys=(SITE_KEY,), vendor_rule=VENDOR_RULE)


@pytest.mark.parametrize(
    ("wanted", "evidence", "state", "effect", "proved"),
    [
        (OPEN, NOTHING, CLOSED, Effect(), False),
        (OPEN, OWN_URL, CLOSED, Effect(), True),
        (WINDOW, NOTHING, ARMED, Effect(spends=True), False),
        (TOKEN, OWN_URL, CLOSED, Effect(), True),
        (TOKEN, OWN_URL, ARMED, Effect(confirms=5), True),
        (TOKEN, OWN_URL, CLOSED.rotate(), Effect(), True),
        (
            TOKEN,
            replace(NOTHING, token=DeviceToken(MAC, 6)),
            CLOSED.rotate(),
            Effect(confirms=6),
            True,
        ),
        (TOKEN, BY_SITE_KEY, ARMED, Effect(spends=True), False),
        (BASIC, replace(NOTHING, basic=CREDENTIALS), CLOSED, Effect(), True),
        (
            CERTIFICATE,
            replace(NOTHING, certificate=Certificate(f"CN={MAC}", "CN=Vendor CA")),
            CLOSED,
            Effect(),
            True,
        ),
        (NETWORKS, replace(NOTHING, address="192.0.2.9"), CLOSED, Effect(), False),
    ],
)
def test_what_the_policy_wants_is_admitted(
    wanted: Policy, evidence: Evidence, state: AccessState, effect: Effect, proved: bool
) -> None:
    assert ask(wanted, evidence, state) == Admission(admitted=True, effect=effect, proved=proved)


@pytest.mark.parametrize(
    ("wanted", "evidence", "state", "reason"),
    [
        (OPEN, NOTHING, None, "the device is not registered"),
        (OPEN, OWN_URL, replace(CLOSED, disabled=True), "the device is disabled"),
        (Policy(requirements=()), OWN_URL, CLOSED, "the policy is empty"),
        (WINDOW, OWN_URL, CLOSED, "the device is not armed"),
        (WINDOW, NOTHING, CLOSED.arm(NOW, seconds=0), "the device's window is over"),
        (
            WINDOW,
            NOTHING,
            CLOSED.arm(NOW, count=1).spend(),
            "the fetches of the device's window are used up",
        ),
        (TOKEN, NOTHING, ARMED, "the URL holds no token of ours"),
        (
            TOKEN,
            replace(NOTHING, token=DeviceToken(OTHER_MAC, 5)),
            ARMED,
            "the URL is of another device",
        ),
        (
            TOKEN,
            replace(NOTHING, token=DeviceToken(MAC, 4)),
            ARMED,
            "the URL was replaced by a newer one",
        ),
        (
            TOKEN,
            replace(NOTHING, token=DeviceToken(MAC, 6)),
            ARMED,
            "the URL was replaced by a newer one",
        ),
        (
            TOKEN,
            replace(NOTHING, token=SiteToken("lyon", 3)),
            ARMED,
            "the site key is not one of the device's site, or was replaced",
        ),
        (
            TOKEN,
            replace(NOTHING, token=SiteToken("berlin", 2)),
            ARMED,
            "the site key is not one of the device's site, or was replaced",
        ),
        (TOKEN, BY_SITE_KEY, CLOSED, "by site key: the device is not armed"),
        (
            TOKEN,
            BY_SITE_KEY,
            ARMED.confirm(5),
            "the device has used its own URL, so the site key no longer opens it",
        ),
        (BASIC, OWN_URL, CLOSED, "no user and password were given"),
        (
            BASIC,
            replace(NOTHING, basic=replace(CREDENTIALS, password="x")),
            CLOSED,
            "the user or the password is wrong",
        ),
        (
            Policy(requirements=(Requirement.BASIC,)),
            replace(NOTHING, basic=CREDENTIALS),
            CLOSED,
            "the user or the password is wrong",
        ),
        (CERTIFICATE, OWN_URL, CLOSED, "no client certificate was given"),
        (
            CERTIFICATE,
            replace(NOTHING, certificate=Certificate(f"CN={MAC}", "CN=Other CA")),
            CLOSED,
            "the client certificate is of another issuer",
        ),
        (NETWORKS, OWN_URL, CLOSED, "the address is in none of the policy's networks"),
        (
            policy(Requirement.TOKEN, Requirement.BASIC, Requirement.NETWORKS),
            NOTHING,
            None,
            (
                "the device is not registered; the URL holds no token of ours; "
                "no user and password were given; "
                "the address is in none of the policy's networks"
            ),
        ),
    ],
)
def test_what_lacks_a_proof_is_refused(
    wanted: Policy, evidence: Evidence, state: AccessState | None, reason: str
) -> None:
    assert ask(wanted, evidence, state) == Admission(admitted=False, reason=reason)


def test_policy_s_own_rule_stands_instead_of_the_vendor_s() -> None:
    wanted = replace(
        CERTIFICATE,
        certificate=CertificateRule(field="CN", issuers=(parse_name("CN=Our CA"),)),
    )
    ours = replace(NOTHING, certificate=Certificate(f"CN={MAC}", "CN=Our CA"))
    vendor_s = replace(NOTHING, certificate=Certificate(f"CN={MAC}", "CN=Vendor CA"))

    assert ask(wanted, ours).admitted
    assert not ask(wanted, vendor_s).admitted


def test_own_url_in_a_window_both_spends_and_confirms() -> None:
    found = ask(policy(Requirement.WINDOW, Requirement.TOKEN), OWN_URL, ARMED)

    assert found.effect == Effect(spends=True, confirms=5)
    after = found.effect.on(ARMED)
    assert after.is_armed(NOW)
    assert after.armed_left == ARMED.armed_left - 1
    assert not after.awaits_contact(NOW)


def test_effect_that_changes_nothing_is_false() -> None:
    assert not Effect()
    assert Effect(spends=True)
    assert Effect(confirms=1)


macs = st.sampled_from([MAC, OTHER_MAC])
tokens = (
    st.none()
    | st.builds(DeviceToken, macs, st.integers(0, 8))
    | st.builds(SiteToken, st.sampled_from(["berlin", "lyon"]), st.integers(1, 4))
)
evidences = st.builds(
    Evidence,
    token=tokens,
    address=st.sampled_from(["192.0.2.1", "198.51.100.1", "", "x"]),
    basic=st.none() | st.just(CREDENTIALS) | st.just(Credentials(user="a", password="b")),
    certificate=st.none()
    | st.builds(
        Certificate,
        macs.map(lambda mac: f"CN={mac}"),
        st.sampled_from(["CN=Vendor CA", "CN=Other CA"]),
    ),
)
states = st.none() | st.builds(
    lambda oldest, newer, left, awaited, armed, disabled: AccessState(
        generation=oldest + newer,
        oldest=oldest,
        armed_until=NOW + timedelta(seconds=armed),
        armed_left=left,
        awaited=awaited,
        disabled=disabled,
    ),
    st.integers(1, 5),
    st.integers(0, 2),
    st.integers(0, 2),
    st.booleans(),
    st.integers(-1, 1),
    st.booleans(),
)
policies = st.lists(st.sampled_from(Requirement), unique=True, min_size=1).map(
    lambda wanted: policy(*wanted)
)


@given(policies, evidences, states)
def test_all_requirements_hold_exactly_when_each_of_them_holds(
    wanted: Policy, evidence: Evidence, state: AccessState | None
) -> None:
    each = [
        ask(replace(wanted, requirements=(one,)), evidence, state).admitted
        for one in wanted.requirements
    ]

    assert ask(wanted, evidence, state).admitted == all(each)


@given(policies, evidences, states)
def test_refusal_has_a_reason_and_no_effect(
    wanted: Policy, evidence: Evidence, state: AccessState | None
) -> None:
    found = ask(wanted, evidence, state)

    assert found.admitted != bool(found.reason)
    if not found.admitted:
        assert not found.effect
        assert not found.proved


@given(policies, states)
def test_mac_address_alone_gets_in_under_open_and_window_only(
    wanted: Policy, state: AccessState | None
) -> None:
    if ask(wanted, NOTHING, state).admitted:
        assert set(wanted.requirements) <= {Requirement.OPEN, Requirement.WINDOW}


@given(policies, evidences)
def test_unknown_and_disabled_devices_never_get_in(wanted: Policy, evidence: Evidence) -> None:
    assert not ask(wanted, evidence, None).admitted
    assert not ask(wanted, evidence, replace(ARMED, disabled=True)).admitted


@given(policies, evidences, states)
def test_reason_tells_no_secret(
    wanted: Policy, evidence: Evidence, state: AccessState | None
) -> None:
    reason = ask(wanted, evidence, state).reason

    assert CREDENTIALS.password not in reason
    assert str(MAC) not in reason
