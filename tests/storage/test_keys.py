"""Does the table keep one key ring, whoever else writes it?"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.models import botocore_stubber

from chalicelib.domain.errors import StoreDownError
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.keys import TableKeys
from chalicelib.storage.table import Key, Table
from chalicelib.vault.local_file import PlainWrap
from chalicelib.vault.vault import KeyKeeper, Vault
from tests.storage.wire import Wire, loses_answer, refuses

PLACE = "offhook-dev|EXTENSION#1001|EXTENSION|password"
ALL_BYTES = bytes(range(256))


@pytest.fixture
def new_shared_table(
    request: pytest.FixtureRequest, new_table: Callable[[], Table]
) -> Callable[[], Table]:
    """Gives another view of one new table at each call, to be used by threads at once.

    DynamoDB does a conditional write in one step. Moto checks, then writes, and lets threads in
    between, so here it gets one request at a time.
    """
    alone = threading.Lock()

    def waits_its_turn(event_name: str, request: AWSPreparedRequest) -> AWSResponse | None:
        with alone:
            return passes(event_name, request)

    if request.node.callspec.params["new_table"] == "dynamodb":
        wire: Wire = request.getfixturevalue("wire")
        wire.meets(*[waits_its_turn] * 100)
    return new_table


def passes(event_name: str, request: AWSPreparedRequest) -> AWSResponse | None:
    """No fault: the request gets to DynamoDB."""
    answer: AWSResponse | None = botocore_stubber(event_name, request)
    return answer


def test_load_nothing_there(table: Table) -> None:
    assert TableKeys(table).load() is None


def test_create_then_load(new_table: Callable[[], Table]) -> None:
    created = TableKeys(new_table()).create(ALL_BYTES)

    assert created
    assert TableKeys(new_table()).load() == ALL_BYTES


def test_create_second_time(table: Table) -> None:
    keeper = TableKeys(table)
    keeper.create(b"first")

    created = keeper.create(b"second")

    assert not created
    assert keeper.load() == b"first"


def test_replace(table: Table) -> None:
    keeper = TableKeys(table)
    keeper.create(b"first")

    replaced = [keeper.replace(b"first", b"second"), keeper.replace(b"first", b"third")]

    assert replaced == [True, False]
    assert keeper.load() == b"second"


def test_replace_nothing_there(table: Table) -> None:
    assert not TableKeys(table).replace(b"first", b"second")


def test_ring_is_in_no_list(table: Table) -> None:
    TableKeys(table).create(b"ring")

    [item] = table.read("KEYS")

    assert item.key == Key("KEYS", "RING")
    assert item.entries == {}
    assert item.expires_at is None


def test_threads_that_start_together_share_one_ring(new_shared_table: Callable[[], Table]) -> None:
    # As processes do, each thread has a table and a vault of its own.
    vaults = [Vault(TableKeys(new_shared_table()), PlainWrap()) for _ in range(6)]
    start = threading.Barrier(len(vaults))

    def seal(vault: Vault) -> tuple[bytes, str]:
        start.wait()
        return vault.sign(b"message", purpose="address"), vault.seal("secret", place=PLACE)

    with ThreadPoolExecutor(len(vaults)) as pool:
        said = list(pool.map(seal, vaults))

    last = Vault(TableKeys(new_shared_table()), PlainWrap())
    assert {signature for signature, _ in said} == {last.sign(b"message", purpose="address")}
    assert [last.open(sealed, place=PLACE) for _, sealed in said] == ["secret"] * 6


def test_threads_that_replace_together(new_shared_table: Callable[[], Table]) -> None:
    TableKeys(new_shared_table()).create(b"old")
    keepers = [TableKeys(new_shared_table()) for _ in range(6)]
    start = threading.Barrier(len(keepers))

    def replace(number: int) -> bool:
        start.wait()
        return keepers[number].replace(b"old", str(number).encode())

    with ThreadPoolExecutor(len(keepers)) as pool:
        replaced = list(pool.map(replace, range(len(keepers))))

    assert replaced.count(True) == 1
    assert TableKeys(new_shared_table()).load() == str(replaced.index(True)).encode()


def test_rotation_over_a_table(new_table: Callable[[], Table]) -> None:
    here, there = (Vault(TableKeys(new_table()), PlainWrap()) for _ in range(2))
    old = here.seal("secret", place=PLACE)

    there.rotate()

    assert not there.is_current(old)
    assert here.open(there.seal("new", place=PLACE), place=PLACE) == "new"


# What DynamoDB does to it


def test_create_whose_answer_is_lost(new_dynamo: Callable[[], DynamoTable], wire: Wire) -> None:
    """The second try finds what the first one wrote, and the vault goes on with it."""
    vault = Vault(TableKeys(new_dynamo()), PlainWrap())
    vault_elsewhere = Vault(TableKeys(new_dynamo()), PlainWrap())
    wire.meets(passes, loses_answer)

    sealed = vault.seal("secret", place=PLACE)

    assert wire.operations == ["GetItem", "PutItem", "PutItem", "GetItem"]
    assert vault_elsewhere.open(sealed, place=PLACE) == "secret"


def test_fault_of_the_table_is_clear(new_dynamo: Callable[[], DynamoTable], wire: Wire) -> None:
    vault = Vault(TableKeys(new_dynamo()), PlainWrap())
    wire.meets(refuses("AccessDeniedException"))

    with pytest.raises(StoreDownError, match=r"access is refused \(AccessDeniedException\)"):
        vault.seal("secret", place=PLACE)


def test_table_keys_are_a_key_keeper(table: Table) -> None:
    keeper: KeyKeeper = TableKeys(table)

    assert keeper.load() is None


# Processes over one data file: each seals as soon as all of them are there.
SEAL = f"""
import sys, time
from pathlib import Path
from chalicelib.storage.keys import TableKeys
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.vault.local_file import PlainWrap
from chalicelib.vault.vault import Vault
vault = Vault(TableKeys(SqliteTable(Path(sys.argv[1]), now=time.time)), PlainWrap())
print("ready", flush=True)
sys.stdin.readline()
print(vault.sign(b"message", purpose="address").hex(), vault.seal("secret", place={PLACE!r}))
"""


def test_processes_that_start_together_share_one_ring(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SEAL, str(tmp_path / "offhook.db")],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    said = [process.communicate("go\n", timeout=30)[0].split() for process in processes]

    assert len({signature for signature, _ in said}) == 1
    assert len({sealed.split(".")[1] for _, sealed in said}) == 1
