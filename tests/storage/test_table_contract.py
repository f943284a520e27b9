"""Does each table keep the contract of the Protocol in reading and writing?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.domain.errors import ConditionError
from chalicelib.storage.table import (
    MAX_WRITES,
    Absent,
    Check,
    Condition,
    Delete,
    Item,
    Key,
    Page,
    Present,
    Put,
    Table,
    Unchanged,
    Write,
)
from tests.storage.conftest import Clock
from tests.storage.items import HERE, THERE, an_item, list_items, listed, places

# Reading


def test_get_missing_item(table: Table) -> None:
    assert table.get([HERE]) == {}


def test_get_no_keys(table: Table) -> None:
    assert table.get([]) == {}


def test_get_returns_item_whole(table: Table) -> None:
    item = an_item(
        Key("EXTENSION#\u00e9\u4e09\U0001f4de", "a b/c\x00\n"),
        revision="r-\u00fc",
        body={"b": [1, 2.5, None, True], "a": {"\u00e4": '\u2028 " \\ \U0001f4de'}, "": ""},
        place=("DEVICES", "\u4e09 \U0001f4de"),
        expires_at=1_900_000_000,
    )
    table.write(Put(item=item))

    found = table.get([item.key])

    assert found == {item.key: item}


def test_get_several_with_missing_and_repeated(table: Table) -> None:
    table.write(Put(item=an_item(HERE)), Put(item=an_item(THERE)))

    found = table.get([THERE, Key("DEVICE#3", "DEVICE"), HERE, THERE])

    assert found == {HERE: an_item(HERE), THERE: an_item(THERE)}


def test_get_more_than_one_batch(table: Table) -> None:
    keys = [Key("MANY", f"{number:03}") for number in range(201)]
    for start in range(0, 201, 100):
        table.write(*(Put(item=an_item(key)) for key in keys[start : start + 100]))

    found = table.get(keys)

    assert sorted(found) == keys


def test_read_in_order_of_sort_keys(table: Table) -> None:
    sorts = ["a", "B", "LINE#10", "LINE#2", "\U0001f4de", "\uff5e", "\u00e9", "e"]
    list_items(table, *(an_item(Key("P", sort)) for sort in sorts), an_item(Key("P2", "a")))

    found = table.read("P")

    assert [item.key.sort for item in found] == [
        "B",
        "LINE#10",
        "LINE#2",
        "a",
        "e",
        "\u00e9",
        "\uff5e",
        "\U0001f4de",
    ]


def test_read_empty_partition(table: Table) -> None:
    assert list(table.read("DEVICE#1")) == []


def test_read_more_than_one_megabyte(table: Table) -> None:
    text = "\u00e9" * 190_000
    list_items(table, *(an_item(Key("BIG", str(n)), body={"text": text}) for n in range(4)))

    found = table.read("BIG")

    assert [(item.key.sort, item.body["text"] == text) for item in found] == [
        ("0", True),
        ("1", True),
        ("2", True),
        ("3", True),
    ]


# Writing


def test_write_nothing(table: Table) -> None:
    table.write()


def test_put_replaces_item_whole(table: Table) -> None:
    table.write(Put(item=an_item(body={"old": 1}, place=("DEVICES", "1"), expires_at=2**40)))

    table.write(Put(item=an_item(body={"new": 2}, revision="r2")))

    assert table.get([HERE]) == {HERE: an_item(body={"new": 2}, revision="r2")}
    assert places(table.query("listing", "DEVICES", limit=9)) == []


def test_put_moves_item_in_index(table: Table) -> None:
    table.write(Put(item=an_item(place=("DEVICES", "1"))))

    table.write(Put(item=an_item(place=("PHONES", "2"))))

    assert places(table.query("listing", "DEVICES", limit=9)) == []
    assert places(table.query("listing", "PHONES", limit=9)) == ["2"]


def test_delete_takes_item_and_index_entry(table: Table) -> None:
    list_items(table, listed("1"), listed("2"))

    table.write(Delete(key=listed("1").key))

    assert table.get([listed("1").key]) == {}
    assert places(table.query("listing", "DEVICES", limit=9)) == ["2"]


def test_delete_nothing_there(table: Table) -> None:
    table.write(Delete(key=HERE))


def test_write_within_bound(table: Table) -> None:
    table.write(Put(item=an_item()), within=2.0)

    assert table.get([HERE]) == {HERE: an_item()}


WRITES: list[Callable[[Condition], Write]] = [
    lambda when: Put(item=an_item(revision="r2"), when=when),
    lambda when: Delete(key=HERE, when=when),
    lambda when: Check(key=HERE, when=when),
]


@pytest.mark.parametrize("write", WRITES, ids=["put", "delete", "check"])
@pytest.mark.parametrize("when", [Present(), Unchanged("r1")], ids=["present", "unchanged"])
def test_condition_on_nothing_there(
    table: Table, write: Callable[[Condition], Write], when: Condition
) -> None:
    with pytest.raises(ConditionError) as caught:
        table.write(write(when))

    assert caught.value.failed == (0,)
    assert table.get([HERE]) == {}


@pytest.mark.parametrize("write", WRITES, ids=["put", "delete", "check"])
@pytest.mark.parametrize("when", [Absent(), Unchanged("r0")], ids=["absent", "unchanged"])
def test_condition_on_other_item(
    table: Table, write: Callable[[Condition], Write], when: Condition
) -> None:
    table.write(Put(item=an_item()))

    with pytest.raises(ConditionError) as caught:
        table.write(write(when))

    assert caught.value.failed == (0,)
    assert table.get([HERE]) == {HERE: an_item()}


@pytest.mark.parametrize("when", [Present(), Unchanged("r1")], ids=["present", "unchanged"])
def test_condition_that_holds(table: Table, when: Condition) -> None:
    table.write(Put(item=an_item(), when=Absent()))

    table.write(Check(key=HERE, when=when))
    table.write(Put(item=an_item(), when=when))
    table.write(Delete(key=HERE, when=when))

    assert table.get([HERE]) == {}


def test_absent_check_that_holds(table: Table) -> None:
    table.write(Check(key=HERE, when=Absent()))
    table.write(Delete(key=HERE, when=Absent()))


def test_transaction_does_all(table: Table) -> None:
    table.write(Put(item=an_item(HERE)), Put(item=an_item(THERE, place=("DEVICES", "2"))))

    table.write(
        Put(item=an_item(HERE, revision="r2"), when=Unchanged("r1")),
        Delete(key=THERE, when=Present()),
        Check(key=Key("OTHER", "1"), when=Absent()),
        Put(item=listed("3"), when=Absent()),
    )

    assert table.get([HERE, THERE, listed("3").key]) == {
        HERE: an_item(HERE, revision="r2"),
        listed("3").key: listed("3"),
    }
    assert places(table.query("listing", "DEVICES", limit=9)) == ["3"]


def test_transaction_that_fails_does_nothing_and_names_positions(table: Table) -> None:
    table.write(Put(item=an_item(HERE)))

    with pytest.raises(ConditionError) as caught:
        table.write(
            Put(item=listed("3")),
            Put(item=an_item(HERE, revision="r2"), when=Unchanged("r0")),
            Delete(key=THERE),
            Check(key=Key("OTHER", "1"), when=Present()),
        )

    assert caught.value.failed == (1, 3)
    assert table.get([HERE, listed("3").key]) == {HERE: an_item(HERE)}
    assert places(table.query("listing", "DEVICES", limit=9)) == []


def test_most_writes_in_one_call(table: Table) -> None:
    table.write(*(Put(item=listed(f"{n:03}"), when=Absent()) for n in range(MAX_WRITES)))

    assert table.count("listing", "DEVICES", at_most=1000) == 100


# Collisions


def test_two_writers_of_one_revision(new_table: Callable[[], Table]) -> None:
    one, two = new_table(), new_table()
    one.write(Put(item=an_item()))
    seen_by_one, seen_by_two = one.get([HERE])[HERE], two.get([HERE])[HERE]
    two.write(Put(item=an_item(revision="two"), when=Unchanged(seen_by_two.revision)))

    with pytest.raises(ConditionError):
        one.write(Put(item=an_item(revision="one"), when=Unchanged(seen_by_one.revision)))

    assert one.get([HERE])[HERE].revision == "two"


def test_two_creators(new_table: Callable[[], Table]) -> None:
    one, two = new_table(), new_table()
    one.write(Put(item=an_item(revision="one"), when=Absent()))

    with pytest.raises(ConditionError):
        two.write(Put(item=an_item(revision="two"), when=Absent()))

    assert two.get([HERE])[HERE].revision == "one"


def test_writer_after_remover(new_table: Callable[[], Table]) -> None:
    one, two = new_table(), new_table()
    one.write(Put(item=an_item()))
    two.write(Delete(key=HERE))

    with pytest.raises(ConditionError):
        one.write(Put(item=an_item(revision="r2"), when=Unchanged("r1")))

    assert two.read(HERE.partition) == []


# Expiry


def test_expired_item_is_in_no_answer(table: Table, clock: Clock) -> None:
    item = listed("1", expires_at=1_800_000_010)
    table.write(Put(item=item))
    clock.time = 1_800_000_010.0

    assert table.get([item.key]) == {}
    assert table.get([item.key, HERE]) == {}
    assert list(table.read(item.key.partition)) == []
    assert table.query("listing", "DEVICES", limit=9) == Page(items=[], after=None)
    assert table.count("listing", "DEVICES", at_most=9) == 0


def test_item_is_there_until_it_expires(table: Table, clock: Clock) -> None:
    item = listed("1", expires_at=1_800_000_010)
    table.write(Put(item=item))
    clock.time = 1_800_000_009.9

    assert table.get([item.key]) == {item.key: item}
    assert table.read(item.key.partition) == [item]
    assert table.query("listing", "DEVICES", limit=9).items == [item]
    assert table.count("listing", "DEVICES", at_most=9) == 1
    table.write(Check(key=item.key, when=Unchanged("r1")))


@pytest.mark.parametrize("write", WRITES, ids=["put", "delete", "check"])
@pytest.mark.parametrize("when", [Present(), Unchanged("r1")], ids=["present", "unchanged"])
def test_expired_item_counts_as_absent(
    table: Table, clock: Clock, write: Callable[[Condition], Write], when: Condition
) -> None:
    table.write(Put(item=an_item(expires_at=1_800_000_010)))
    clock.time = 1_800_000_011.0

    with pytest.raises(ConditionError):
        table.write(write(when))
    with pytest.raises(ConditionError):
        table.write(write(when), Delete(key=THERE))


def test_expired_item_can_be_created_anew(table: Table, clock: Clock) -> None:
    table.write(Put(item=an_item(expires_at=1_800_000_010)))
    clock.time = 1_800_000_011.0

    table.write(Check(key=HERE, when=Absent()))
    table.write(Put(item=an_item(revision="r2"), when=Absent()))

    assert table.get([HERE]) == {HERE: an_item(revision="r2")}


def test_pages_stay_full_when_items_expire(table: Table, clock: Clock) -> None:
    brief = {"expires_at": 1_800_000_010}
    list_items(table, *(listed(f"{n:02}", **(brief if n % 5 else {})) for n in range(30)))
    clock.time = 1_800_000_020.0

    first = table.query("listing", "DEVICES", limit=2)
    second = table.query("listing", "DEVICES", limit=2, after=first.after)
    third = table.query("listing", "DEVICES", limit=2, after=second.after)

    assert [places(first), places(second), places(third)] == [
        ["00", "05"],
        ["10", "15"],
        ["20", "25"],
    ]
    assert third.after is None
    assert table.count("listing", "DEVICES", at_most=4) == 4
    assert table.count("listing", "DEVICES", at_most=9) == 6


# What no table takes


@pytest.mark.parametrize(
    ("writes", "expected"),
    [
        (
            [Delete(key=Key("P", str(number))) for number in range(MAX_WRITES + 1)],
            "101 writes in one call; at most 100 are allowed",
        ),
        (
            [Put(item=an_item(HERE)), Check(key=HERE, when=Present())],
            "more than one write for Key(partition='DEVICE#1', sort='DEVICE')",
        ),
        ([Delete(key=Key("", "1"))], "partition of 0 bytes; 1 to 2048 are allowed"),
        ([Delete(key=Key("P", ""))], "sort key of 0 bytes; 1 to 1024 are allowed"),
        ([Delete(key=Key("\u00e9" * 1025, "1"))], "partition of 2050 bytes"),
        ([Delete(key=Key("P", "\u00e9" * 513))], "sort key of 1026 bytes"),
        ([Put(item=listed(""))], "sort key of 0 bytes"),
        (
            [Put(item=Item(key=HERE, body={}, revision="1", entries={"other": ("a", "b")}))],
            "no index 'other'; there are listing",
        ),
        ([Put(item=an_item(body={"n": float("nan")}))], "Out of range float values"),
        ([Put(item=an_item(body={"n": "\ud800"}))], "surrogates not allowed"),
        ([Put(item=an_item(body={"n": "x" * 400_000}))], "at most 400000 are allowed"),
        (
            [
                Put(item=an_item(Key("P", str(number)), body={"n": "x" * 390_000}))
                for number in range(11)
            ],
            "at most 4000000 are allowed",
        ),
        ([Put(item=an_item(expires_at=-1))], "expires at -1"),
    ],
)
def test_write_refused(table: Table, writes: list[Write], expected: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is looked at
        table.write(*writes)

    assert expected in str(caught.value)
    assert table.get([HERE]) == {}


@pytest.mark.parametrize("within", [0.0, -1.0, float("nan")])
def test_write_within_no_time(table: Table, within: float) -> None:
    with pytest.raises(ValueError, match="cannot be done"):
        table.write(Delete(key=HERE), within=within)


def test_biggest_body(table: Table) -> None:
    item = an_item(body={"text": "x" * 399_900})
    table.write(Put(item=item))

    assert table.get([HERE]) == {HERE: item}


def test_read_refused(table: Table) -> None:
    with pytest.raises(ValueError, match="sort key of 0 bytes"):
        table.get([HERE, Key("P", "")])
    with pytest.raises(ValueError, match="partition of 0 bytes"):
        table.read("")
    with pytest.raises(ValueError, match="no index 'other'"):
        table.query("other", "P", limit=1)
    with pytest.raises(ValueError, match="limit is 0; at least 1 is allowed"):
        table.query("listing", "P", limit=0)
    with pytest.raises(ValueError, match="no index 'other'"):
        table.count("other", "P", at_most=1)
    with pytest.raises(ValueError, match="at_most is -1; at least 0 is allowed"):
        table.count("listing", "P", at_most=-1)
