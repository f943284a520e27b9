"""Does the count of devices fit how each of them stands, whatever was done to them?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.device import Device, Dossier, Fetch
from chalicelib.domain.errors import StoreDownError
from chalicelib.domain.extension import Extension, Origin
from chalicelib.domain.mac import Mac
from chalicelib.domain.search import By, Way
from chalicelib.domain.site import Site
from chalicelib.domain.standing import State
from chalicelib.storage import cells
from chalicelib.storage.records import Records
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Key, Table
from tests.storage.turns import Turns

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MACS = [Mac(f"00156500000{number}") for number in range(5)]
SITES = ("default", "berlin")
BERLIN = Site(name="berlin", label="Berlin", created_at=NOON, updated_at=NOON)
MODELS = ("33g", "37g")
LATEST = NOON - timedelta(days=1)
"""When what is shared was last changed, of all that the tests say."""


def an_extension(number: str = "1001", **more: Any) -> Extension:  # noqa: ANN401 - any field
    made = Extension(
        number=number,
        name="Desk",
        password="a secret",
        origin=Origin.API,
        created_at=NOON,
        updated_at=NOON,
    )
    return replace(made, **more)


def a_device(mac: Mac = MACS[0], **more: Any) -> Device:  # noqa: ANN401 - any field
    made = Device(
        mac=mac,
        vendor="zip",
        model="33g",
        lines=({"extension_number": "1001"},),
        origin=Origin.API,
        created_at=NOON,
        updated_at=NOON,
    )
    return replace(made, **more)


def a_fetch(mac: Mac = MACS[0], *, at: datetime = NOON, **more: Any) -> Fetch:  # noqa: ANN401
    made = Fetch(
        at=at,
        file=f"{mac}.cfg",
        address="192.0.2.7",
        user_agent="ZIP",
        etag="0" * 32,
        version="47.80",
    )
    return replace(made, **more)


def dossier_of(records: Records, mac: Mac = MACS[0]) -> Dossier:
    found = records.dossier(mac)
    assert found is not None
    return found


@pytest.fixture
def records(new_table: Callable[[], Table]) -> Records:
    made = Records(new_table(), sleep=lambda _: None)
    made.save_extension(an_extension(), was=None)
    return made


def state(records: Records, mac: Mac = MACS[0], *, shared_at: datetime | None = None) -> State:
    found = records.standings([mac])[mac]
    return found.state(NOON.date(), shared_at=shared_at, silent_days=7)


def counted(records: Records, *, shared_at: datetime | None = None) -> dict[str, int]:
    found: Counter[str] = Counter()
    for cell in records.cells():
        found.update(cell.count.with_state(NOON.date(), shared_at=shared_at, silent_days=7))
    return {name: count for name, count in found.items() if count}


def test_device_that_never_fetched(records: Records) -> None:
    records.save_device(a_device(), was=None)

    assert state(records) is State.NEVER
    assert counted(records) == {"never": 1}


def test_device_that_has_fetched_is_current_until_something_changes(records: Records) -> None:
    saved = records.save_device(a_device(), was=None)
    records.note(dossier_of(records), a_fetch(), shared_at=NOON)

    assert (state(records), counted(records)) == (State.CURRENT, {"current": 1})
    later = NOON + timedelta(minutes=1)
    assert state(records, shared_at=later) is State.OUTDATED
    assert counted(records, shared_at=later) == {"outdated": 1}

    records.save_device(replace(saved.value, settings={"dnd": True}, updated_at=later), was=saved)
    assert (state(records), counted(records)) == (State.OUTDATED, {"outdated": 1})
    change = records.standings(MACS[:1])[MACS[0]].change
    assert change is not None
    assert (change.record, change.at) == ("device", later)


def test_save_that_changes_nothing_leaves_the_device_current(records: Records) -> None:
    saved = records.save_device(a_device(), was=None)
    records.note(dossier_of(records), a_fetch())

    records.save_device(replace(saved.value, updated_at=NOON + timedelta(minutes=1)), was=saved)

    assert (state(records), counted(records)) == (State.CURRENT, {"current": 1})


def test_change_of_an_extension_is_one_of_its_devices(records: Records) -> None:
    records.save_device(a_device(), was=None)
    records.note(dossier_of(records), a_fetch())
    later = NOON + timedelta(minutes=1)

    was = records.extension("1001")
    records.save_extension(an_extension(name="Reception", updated_at=later), was=was)

    standing = records.standings(MACS[:1])[MACS[0]]
    assert (state(records), counted(records)) == (State.OUTDATED, {"outdated": 1})
    assert standing.name == "Reception"
    assert standing.change is not None
    assert (standing.change.record, standing.change.at) == ("extension 1001", later)
    assert dossier_of(records).lines[0].updated_at == later


def test_failure_lasts_until_the_same_file_can_be_written(records: Records) -> None:
    records.save_device(a_device(), was=None)
    records.note(dossier_of(records), a_fetch())

    records.note(dossier_of(records), a_fetch(file="a.cfg", etag="", failure="no time zone"))
    assert (state(records), counted(records)) == (State.FAILING, {"failing": 1})
    records.note(dossier_of(records), a_fetch(file="b.cfg"))
    assert state(records) is State.FAILING
    assert records.standings(MACS[:1])[MACS[0]].failure is not None
    records.note(dossier_of(records), a_fetch(file="a.cfg"))
    assert (state(records), counted(records)) == (State.CURRENT, {"current": 1})
    assert [fetch.failure for fetch in records.fetches(a_device())] == ["", "", "no time zone", ""]


def test_device_that_never_got_a_file_has_never_fetched_one_when_its_failure_ends(
    records: Records,
) -> None:
    records.save_device(a_device(), was=None)
    records.note(dossier_of(records), a_fetch(etag="", failure="no time zone"))
    failing = state(records)

    was = records.extension("1001")
    records.save_extension(an_extension(name="Reception", updated_at=NOON), was=was)

    assert (failing, state(records)) == (State.FAILING, State.NEVER)
    assert counted(records) == {"never": 1}
    found = records.find_devices([Way(By.STATE, ("never",))], site=None, limit=9, after=None)
    assert [each.device.value.mac for each in found.values] == [MACS[0]]
    assert records.standings(MACS[:1])[MACS[0]].firmware == "47.80"


def test_device_that_got_a_file_is_outdated_when_its_failure_ends(records: Records) -> None:
    saved = records.save_device(a_device(), was=None)
    records.note(dossier_of(records), a_fetch())
    records.note(dossier_of(records), a_fetch(etag="", failure="no time zone"))

    records.save_device(replace(saved.value, settings={"dnd": True}), was=saved)

    assert (state(records), counted(records)) == (State.OUTDATED, {"outdated": 1})


def test_device_that_was_not_seen_for_a_week_is_silent(records: Records) -> None:
    records.save_device(a_device(), was=None)

    records.note(dossier_of(records), a_fetch(at=NOON - timedelta(days=7)))
    assert state(records) is State.CURRENT
    records.save_device(a_device(MACS[1]), was=None)
    records.note(dossier_of(records, MACS[1]), a_fetch(MACS[1], at=NOON - timedelta(days=8)))
    assert state(records, MACS[1]) is State.SILENT
    assert counted(records) == {"current": 1, "silent": 1}


def test_device_that_goes_takes_its_mark_and_its_texts_along(records: Records) -> None:
    saved = records.save_device(a_device(), was=None)
    records.note(dossier_of(records), a_fetch(), text="a secret")

    records.remove_device(saved)

    assert records.cells() == []
    assert records.last_texts(a_device()) == {}
    assert records.standings(MACS[:1]) == {}


def test_note_of_the_usual_case_is_one_item(records: Records, monkeypatch: Any) -> None:  # noqa: ANN401
    records.save_device(a_device(), was=None)
    records.note(dossier_of(records), a_fetch(), text="a file")
    writes: list[int] = []
    write = records._table.write  # noqa: SLF001 - counts what reaches the table

    def count(*given: Any, within: float | None = None) -> None:  # noqa: ANN401
        writes.append(len(given))
        write(*given, within=within)

    monkeypatch.setattr(records._table, "write", count)  # noqa: SLF001
    records.note(dossier_of(records), a_fetch(at=NOON + timedelta(minutes=1)), text="a file")
    assert writes == [1]
    records.note(dossier_of(records), a_fetch(at=NOON + timedelta(days=1)), text="a file")
    assert writes == [1, 3]  # the fetch, how the device stands, the count


def test_texts_are_kept_as_they_were_fetched_last(records: Records) -> None:
    records.save_device(a_device(), was=None)

    records.note(dossier_of(records), a_fetch(etag="1"), text="first\n")
    records.note(dossier_of(records), a_fetch(etag="2"), text="second Zoë\n")
    records.note(dossier_of(records), a_fetch(file="b.cfg", etag="3"), text="other\n")

    found = records.last_texts(a_device())
    assert {name: (text.text, text.etag) for name, text in found.items()} == {
        f"{MACS[0]}.cfg": ("second Zoë\n", "2"),
        "b.cfg": ("other\n", "3"),
    }


def test_history_holds_the_last_twenty_of_a_month(records: Records) -> None:
    records.save_device(a_device(), was=None)
    for number in range(25):
        at = NOON + timedelta(minutes=number)
        records.note(dossier_of(records), a_fetch(at=at, etag=f"{number}"))

    found = records.fetches(a_device())
    assert [fetch.etag for fetch in found] == [f"{24 - number}" for number in range(20)]
    assert found[0] == a_fetch(at=NOON + timedelta(minutes=24), etag="24")

    records.note(dossier_of(records), a_fetch(at=NOON + timedelta(days=31)))
    assert len(records.fetches(a_device())) == 1


def test_last_fetch_is_not_forgotten_by_failures(records: Records) -> None:
    records.save_device(a_device(), was=None)
    records.note(dossier_of(records), a_fetch(etag="good"))
    for number in range(25):
        at = NOON + timedelta(minutes=1 + number)
        records.note(dossier_of(records), a_fetch(at=at, etag="", failure="no time zone"))

    assert records.last_fetches([a_device()]) == {MACS[0]: a_fetch(etag="good")}
    assert len(records.fetches(a_device())) == 20


@pytest.mark.parametrize("seed", range(6))
def test_many_writers_lose_no_mark(
    new_sqlite: Callable[[], Table], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Four processes, each of which may come between any two calls of another one.

    They take turns, so that nobody waits for the file: a note gives up after a quarter of a second.
    """
    monkeypatch.setattr(cells, "random", random.Random(seed))  # noqa: S311 - no secret
    table, turns = new_sqlite(), Turns(seed)
    first = Records(table)
    first.save_site(BERLIN, was=None)
    for number in range(3):
        first.save_extension(an_extension(f"100{number}"), was=None)
    macs = [Mac(f"0015650001{number:02x}") for number in range(16)]

    def live(first_number: int) -> None:
        records = Records(turns.table(table), sleep=turns.pause)
        for number in range(first_number, 16, 4):
            _register_fetch_and_move(records, macs[number], number)

    turns.run([partial(live, number) for number in range(4)])

    assert recount(first, macs) == summary(first)
    assert sum(cell.count.devices for cell in first.cells()) == 10


def _register_fetch_and_move(records: Records, mac: Mac, number: int) -> None:
    lines = ({"extension_number": f"100{number % 3}"},)
    saved = records.save_device(a_device(mac, lines=lines), was=None)
    records.note(dossier_of(records, mac), a_fetch(mac))
    records.note(dossier_of(records, mac), a_fetch(mac, at=NOON + timedelta(days=1)))
    if number % 2:
        records.save_device(replace(saved.value, site="berlin"), was=saved)
    if number % 3 == 0:
        was = records.device(mac)
        assert was is not None
        records.remove_device(was)


def test_note_that_the_store_keeps_waiting_is_given_up_and_no_mark_is_lost(
    new_sqlite: Callable[[], Table],
) -> None:
    records, other = Records(new_sqlite()), new_sqlite()
    records.save_extension(an_extension(), was=None)
    records.save_device(a_device(), was=None)
    dossier = dossier_of(records)

    with held(other), pytest.raises(StoreDownError):
        records.note(dossier, a_fetch())

    assert (state(records), counted(records)) == (State.NEVER, {"never": 1})
    records.note(dossier, a_fetch())
    assert (state(records), counted(records)) == (State.CURRENT, {"current": 1})


@contextmanager
def held(table: Table) -> Iterator[None]:
    """While nobody else can write to the file of this table."""
    assert isinstance(table, SqliteTable)
    table.get([Key("A", "A")])
    connection = table._open  # noqa: SLF001 - as another process that is slow
    assert connection is not None
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")


def recount(records: Records, macs: Iterable[Mac]) -> Counter[tuple[str, ...]]:
    """What the counts should say, from each device."""
    found: Counter[tuple[str, ...]] = Counter()
    for mac in macs:
        dossier = records.dossier(mac)
        if dossier is None:
            continue
        assert dossier.standing is not None
        standing = dossier.standing.value
        state = standing.state(NOON.date(), shared_at=LATEST, silent_days=7)
        device = dossier.device
        found[device.site, device.model, state.value] += 1
        found[device.site, device.model, "firmware", standing.firmware or ""] += 1
    return found


def summary(records: Records) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for cell in records.cells():
        states = cell.count.with_state(NOON.date(), shared_at=LATEST, silent_days=7)
        for name, count in states.items():
            found[cell.group.site, cell.group.model, name] += count
        for version, count in cell.count.firmware.items():
            found[cell.group.site, cell.group.model, "firmware", version] += count
    return Counter({key: count for key, count in found.items() if count})


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["register", "move", "fetch", "fail", "remove", "extension"]),
        st.integers(0, 4),
        st.integers(0, 3),
        st.integers(0, 30),
    ),
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(ACTS, st.randoms(use_true_random=False))
def test_count_is_that_of_all_devices_whatever_was_done(
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[str, int, int, int]],
    chance: random.Random,
) -> None:
    table = SqliteTable(tmp_path_factory.mktemp("t") / "offhook.db", now=NOON.timestamp)
    records = [Records(table, sleep=lambda _: None) for _ in range(2)]
    records[0].save_site(BERLIN, was=None)
    records[0].save_extension(an_extension(), was=None)
    for act, number, choice, days in acts:
        _act(chance.choice(records), act, MACS[number], choice, NOON - timedelta(days=days))

    assert recount(records[0], MACS) == summary(records[0])
    table.close()


def _act(records: Records, act: str, mac: Mac, choice: int, at: datetime) -> None:
    was = records.device(mac)
    if act == "register" and was is None:
        records.save_device(a_device(mac, model=MODELS[choice % 2]), was=None)
    elif act == "extension":
        extension = records.extension("1001")
        records.save_extension(an_extension(name=f"Desk {choice}", updated_at=at), was=extension)
    elif was is None:
        return
    elif act == "move":
        moved = replace(was.value, model=MODELS[choice % 2], site=SITES[choice // 2], updated_at=at)
        records.save_device(moved, was=was)
    elif act == "remove":
        records.remove_device(was)
    else:
        fetch = a_fetch(mac, at=at, version=f"{choice}", file=f"{choice % 2}.cfg")
        if act == "fail":
            fetch = replace(fetch, etag="", failure="no time zone")
        shared_at = None if choice == 0 else NOON - timedelta(days=choice)
        records.note(dossier_of(records, mac), fetch, shared_at=shared_at)
