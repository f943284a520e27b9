"""Does each table keep the contract of the Protocol in its lists?"""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from chalicelib.storage.table import (
    Delete,
    Item,
    Key,
    Page,
    Put,
    Table,
)
from tests.storage.items import HERE, an_item, list_items, listed, places


def test_query_in_order_and_in_pages(table: Table) -> None:
    list_items(table, *(listed(sort) for sort in ["3", "1", "5", "2", "4"]))

    first = table.query("listing", "DEVICES", limit=2)
    second = table.query("listing", "DEVICES", limit=2, after=first.after)
    third = table.query("listing", "DEVICES", limit=2, after=second.after)

    assert [places(first), places(second), places(third)] == [["1", "2"], ["3", "4"], ["5"]]
    assert third.after is None


def test_query_returns_items_whole(table: Table) -> None:
    table.write(Put(item=listed("1", expires_at=2**40, body={"\u00e9": [1]})))

    page = table.query("listing", "DEVICES", limit=1)

    assert page == Page(items=[listed("1", expires_at=2**40, body={"\u00e9": [1]})], after=None)


def test_query_that_ends_with_the_page(table: Table) -> None:
    list_items(table, listed("1"), listed("2"))

    assert table.query("listing", "DEVICES", limit=2).after is None


def test_query_empty_partition(table: Table) -> None:
    assert table.query("listing", "DEVICES", limit=2) == Page(items=[], after=None)


def test_query_same_place_twice_loses_nothing(table: Table) -> None:
    keys = [Key("P", str(number)) for number in range(5)]
    list_items(table, *(an_item(key, place=("DEVICES", "same")) for key in keys))

    first = table.query("listing", "DEVICES", limit=2)
    second = table.query("listing", "DEVICES", limit=2, after=first.after)
    third = table.query("listing", "DEVICES", limit=2, after=second.after)

    found = [item.key for page in (first, second, third) for item in page.items]
    assert sorted(found) == keys


def test_query_when_the_last_item_seen_is_deleted(table: Table) -> None:
    list_items(table, *(listed(sort) for sort in "12345"))
    first = table.query("listing", "DEVICES", limit=2)
    table.write(Delete(key=listed("2").key))

    second = table.query("listing", "DEVICES", limit=2, after=first.after)

    assert places(second) == ["3", "4"]


def test_query_when_items_come_between_pages(table: Table) -> None:
    list_items(table, *(listed(sort) for sort in ["2", "4", "6"]))
    first = table.query("listing", "DEVICES", limit=2)
    list_items(table, *(listed(sort) for sort in ["1", "3", "5", "7"]))

    second = table.query("listing", "DEVICES", limit=9, after=first.after)

    assert (places(first), places(second)) == (["2", "4"], ["5", "6", "7"])


def test_query_when_all_the_rest_is_deleted(table: Table) -> None:
    list_items(table, *(listed(sort) for sort in "123"))
    first = table.query("listing", "DEVICES", limit=1)
    table.write(*(Delete(key=listed(sort).key) for sort in "123"))

    second = table.query("listing", "DEVICES", limit=1, after=first.after)

    assert second == Page(items=[], after=None)


def test_query_position_holds_in_every_table(
    new_sqlite: Callable[[], Table], new_dynamo: Callable[[], Table]
) -> None:
    sqlite, dynamo = new_sqlite(), new_dynamo()
    for table in (sqlite, dynamo):
        list_items(table, *(listed(sort) for sort in "123"))
    after = sqlite.query("listing", "DEVICES", limit=1).after

    assert places(dynamo.query("listing", "DEVICES", limit=9, after=after)) == ["2", "3"]


def spell(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


GOOD = '["listing","DEVICES","1","DEVICE#1","DEVICE"]'


def test_query_position_is_spelled_as_these_tests_believe(table: Table) -> None:
    list_items(table, listed("1"), listed("2"))

    assert table.query("listing", "DEVICES", limit=1).after == spell(GOOD)


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        "%%%%",
        "\u00e9",
        spell(GOOD) + "=",
        spell(GOOD) + "\n",
        spell(GOOD)[:-3],
        spell(GOOD.replace(",", ", ")),
        spell(GOOD.replace("DEVICES", "PHONES")),
        spell(GOOD.replace("listing", "other")),
        spell(GOOD.replace("listing", "finding")),
        spell(GOOD.replace('"1"', "1")),
        spell(GOOD.replace('"1"', '""')),
        spell(GOOD.replace('"1"', '"' + "1" * 1025 + '"')),
        spell(GOOD.replace('"1"', '"\\ud800"')),
        spell('["listing","DEVICES","1","DEVICE#1"]'),
        spell('{"listing":1}'),
        spell("null"),
        spell("[" * 5000),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_query_bad_position(table: Table, after: str) -> None:
    with pytest.raises(ValueError, match=r"position|sort key|codec"):
        table.query("listing", "DEVICES", limit=1, after=after)


def test_query_what_begins_so(table: Table) -> None:
    list_items(table, *(listed(sort) for sort in ("a", "ab", "ab1", "abc", "ac", "b", "A")))

    assert places(table.query("listing", "DEVICES", limit=9, begins="ab")) == ["ab", "ab1", "abc"]
    assert places(table.query("listing", "DEVICES", limit=9, begins="abx")) == []
    assert places(table.query("listing", "PHONES", limit=9, begins="ab")) == []


def test_query_what_begins_so_in_pages(table: Table) -> None:
    list_items(table, *(listed(sort) for sort in ("a", "ab1", "ab2", "ab3", "ac", "b")))

    first = table.query("listing", "DEVICES", limit=2, begins="ab")
    second = table.query("listing", "DEVICES", limit=2, begins="ab", after=first.after)

    assert [places(first), places(second)] == [["ab1", "ab2"], ["ab3"]]
    assert second.after is None


@pytest.mark.parametrize(
    "begins", ["é", "z\ud7ff", "\ud7ff", "\U0010ffff", "a\U0010ffff", "%", "_", "a\x1f", "'"]
)
def test_query_beginnings_of_any_characters(table: Table, begins: str) -> None:
    list_items(table, *(listed(sort) for sort in ("a", "z", "é", "\ue000", "zz", "a\x1f1", "ab")))
    table.write(Put(item=listed(begins + "1")))

    found = places(table.query("listing", "DEVICES", limit=99, begins=begins))

    assert begins + "1" in found
    assert all(place.startswith(begins) for place in found)


def test_query_position_of_another_beginning(table: Table) -> None:
    list_items(table, *(listed(sort) for sort in ("ab1", "ab2", "ab3")))
    after = table.query("listing", "DEVICES", limit=1).after

    with pytest.raises(ValueError, match="the position belongs to another list"):
        table.query("listing", "DEVICES", limit=1, begins="x", after=after)


def test_query_from_the_least_on(table: Table) -> None:
    list_items(table, *(listed(sort) for sort in ("a", "a1", "a2", "a2x", "a3", "b", "b1")))

    assert places(table.query("listing", "DEVICES", limit=9, begins="a", least="a2")) == [
        "a2",
        "a2x",
        "a3",
    ]
    assert places(table.query("listing", "DEVICES", limit=9, least="a3")) == ["a3", "b", "b1"]
    assert places(table.query("listing", "DEVICES", limit=9, begins="a", least="a4")) == []
    assert places(table.query("listing", "DEVICES", limit=9, begins="a", least="a"))[:2] == [
        "a",
        "a1",
    ]


def test_query_from_the_least_on_in_pages(table: Table) -> None:
    list_items(table, *(listed(sort) for sort in ("a1", "a2", "a3", "a4", "b")))

    first = table.query("listing", "DEVICES", limit=2, begins="a", least="a2")
    second = table.query("listing", "DEVICES", limit=2, begins="a", least="a2", after=first.after)

    assert [places(first), places(second)] == [["a2", "a3"], ["a4"]]
    assert second.after is None


def test_query_position_before_the_least(table: Table) -> None:
    """Since a list that goes by the day may be walked through past midnight."""
    list_items(table, *(listed(sort) for sort in ("a1", "a2", "a3", "a4")))
    after = table.query("listing", "DEVICES", limit=1, begins="a").after

    found = table.query("listing", "DEVICES", limit=9, begins="a", least="a3", after=after)

    assert places(found) == ["a3", "a4"]


@pytest.mark.parametrize("begins", ["", "é", "\ud7ff", "\U0010ffff", "a\U0010ffff", "a\x1f"])
def test_query_least_of_any_characters(table: Table, begins: str) -> None:
    list_items(table, *(listed(sort) for sort in ("a", "z", "é0", "ê", "\ue000", "b", "a ")))
    table.write(*(Put(item=listed(begins + end)) for end in ("1", "2", "2\U0010ffff")))

    found = places(table.query("listing", "DEVICES", limit=99, begins=begins, least=begins + "2"))

    assert found[:2] == [begins + "2", begins + "2\U0010ffff"]
    assert all(place.startswith(begins) for place in found)


def test_query_least_of_another_beginning(table: Table) -> None:
    with pytest.raises(ValueError, match="the least sort key 'b' does not begin with 'a'"):
        table.query("listing", "DEVICES", limit=1, begins="a", least="b")


@pytest.mark.parametrize("index", ["listing", "finding", "site_listing", "site_finding"])
def test_item_stands_in_each_index_at_a_place_of_its_own(table: Table, index: str) -> None:
    names = ("listing", "finding", "site_listing", "site_finding")
    entries = {name: (f"in {name}", "1") for name in names}
    item = Item(key=HERE, body={}, revision="r1", entries=entries)
    table.write(Put(item=item))

    assert table.query(index, f"in {index}", limit=9).items == [item]
    assert table.count(index, f"in {index}", at_most=9) == 1
    assert table.query(index, "in another", limit=9).items == []


def test_count(table: Table) -> None:
    list_items(table, *(listed(sort) for sort in "12345"))
    table.write(Put(item=an_item(Key("P", "1"), place=("PHONES", "1"))))

    assert table.count("listing", "DEVICES", at_most=100) == 5
    assert table.count("listing", "DEVICES", at_most=5) == 5
    assert table.count("listing", "DEVICES", at_most=3) == 3
    assert table.count("listing", "DEVICES", at_most=0) == 0
    assert table.count("listing", "NOTHING", at_most=100) == 0
