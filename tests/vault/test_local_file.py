"""Does the local file keep one ring, whole, and from others?"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chalicelib.domain.errors import StoreDownError
from chalicelib.vault.local_file import LocalFile, PlainWrap
from chalicelib.vault.vault import Vault
from tests.vault.fakes import PLACE, keys_in

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "keys"


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_load_nothing_there(folder: Path) -> None:
    assert LocalFile(folder).load() is None
    assert not folder.exists()


def test_create_then_load(folder: Path) -> None:
    created = LocalFile(folder).create(b"ring")

    assert created
    assert LocalFile(folder).load() == b"ring"


@pytest.mark.usefixtures("open_umask")
def test_modes_with_an_open_umask(folder: Path) -> None:
    keeper = LocalFile(folder)
    keeper.create(b"ring")
    first = mode(folder / "ring")

    keeper.replace(b"ring", b"longer")

    assert (mode(folder), first, mode(folder / "ring")) == (0o700, 0o600, 0o600)


def test_create_second_time(folder: Path) -> None:
    keeper = LocalFile(folder)
    keeper.create(b"first")

    created = keeper.create(b"second")

    assert not created
    assert keeper.load() == b"first"


def test_replace(folder: Path) -> None:
    keeper = LocalFile(folder)
    keeper.create(b"first")

    replaced = [keeper.replace(b"first", b"second"), keeper.replace(b"first", b"third")]

    assert replaced == [True, False]
    assert keeper.load() == b"second"
    assert [path.name for path in folder.iterdir()] == ["ring"]


def test_replace_nothing_there(folder: Path) -> None:
    assert not LocalFile(folder).replace(b"first", b"second")


def test_create_after_a_process_that_ended_half_way(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True)
    (folder / "ring.new").write_bytes(b"hal")
    (folder / "ring.new").chmod(0o644)

    LocalFile(folder).create(b"ring")

    assert LocalFile(folder).load() == b"ring"
    assert mode(folder / "ring") == 0o600


@pytest.mark.parametrize("bits", [0o640, 0o620, 0o604, 0o644, 0o666])
def test_file_that_others_can_use(folder: Path, bits: int) -> None:
    keeper = LocalFile(folder)
    keeper.create(b"ring")
    (folder / "ring").chmod(bits)

    with pytest.raises(StoreDownError) as caught:
        keeper.load()

    assert str(caught.value) == (
        f"other users may get at the keys in {folder}/ring (its mode is {bits:03o}): "
        f"run `chmod 600 {folder}/ring`"
    )
    with pytest.raises(StoreDownError):
        keeper.replace(b"ring", b"longer")
    assert (folder / "ring").read_bytes() == b"ring"


@pytest.mark.parametrize("bits", [0o750, 0o755, 0o777])
def test_folder_that_others_can_use(folder: Path, bits: int) -> None:
    folder.mkdir(parents=True)
    folder.chmod(bits)

    with pytest.raises(StoreDownError) as caught:
        LocalFile(folder).create(b"ring")

    assert str(caught.value) == (
        f"other users may get at the keys in {folder} (its mode is {bits:03o}): "
        f"run `chmod 700 {folder}`"
    )
    assert list(folder.iterdir()) == []


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    keeper = LocalFile(tmp_path / "state" / "keys")

    with pytest.raises(StoreDownError, match=r"cannot be used \((Not a directory|File exists)\)"):
        keeper.create(b"ring")


def test_path_that_is_a_folder(folder: Path) -> None:
    (folder / "ring").mkdir(mode=0o700, parents=True)
    folder.chmod(0o700)

    with pytest.raises(StoreDownError, match=r"cannot be used \(Is a directory\)"):
        LocalFile(folder).load()


def test_writer_that_never_ends(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setattr("chalicelib.vault.local_file.PATIENCE", 0.05)
    LocalFile(folder).create(b"ring")
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    with pytest.raises(StoreDownError, match="another process is writing to"):
        LocalFile(folder).replace(b"ring", b"longer")

    os.close(descriptor)


def test_threads_that_create_together(folder: Path) -> None:
    start = threading.Barrier(8)

    def create(number: int) -> bool:
        start.wait()
        return LocalFile(folder).create(str(number).encode())

    with ThreadPoolExecutor(8) as pool:
        created = list(pool.map(create, range(8)))

    assert created.count(True) == 1
    assert LocalFile(folder).load() == str(created.index(True)).encode()


# Processes wait for a common start, then each seals and says what came out.
SEAL = f"""
import sys, time
from pathlib import Path
from chalicelib.vault.local_file import LocalFile, PlainWrap
from chalicelib.vault.vault import Vault
vault = Vault(LocalFile(Path(sys.argv[1])), PlainWrap())
print("ready", flush=True)
sys.stdin.readline()
print(vault.sign(b"message", purpose="address").hex(), vault.seal(sys.argv[2], place={PLACE!r}))
"""


def test_processes_that_start_together_share_one_ring(folder: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SEAL, str(folder), str(number)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(6)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    said = [process.communicate("go\n", timeout=30)[0].split() for process in processes]

    vault = Vault(LocalFile(folder), PlainWrap())
    assert len({signature for signature, _ in said}) == 1
    assert [vault.open(sealed, place=PLACE) for _, sealed in said] == list("012345")
    assert len(keys_in((folder / "ring").read_bytes())) == 2
