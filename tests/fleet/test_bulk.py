"""Is each row done as a whole or not at all, whatever fails and whoever else writes?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.domain.bulk.outcome import Outcome
from chalicelib.domain.errors import StoreDownError
from chalicelib.domain.mac import Mac
from chalicelib.fleet.bulk import Progress
from chalicelib.fleet.bulk_row import Wishes
from chalicelib.storage.table import Table
from tests.fleet.importer import HEADER, Importer, row
from tests.fleet.writer import Writer, find_misfits

NewTable = Callable[[], Table]
ROWS = 30
FILE = (HEADER, *(row(number) for number in range(1, ROWS + 1)))


@pytest.fixture
def importer(new_table: NewTable) -> Importer:
    return Importer(new_table())


@pytest.fixture
def witness(new_table: NewTable) -> Writer:
    """Another process over the same table."""
    return Writer(new_table())


def find_halves(witness: Writer) -> list[int]:
    """The rows of FILE of which only a part is in the table."""
    records = witness.records
    return [
        number
        for number in range(1, ROWS + 1)
        if (records.device(Mac(f"001565{number:06x}")) is None)
        != (records.extension(str(1000 + number)) is None)
    ]


def test_rows_share_transactions_and_reads(importer: Importer, witness: Writer) -> None:
    progress = importer.bring_in(*FILE)

    assert [report.outcome for report in progress.reports] == [Outcome.CREATED] * ROWS
    assert progress.next is None
    assert importer.table.calls.count("write") <= 4
    # One read for all rows ahead, and what a store may look up beside it.
    assert importer.table.calls.count("get") <= 4
    assert importer.new == 1
    assert find_misfits(witness) == []


def test_unchanged_rows_write_nothing(importer: Importer) -> None:
    importer.bring_in(*FILE)
    importer.table.calls.clear()

    progress = importer.bring_in(*FILE)

    assert {report.outcome for report in progress.reports} == {Outcome.UNCHANGED}
    assert "write" not in importer.table.calls


@pytest.mark.parametrize("done", [False, True])
def test_store_that_fails_at_any_write_leaves_no_half_row(
    importer: Importer, witness: Writer, *, done: bool
) -> None:
    """The same file again finishes what was begun."""
    failed = 0
    for write in range(100):
        importer.table.fail_at(write, done=done)
        try:
            progress = importer.bring_in(*FILE)
        except StoreDownError:
            progress = Progress(reports=(), next=0)
        told = sum(1 for report in progress.reports if report.outcome is Outcome.CREATED)
        assert find_halves(witness) == []
        assert find_misfits(witness) == []
        if importer.table.writes <= write:
            break
        failed += 1
        assert progress.next == told
        assert told == 0 or progress.stopped.startswith("the table d")
        importer.table.fail_at(None)
        progress = importer.bring_in(*FILE, start=progress.next)
        assert progress.next is None
        assert {report.outcome for report in progress.reports} <= {
            Outcome.CREATED,
            Outcome.UNCHANGED,
        }
        assert find_misfits(witness) == []
        forget_everything(witness)
    assert failed >= 3


def forget_everything(witness: Writer) -> None:
    for device in witness.records.list_devices(limit=99, after=None).values:
        witness.records.remove_device(device)
    for extension in witness.records.list_extensions(limit=99, after=None).values:
        witness.records.remove_extension(extension)


def test_each_row_alone_survives_a_fault(importer: Importer, witness: Writer) -> None:
    """Rows that met another writer are written one by one: a fault may come between them."""
    for write in range(1, 5):
        importer.table.before_next_writes(
            lambda: witness.extensions.put(number="1003", name="Rival", password="theirs")
        )
        importer.table.fail_at(write)

        try:
            done: int | None = importer.bring_in(*FILE[:6]).next
        except StoreDownError:
            done = 0

        assert done == write - 1
        assert find_halves(witness) in ([3], [])  # that extension is the rival's
        assert find_misfits(witness) == []
        importer.table.fail_at(None)
        forget_everything(witness)


def test_rows_that_met_another_writer_are_done_again(importer: Importer, witness: Writer) -> None:
    importer.table.before_next_writes(
        lambda: witness.extensions.put(number="1003", name="Rival", password="theirs")
    )

    progress = importer.bring_in(*FILE[:5])

    outcomes = [(report.outcome.value, report.parts) for report in progress.reports]
    assert outcomes == [
        ("created", {"extension": Outcome.CREATED, "device": Outcome.CREATED}),
        ("created", {"extension": Outcome.CREATED, "device": Outcome.CREATED}),
        ("created", {"extension": Outcome.UPDATED, "device": Outcome.CREATED}),
        ("created", {"extension": Outcome.CREATED, "device": Outcome.CREATED}),
    ]
    assert witness.extensions.show("1003").value.name == "Desk 3"
    assert find_misfits(witness) == []


def test_devices_that_are_counted_meanwhile_are_not_in_the_way(
    importer: Importer, witness: Writer
) -> None:
    """Others count their devices of the same model in another part."""
    witness.extensions.put(number="1099", name="Rival", password="theirs")
    importer.table.before_next_writes(lambda: witness.register(Mac("001565ffffff"), "1099"))

    progress = importer.bring_in(*FILE[:5])

    assert {report.outcome for report in progress.reports} == {Outcome.CREATED}
    assert importer.table.calls.count("write") == 1
    assert [cell.count.devices for cell in witness.records.cells()] == [5]


def test_row_that_always_meets_another_writer_is_refused(
    importer: Importer, witness: Writer
) -> None:
    names = iter(range(100))

    def rival() -> None:
        witness.extensions.put(number="1001", name=f"Rival {next(names)}", password="theirs")

    importer.table.before_next_writes(*[rival] * 4)

    progress = importer.bring_in(HEADER, row(1), row(2))

    assert [report.outcome.value for report in progress.reports] == ["refused", "created"]
    assert [str(flaw) for flaw in progress.reports[0].flaws] == [
        "somebody else changed it; try again"
    ]
    assert witness.extensions.show("1001").value.name == "Rival 3"
    assert find_halves(witness) == [1]  # the extension is the rival's
    assert find_misfits(witness) == []


def test_row_that_is_more_than_a_transaction_is_refused(
    importer: Importer, witness: Writer
) -> None:
    witness.extensions.put(number="1001", name="Everybody", password="theirs")
    for number in range(100, 131):
        witness.register(Mac(f"001565{number:06x}"), "1001")
    numbers = range(2, 25)
    extensions = [f",{1000 + number},Desk,secret-{number},," for number in numbers]
    importer.bring_in(HEADER, *extensions)
    header = HEADER + "".join(f",line {number}" for number in numbers)
    device = row(1, *(str(1000 + number) for number in numbers), name="Everybody else")

    progress = importer.bring_in(header, device)

    [report] = progress.reports
    assert [str(flaw) for flaw in report.flaws] == [
        "changes more than can be written at once; give its extension a row of its own"
    ]
    assert witness.extensions.show("1001").value.name == "Everybody"
    apart = importer.outcomes(header, ",1001,Everybody else,secret-1", device)
    assert apart == ["updated", "created"]
    assert find_misfits(witness) == []


def test_time_runs_out_and_the_rest_follows(importer: Importer, witness: Writer) -> None:
    ticks = iter(range(1000))
    importer.timer = lambda: float(next(ticks))
    start: int | None = 0
    reported = 0
    requests = 0

    while start is not None:
        progress = importer.bring_in(*FILE, start=start, seconds=10)
        reported += len(progress.reports)
        start = progress.next
        requests += 1

    assert reported == ROWS
    assert requests == 3
    assert find_misfits(witness) == []


def test_no_time_at_all_still_does_a_row(importer: Importer) -> None:
    ticks = iter(range(1000))
    importer.timer = lambda: float(next(ticks))

    progress = importer.bring_in(*FILE, seconds=0)

    assert (len(progress.reports), progress.next) == (1, 1)


def test_dry_run_sees_its_own_rows(importer: Importer) -> None:
    lines = (f"{HEADER},line 2", row(1, "1002"), row(2, ""), row(3, "1009"), row(1, "1002"))

    rehearsed = importer.bring_in(*lines, wishes=Wishes(dry_run=True))

    assert "write" not in importer.table.calls
    assert rehearsed == importer.bring_in(*lines)
    assert [report.outcome.value for report in rehearsed.reports] == [
        "created",
        "created",
        "refused",
        "refused",
    ]


def test_long_messages_and_many_are_cut(importer: Importer) -> None:
    header = HEADER + "".join(f",line {number}" for number in range(2, 25))
    nobody = row(1, *(str(9000 + number) for number in range(2, 25)))

    [report] = importer.bring_in(header, nobody).reports

    assert len(report.flaws) == 21
    assert str(report.flaws[-1]) == "has 3 more flaws"
