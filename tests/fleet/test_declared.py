"""Does config.yml bring in what is its own, once, and nothing else?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.domain.errors import InputError, NotFoundError, StoreDownError
from chalicelib.domain.extension import Origin
from chalicelib.domain.mac import Mac
from chalicelib.fleet.declared import Declared
from chalicelib.settings import DeclaredDevice, DeclaredExtension
from tests.fleet.writer import FIRST, SECOND, Writer, find_misfits

NewWriter = Callable[[], Writer]


def an_extension(number: str = "1001", **more: Any) -> DeclaredExtension:  # noqa: ANN401
    return DeclaredExtension(**{"number": number, "name": None, "password": "of file", **more})


def a_device(mac: Mac = FIRST, extension: str = "1001", **more: Any) -> DeclaredDevice:  # noqa: ANN401
    given = {"mac": mac, "extension": extension, "vendor": "zip", "model": "33g", **more}
    return DeclaredDevice(**given)


def numbers(writer: Writer) -> list[str]:
    listed = writer.extensions.list(limit=999, after=None).values
    return [stored.value.number for stored in listed]


def macs(writer: Writer) -> list[Mac]:
    return [each.value.mac for each in writer.records.list_devices(limit=999, after=None).values]


@pytest.fixture
def empty(new_writer: NewWriter) -> Writer:
    return new_writer()


def declare(new_writer: NewWriter, digest: str, *entries: object, **more: Any) -> Declared:  # noqa: ANN401
    """The declaration of these entries, in a process of its own."""
    return new_writer().declare(
        digest=digest,
        extensions=[entry for entry in entries if isinstance(entry, DeclaredExtension)],
        devices=[entry for entry in entries if isinstance(entry, DeclaredDevice)],
        **more,
    )


def test_load(empty: Writer, new_writer: NewWriter) -> None:
    declare(
        new_writer,
        "one",
        an_extension(name="Front desk"),
        an_extension("1002"),
        a_device(vendor="ZIP", model="zip33g"),
    ).load()

    extension, device = empty.extensions.show("1001").value, empty.devices.show(FIRST).device
    assert (extension.name, extension.password, extension.origin) == (
        "Front desk",
        "of file",
        Origin.FILE,
    )
    assert (device.extension_number, device.vendor, device.model, device.origin) == (
        "1001",
        "zip",
        "33g",
        Origin.FILE,
    )
    assert empty.extensions.show("1002").value.name == "1002"
    assert find_misfits(empty) == []


def test_loaded_device_is_armed_for_its_phone(empty: Writer, new_writer: NewWriter) -> None:
    declare(new_writer, "one", an_extension(), a_device()).load()

    access = empty.records.access(FIRST)
    assert access is not None
    assert (access.value.awaited, access.value.armed_left) == (True, 12)


def test_changed_entry_leaves_what_opens_the_device(empty: Writer, new_writer: NewWriter) -> None:
    declare(new_writer, "one", an_extension(), a_device()).load()
    before = empty.records.access(FIRST)

    declare(new_writer, "two", an_extension(), a_device(model="37g")).load()

    assert before is not None
    assert empty.records.access(FIRST) == before


def test_digest_lies_in_the_table_signed(empty: Writer, new_writer: NewWriter) -> None:
    """A plain digest would let those with a copy of the table try passwords out."""
    declare(new_writer, "one", an_extension()).load()

    loaded = empty.records.loaded()
    assert loaded is not None
    assert loaded.value.digest == "signed one"


def test_load_again_in_the_same_process_asks_nothing(new_writer: NewWriter) -> None:
    process = new_writer()
    declared = process.declare(digest="one", extensions=[an_extension()], devices=[a_device()])
    declared.load()
    process.table.calls.clear()

    declared.load()

    assert process.table.calls == []


def test_load_unchanged_file_in_another_process_is_one_read(new_writer: NewWriter) -> None:
    declare(new_writer, "one", an_extension(), a_device()).load()
    process = new_writer()

    process.declare(digest="one", extensions=[an_extension()], devices=[a_device()]).load()

    assert process.table.calls == ["get"]


def test_load_changed_entries(empty: Writer, new_writer: NewWriter) -> None:
    declare(new_writer, "one", an_extension(), an_extension("1002"), a_device()).load()
    created_at = empty.devices.show(FIRST).device.created_at

    declare(
        new_writer,
        "two",
        an_extension(password="another"),
        an_extension("1002"),
        a_device(model="37g"),
    ).load()

    device = empty.devices.show(FIRST).device
    assert empty.extensions.show("1001").value.password == "another"
    assert (device.model, device.created_at) == ("37g", created_at)
    assert find_misfits(empty) == []


def test_load_unchanged_entries_of_a_changed_file_writes_none(new_writer: NewWriter) -> None:
    declare(new_writer, "one", an_extension(), a_device()).load()
    process = new_writer()

    process.declare(digest="two", extensions=[an_extension()], devices=[a_device()]).load()

    # What was loaded; the extensions; the devices; those to remove, of both kinds; what is loaded.
    assert process.table.calls == ["get", "get", "get", "get", "get", "write"]


def test_load_takes_out_what_the_file_no_longer_has(empty: Writer, new_writer: NewWriter) -> None:
    declare(
        new_writer, "one", an_extension(), an_extension("1002"), a_device(), a_device(SECOND)
    ).load()

    declare(new_writer, "two", an_extension(), a_device(SECOND)).load()

    assert (numbers(empty), macs(empty)) == (["1001"], [SECOND])
    assert find_misfits(empty) == []


def test_load_leaves_what_the_api_created(empty: Writer, new_writer: NewWriter) -> None:
    empty.extensions.put(number="1001", name="Of the API", password="of api")
    empty.register(FIRST, "1001", "37g")

    declare(new_writer, "one", an_extension(), a_device()).load()
    declare(new_writer, "two").load()

    extension = empty.extensions.show("1001").value
    assert (extension.name, extension.password, extension.origin) == (
        "Of the API",
        "of api",
        Origin.API,
    )
    assert empty.devices.show(FIRST).device.model == "37g"


def test_load_leaves_what_the_api_changed(empty: Writer, new_writer: NewWriter) -> None:
    declare(new_writer, "one", an_extension(), a_device()).load()
    empty.extensions.change("1001", name="Of the API")
    empty.devices.change(FIRST, {"model": "37g"})

    declare(new_writer, "two", an_extension(name="Of the file"), a_device()).load()
    declare(new_writer, "three").load()

    assert empty.extensions.show("1001").value.name == "Of the API"
    device = empty.devices.show(FIRST).device
    assert (device.model, device.origin) == ("37g", Origin.API)


def test_what_the_api_removed_stays_removed(empty: Writer, new_writer: NewWriter) -> None:
    declare(new_writer, "one", an_extension(), an_extension("1002"), a_device()).load()
    empty.devices.remove(FIRST)
    empty.extensions.remove("1002")

    declare(new_writer, "two", an_extension(), an_extension("1002"), a_device()).load()

    assert (numbers(empty), macs(empty)) == (["1001"], [])


def test_what_the_api_removed_comes_when_the_file_names_it_anew(
    empty: Writer, new_writer: NewWriter
) -> None:
    declare(new_writer, "one", an_extension(), a_device()).load()
    empty.devices.remove(FIRST)
    declare(new_writer, "two", an_extension()).load()

    declare(new_writer, "three", an_extension(), a_device()).load()

    assert macs(empty) == [FIRST]


def test_extension_in_use_is_kept_with_a_warning(
    empty: Writer, new_writer: NewWriter, logged: list[str]
) -> None:
    declare(new_writer, "one", an_extension()).load()
    empty.register(FIRST, "1001")

    declare(new_writer, "two").load()

    assert numbers(empty) == ["1001"]
    assert (
        "config.yml: extension 1001 is kept: extension 1001 is used by 1 device(s): 001565123401"
        in logged
    )


def test_extension_that_was_kept_goes_with_a_later_file(
    empty: Writer, new_writer: NewWriter
) -> None:
    declare(new_writer, "one", an_extension()).load()
    empty.register(FIRST, "1001")
    declare(new_writer, "two").load()
    empty.devices.remove(FIRST)

    declare(new_writer, "three").load()

    assert numbers(empty) == []


def test_device_waits_for_its_extension(
    empty: Writer, new_writer: NewWriter, logged: list[str]
) -> None:
    process = new_writer()
    process.declare(digest="one", devices=[a_device()]).load()

    process.extensions.put(number="1009", name=None, password="of api")
    before = macs(empty)
    process.extensions.put(number="1001", name=None, password="of api")

    assert (before, macs(empty)) == ([], [FIRST])
    assert empty.devices.show(FIRST).device.origin is Origin.FILE
    assert logged == [
        (
            "config.yml: device 001565123401 is not loaded: extension_number: "
            '"1001" is not an extension; create it first (POST /api/extensions)'
        ),
        "config.yml: 0 record(s) written, 1 not loaded",
        "config.yml: 1 record(s) written, 0 not loaded",
    ]
    assert find_misfits(empty) == []


def test_device_that_waited_is_tried_by_the_next_process(
    empty: Writer, new_writer: NewWriter
) -> None:
    declare(new_writer, "one", a_device()).load()
    empty.extensions.put(number="1001", name=None, password="of api")

    declare(new_writer, "one", a_device()).load()

    assert macs(empty) == [FIRST]


def test_one_bad_entry_keeps_no_other_out(empty: Writer, new_writer: NewWriter) -> None:
    declare(
        new_writer, "one", an_extension(), a_device(FIRST, vendor="acme"), a_device(SECOND)
    ).load()

    assert macs(empty) == [SECOND]


def declare_slowly(process: Writer) -> Declared:
    """Twenty devices of one extension, in a process where each write takes a second."""
    return process.declare(
        digest="one",
        extensions=[an_extension()],
        devices=[a_device(Mac(f"0015651234{n:02x}")) for n in range(20)],
        timer=lambda: float(process.table.calls.count("write")),
        budget=8.0,
    )


def test_budget_that_runs_out_is_continued(empty: Writer, new_writer: NewWriter) -> None:
    declared = declare_slowly(new_writer())

    counts = []
    for _ in range(4):
        declared.load()
        counts.append(len(macs(empty)))

    assert counts == [7, 15, 20, 20]
    assert is_loaded(empty, "one")
    assert find_misfits(empty) == []


def test_budget_that_runs_out_is_continued_by_another_process(
    empty: Writer, new_writer: NewWriter
) -> None:
    declare_slowly(new_writer()).load()
    declare_slowly(new_writer()).load()

    declare_slowly(new_writer()).load()

    assert len(macs(empty)) == 20
    assert is_loaded(empty, "one")


def test_what_came_in_before_the_budget_ran_out_can_go_again(
    empty: Writer, new_writer: NewWriter
) -> None:
    declare_slowly(new_writer()).load()

    declare(new_writer, "two").load()

    assert (numbers(empty), macs(empty)) == ([], [])


def test_many_that_have_not_changed_cost_no_read_each(new_writer: NewWriter) -> None:
    devices = [a_device(Mac(f"0015651234{n:02x}")) for n in range(30)]
    declare(new_writer, "one", an_extension(), *devices).load()
    process = new_writer()

    process.declare(digest="two", extensions=[an_extension()], devices=devices).load()

    assert len(process.table.calls) == 6


def test_two_processes_load_in_turns(empty: Writer, new_writer: NewWriter) -> None:
    extensions = [an_extension(), an_extension("1002")]
    devices = [a_device(), a_device(SECOND, "1002")]
    process, other = new_writer(), declare(new_writer, "one", *extensions, *devices)
    process.table.before_next_writes(other.load)

    process.declare(digest="one", extensions=extensions, devices=devices).load()

    assert (numbers(empty), macs(empty)) == (["1001", "1002"], [FIRST, SECOND])
    assert is_loaded(empty, "one")


def test_two_processes_take_out_in_turns(empty: Writer, new_writer: NewWriter) -> None:
    declare(new_writer, "one", an_extension(), an_extension("1002"), a_device()).load()
    process, other = new_writer(), declare(new_writer, "two", an_extension())
    process.table.before_next_writes(other.load)

    process.declare(digest="two", extensions=[an_extension()]).load()

    assert (numbers(empty), macs(empty)) == (["1001"], [])
    assert is_loaded(empty, "two")


def test_extension_is_taken_out_by_two_processes(empty: Writer, new_writer: NewWriter) -> None:
    declare(new_writer, "one", an_extension()).load()
    process, other = new_writer(), declare(new_writer, "two")
    process.table.before_next_writes(other.load)

    process.declare(digest="two").load()

    assert numbers(empty) == []
    assert is_loaded(empty, "two")


def test_many_processes_load_at_once(
    empty: Writer, new_writer: NewWriter, logged: list[str]
) -> None:
    devices = [a_device(Mac(f"0015651234{n:02x}"), f"100{n % 2 + 1}") for n in range(10)]
    processes = [
        declare(new_writer, "one", an_extension(), an_extension("1002"), *devices) for _ in range(4)
    ]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda declared: declared.load(), processes))
    for declared in processes:
        declared.load()

    assert len(macs(empty)) == 10
    assert is_loaded(empty, "one")
    assert find_misfits(empty) == []
    assert [text for text in logged if " is not loaded: " in text] == []


def test_api_changes_an_entry_during_the_load(empty: Writer, new_writer: NewWriter) -> None:
    declare(new_writer, "one", an_extension(), a_device()).load()
    process = new_writer()
    process.table.before_next_writes(lambda: empty.devices.change(FIRST, {"model": "37g"}))

    process.declare(digest="two", extensions=[an_extension()]).load()

    assert empty.devices.show(FIRST).device.model == "37g"
    assert is_loaded(empty, "two") is True


def is_loaded(writer: Writer, digest: str) -> bool:
    loaded = writer.records.loaded()
    return loaded is not None and loaded.value.digest == f"signed {digest}"


def test_store_that_fails_while_a_waiting_device_comes_in(
    empty: Writer, new_writer: NewWriter
) -> None:
    process = new_writer()
    declared = process.declare(digest="one", devices=[a_device()])
    declared.load()
    process.table.before_next_writes(lambda: None, go_away)

    _, created = process.extensions.put(number="1001", name=None, password="of api")
    declared.load()

    assert created
    assert macs(empty) == [FIRST]


def go_away() -> None:
    raise StoreDownError("the store went away")


def test_refusals_name_all_flaws(empty: Writer) -> None:
    with pytest.raises(InputError) as caught:
        empty.register(FIRST, "9999", "99x")

    assert [flaw.where for flaw in caught.value.flaws] == ["extension_number", "model"]
    with pytest.raises(NotFoundError):
        empty.devices.show(FIRST)
