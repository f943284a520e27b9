"""How does a file of this machine keep the key ring?

Only its user can read it; nothing else protects it. It is written whole or not at all, and
several processes may use it at once. Its folder is its own, beside the data file, so that a copy
of the one is no copy of the other.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.domain.errors import StoreDownError

PATIENCE = 5.0
"""How many seconds a writer waits for another process."""


class PlainWrap:
    """Wraps nothing: for a ring whose place protects it."""

    def wrap(self, plain: bytes) -> bytes:
        return plain

    def unwrap(self, wrapped: bytes) -> bytes:
        return wrapped


class LocalFile:
    """Keeps the ring in the file `ring` of a folder, both closed to other users."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "ring"

    def load(self) -> bytes | None:
        try:
            _refuse_open_to_others(self._folder.stat(), self._folder, "700")
            with self._path.open("rb") as file:
                _refuse_open_to_others(os.fstat(file.fileno()), self._path, "600")
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._down(error) from error

    def create(self, blob: bytes) -> bool:
        return self._swap(None, blob)

    def replace(self, old: bytes, new: bytes) -> bool:
        return self._swap(old, new)

    def _swap(self, old: bytes | None, new: bytes) -> bool:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _alone_in(self._folder) as folder:
                if self.load() != old:
                    return False
                self._write(new, folder)
                return True
        except OSError as error:
            raise self._down(error) from error

    def _write(self, blob: bytes, folder: int) -> None:
        new = self._folder / "ring.new"
        new.unlink(missing_ok=True)  # left by a process that ended half-way
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(blob)
            file.flush()
            os.fsync(file.fileno())
        new.rename(self._path)
        os.fsync(folder)
        with _opened(self._folder.parent) as parent:
            os.fsync(parent)

    def _down(self, error: OSError) -> StoreDownError:
        return StoreDownError(
            f"the key file {self._path} cannot be used ({error.strerror}): check that this user "
            "may read and write it and its folder, and that the disk has room"
        )


def _refuse_open_to_others(found: os.stat_result, path: Path, wanted: str) -> None:
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        raise StoreDownError(
            f"other users may get at the keys in {path} (its mode is {mode:03o}): "
            f"run `chmod {wanted} {path}`"
        )


@contextmanager
def _alone_in(folder: Path) -> Iterator[int]:
    deadline = time.monotonic() + PATIENCE
    with _opened(folder) as descriptor:
        while not _lock(descriptor):
            if time.monotonic() > deadline:
                raise StoreDownError(f"another process is writing to {folder}; try again")
            time.sleep(0.01)
        yield descriptor


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
