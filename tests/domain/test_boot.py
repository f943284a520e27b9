"""What does a phone send, as the facts of its vendor have it?"""

from __future__ import annotations

import pytest

from chalicelib.domain.boot import Boot, SentUserAgent, fill_in
from chalicelib.domain.mac import Mac

BOOT = Boot(
    user_agents=(
        SentUserAgent(text="Acme Base {model}", models=("b-1",)),
        SentUserAgent(text="Acme {number}/{model} {ma:c}"),
    )
)


@pytest.mark.parametrize(
    ("model", "sent"),
    [
        ("b-1", "Acme Base B-1"),
        ("vvx101g", "Acme 101G/VVX101G {ma:c}"),
        ("duo", "Acme DUO/DUO {ma:c}"),
    ],
)
def test_first_user_agent_that_fits_the_model_is_sent(model: str, sent: str) -> None:
    assert BOOT.user_agent(model) == sent


def test_unknown_user_agent_is_none() -> None:
    assert Boot().user_agent("x1") is None
    assert Boot(user_agents=BOOT.user_agents[:1]).user_agent("x1") is None


def test_mac_address_is_spelt_as_the_vendor_does() -> None:
    mac = Mac("0015659bcdef")

    assert fill_in("{mac} {MAC}", mac) == "0015659bcdef 0015659BCDEF"
    assert fill_in("{ma:c} {MA:C}", mac) == "00:15:65:9b:cd:ef 00:15:65:9B:CD:EF"
    assert fill_in("{MA-C}", mac) == "00-15-65-9B-CD-EF"
