"""Can anything be left behind in a site that is removed, by two writers at once?

Each kind of record comes to the site right before it is removed, and right after; an index that
lags behind knows nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.access.api_token import ENTROPY_BYTES, ApiToken, create_api_token
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import ConflictError, InputError, InUseError, NotFoundError
from chalicelib.domain.extension import Extension, Origin
from chalicelib.domain.firmware.catalogue import Shelf
from chalicelib.domain.firmware.rollout import Rollout
from chalicelib.domain.mac import Mac
from chalicelib.domain.record import Stored
from chalicelib.domain.shared import Layout
from chalicelib.domain.site import Site
from chalicelib.domain.webhook import EventKind, Webhook
from chalicelib.fleet.choice import Choice
from chalicelib.storage.batch_records import BatchRecords
from chalicelib.storage.records import Records
from chalicelib.storage.roll import PARTS, roll_key
from chalicelib.storage.table import Key, Table
from tests.fleet.writer import FIRST, SECOND, Interrupted, Writer, find_misfits

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BERLIN = Site(name="berlin", label="Berlin", created_at=NOW, updated_at=NOW)
NO_SITE = 'site: "berlin" is not a site; create it first'

Come = Callable[[Records], object]
Leave = Callable[[Records, Any], object]


def token() -> ApiToken:
    wanted = {
        "name": "of berlin",
        "role": "viewer",
        "reveal": False,
        "site": "berlin",
        "expires_in_days": None,
    }
    return create_api_token(wanted, entropy=bytes(ENTROPY_BYTES), now=NOW)[1]


def extension(records: Records) -> Stored[Extension]:
    new = Extension(
        number="7001",
        name="Ann",
        password="a secret",
        site="berlin",
        origin=Origin.API,
        created_at=NOW,
        updated_at=NOW,
    )
    return records.save_extension(new, was=None)


def contact(records: Records) -> Stored[Contact]:
    new = Contact(
        id="c1", name="Ann", numbers=("1",), site="berlin", created_at=NOW, updated_at=NOW
    )
    return records.save_contact(new, was=None)


def layout(records: Records) -> Stored[Layout]:
    new = Layout(
        name="desk",
        label="Desk",
        keys=(),
        site="berlin",
        keys_at=NOW,
        created_at=NOW,
        updated_at=NOW,
    )
    return records.save_layout(new, was=None)


def webhook(records: Records) -> Stored[Webhook]:
    new = Webhook(
        id="w1",
        url="https://hooks.example.com/1",
        secret="whsec",
        events=(EventKind.FAILING,),
        site="berlin",
        active=True,
        created_at=NOW,
        updated_at=NOW,
    )
    return records.save_webhook(new, was=None)


def rollout(records: Records) -> Stored[Shelf]:
    new = Rollout(
        id="zip-00000000",
        vendor="zip",
        version="1.0",
        site="berlin",
        created_at=NOW,
        updated_at=NOW,
    )
    return records.save_shelf(Shelf(vendor="zip", rollouts=(new,)), was=None)


KINDS: Mapping[str, tuple[Come, Leave]] = {
    "extension": (extension, lambda records, was: records.remove_extension(was)),
    "contact": (contact, lambda records, was: records.remove_contact(was)),
    "layout": (layout, lambda records, was: records.remove_layout(was, now=NOW)),
    "webhook": (webhook, lambda records, was: records.remove_webhook(was)),
    "rollout": (
        rollout,
        lambda records, was: records.save_shelf(replace(was.value, rollouts=()), was=was),
    ),
    "API token": (
        lambda records: records.save_token(token()),
        lambda records, _: records.remove_token(token()),
    ),
}


class Lagging(Interrupted):
    """A table whose indexes know nothing yet."""

    def count(self, index: str, partition: str, *, at_most: int) -> int:  # noqa: ARG002
        return 0


@pytest.fixture
def table(new_table: Callable[[], Table]) -> Lagging:
    return Lagging(new_table())


@pytest.fixture
def records(table: Lagging) -> Records:
    return Records(table, sleep=lambda _: None)


@pytest.fixture
def rival(new_table: Callable[[], Table]) -> Records:
    return Records(new_table())


@pytest.fixture
def berlin(records: Records) -> Stored[Site]:
    return records.save_site(BERLIN, was=None)


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_while_the_site_is_removed_keeps_it(
    table: Lagging, records: Records, rival: Records, berlin: Stored[Site], kind: str
) -> None:
    come, leave = KINDS[kind]
    come_now: list[Any] = []
    table.before_next_writes(lambda: come_now.append(come(rival)))

    with pytest.raises(InUseError, match=f"site berlin is used by 1 {kind}"):
        records.remove_site(berlin, now=NOW)

    leave(rival, come_now[0])
    records.remove_site(berlin, now=NOW)
    assert records.site("berlin") is None


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_comes_to_a_site_that_is_removed_meanwhile(
    table: Lagging, records: Records, rival: Records, berlin: Stored[Site], kind: str
) -> None:
    table.before_next_writes(lambda: rival.remove_site(berlin, now=NOW))

    with pytest.raises(InputError, match=NO_SITE):
        KINDS[kind][0](records)


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_index_does_not_know_yet_keeps_the_site(
    records: Records, berlin: Stored[Site], kind: str
) -> None:
    KINDS[kind][0](records)

    with pytest.raises(InUseError, match=f"site berlin is used by 1 {kind}"):
        records.remove_site(berlin, now=NOW + timedelta(minutes=10))


def test_removed_site_leaves_nothing_behind(
    table: Lagging, records: Records, berlin: Stored[Site]
) -> None:
    records.remove_contact(contact(records))

    records.remove_site(berlin, now=NOW)

    assert table.read("SITE#berlin") == []


def test_site_of_the_same_name_ignores_no_device_of_the_one_before(
    records: Records, berlin: Stored[Site]
) -> None:
    for site in ("berlin", "paris", None):
        records.ignore(FIRST, site, NOW)

    records.remove_site(berlin, now=NOW)

    assert set(records.ignored()) == {(FIRST, "paris"), (FIRST, None)}


def test_token_that_has_expired_keeps_no_site_for_long(
    records: Records, berlin: Stored[Site]
) -> None:
    records.save_token(token())  # the index shows none, as if it had left by itself

    records.remove_site(berlin, now=NOW + timedelta(minutes=11))

    assert records.site("berlin") is None


def test_token_that_was_ended_is_not_brought_back_by_its_use(records: Records) -> None:
    shared = replace(token(), grant=replace(token().grant, site=None))
    records.save_token(shared)
    records.remove_token(shared)

    with pytest.raises(Exception, match="somebody else changed it"):
        records.note_use(shared)

    assert records.token(shared.digest) is None


def a_device(writer: Writer, mac: Mac = FIRST, site: str = "berlin") -> None:
    lines = ({"extension_number": "1001"},)
    writer.devices.register(mac, Choice(vendor="zip", model="33g", lines=lines, site=site))


def test_device_is_registered_while_its_site_is_removed(writer: Writer, rival: Records) -> None:
    berlin = writer.records.save_site(BERLIN, was=None)
    writer.table.before_next_writes(lambda: rival.remove_site(berlin, now=NOW))

    with pytest.raises(InputError, match=NO_SITE):
        a_device(writer)

    assert writer.records.device(FIRST) is None


def test_device_moves_while_the_other_site_is_removed(writer: Writer, rival: Records) -> None:
    berlin = writer.records.save_site(BERLIN, was=None)
    a_device(writer, site="default")
    writer.table.before_next_writes(lambda: rival.remove_site(berlin, now=NOW))

    with pytest.raises(InputError, match=NO_SITE):
        writer.devices.change(FIRST, {"site": "berlin"})

    kept = writer.records.device(FIRST)
    assert kept is not None
    assert kept.value.site == "default"


def test_site_is_removed_while_a_device_comes(
    new_writer: Callable[[], Writer], writer: Writer, records: Records, table: Lagging
) -> None:
    berlin = records.save_site(BERLIN, was=None)
    table.before_next_writes(lambda: a_device(new_writer()))

    with pytest.raises(InUseError, match="site berlin is used by 1 device"):
        records.remove_site(berlin, now=NOW)

    writer.devices.remove(FIRST)
    records.remove_site(berlin, now=NOW)


def test_device_that_stays_in_its_site_is_not_counted_anew(writer: Writer) -> None:
    writer.records.save_site(BERLIN, was=None)
    a_device(writer)
    [before] = rolls(writer.table)

    writer.devices.change(FIRST, {"model": "37g"})

    assert rolls(writer.table) == [before]
    assert before.body["counts"] == {"device": 1}


def test_device_of_the_default_site_is_not_counted(writer: Writer) -> None:
    a_device(writer, site="default")

    assert rolls(writer.table, "default") == []


def test_two_devices_that_come_at_once_are_both_counted(
    writer: Writer, new_writer: Callable[[], Writer]
) -> None:
    writer.records.save_site(BERLIN, was=None)
    other = new_writer()
    writer.table.before_next_writes(lambda: a_device(other, SECOND))

    a_device(writer, FIRST)

    assert sum(part.body["counts"]["device"] for part in rolls(writer.table)) == 2


def test_rows_of_an_import_are_counted_in_one_write(new_table: Callable[[], Table]) -> None:
    table = new_table()
    Records(table).save_site(BERLIN, was=None)
    batch = BatchRecords(table)

    contact(batch)
    extension(batch)
    batch.keep()
    batch.flush()

    [part] = rolls(table)
    assert part.body["counts"] == {"contact": 1, "extension": 1}


def test_site_is_removed_while_an_import_brings_a_record(new_table: Callable[[], Table]) -> None:
    records = Records(new_table())
    berlin = records.save_site(BERLIN, was=None)
    batch = BatchRecords(new_table())
    contact(batch)
    batch.keep()
    records.remove_site(berlin, now=NOW)

    with pytest.raises(Exception, match="somebody else changed it"):
        batch.flush()

    assert records.contact("c1") is None


def test_writers_and_removers_of_a_site_at_once(
    writer: Writer, new_writer: Callable[[], Writer]
) -> None:
    macs = [Mac(f"0015651234{number:02x}") for number in range(4)]
    writers = [new_writer() for _ in range(4)]
    done: Counter[str] = Counter()

    def remove(records: Records) -> None:
        was = records.site("berlin")
        if was is not None:
            records.remove_site(was, now=NOW)

    def act(order: tuple[int, str]) -> None:
        number, name = order
        own, mac = writers[number % 4], macs[number // 4 % 4]
        acts: dict[str, Callable[[], object]] = {
            "make": lambda: own.records.save_site(BERLIN, was=None),
            "register": lambda: a_device(own, mac),
            "move": lambda: own.devices.change(mac, {"site": ("berlin", "default")[number % 2]}),
            "leave": lambda: own.devices.remove(mac),
            "remove": lambda: remove(own.records),
        }
        with suppress(ConflictError, NotFoundError, InputError):
            acts[name]()
            done[name] += 1

    a_device(writer, macs[0], site="default")
    with ThreadPoolExecutor(8) as pool:
        names = ["make", "register", "move", "leave", "make", "register", "remove"] * 16
        list(pool.map(act, enumerate(names)))

    found = writer.records.list_devices(limit=99, after=None).values
    there = [each.value.site for each in found]
    counted = sum(part.body["counts"].get("device", 0) for part in rolls(writer.table))
    assert find_misfits(writer) == []
    assert writer.records.site("berlin") is not None or "berlin" not in there
    assert counted == there.count("berlin")
    assert done["register"]
    assert done["make"]


def rolls(table: Table | Interrupted, site: str = "berlin") -> list[Any]:
    keys: list[Key] = [roll_key(site, part) for part in range(PARTS)]
    return list(table.get(keys).values())
