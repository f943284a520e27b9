"""What is found, and by how many requests to the store?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.catalog import Catalog
from chalicelib.domain.bookmark import Bookmarks
from chalicelib.domain.errors import InputError, NotFoundError
from chalicelib.domain.mac import Mac
from chalicelib.domain.search import By, Wanted
from chalicelib.domain.standing import Group, State
from chalicelib.fleet.standing import Standings
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.records import Records
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import MAX_WRITES, Item, Key, Page, Put, Table
from chalicelib.storage.walk import walk
from tests.storage.test_standing import BERLIN, NOON, a_device, a_fetch, an_extension, dossier_of
from tests.storage.wire import Wire

CATALOG = Catalog()
DEVICES = 60
CHANGED = NOON - timedelta(days=2)


class Layers:
    """What the devices of Berlin share was changed two days ago."""

    def stamp(self, group: Group) -> datetime | None:
        return max(self.changes(group).values(), default=None)

    def changes(self, group: Group) -> Mapping[str, datetime]:
        return {"site berlin": CHANGED} if group.site == "berlin" else {}

    def learn(self, groups: Sequence[Group]) -> None: ...


class Counting:
    """A table that counts the requests for items."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a method of the table
        return getattr(self._table, name)

    def get(self, keys: Sequence[Key], *, within: float | None = None) -> Mapping[Key, Item]:
        self.asked.append("get")
        return self._table.get(keys, within=within)

    def query(self, *given: Any, **more: Any) -> Page:  # noqa: ANN401
        self.asked.append("query")
        return self._table.query(*given, **more)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> list[Item]:
    """Sixty devices; every third is in Berlin, every second a 37G, and every fourth has fetched.

    Made once: to put an item into moto's tables is quick, to make a device of it there is not.
    """
    table = SqliteTable(tmp_path_factory.mktemp("fleet") / "fleet.db", now=lambda: 0.0)
    records = Records(table)
    records.save_site(BERLIN, was=None)
    for number in range(DEVICES):
        extension = f"{1000 + number}"
        name = "Ann" if number < 5 else f"Desk {number}"
        records.save_extension(an_extension(extension, name=name), was=None)
        mac = Mac(f"0015650000{number:02x}")
        device = a_device(
            mac,
            lines=({"extension_number": extension},),
            site="berlin" if number % 3 == 0 else "default",
            model="37g" if number % 2 else "33g",
        )
        records.save_device(device, was=None)
        if number % 4 == 0:
            at = NOON - timedelta(days=number // 4)
            fetch = a_fetch(mac, at=at, version=f"47.{number % 8}")
            records.note(dossier_of(records, mac), fetch, shared_at=CHANGED)
    items = [item for stretch in walk(table) for item in stretch.items]
    table.close()
    return items


@pytest.fixture
def counting(new_table: Callable[[], Table], fleet: list[Item]) -> Counting:
    """The fleet in a table of its own."""
    table = new_table()
    for start in range(0, len(fleet), MAX_WRITES):
        table.write(*(Put(item=item) for item in fleet[start : start + MAX_WRITES]))
    return Counting(table)


@pytest.fixture
def standings(counting: Counting) -> Standings:
    records = Records(counting)
    return Standings(records=records, layers=Layers(), vendors=CATALOG, clock=lambda: NOON)


def numbers(standings: Standings, wanted: Wanted, **more: Any) -> list[int]:  # noqa: ANN401
    """The last two digits of all devices that are found."""
    given = {"limit": 50, "after": None, **more}
    page = standings.list(wanted, **given)
    found = [int(row.device.mac.digits[-2:], 16) for row in page.values]
    while page.after:
        page = standings.list(wanted, **{**given, "after": page.after})
        found += [int(row.device.mac.digits[-2:], 16) for row in page.values]
    return found


SEARCHES = [
    (Wanted(), list(range(60))),
    (Wanted(site="berlin"), list(range(0, 60, 3))),
    (Wanted(vendor="zip", model="37g"), list(range(1, 60, 2))),
    (Wanted(vendor="zip", model="37g", site="berlin"), list(range(3, 60, 6))),
    (Wanted(model="33g", site="berlin"), list(range(0, 60, 6))),
    (Wanted(vendor="yealink"), []),
    (Wanted(extension="1007"), [7]),
    (Wanted(extension="100"), []),
    (Wanted(q="ann"), [0, 1, 2, 3, 4]),
    (Wanted(q="Desk 5"), [5, *range(50, 60)]),
    (Wanted(q="105"), list(range(50, 60))),
    (Wanted(q="00:15:65:00:00:0"), list(range(16))),
    (Wanted(q="zz"), []),
    (Wanted(state=State.NEVER, site="berlin"), [n for n in range(0, 60, 3) if n % 4]),
    (Wanted(state=State.SILENT), [56, 52, 48, 44, 40, 36, 32]),
    (Wanted(state=State.CURRENT), [28, 24, 20, 16, 12, 8, 4, 0]),
    (Wanted(state=State.FAILING), []),
    (Wanted(firmware="47.4"), list(range(4, 60, 8))),
    (Wanted(sort=By.NUMBER), list(range(60))),
    (Wanted(sort=By.MODEL), [*range(0, 60, 2), *range(1, 60, 2)]),
]


@pytest.mark.parametrize(("wanted", "expected"), SEARCHES)
def test_search(standings: Standings, wanted: Wanted, expected: list[int]) -> None:
    assert numbers(standings, wanted) == expected


SIFTED = [
    (Wanted(state=State.CURRENT, model="33g", firmware="47.4"), [28, 20, 12, 4]),
    (Wanted(state=State.CURRENT, sort=By.MAC), [0, 4, 8, 12, 16, 20, 24, 28]),
    (Wanted(state=State.SILENT, vendor="zip", model="37g"), []),
    (Wanted(state=State.NEVER, model="37g", sort=By.MAC), list(range(1, 60, 2))),
    (Wanted(firmware="47.4", state=State.CURRENT, site="berlin"), [12]),
    (Wanted(firmware="47.4", vendor="yealink"), []),
    (Wanted(sort=By.MODEL, model="37g"), list(range(1, 60, 2))),
    (Wanted(state=State.SILENT, sort=By.MAC), [32, 36, 40, 44, 48, 52, 56]),
    (Wanted(state=State.SILENT, sort=By.MAC, silent_days=12), [52, 56]),
    (Wanted(state=State.CURRENT, sort=By.NAME), [0, 4, 12, 16, 20, 24, 28, 8]),
    (Wanted(state=State.CURRENT, sort=By.NAME, site="berlin"), [0, 12, 24]),
    (
        Wanted(state=State.NEVER, sort=By.MODEL, site="berlin"),
        [*range(6, 60, 12), *range(3, 60, 6)],
    ),
    (Wanted(firmware="47.4", sort=By.NAME), [4, 12, 20, 28, 36, 44, 52]),
    (Wanted(firmware="47.4", sort=By.MODEL, state=State.SILENT), [36, 44, 52]),
    (Wanted(state=State.CURRENT, sort=By.NUMBER), [0, 4, 8, 12, 16, 20, 24, 28]),
]


@pytest.mark.parametrize("new_table", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("wanted", "expected"), SIFTED)
def test_search_that_sifts(standings: Standings, wanted: Wanted, expected: list[int]) -> None:
    assert numbers(standings, wanted) == expected
    assert numbers(standings, wanted, limit=2) == expected


def test_page_of_fifty_costs_two_requests(standings: Standings, counting: Counting) -> None:
    for wanted, _ in SEARCHES:
        counting.asked.clear()
        standings.list(wanted, limit=50, after=None)
        gets = counting.asked.count("get")
        empty_ways = counting.asked.count("query") - 1
        assert gets <= 1, wanted
        # A way on which nothing is takes a further query, and only a search has several.
        assert empty_ways == 0 or (wanted.q is not None and empty_ways <= 2), wanted


def test_page_of_fifty_costs_two_requests_to_dynamodb(
    new_dynamo: Callable[[], DynamoTable], wire: Wire
) -> None:
    records = Records(new_dynamo())
    for number in range(4):
        records.save_extension(an_extension(f"{1000 + number}"), was=None)
    for number in range(DEVICES):
        lines = ({"extension_number": f"{1000 + number // 20}"},)
        records.save_device(a_device(Mac(f"0015650000{number:02x}"), lines=lines), was=None)
    standings = Standings(records=records, layers=Layers(), vendors=CATALOG, clock=lambda: NOON)

    for wanted in (Wanted(), Wanted(vendor="zip"), Wanted(q="desk"), Wanted(state=State.NEVER)):
        wire.forget()
        assert len(standings.list(wanted, limit=50, after=None).values) >= 33
        assert wire.operations == ["Query", "BatchGetItem"]


def test_token_of_one_site_reads_only_that_site(standings: Standings, counting: Counting) -> None:
    assert numbers(standings, Wanted(), scope="berlin") == list(range(0, 60, 3))
    assert counting.asked == ["query", "get"]
    with pytest.raises(NotFoundError, match="there is no site default"):
        numbers(standings, Wanted(site="default"), scope="berlin")
    assert standings.sum_up(site=None, silent_days=7, scope="berlin").devices == 20


def test_device_whose_lines_both_match_is_found_once(standings: Standings) -> None:
    records = Records(standings._records._table)  # type: ignore[attr-defined] # noqa: SLF001
    was = records.device(Mac("00156500000a"))
    assert was is not None
    lines = ({"extension_number": "1010"}, {"extension_number": "1011"})
    records.save_device(replace(was.value, lines=lines), was=was)

    assert numbers(standings, Wanted(q="101"), limit=3) == list(range(10, 20))


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_device_of_many_lines_stands_at_the_number_of_its_first_line(
    standings: Standings, limit: int
) -> None:
    records = Records(standings._records._table)  # type: ignore[attr-defined] # noqa: SLF001
    was = records.device(Mac("00156500001e"))
    assert was is not None
    numbered = [{"extension_number": number} for number in ("1030", "1010", "1058", "1030")]
    lines = (*numbered, {"user": "1020", "password": "a secret"})
    records.save_device(replace(was.value, lines=lines), was=was)

    assert numbers(standings, Wanted(sort=By.NUMBER), limit=limit) == list(range(60))
    assert numbers(standings, Wanted(sort=By.NUMBER, q="105"), limit=limit) == [
        *range(50, 58),
        *(30, 58, 59),
    ]
    assert numbers(standings, Wanted(extension="1010"), limit=limit) == [10, 30]
    assert numbers(standings, Wanted(extension="1030"), limit=limit) == [30]


def test_pages_go_on_while_rows_come_and_go(standings: Standings) -> None:
    records = Records(standings._records._table)  # type: ignore[attr-defined] # noqa: SLF001
    first = standings.list(Wanted(vendor="zip", model="33g"), limit=2, after=None)
    for number in (2, 4):
        was = records.device(Mac(f"0015650000{number:02x}"))
        assert was is not None
        records.remove_device(was)

    rest = numbers(standings, Wanted(vendor="zip", model="33g"), limit=2, after=first.after)

    assert [row.device.mac.digits[-2:] for row in first.values] == ["00", "02"]
    assert rest == list(range(6, 60, 2))


def test_why_a_device_is_outdated(standings: Standings) -> None:
    records = Records(standings._records._table)  # type: ignore[attr-defined] # noqa: SLF001
    mac = Mac("000000000000")
    records.save_device(
        a_device(mac, lines=({"extension_number": "1000"},), site="berlin"), was=None
    )
    records.note(dossier_of(records, mac), a_fetch(mac), shared_at=NOON - timedelta(days=3))

    view = standings.show(mac, silent_days=7)

    assert (view.state, view.since) == (State.OUTDATED, CHANGED)
    assert view.reason == "changed after its last fetch: site berlin"
    assert view.changes == {"site berlin": CHANGED}


def test_summary_is_that_of_all_rows(standings: Standings) -> None:
    summary = standings.sum_up(site=None, silent_days=7)
    rows = standings.list(Wanted(), limit=500, after=None).values

    assert summary.devices == 60
    assert dict(summary.by_state) == {
        state.value: sum(row.state is state for row in rows) for state in State
    }
    assert dict(summary.by_state) == {
        "never": 45,
        "current": 8,
        "outdated": 0,
        "failing": 0,
        "silent": 7,
    }
    assert summary.by_model["zip/37g"]["devices"] == 30
    assert summary.by_site["berlin"]["devices"] == 20
    assert dict(summary.by_firmware["zip"]) == {"": 45, "47.0": 8, "47.4": 7}


@pytest.mark.parametrize("after", ["", "x", "0", "9:", "-1:", "0:x", "\u0661:"])
def test_place_that_no_list_gave(standings: Standings, after: str) -> None:
    with pytest.raises(InputError, match="is not one that the Link header of this list gave"):
        standings.list(Wanted(), limit=5, after=after)


@pytest.mark.parametrize(
    ("path", "asked"),
    [("/api/contacts", {"site": "a"}), ("/api/devices", {}), ("/api/devices", {"site": "b"})],
)
def test_cursor_of_another_list(path: str, asked: dict[str, str]) -> None:
    signing = Bookmarks(_sign)
    cursor = signing.write("0:abc", path="/api/devices", asked={"site": "a"})

    assert signing.read(cursor, path="/api/devices", asked={"site": "a"}) == "0:abc"
    with pytest.raises(InputError, match="cursor: is not one that the Link header"):
        signing.read(cursor, path=path, asked=asked)


@pytest.mark.parametrize("cursor", ["", "x", "%%", "\u00e9", "A" * 40, "A" * 100_000])
def test_forged_cursor(cursor: str) -> None:
    with pytest.raises(InputError, match="cursor: is not one that the Link header"):
        Bookmarks(_sign).read(cursor, path="/api/devices", asked={})


def _sign(message: bytes) -> bytes:
    return hashlib.sha256(b"a key" + message).digest()
