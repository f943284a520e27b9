"""Do devices and extensions fit each other, whoever writes at the same time?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from chalicelib.domain.errors import (
    ChangedError,
    ConflictError,
    ExtensionInUseError,
    InputError,
    NotFoundError,
    OffhookError,
)
from chalicelib.domain.mac import Mac
from chalicelib.storage.table import Key
from tests.fleet.writer import FIRST, SECOND, THIRD, Writer, find_misfits

NewWriter = Callable[[], Writer]


def test_two_register_the_same_new_device(writer: Writer, new_writer: NewWriter) -> None:
    rival = new_writer()
    writer.table.before_next_writes(lambda: rival.register(FIRST, "1002"))

    with pytest.raises(ChangedError, match="somebody else changed it; read it again"):
        writer.register(FIRST, "1001")

    assert writer.devices.show(FIRST).device.extension_number == "1002"
    assert find_misfits(writer) == []


def test_two_change_the_same_device(writer: Writer, new_writer: NewWriter) -> None:
    writer.register(FIRST, "1001")
    rival = new_writer()
    writer.table.before_next_writes(
        lambda: rival.devices.change(FIRST, {"extension_number": "1002"})
    )

    with pytest.raises(ChangedError):
        writer.devices.change(FIRST, {"extension_number": "1003"})

    assert writer.devices.show(FIRST).device.extension_number == "1002"
    assert find_misfits(writer) == []


def test_device_is_removed_while_it_changes(writer: Writer, new_writer: NewWriter) -> None:
    writer.register()
    rival = new_writer()
    writer.table.before_next_writes(lambda: rival.devices.remove(FIRST))

    with pytest.raises(ChangedError):
        writer.devices.change(FIRST, {"model": "37g"})

    with pytest.raises(NotFoundError):
        writer.devices.show(FIRST)
    assert find_misfits(writer) == []


def test_extension_changes_while_a_device_comes(writer: Writer, new_writer: NewWriter) -> None:
    rival = new_writer()
    writer.table.before_next_writes(lambda: rival.extensions.change("1001", name="Lobby"))

    writer.register(FIRST, "1001")

    dossier = writer.records.dossier(FIRST)
    assert dossier is not None
    assert dossier.lines[0].name == "Lobby"
    assert find_misfits(writer) == []


def test_device_comes_while_the_extension_changes(writer: Writer, new_writer: NewWriter) -> None:
    writer.register(SECOND, "1001")
    rival = new_writer()
    writer.table.before_next_writes(lambda: rival.register(FIRST, "1001"))

    writer.extensions.change("1001", name="Lobby")

    names = [d.lines[0].name for mac in (FIRST, SECOND) if (d := writer.records.dossier(mac))]
    assert names == ["Lobby", "Lobby"]
    assert find_misfits(writer) == []


def test_device_leaves_while_the_extension_changes(writer: Writer, new_writer: NewWriter) -> None:
    writer.register(FIRST, "1001")
    rival = new_writer()
    writer.table.before_next_writes(lambda: rival.devices.remove(FIRST))

    writer.extensions.change("1001", name="Lobby")

    assert writer.table.read(f"DEVICE#{FIRST}") == []
    assert find_misfits(writer) == []


def test_extension_is_deleted_while_a_device_comes(writer: Writer, new_writer: NewWriter) -> None:
    rival = new_writer()
    writer.table.before_next_writes(lambda: rival.extensions.remove("1001"))

    with pytest.raises(InputError, match='"1001" is not an extension; create it first'):
        writer.register(FIRST, "1001")

    assert writer.table.read(f"DEVICE#{FIRST}") == []
    assert find_misfits(writer) == []


def test_device_comes_while_the_extension_is_deleted(writer: Writer, new_writer: NewWriter) -> None:
    rival = new_writer()
    writer.table.before_next_writes(lambda: rival.register(FIRST, "1001"))

    with pytest.raises(ExtensionInUseError, match="used by 1 device"):
        writer.extensions.remove("1001")

    assert find_misfits(writer) == []


def test_device_moves_away_while_another_comes(writer: Writer, new_writer: NewWriter) -> None:
    writer.register(FIRST, "1001")
    rival, other = new_writer(), new_writer()
    writer.table.before_next_writes(
        lambda: rival.register(SECOND, "1001"), lambda: other.register(THIRD, "1002")
    )

    writer.devices.change(FIRST, {"extension_number": "1002"})

    assert writer.records.placements("1001") == [SECOND]
    assert writer.records.placements("1002") == [FIRST, THIRD]
    assert find_misfits(writer) == []


def test_extension_that_many_devices_share(writer: Writer) -> None:
    for number in range(32):
        writer.register(Mac(f"0015651234{number:02x}"), "1001")

    writer.extensions.change("1001", password="another secret")

    assert find_misfits(writer) == []
    assert writer.register(Mac("001565123400"), "1001", "37g") is False
    with pytest.raises(InputError, match='"1001" is on 32 lines, and no more can share it'):
        writer.register(Mac("0015651234ff"), "1001")
    assert find_misfits(writer) == []


def test_twenty_devices_onto_one_extension_at_once(writer: Writer, new_writer: NewWriter) -> None:
    writers = [new_writer() for _ in range(4)]

    with ThreadPoolExecutor(20) as pool:
        created = list(
            pool.map(
                lambda n: writers[n % 4].register(Mac(f"0015651234{n:02x}"), "1001"), range(20)
            )
        )

    assert created == [True] * 20
    assert len(writer.records.placements("1001")) == 20
    assert find_misfits(writer) == []


def test_extension_changes_while_a_device_takes_it_twice(
    writer: Writer, new_writer: NewWriter
) -> None:
    rival = new_writer()
    writer.table.before_next_writes(lambda: rival.extensions.change("1001", name="Lobby"))

    writer.register(FIRST, "1001", "33g", "1002", "1001")

    dossier = writer.records.dossier(FIRST)
    assert dossier is not None
    assert [line.name for line in dossier.lines] == ["Lobby", "1002", "Lobby"]
    assert find_misfits(writer) == []


def test_extension_is_deleted_while_a_device_takes_it_on_its_second_line(
    writer: Writer, new_writer: NewWriter
) -> None:
    rival = new_writer()
    writer.table.before_next_writes(lambda: rival.extensions.remove("1002"))

    with pytest.raises(InputError, match='"1002" is not an extension; create it first'):
        writer.register(FIRST, "1001", "33g", "1002")

    assert writer.table.read(f"DEVICE#{FIRST}") == []
    assert find_misfits(writer) == []


def test_device_loses_a_line_while_its_extension_changes(
    writer: Writer, new_writer: NewWriter
) -> None:
    writer.register(FIRST, "1001", "33g", "1002")
    rival = new_writer()
    writer.table.before_next_writes(lambda: rival.register(FIRST, "1001"))

    writer.extensions.change("1002", name="Lobby")

    kept = [item.key.sort for item in writer.table.read(f"DEVICE#{FIRST}")]
    assert kept == ["ACCESS", "DEVICE", "LINE#1", "STATUS"]
    assert find_misfits(writer) == []


def test_device_loses_a_line_while_its_extension_reads_who_has_it(
    writer: Writer, new_writer: NewWriter
) -> None:
    writer.register(FIRST, "1001", "33g", "1002")
    rival = new_writer()
    was = writer.extensions.show("1002")
    writer.table.after_next_read(
        Key("EXTENSION#1002", "PLACEMENTS"), lambda: rival.register(FIRST, "1001")
    )

    writer.records.save_extension(replace(was.value, name="Lobby"), was=was)

    kept = [item.key.sort for item in writer.table.read(f"DEVICE#{FIRST}")]
    assert kept == ["ACCESS", "DEVICE", "LINE#1", "STATUS"]
    assert find_misfits(writer) == []


def test_device_swaps_its_lines_while_both_extensions_change(
    writer: Writer, new_writer: NewWriter
) -> None:
    writer.register(FIRST, "1001", "33g", "1002")
    rival = new_writer()
    writer.table.before_next_writes(
        lambda: rival.extensions.change("1001", name="Lobby"),
        lambda: rival.extensions.change("1002", name="Lab"),
    )

    writer.register(FIRST, "1002", "33g", "1001")

    dossier = writer.records.dossier(FIRST)
    assert dossier is not None
    assert [line.name for line in dossier.lines] == ["Lab", "Lobby"]
    assert find_misfits(writer) == []


def test_writers_of_several_lines_at_once(writer: Writer, new_writer: NewWriter) -> None:
    writers = [new_writer() for _ in range(4)]
    orders = [("1001", "1002", "1003"), ("1003", "1001"), ("1002",), ("1001", "1001", "1001")]

    def write(number: int) -> None:
        own, mac = writers[number % 4], (FIRST, SECOND, THIRD)[number % 3]
        first, *more = orders[number * 7 % 4]
        with suppress(ConflictError, NotFoundError):
            if number % 5 == 0:
                own.extensions.change(first, name=f"Name {number}")
            else:
                own.register(mac, first, "33g", *more)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    assert find_misfits(writer) == []


def test_writers_of_every_kind_at_once(writer: Writer, new_writer: NewWriter) -> None:
    macs = [FIRST, SECOND, THIRD]
    writers = [new_writer() for _ in range(4)]

    def write(number: int) -> str:
        own, mac = writers[number % 4], macs[number % 3]
        extension = f"100{number % 2 + 1}"
        acts: list[Callable[[], object]] = [
            lambda: own.register(mac, extension),
            lambda: own.extensions.change(extension, name=f"Name {number}"),
            lambda: own.devices.change(mac, {"extension_number": extension}),
            lambda: own.devices.remove(mac),
            lambda: own.extensions.remove(extension),
            lambda: own.extensions.put(number=extension, name=None, password="a secret"),
        ]
        try:
            acts[number % 6]()
        except (ConflictError, NotFoundError, InputError) as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(write, [n * 5 % 61 for n in range(60)]))

    assert "done" in outcomes
    assert find_misfits(writer) == []


def test_a_writer_who_always_loses_gives_up(writer: Writer, new_writer: NewWriter) -> None:
    rival = new_writer()
    writer.records._sleep = lambda _: None  # noqa: SLF001
    writer.table.before_next_writes(*[lambda: rival.extensions.change("1001", name="Lobby")] * 99)

    with pytest.raises(OffhookError, match="too many others write the same records; try again"):
        writer.register(FIRST, "1001")

    assert find_misfits(writer) == []


def test_remove_leaves_nothing_behind(writer: Writer) -> None:
    writer.register()
    with suppress(NotFoundError):
        writer.devices.remove(FIRST)

    writer.extensions.remove("1001")

    assert writer.table.read(f"DEVICE#{FIRST}") == []
    assert writer.table.read("EXTENSION#1001") == []
