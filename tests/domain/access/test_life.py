"""Does a phone find its way in through all of its life, and nobody else?

A model of the world against the rules: a phone that keeps one URL, loses power half-way and is
reset; an installer who arms, rotates and revokes; a stranger who knows the MAC address, and one who
also knows the site key.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.access.admission import Admission, Evidence, admit
from chalicelib.domain.access.policy import Policy, Requirement
from chalicelib.domain.access.state import AccessState
from chalicelib.domain.access.token import DeviceToken, SiteToken, Tokens
from chalicelib.domain.mac import Mac

START = datetime(2026, 11, 23, 16, tzinfo=UTC)
MAC = Mac("001565123456")
POLICY = Policy(requirements=(Requirement.TOKEN,))
TOKENS = Tokens(lambda text: hmac.digest(b"key", text, hashlib.sha256))
SITE_TOKEN = SiteToken("berlin", 1)
SITE_KEY = TOKENS.write_site(SITE_TOKEN)


class Life(RuleBasedStateMachine):
    """What is modelled: which own URLs exist, which were ended, and the window."""

    @initialize()
    def register(self) -> None:
        self.now = START
        self.state = AccessState.begin(self.now).arm(self.now, seconds=100, count=3)
        self.phone = SITE_KEY
        self.good = [self._newest()]
        self.ended: set[str] = set()
        self.window_ends = self.now + timedelta(seconds=100)
        self.window_left = 3
        self.awaited = True

    def _newest(self) -> str:
        return TOKENS.write_device(DeviceToken(MAC, self.state.generation))

    def _fetch(self, url: str) -> Admission:
        """A fetch as the service would do it: decide, then apply the effect."""
        found = admit(
            POLICY,
            Evidence(token=TOKENS.read(url), address="192.0.2.1"),
            self.state,
            MAC,
            self.now,
            site_keys=(SITE_TOKEN,),
        )
        self.state = found.effect.on(self.state)
        return found

    def _expect_by(self, url: str) -> bool:
        """What the model says of a fetch by this URL, and what comes of it."""
        if url == SITE_KEY:
            opens = self.awaited and self.now < self.window_ends and self.window_left > 0
            self.window_left -= opens
            return opens
        if url not in self.good:
            return False
        older = self.good[: self.good.index(url)]
        self.ended |= set(older)
        self.good = self.good[len(older) :]
        self.awaited = False
        return True

    @rule(keeps=st.booleans())
    def phone_fetches(self, keeps: bool) -> None:
        """The file carries the newest own URL; a phone that loses power does not keep it."""
        expected = self._expect_by(self.phone)

        found = self._fetch(self.phone)

        assert found.admitted == expected
        if found.admitted and keeps:
            self.phone = self._newest()

    @rule(seconds=st.integers(1, 150), count=st.integers(1, 4))
    def installer_arms(self, seconds: int, count: int) -> None:
        self.state = self.state.arm(self.now, seconds=seconds, count=count)
        self.window_ends = self.now + timedelta(seconds=seconds)
        self.window_left = count
        self.awaited = True

    @rule()
    def installer_rotates(self) -> None:
        self.state = self.state.rotate()
        self.good.append(self._newest())

    @rule()
    def installer_revokes(self) -> None:
        self.state = self.state.revoke()
        self.ended |= set(self.good)
        self.good = [self._newest()]
        self.window_left = 0
        self.awaited = False

    @rule()
    def phone_is_reset(self) -> None:
        """It has only what DHCP tells it."""
        self.phone = SITE_KEY

    @rule(seconds=st.integers(1, 120))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.ended)
    @rule(data=st.data())
    def somebody_uses_an_ended_url(self, data: st.DataObject) -> None:
        url = data.draw(st.sampled_from(sorted(self.ended)))

        assert not self._fetch(url).admitted

    @rule(url=st.text(max_size=60))
    def stranger_knows_the_mac_address_only(self, url: str) -> None:
        assert not self._fetch(url).admitted
        assert not self._fetch(TOKENS.write_device(DeviceToken(Mac("0" * 12), 1))).admitted

    @rule()
    def stranger_knows_the_site_key(self) -> None:
        """While the device is awaited this is what a site key is; never else."""
        assert self._fetch(SITE_KEY).admitted == self._expect_by(SITE_KEY)

    @invariant()
    def phone_that_kept_an_own_url_is_in_until_that_was_revoked(self) -> None:
        if self.phone != SITE_KEY and self.phone not in self.ended:
            token = TOKENS.read(self.phone)
            assert isinstance(token, DeviceToken)
            assert self.state.opens_by(token.generation)

    @invariant()
    def site_key_is_closed_when_the_phone_is_at_home(self) -> None:
        assert self.state.awaits_contact(self.now) == (
            self.awaited and self.now < self.window_ends and self.window_left > 0
        )


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def fetch(state: AccessState, url: str) -> tuple[bool, AccessState]:
    evidence = Evidence(token=TOKENS.read(url))
    found = admit(POLICY, evidence, state, MAC, START, site_keys=(SITE_TOKEN,))
    return found.admitted, found.effect.on(state)


def test_phone_that_loses_power_during_a_rotation_comes_back_by_its_old_url() -> None:
    state = AccessState.begin(START).arm(START)
    first = TOKENS.write_device(DeviceToken(MAC, state.generation))
    second = TOKENS.write_device(DeviceToken(MAC, state.generation + 1))
    story = []

    for step in (
        SITE_KEY,
        first,
        SITE_KEY,
        "rotate",
        first,
        first,
        second,
        first,
        SITE_KEY,
        "arm",
        SITE_KEY,
        second,
        SITE_KEY,
    ):
        if step == "rotate":
            state = state.rotate()
        elif step == "arm":
            state = state.arm(START)
        else:
            admitted, state = fetch(state, step)
            story.append(admitted)

    assert story == [True, True, False, True, True, True, False, False, True, True, False]
