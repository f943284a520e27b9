"""Which devices that were not let in are noted, and what stops a flood of them?"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.lookout import BURST, QUIET, Lookout
from chalicelib.domain.access.token import SiteToken
from chalicelib.domain.errors import ChangedError, StoreDownError
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Stored
from chalicelib.domain.request import Visit
from chalicelib.domain.sighting import (
    GIVEN_UP,
    MOST_OF_A_SOURCE,
    PLACES,
    Sighting,
    find_place,
    group_of,
)
from chalicelib.domain.webhook import EventKind
from tests.messages import logged

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PHONE = Mac("805ec0000001")
SEEN = Evidence(vendor="yealink", model="t46s", version="66.85.0.5")
USER_AGENT = "Yealink SIP-T46S 66.85.0.5"


class Clock:
    """Says the time that it was told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time: timedelta) -> None:
        self.now += time


class Records:
    """Keeps sightings, and remembers what it was asked for; `trouble` comes once."""

    def __init__(self) -> None:
        self.groups: dict[int, dict[int, Stored[Sighting]]] = {}
        self.calls: list[str] = []
        self.nobodys: set[tuple[Mac, str | None]] = set()
        self.trouble: Exception | None = None

    def sightings_in(self, group: int) -> Mapping[int, Stored[Sighting]]:
        self._meet("read")
        return dict(self.groups.get(group, {}))

    def save_sighting(
        self, group: int, place: int, sighting: Sighting, *, was: Stored[Sighting] | None
    ) -> Stored[Sighting]:
        self._meet("write")
        there = self.groups.setdefault(group, {})
        if there.get(place) != was:
            raise ChangedError("another sighting took the place")
        there[place] = Stored(sighting, f"r{len(self.calls)}")
        return there[place]

    def ignored(self, *, within: float | None = None) -> set[tuple[Mac, str | None]]:
        assert within is not None
        self._meet("ignored")
        return self.nobodys

    @property
    def all(self) -> list[Sighting]:
        return [each.value for group in self.groups.values() for each in group.values()]

    def _meet(self, call: str) -> None:
        self.calls.append(call)
        if self.trouble:
            trouble, self.trouble = self.trouble, None
            raise trouble


class Builders:
    """One prefix is Yealink's, one of two vendors; all others nobody's."""

    def identify_mac(self, mac: Mac) -> Evidence:
        if mac.prefix == "805ec0":
            return Evidence(vendor="yealink", because=("MAC prefix 805ec0: yealink",))
        if mac.prefix == "001565":
            return Evidence(because=("MAC prefix 001565: yealink or zip",))
        return Evidence()


class Keys:
    """The second key of a site is the one that counts."""

    def is_current(self, key: SiteToken) -> bool:
        return key.generation == 2


class Herald:
    """Remembers what it was told: by which it is told once, of which site, and whether silently."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str | None, bool]] = []
        self.is_in_trouble = False

    def note(
        self,
        kind: EventKind,
        data: Mapping[str, Any],
        *,
        site: str | None,
        once: str,
        is_silent: bool = False,
    ) -> bool:
        assert kind is EventKind.ADOPTION_NEEDED
        assert once.startswith(data["mac_address"])
        if not self.is_in_trouble:
            self.noted.append((once, site, is_silent))
        return not self.is_in_trouble


class Place:
    """A lookout with its parts; a second one is another process over the same records."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.records = Records()
        self.herald = Herald()
        self.lookout = self.another()

    def another(self) -> Lookout:
        return Lookout(
            records=self.records,
            builders=Builders(),
            keys=Keys(),
            herald=self.herald,
            clock=self.clock,
        )

    def note(
        self,
        mac: Mac = PHONE,
        seen: Evidence = SEEN,
        *,
        address: str = "192.0.2.7",
        key: SiteToken | None = None,
        is_registered: bool = False,
        by: Lookout | None = None,
    ) -> None:
        (by or self.lookout).note(
            Visit(address=address, user_agent=USER_AGENT),
            mac,
            seen,
            key=key,
            reason="the device is not registered",
            is_registered=is_registered,
        )


@pytest.fixture
def place() -> Place:
    return Place()


def test_phone_is_noted_with_all_that_it_said(place: Place) -> None:
    place.note()

    assert place.records.all == [
        Sighting(
            mac=PHONE,
            source="192.0.2.0/24",
            address="192.0.2.7",
            user_agent=USER_AGENT,
            vendor="yealink",
            model="t46s",
            version="66.85.0.5",
            site=None,
            is_registered=False,
            reason="the device is not registered",
            first_at=NOON,
            last_at=NOON,
            count=1,
        )
    ]


def test_phone_that_asks_again_is_counted_and_written_seldom(place: Place) -> None:
    for _ in range(5):
        place.note()
    place.clock.pass_(QUIET)
    place.note()

    [found] = place.records.all
    assert (found.first_at, found.last_at, found.count) == (NOON, NOON + QUIET, 6)
    assert place.records.calls.count("write") == 2


@pytest.mark.parametrize(
    ("mac", "seen", "vendor"),
    [
        ("805ec0000001", Evidence(), "yealink"),
        ("001565000001", Evidence(), None),
        ("aabbcc000001", SEEN, "yealink"),
    ],
)
def test_prefix_or_user_agent_makes_a_phone(
    place: Place, mac: str, seen: Evidence, vendor: str | None
) -> None:
    place.note(Mac(mac), seen)

    assert [each.vendor for each in place.records.all] == [vendor]


def test_what_no_phone_sends_costs_nothing(place: Place) -> None:
    place.note(Mac("aabbcc000001"), Evidence())

    assert place.records.calls == []


@pytest.mark.parametrize(("generation", "site"), [(1, None), (2, "berlin")])
def test_key_that_counts_tells_the_site(place: Place, generation: int, site: str | None) -> None:
    place.note(key=SiteToken("berlin", generation))

    assert [each.site for each in place.records.all] == [site]


def test_registered_device_does_the_same(place: Place) -> None:
    other = Place()

    place.note(is_registered=False)
    other.note(is_registered=True)

    assert place.records.calls == other.records.calls == ["ignored", "read", "write"]
    assert [each.is_registered for each in other.records.all] == [True]


@pytest.mark.parametrize("is_registered", [False, True])
def test_device_is_told_of_once_a_day_and_a_registered_one_silently(
    place: Place, *, is_registered: bool
) -> None:
    for hours in (0, 1, 12, 1):
        place.clock.pass_(timedelta(hours=hours))
        place.note(key=SiteToken("berlin", 2), is_registered=is_registered)

    assert place.herald.noted == [
        ("805ec0000001#2026-01-01", "berlin", is_registered),
        ("805ec0000001#2026-01-02", "berlin", is_registered),
    ]


@pytest.mark.parametrize("is_registered", [False, True])
def test_device_that_could_not_be_told_of_is_told_of_when_it_asks_again(
    place: Place, *, is_registered: bool
) -> None:
    place.herald.is_in_trouble = True
    place.note(is_registered=is_registered)
    place.note(is_registered=is_registered)
    place.herald.is_in_trouble = False

    place.clock.pass_(timedelta(seconds=31))
    for _ in range(3):
        place.note(is_registered=is_registered)

    assert place.herald.noted == [("805ec0000001#2026-01-01", None, is_registered)]
    assert place.records.calls.count("write") == 2
    assert [each.count for each in place.records.all] == [2]


def test_same_device_from_two_networks_is_seen_twice(place: Place) -> None:
    place.note(address="192.0.2.7")
    place.note(address="198.51.100.7")

    assert sorted(each.source for each in place.records.all) == ["192.0.2.0/24", "198.51.100.0/24"]


def test_ignored_device_is_not_written(place: Place) -> None:
    place.records.nobodys = {(PHONE, None)}

    place.note()

    assert place.records.all == []


def test_device_that_one_site_ignores_is_noted_elsewhere(place: Place) -> None:
    place.records.nobodys = {(PHONE, "berlin")}

    place.note(key=SiteToken("berlin", 2))
    place.note(key=SiteToken("paris", 2), address="198.51.100.7")

    assert [each.site for each in place.records.all] == ["paris"]


def test_flood_at_once_makes_a_burst(place: Place) -> None:
    for mac in random_macs(10_000):
        place.note(mac)

    assert len(place.records.all) == BURST
    assert len(place.records.calls) == 2 + BURST


def test_flood_of_hours_makes_no_more_than_the_bound(place: Place) -> None:
    others = [place.another() for _ in range(3)]

    for number, mac in enumerate(random_macs(10_000)):
        place.clock.pass_(timedelta(seconds=1))
        place.note(mac, by=others[number % 3])

    assert len(place.records.all) == MOST_OF_A_SOURCE
    assert {each.source for each in place.records.all} == {"192.0.2.0/24"}


def test_flood_of_many_networks_makes_no_more_than_the_places(place: Place) -> None:
    sources = [f"10.{a}.{b}.1" for a in range(256) for b in range(256)]
    crowded = [each for each in sources if group_of(each[: each.rindex(".")] + ".0/24") == 7]

    for number, mac in enumerate(random_macs(2_000)):
        place.clock.pass_(timedelta(seconds=1))
        place.note(mac, address=crowded[number % len(crowded)])

    assert list(place.records.groups) == [7]
    assert len(place.records.all) == PLACES


def test_phone_that_goes_on_asking_outlasts_a_flood(place: Place) -> None:
    place.note()

    for mac in random_macs(5_000):
        place.clock.pass_(timedelta(seconds=1))
        place.note(mac)
        place.note()

    assert PHONE in {each.mac for each in place.records.all}


def test_phone_behind_a_flood_is_found_when_that_is_over(place: Place) -> None:
    for mac in random_macs(1_000):
        place.clock.pass_(timedelta(seconds=1))
        place.note(mac)
    place.note()
    place.clock.pass_(GIVEN_UP)

    place.note()

    assert PHONE in {each.mac for each in place.records.all}
    assert len(place.records.all) == MOST_OF_A_SOURCE


def test_two_processes_do_not_lose_each_others(place: Place) -> None:
    other = place.another()
    place.note()
    place.note(Mac("805ec0000002"), by=other)

    place.clock.pass_(QUIET)
    place.note(by=other)

    found = {str(each.mac): each.count for each in place.records.all}
    assert found == {"805ec0000001": 2, "805ec0000002": 1}


def test_place_that_another_process_took_is_given_up_once(place: Place) -> None:
    place.records.trouble = None
    place.note(Mac("805ec0000002"))
    place.records.trouble = ChangedError("another sighting took the place")

    place.note()
    place.note()

    assert len(place.records.all) == 2


def test_store_in_trouble_is_left_alone_for_a_while(place: Place) -> None:
    place.records.trouble = StoreDownError("throttled")

    with logged() as messages:
        place.note()
        place.note()
    calls = list(place.records.calls)
    place.clock.pass_(timedelta(seconds=30))
    place.note()

    assert calls == ["ignored"]
    assert len(place.records.all) == 1
    assert messages == ["refused phones are not noted for a while: throttled"]


def test_place_is_found_for_a_device_that_is_there() -> None:
    source = "192.0.2.0/24"
    first = find_place({}, PHONE, source, NOON)

    assert first is not None
    taken = {first: a_sighting(PHONE, source)}
    assert find_place(taken, PHONE, source, NOON) == first
    assert find_place(taken, Mac("805ec0000002"), source, NOON) not in taken


def test_network_has_the_same_places_whoever_counts() -> None:
    source = "192.0.2.0/24"

    places = {find_place({}, mac, source, NOON) for mac in random_macs(10_000)}

    assert len(places) == MOST_OF_A_SOURCE


def a_sighting(mac: Mac, source: str) -> Sighting:
    return Sighting(
        mac=mac,
        source=source,
        address="192.0.2.7",
        user_agent="",
        vendor=None,
        model=None,
        version=None,
        site=None,
        is_registered=False,
        reason="",
        first_at=NOON,
        last_at=NOON,
        count=1,
    )


def random_macs(count: int) -> list[Mac]:
    dice = random.Random(1)  # noqa: S311 - no secret
    return [Mac(f"805ec0{number:06x}") for number in dice.sample(range(16, 2**24), count)]
