"""Is a policy read for what it says, and a contradiction refused?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access.basic import Credentials
from chalicelib.domain.access.certificate import CertificateRule
from chalicelib.domain.access.distinguished_name import parse_name
from chalicelib.domain.access.network import parse_network
from chalicelib.domain.access.policy import ACCESS, Policy, Requirement, default_policy
from chalicelib.domain.errors import InputError

BASIC = {"user": "phones", "password": "0123456789abcdef"}


def complaints(value: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        ACCESS.read(value, "access")
    return [str(flaw) for flaw in caught.value.flaws]


@pytest.mark.parametrize("stage", ["dev", "prod", "", "Local", "localhost"])
def test_every_deployed_stage_wants_the_token(stage: str) -> None:
    assert default_policy(stage) == Policy(requirements=(Requirement.TOKEN,))


def test_stage_on_one_s_own_machine_is_open() -> None:
    assert default_policy("local") == Policy(requirements=(Requirement.OPEN,))


def test_policy_is_read_with_all_that_it_needs() -> None:
    found = ACCESS.read(
        {
            "policy": ["token", "networks", "basic", "certificate"],
            "networks": ["192.0.2.0/24"],
            "basic": BASIC,
            "certificate": {"issuers": ["CN=Example CA"]},
        }
    )

    assert found == Policy(
        requirements=(
            Requirement.TOKEN,
            Requirement.NETWORKS,
            Requirement.BASIC,
            Requirement.CERTIFICATE,
        ),
        networks=(parse_network("192.0.2.0/24"),),
        basic=Credentials(user="phones", password="0123456789abcdef"),
        certificate=CertificateRule(issuers=(parse_name("CN=Example CA"),)),
    )


def test_certificate_may_be_left_to_the_vendor() -> None:
    assert ACCESS.read({"policy": ["certificate"]}).certificate is None


def test_open_may_be_kept_to_networks() -> None:
    found = ACCESS.read({"policy": ["open", "networks"], "networks": ["192.0.2.0/24"]})

    assert found.requirements == (Requirement.OPEN, Requirement.NETWORKS)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"policy": ["open", "token"]}, ['access.policy: "open" cannot stand beside "token"']),
        (
            {"policy": ["window", "open", "basic"], "basic": BASIC},
            [
                'access.policy: "open" cannot stand beside "window"',
                'access.policy: "open" cannot stand beside "basic"',
            ],
        ),
        ({"policy": ["token", "token"]}, ['access.policy: holds "token" twice']),
        (
            {"policy": ["networks"]},
            ['access.networks: is required, because access.policy holds "networks"'],
        ),
        (
            {"policy": ["basic"], "basic": None},
            ['access.basic: is required, because access.policy holds "basic"'],
        ),
        (
            {"policy": ["token"], "networks": ["192.0.2.0/24"]},
            ['access.networks: has no effect, because access.policy does not hold "networks"'],
        ),
        (
            {"policy": ["token"], "certificate": {"issuers": ["CN=x"]}},
            [
                (
                    "access.certificate: has no effect, "
                    'because access.policy does not hold "certificate"'
                )
            ],
        ),
        ({}, ["access.policy: is required"]),
        ({"policy": []}, ["access.policy: has 0 items; 1 to 6 are allowed"]),
        ({"policy": "open"}, ['access.policy: "open" is a text, not a list']),
        (
            {"policy": ["tokens"]},
            [
                (
                    'access.policy[0]: "tokens" is not one of '
                    "open, window, token, basic, certificate, networks"
                )
            ],
        ),
        (
            {"policy": ["networks"], "networks": ["192.0.2.1/24", "0.0.0.0/0"]},
            [
                f'access.networks[{i}]: "{text}" is not a network such as 192.0.2.0/24 '
                "or 2001:db8::/32, without bits of an address in it"
                for i, text in enumerate(("192.0.2.1/24", "0.0.0.0/0"))
            ],
        ),
        (
            {"policy": ["certificate"], "certificate": {"issuers": ["Example CA"]}},
            [
                (
                    'access.certificate.issuers[0]: "Example CA" is not a distinguished name, '
                    'such as "CN=Example CA,O=Example"'
                )
            ],
        ),
    ],
)
def test_wrong_policy_is_refused_with_every_flaw(value: object, says: list[str]) -> None:
    assert complaints(value) == says


def test_password_that_is_refused_is_not_told() -> None:
    found = complaints({"policy": ["basic"], "basic": {"user": "p", "password": "canary"}})

    assert found == [
        "access.basic.password: has 6 characters; at least 16 must be given",
    ]


def test_password_is_not_shown() -> None:
    found = ACCESS.read({"policy": ["basic"], "basic": BASIC})

    assert "0123456789abcdef" not in repr(found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=10,
)
sections = st.dictionaries(
    st.sampled_from(["policy", "networks", "basic", "certificate"]), json_values
) | st.fixed_dictionaries(
    {
        "policy": st.lists(
            st.sampled_from([requirement.value for requirement in Requirement]), max_size=7
        )
    },
    optional={
        "networks": st.lists(st.sampled_from(["192.0.2.0/24", "::/0"]), max_size=2),
        "basic": st.just(BASIC),
        "certificate": st.just({"issuers": ["CN=x"]}),
    },
)


@given(sections)
def test_what_is_accepted_is_complete_and_never_open_by_accident(value: object) -> None:
    policy, flaws = ACCESS.examine(value)
    if policy is None:
        assert flaws
        return

    wanted = policy.requirements
    assert not flaws
    assert wanted
    assert len(set(wanted)) == len(wanted)
    assert (Requirement.NETWORKS in wanted) == bool(policy.networks)
    assert (Requirement.BASIC in wanted) == (policy.basic is not None)
    if Requirement.OPEN in wanted:
        assert set(wanted) <= {Requirement.OPEN, Requirement.NETWORKS}


def test_schema_describes_the_section() -> None:
    schema = ACCESS.schema()

    assert schema["required"] == ["policy"]
    assert schema["properties"]["policy"]["items"]["enum"] == [
        "open",
        "window",
        "token",
        "basic",
        "certificate",
        "networks",
    ]
